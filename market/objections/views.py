"""Objections to a result on the web: raised, answered, taken further, decided; all in public."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext

from market import files, log, regulations
from market.access import Permission, public, requires
from market.accounts import todo
from market.contracts import beside
from market.contracts.beside import Panel
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.documents import queries as document_queries
from market.draws.model import Draw
from market.draws.queries import number_of
from market.draws.queries.freezes import freezes_of
from market.duties import took
from market.errors import MissingError, msgid
from market.needs.model import Need
from market.needs.record import queries as owner_record
from market.needs.scope import looks_after
from market.objections import (
    actions,
    evidence,
    hearing,
    letters,
    publication,
    queries,
    record,
    timing,
    todos,
    views_evidence,
    views_raising,
)
from market.objections import authorities as records
from market.objections.actions.record import SUBJECT
from market.objections.forms import (
    ComplainForm,
    DecideForm,
    OutcomeForm,
    RefuseForm,
    StateForm,
    TakeBackForm,
)
from market.objections.model import AwardObjection
from market.objections.rules import (
    Fact,
    Ground,
    ObjectionState,
    Outcome,
    facts_of,
    may_complain,
)
from market.web.addresses import clean
from market.web.deeds import Page, as_seen, done, reading, seen_version
from market.web.forms import MarketForm
from market.web.lists import PAGE_ROWS, Pages
from market.web.uploads import kept
from market.web.work import installation

bp = Blueprint("objections", __name__, url_prefix="/objections")
views_raising.register(bp)
views_evidence.register(bp)
S = ObjectionState
Deed = Callable[[UnitOfWork, AwardObjection], object]
Find = Callable[[UnitOfWork, str], AwardObjection]


def init_app(app: Flask) -> None:
    """Register the pages, and what there is to do for the workbench."""
    app.register_blueprint(bp)
    todo.provide(Permission.WORKBENCH_OPEN, todos.for_sides)
    todo.provide(Permission.OBJECTION_ANSWER, todos.for_operator)
    todo.provide(Permission.OBJECTION_EXAMINE, todos.for_officer)
    todo.provide(Permission.OBJECTION_DECIDE, todos.for_decider)
    todo.provide(Permission.DRAW_SUPERVISE, todos.for_supervisor)
    todo.link(Permission.DRAW_SUPERVISE, msgid("异议办理统计"), "objections.authorities")
    todo.link(Permission.OBJECTION_ANSWER, msgid("中选结果异议"), "objections.index")
    todo.link(Permission.OBJECTION_EXAMINE, msgid("中选结果异议"), "objections.index")
    todo.link(Permission.OBJECTION_DECIDE, msgid("中选结果异议"), "objections.index")
    owner_record.provide(record.of_owner)
    beside.provide(panel)


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return what a contract's page shows of objections to its award that are not over."""
    rows = queries.open_of(work, contract.award_id)
    return Panel("objections/_panel.html", {"rows": rows}) if rows else None


@bp.get("")
@public
def index() -> str:
    """List every objection: what it is about, as what, on which ground, and where it stands."""
    with reading() as work:
        pages = Pages.of(queries.count(work))
        return render_template(
            "objections/index.html",
            rows=queries.listed(work, limit=PAGE_ROWS, offset=pages.offset),
            pages=pages,
        )


