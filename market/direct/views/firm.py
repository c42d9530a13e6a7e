"""The firm's pages: where it was named, and its answer."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market.access import Permission, requires
from market.db import UnitOfWork
from market.direct import queries
from market.direct.forms import DeclineForm, DeedForm
from market.direct.views.blueprint import bp
from market.direct.views.shown import facts_of
from market.draws import actions as draws
from market.draws.model import Award
from market.draws.rules import AwardState
from market.errors import MissingError
from market.web.deeds import Page, done, reading
from market.web.forms import MarketForm
from market.web.lists import PAGE_ROWS, Pages


@bp.get("/received")
@requires(Permission.AWARD_ANSWER)
def received() -> str:
    """List where the reader's firm was named."""
    with reading() as work:
        pages = Pages.of(queries.count_received(work))
        rows = queries.received(work, limit=PAGE_ROWS, offset=pages.offset)
        return render_template("direct/received.html", rows=rows, pages=pages)


@bp.get("/received/<number>")
@requires(Permission.AWARD_ANSWER)
def answer(number: str) -> Page:
    """Show a choice to the firm that it names."""
    return _page(number, DeclineForm(formdata=None), HTTPStatus.OK)


def _page(number: str, form: MarketForm, status: HTTPStatus) -> Page:
    with reading() as work:
        row = queries.of_firm(work, _plain(number))
        award = _award(row)
        in_time = award.answer_by_at is None or work.now < award.answer_by_at
        page = render_template(
            "direct/answer.html",
            problems=form,
            form=form if isinstance(form, DeclineForm) else DeclineForm(formdata=None),
            may_confirm=award.state is AwardState.OFFERED and in_time,
            may_decline=award.state in {AwardState.OFFERED, AwardState.PUBLICITY} and in_time,
            **facts_of(work, row),
        )
    return page, status


def _plain(number: str) -> str:
    if "\0" in number:
        raise MissingError
    return number


def _award(row: queries.Row) -> Award:
    if row.award is None:
        raise MissingError
    return row.award


@bp.post("/received/<number>/confirm")
@requires(Permission.AWARD_ANSWER)
def confirm(number: str) -> Page:
    """Take the work on."""
    form = DeedForm()

    def deed(work: UnitOfWork) -> None:
        draws.confirm(work, _award(queries.of_firm(work, _plain(number))))

    status = done(form, deed)
    if status is not None:
        return _page(number, form, status)
    flash(gettext("已确认承接。请在期限内与业主签订合同并备案。"), "success")
    return redirect(url_for("direct.answer", number=number), code=303)


@bp.post("/received/<number>/decline")
@requires(Permission.AWARD_ANSWER)
def decline(number: str) -> Page:
    """Refuse the work, with the reason; it is no breach."""
    form = DeclineForm()

    def deed(work: UnitOfWork) -> None:
        found = _award(queries.of_firm(work, _plain(number)))
        draws.decline(work, found, form.reason.data or "")

    status = done(form, deed)
    if status is not None:
        return _page(number, form, status)
    flash(gettext("已登记不接受。需求退回业主，不计入贵机构信用记录。"), "success")
    return redirect(url_for("direct.answer", number=number), code=303)
