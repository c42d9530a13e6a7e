"""The operators' desk: the pool, who waits for confirmation, and what is done to an expert."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market import regulations
from market.access import Permission, requires
from market.accounts.forms import typed
from market.catalogue.queries import all_items, grouped
from market.catalogue.rules import Group
from market.clock import beijing_day
from market.db import UnitOfWork
from market.duties import took
from market.errors import MissingError, msgid
from market.experts import actions, evidence, queries
from market.experts.forms import ChangeForm, DeedForm, EntryForm, FactsForm, ReasonForm, RenewForm
from market.experts.model import Expert
from market.experts.recusing import SUBJECT, limits_of
from market.experts.rules import MOVES, ExpertMove, ExpertState, declaration_holds, is_at_fault
from market.experts.views.blueprint import bp, item_names
from market.firms.identity import identity_key
from market.web.deeds import Page, as_seen, done, reading, seen_version
from market.web.forms import MarketForm
from market.web.lists import Pages, one_asked, words_asked
from market.web.work import installation

REASONS: Final = {
    ExpertMove.REFUSE: actions.refuse,
    ExpertMove.PAUSE: actions.pause,
    ExpertMove.REMOVE: actions.remove,
}
SAID: Final = {
    ExpertMove.CONFIRM: msgid("复核通过，专家已入库。请运营管理员为其开通账号。"),
    ExpertMove.RESUME: msgid("已恢复抽取，自此发布的需求适用。"),
    ExpertMove.REFUSE: msgid("已登记复核不通过，原因本人可以看到。"),
    ExpertMove.PAUSE: msgid("已暂停抽取，即时生效。"),
    ExpertMove.REMOVE: msgid("已移出专家库，即时生效。"),
    ExpertMove.RENEW: msgid("已续聘。"),
}


@bp.get("/desk")
@requires(Permission.EXPERT_CHECK)
def desk() -> str:
    """List the pool, by item and state."""
    wanted = queries.Wanted(
        item_code=words_asked("item", 20),
        state=one_asked(ExpertState, "state"),
        words=words_asked(),
    )
    with reading() as work:
        pages = Pages.of(queries.count_listed(work, wanted))
        rows = queries.listed(work, wanted, limit=pages.rows, offset=pages.offset)
        return render_template(
            "experts/desk.html",
            rows=rows,
            items=queries.items_of(work, rows),
            names=item_names(work.today),
            pages=pages,
            wanted=wanted,
            states=list(ExpertState),
            in_draws=queries.count_in_draws(work),
            today=work.today,
        )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EXPERT_CHECK)
def enter() -> Page:
    """Enter an expert, whom another operator confirms."""
    form = EntryForm()
    groups = _offer(form)
    made: list[str] = []

    def deed(work: UnitOfWork) -> None:
        key = identity_key(installation().keys)
        made.append(actions.enter(work, form.facts(), typed(form.id_number), key).code)

    status = done(form, deed)
    if status is None:
        return _back(made[0], gettext("已登记，等待另一名经办人复核。"))
    return render_template("experts/facts.html", form=form, expert=None, groups=groups), status


@bp.get("/at/<code>")
@requires(Permission.EXPERT_CHECK)
def show(code: str) -> Page:
    """Show an expert to the operators, and what can be done."""
    return _page(code, HTTPStatus.OK)


@bp.route("/at/<code>/change", methods=["GET", "POST"])
@requires(Permission.EXPERT_CHECK)
def change(code: str) -> Page:
    """Change the facts of an expert, who is confirmed anew."""
    form = ChangeForm()
    form.offer_reasons(ExpertMove.CHANGE)
    groups = _offer(form)
    with reading() as work:
        expert = queries.expert_at(work, code)
        if not form.is_submitted():
            form.start(expert, queries.specialties_of(work, expert))

    def deed(work: UnitOfWork) -> None:
        found = queries.expert_at(work, code)
        as_seen(found.version)
        actions.change(work, found, form.facts(), form.chosen_reason(), typed(form.words))

    status = done(form, deed)
    if status is None:
        return _back(code, gettext("变更已登记，复核以前不参加抽取。"))
    version = seen_version(expert.version)
    page = render_template(
        "experts/facts.html", form=form, expert=expert, version=version, groups=groups
    )
    return page, status


@bp.post("/at/<code>/confirm")
@requires(Permission.EXPERT_CHECK)
def confirm(code: str) -> Page:
    """Confirm what a colleague entered."""
    return _run(code, DeedForm(), ExpertMove.CONFIRM, actions.confirm)


@bp.post("/at/<code>/resume")
@requires(Permission.EXPERT_CHECK)
def resume(code: str) -> Page:
    """Put a paused expert back into the draws."""
    return _run(code, DeedForm(), ExpertMove.RESUME, actions.resume)


@bp.route("/at/<code>/renew", methods=["GET", "POST"])
@requires(Permission.EXPERT_CHECK)
def renew(code: str) -> Page:
    """Renew an expert's term."""
    form = RenewForm()

    def deed(work: UnitOfWork, expert: Expert) -> None:
        actions.renew(work, expert, typed(form.evidence))

    return _form_page(code, form, ExpertMove.RENEW, deed)