@bp.get("/authorities")
@public
def authorities() -> str:
    """Show how each authority handles objections: what lies with it, what it decided, how late."""
    with reading() as work:
        rules = regulations.in_force(SUBJECT, work.today)
        return render_template(
            "objections/authorities.html",
            rows=records.authorities(work, rules.integer("repeat.months")),
            months=rules.integer("repeat.months"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class May:
    """What the reader may do with an objection now."""

    answer: bool
    respond: bool
    complain: bool
    withdraw: bool
    take_up: bool
    propose: bool
    decide: bool
    state: bool
    take_back: bool
    waits_for_another: bool


def _may(work: UnitOfWork, one: AwardObjection) -> May:
    may, state = work.actor.permissions, one.state
    is_own = work.actor.org_id == one.org_id
    in_scope = looks_after(work, work.session.get_one(Need, one.need_id))
    decides = Permission.OBJECTION_DECIDE in may and state is S.PROPOSED and in_scope
    proposer = one.proposed_by_id is not None and took(work, one.proposed_by_id)
    examines = Permission.OBJECTION_EXAMINE in may and in_scope
    is_due = one.due_at is not None and work.now >= one.due_at
    complains = is_own and may_complain(state, is_due=is_due)
    return May(
        answer=Permission.OBJECTION_ANSWER in may and state is S.OPEN,
        respond=complains and state is S.ANSWERED,
        complain=complains and state is S.OPEN,
        withdraw=is_own and state in {S.OPEN, S.COMPLAINED, S.EXAMINING},
        take_up=examines and state is S.COMPLAINED,
        propose=examines and state is S.EXAMINING,
        decide=decides and not proposer,
        state=hearing.may_speak(work, one) is not None,
        take_back=proposer and state is S.PROPOSED,
        waits_for_another=decides and proposer,
    )


@bp.get("/<number>")
@public
def show(number: str) -> Page:
    """Show an objection: to everybody what is public, to the sides and officials the rest."""
    return _page(number, None, HTTPStatus.OK)


def _page(number: str, form: MarketForm | None, status: int) -> Page:
    with reading() as work:
        one = queries.by_number(work, clean(number))
        may = _may(work, one)
        pieces = evidence.pieces_of(work, one)
        row = queries.row_of(work, one)
        hearings = hearing.readable(work, one)
        outcomes = OutcomeForm(formdata=None) if not isinstance(form, OutcomeForm) else form
        outcomes.offer(
            actions.outcomes_for(work, one), facts_of(verifies=one.verified), one.grounds
        )
        draw = work.session.get(Draw, row.award.draw_id) if row.award.draw_id is not None else None
        steps = queries.steps_of(work, one)
        page = render_template(
            "objections/show.html",
            one=one,
            row=row,
            may=may,
            steps=steps,
            withheld=publication.withheld(work, one, steps),
            sees_all=queries.may_read(work, one),
            objector=queries.organisation_name(work, one),
            clock=timing.of(work, one),
            own_letters=letters.own_of(work, one),
            hearings=hearings,
            actors=queries.actors_of(work, queries.steps_of(work, one)),
            statements=hearing.statements_of(work, [each for each, _ in hearings]),
            waits=hearing.waits(work, one),
            freezes=freezes_of(work, one.award_id),
            decided_by=queries.decided_by(work, one),
            pieces=pieces,
            looks=evidence.looks_at(work, one, pieces),
            opens_all=evidence.opens_all(work, one),
            may_add=evidence.may_add(work, one),
            is_open=partial(document_queries.is_open, work),
            escalates_at=actions.escalates_at(one, one.due_at)
            if one.state is S.OPEN and one.due_at is not None
            else None,
            draw_number=number_of(work, draw) if draw else "",
            version=seen_version(one.version),
            form=form,
            outcomes=outcomes,
            complaining=form if isinstance(form, ComplainForm) else ComplainForm(formdata=None),
            refusing=form if isinstance(form, RefuseForm) else RefuseForm(formdata=None),
            stating=form if isinstance(form, StateForm) else StateForm(formdata=None),
            taking=form if isinstance(form, TakeBackForm) else TakeBackForm(formdata=None),
            deciding=form if isinstance(form, DecideForm) else DecideForm(formdata=None),
            rules=regulations.current().by_id(one.regulation_id),
            accept=files.ACCEPTED,
        )
    return page, status


def _run(number: str, form: MarketForm, find: Find, deed: Deed, words: str) -> Page:
    """Do something with an objection, or show its page again with what refused it."""

    def do(work: UnitOfWork) -> None:
        one = find(work, number)
        as_seen(one.version)
        deed(work, one)

    refused = done(form, do)
    if refused is not None:
        return _page(number, form, refused)
    log.sequence(installation())
    flash(gettext(words), "success")
    return redirect(url_for("objections.show", number=number), code=303)


def _anyones(work: UnitOfWork, number: str) -> AwardObjection:
    return queries.by_number(work, clean(number))


def _in_scope(work: UnitOfWork, number: str) -> AwardObjection:
    return queries.for_authority(work, clean(number))


def _own(work: UnitOfWork, number: str) -> AwardObjection:
    return queries.own(work, clean(number))


def _proposed(work: UnitOfWork, number: str) -> AwardObjection:
    one = queries.by_number(work, clean(number))
    if not took(work, one.proposed_by_id):
        raise MissingError
    return one


@bp.post("/<number>/answer")
@requires(Permission.OBJECTION_ANSWER)
def answer(number: str) -> Page:
    """Let the operator answer."""
    form = _outcome_form(number)

    def deed(work: UnitOfWork, one: AwardObjection) -> None:
        outcome = Outcome(form.outcome.data)
        words = form.text.data or ""
        actions.answer(work, installation(), one, outcome, words, basis=_basis(form))

    words = msgid("答复已公开，并已通知提出人。")
    if form.outcome.data != Outcome.DISMISS:
        words = msgid("处理意见已提请主管部门决定，作出决定以后公开；已通知当事方陈述。")
    return _run(number, form, _anyones, deed, words)


def _outcome_form(number: str) -> OutcomeForm:
    form = OutcomeForm()
    with reading() as work:
        form.offer(actions.outcomes_for(work, _anyones(work, number)))
    return form


def _basis(form: OutcomeForm) -> actions.Basis:
    fact = Fact(form.fact.data) if form.fact.data else None
    ground = Ground(form.ground.data) if form.ground.data else None
    return actions.Basis(clause=form.clause.data or "", fact=fact, ground=ground)


@bp.post("/<number>/accept")
@requires(Permission.WORKBENCH_OPEN)
def accept(number: str) -> Page:
    """Let the objector accept the answer."""
    words = msgid("已接受答复。没有其他异议的，中选结果的期限从今天起继续计算。")
    return _run(number, MarketForm(), _own, actions.accept, words)


@bp.post("/<number>/withdraw")
@requires(Permission.WORKBENCH_OPEN)
def withdraw(number: str) -> Page:
    """Let the objector take it back."""
    words = msgid("已撤回异议。没有其他异议的，中选结果的期限从今天起继续计算。")
    return _run(number, MarketForm(), _own, actions.withdraw, words)


@bp.post("/<number>/complain")
@requires(Permission.WORKBENCH_OPEN)
def complain(number: str) -> Page:
    """Let the objector take it to the authority."""
    form = ComplainForm()

    def deed(work: UnitOfWork, one: AwardObjection) -> None:
        actions.complain(work, one, form.text.data or "")

    return _run(number, form, _own, deed, msgid("投诉已提交行业主管部门。"))


@bp.post("/<number>/take-up")
@requires(Permission.OBJECTION_EXAMINE)
def take_up(number: str) -> Page:
    """Let the authority take a complaint up."""
    words = msgid("已受理，中选结果暂停。请在期限内提出处理意见。")
    return _run(number, MarketForm(), _in_scope, actions.take_up, words)


@bp.post("/<number>/refuse")
@requires(Permission.OBJECTION_EXAMINE)
def refuse(number: str) -> Page:
    """Let the authority refuse to take a complaint up."""
    form = RefuseForm()

    def deed(work: UnitOfWork, one: AwardObjection) -> None:
        actions.refuse(work, one, form.text.data or "")

    return _run(number, form, _in_scope, deed, msgid("已决定不予受理，理由已公开。"))


@bp.post("/<number>/propose")
@requires(Permission.OBJECTION_EXAMINE)
def propose(number: str) -> Page:
    """Let an officer propose what to decide."""
    form = _outcome_form(number)

    def deed(work: UnitOfWork, one: AwardObjection) -> None:
        outcome = Outcome(form.outcome.data)
        words = form.text.data or ""
        actions.propose(work, installation(), one, outcome, words, basis=_basis(form))

    return _run(number, form, _in_scope, deed, msgid("处理意见已提出，由另一人作出决定。"))


@bp.post("/<number>/take-back")
@requires(Permission.WORKBENCH_OPEN)
def take_back(number: str) -> Page:
    """Let whoever proposed take it back."""
    form = TakeBackForm()

    def deed(work: UnitOfWork, one: AwardObjection) -> None:
        actions.take_back(work, one, form.why_taken_back.data or "")

    return _run(number, form, _proposed, deed, msgid("处理意见已撤回，理由已公开。"))


@bp.post("/<number>/decide")
@requires(Permission.OBJECTION_DECIDE)
def decide(number: str) -> Page:
    """Let another person decide."""
    form = DecideForm()

    def deed(work: UnitOfWork, one: AwardObjection) -> None:
        actions.decide(work, one, agree=form.agree.data == "yes", text=form.text.data or "")

    return _run(number, form, _in_scope, deed, msgid("决定已作出并公开。"))


@bp.post("/<number>/state")
@requires(Permission.WORKBENCH_OPEN)
def state(number: str) -> Page:
    """Let who would lose by what is proposed say what it has to say."""
    form = StateForm()

    def deed(work: UnitOfWork, one: AwardObjection) -> None:
        stored, is_last = kept(work, form.file.data), bool(form.is_last.data)
        actions.state(work, one, form.said.data or "", stored, is_last=is_last)

    words = msgid("陈述已提交，作出决定的人可以看到全文；期满以前可以继续补充。")
    if form.is_last.data:
        words = msgid("陈述已提交，并已记录不再补充、同意提前决定。")
    return _run(number, form, _heard, deed, words)


def _heard(work: UnitOfWork, number: str) -> AwardObjection:
    """Return an objection of whose proposal the actor's organisation is told."""
    one = queries.by_number(work, clean(number))
    hearing.own(work, one)
    return one
