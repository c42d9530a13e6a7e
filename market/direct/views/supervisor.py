"""The supervisor's pages: every direct choice, and the decision on every emergency."""

from collections.abc import Iterable, Sequence
from functools import partial
from http import HTTPStatus
from typing import Final

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.db import UnitOfWork
from market.direct import actions, queries
from market.direct.actions.emergency import of_choice
from market.direct.emergency_rules import TO_DECIDE, UNFILED, EmergencyState
from market.direct.forms import DecisionForm
from market.direct.queries import Row
from market.direct.views.blueprint import bp
from market.direct.views.parts import Part, part_of
from market.direct.views.shown import facts_of
from market.errors import msgid
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version
from market.web.lists import MOST_CSV_ROWS, PAGE_ROWS, Pages, csv_file, wants_csv, words_asked, yuan

COLUMNS: Final = (
    msgid("编号"),
    msgid("需求编号"),
    msgid("项目"),
    msgid("项目业主"),
    msgid("中介机构"),
    msgid("统一社会信用代码"),
    msgid("价格（元）"),
    msgid("情形"),
    msgid("公示时间"),
    msgid("状态"),
    msgid("应急备案"),
    msgid("逾期备案"),
    msgid("运营机构逾期未审查"),
    msgid("公开理由"),
)


@bp.get("/oversight")
@requires(Permission.OVERSIGHT_READ)
def oversight() -> str | Response:
    """List every direct choice for those who oversee, the emergencies to decide first."""
    words = words_asked()
    with reading() as work:
        if wants_csv():
            return _file(queries.public_list(work, text=words, limit=MOST_CSV_ROWS))
        pages = Pages.of(queries.count_public(work, text=words))
        return render_template(
            "direct/oversight.html",
            rows=queries.public_list(work, text=words, limit=PAGE_ROWS, offset=pages.offset),
            pages=pages,
            words=words,
            late=_cases(work, "late", UNFILED),
            to_decide=_cases(work, "decide", TO_DECIDE),
            decides=Permission.DRAW_SUPERVISE in work.actor.permissions,
            shows_all=not words_asked("list"),
        )


def _cases(work: UnitOfWork, name: str, states: Sequence[EmergencyState]) -> Part:
    """Return the part of the page about the emergencies in some states."""
    count = queries.count_emergencies(work, *states)
    return part_of(name, count, partial(queries.emergencies, work, *states))


def _file(rows: Iterable[Row]) -> Response:
    """Return the choices as a file."""
    header = [gettext(words) for words in COLUMNS]
    return csv_file("direct-choices", header, (_cells(row) for row in rows))


def _cells(row: Row) -> list[object]:
    award, case = row.award, row.emergency
    return [
        row.choice.number,
        row.need.number,
        row.need.title,
        row.owner.name,
        row.firm.name,
        row.firm.code,
        yuan(row.choice.price_fen),
        row.choice.ground,
        row.choice.named_at,
        award.state if award else None,
        case.state if case else None,
        _yes(case.is_late) if case else None,
        _yes(case.escalated_at is not None) if case else None,
        row.choice.reason,
    ]


def _yes(value: bool) -> str:  # noqa: FBT001 - a fact to be shown, not a switch
    return str(gettext("是") if value else gettext("否"))


@bp.route(f"/review/<{NUMBER}:direct_id>", methods=["GET", "POST"])
@requires(Permission.DRAW_SUPERVISE)
def review(direct_id: int) -> Page:
    """Decide on an emergency that the operator has examined."""
    form = DecisionForm()

    def deed(work: UnitOfWork) -> None:
        case = of_choice(work, queries.to_check(work, direct_id).choice)
        as_seen(case.version)
        accepts = form.decision.data == "accept"
        actions.decide(work, case, accepts=accepts, reason=form.reason.data or "")

    status: HTTPStatus | None = done(form, deed)
    if status is None:
        flash(gettext("复核结论已登记并公开。"), "success")
        return redirect(url_for("direct.oversight"), code=303)
    with reading() as work:
        row = queries.to_check(work, direct_id)
        case = of_choice(work, row.choice)
        page = render_template(
            "direct/review.html",
            form=form,
            version=seen_version(case.version),
            waits=case.state in TO_DECIDE,
            **facts_of(work, row),
        )
    return page, status