@bp.route("/at/<code>/<move>", methods=["GET", "POST"])
@requires(Permission.EXPERT_CHECK)
def reason(code: str, move: str) -> Page:
    """Refuse, pause or remove an expert, with a reason."""
    wanted = next((one for one in REASONS if one.value == move), None)
    if wanted is None:
        raise MissingError
    form = ReasonForm()
    form.offer_reasons(wanted)

    def deed(work: UnitOfWork, expert: Expert) -> None:
        REASONS[wanted](work, expert, form.chosen_reason(), typed(form.words))

    return _form_page(code, form, wanted, deed)


def _form_page(
    code: str, form: MarketForm, move: ExpertMove, deed: Callable[[UnitOfWork, Expert], object]
) -> Page:
    status = _done(code, form, deed)
    if status is None:
        return _back(code, gettext(SAID[move]))
    with reading() as work:
        expert = queries.expert_at(work, code)
    version = seen_version(expert.version)
    page = render_template(
        "experts/move.html", form=form, expert=expert, move=move, version=version,
        possible=(expert.state, move) in MOVES,
    )  # fmt: skip
    return page, status


def _run(
    code: str, form: MarketForm, move: ExpertMove, deed: Callable[[UnitOfWork, Expert], object]
) -> Page:
    status = _done(code, form, deed)
    if status is None:
        return _back(code, gettext(SAID[move]))
    return _page(code, status, problems=form.form_errors)


def _done(
    code: str, form: MarketForm, deed: Callable[[UnitOfWork, Expert], object]
) -> HTTPStatus | None:
    def do(work: UnitOfWork) -> None:
        expert = queries.expert_at(work, code)
        as_seen(expert.version)
        deed(work, expert)

    return done(form, do)


def _page(code: str, status: HTTPStatus, problems: object = None) -> tuple[str, int]:
    with reading() as work:
        expert = queries.expert_at(work, code)
        rules = regulations.in_force(SUBJECT, work.today)
        sittings = queries.sittings_of(work, expert)
        declared_on = None if expert.declared_at is None else beijing_day(expert.declared_at)
        page = render_template(
            "experts/show.html",
            expert=expert,
            items=queries.specialties_of(work, expert),
            ties=queries.ties_of(work, expert),
            deeds=queries.deeds_of(work, expert),
            sittings=sittings,
            slots=evidence.slots(work, expert),
            faults=sum(is_at_fault(one.outcome) for one in sittings),
            account=queries.account_of(work, expert),
            holds=declaration_holds(declared_on, limits_of(rules), work.today),
            moves={move.value for state, move in MOVES if state is expert.state},
            entered_here=took(work, expert.entered_by_id),
            problems=problems,
            version=seen_version(expert.version),
            today=work.today,
        )
    return page, status


def _offer(form: FactsForm) -> list[tuple[Group, frozenset[str]]]:
    """Offer the items in force, and return the codes of each group of them."""
    with reading() as work:
        items = all_items(work.today)
    form.offer(items)
    return [
        (group, frozenset(member.code for member in members)) for group, members in grouped(items)
    ]


def _back(code: str, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("experts.show", code=code), code=303)
