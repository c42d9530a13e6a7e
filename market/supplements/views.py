"""Add-on contracts on the web: proposing, answering, the authority's decision, the public page."""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from market import regulations
from market.access import Permission, public, requires
from market.accounts import todo
from market.accounts.queries import organisation
from market.contracts import beside
from market.contracts import queries as contracts
from market.contracts.beside import Panel
from market.contracts.model import Contract
from market.contracts.ties import RUNNING
from market.credit.scope import groups_of
from market.db import UnitOfWork
from market.direct import afterwards
from market.direct.afterwards import Added
from market.draws.model import Award
from market.errors import MissingError, msgid
from market.labels import label_of
from market.supplements import actions, queries, todos
from market.supplements.forms import AnswerForm, DecideForm, ProposeForm, WithdrawForm
from market.supplements.model import Supplement
from market.supplements.rules import Ground, SupplementState, most_fen
from market.web.deeds import NUMBER, Page, as_seen, done, reading, seen_version
from market.web.forms import MarketForm

bp = Blueprint("supplements", __name__, url_prefix="/supplements")
Find = Callable[[UnitOfWork, str], tuple[Supplement, Contract]]


def init_app(app: Flask) -> None:
    """Register the pages, what there is to do, and what contracts show of it."""
    app.register_blueprint(bp)
    todo.provide(Permission.CONTRACT_FILE, todos.for_parties)
    todo.provide(Permission.ADD_ON_DECIDE, todos.for_deciders)
    beside.provide(panel)
    afterwards.provide(of_award)


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return what a contract's page shows of its add-on contracts."""
    rows = queries.of_contract(work, contract)
    sides = {contract.owner_org_id, contract.firm_org_id}
    may_propose = (
        contract.state in RUNNING
        and work.actor.org_id in sides
        and Permission.CONTRACT_FILE in work.actor.permissions
        and not any(row.state in actions.OPEN for row in rows)
    )
    if not rows and not may_propose:
        return None
    effective = queries.effective_fen(work, contract)
    facts = {"rows": rows, "effective_fen": effective, "may_propose": may_propose}
    return Panel("supplements/_panel.html", facts)


def of_award(work: UnitOfWork, award: Award) -> list[Added]:
    """Return what was added to the contract of an award, for the page of a direct choice."""
    return [
        Added(
            number=row.number,
            amount_fen=row.amount_fen,
            state=label_of(row.state),
            counts=row.state is SupplementState.EFFECTIVE,
            url=url_for("supplements.show", number=row.number),
        )
        for row in queries.of_award(work, award.id)
    ]


@bp.route(f"/new/<{NUMBER}:contract_id>", methods=["GET", "POST"])
@requires(Permission.CONTRACT_FILE)
def propose(contract_id: int) -> Page:
    """Propose more money for a contract of the actor's organisation."""
    form = ProposeForm()
    form.offer()
    made: list[str] = []

    def deed(work: UnitOfWork) -> None:
        contract = contracts.for_party(work, contract_id)
        row = actions.propose(
            work,
            contract,
            amount_fen=cast("int", form.amount_fen.data),
            ground=Ground(form.ground.data),
            reason=form.reason.data or "",
        )
        made.append(row.number)

    status = done(form, deed)
    if status is None:
        flash(gettext("补充合同已提出，等待对方答复。"), "success")
        return _back(made[0])
    with reading() as work:
        contract = contracts.for_party(work, contract_id)
        page = render_template(
            "supplements/propose.html",
            form=form,
            contract=contract,
            **_limits(work, contract),
        )
    return page, status


@bp.get("/<number>")
@public
def show(number: str) -> Page:
    """Show an add-on contract to everyone, and to those concerned what they may do with it."""
    return _page(number, HTTPStatus.OK)


@bp.post("/<number>/answer")
@requires(Permission.CONTRACT_FILE)
def answer(number: str) -> Page:
    """Agree to what the other side proposed, or decline it."""
    form = AnswerForm()

    def deed(work: UnitOfWork, row: Supplement, contract: Contract) -> None:
        if form.answer.data == "agree":
            actions.agree(work, row, contract)
        else:
            actions.decline(work, row, contract, form.reason.data or "")

    said = msgid("答复已登记并公示。")
    return _run(number, form, queries.for_party, deed, said, answer_form=form)


@bp.post("/<number>/withdraw")
@requires(Permission.CONTRACT_FILE)
def withdraw(number: str) -> Page:
    """Take a proposal back."""
    said = msgid("补充合同已撤回。")
    return _run(number, WithdrawForm(), queries.for_party, actions.withdraw, said)


@bp.post("/<number>/decide")
@requires(Permission.ADD_ON_DECIDE)
def decide(number: str) -> Page:
    """Approve or refuse an agreed add-on contract."""
    form = DecideForm()

    def deed(work: UnitOfWork, row: Supplement, contract: Contract) -> None:
        approved = form.decision.data == "approve"
        actions.decide(work, row, contract, approved=approved, reason=form.reason.data or "")

    said = msgid("审批结论已登记并公示。")
    return _run(number, form, queries.for_decider, deed, said, decide_form=form)


def _run(
    number: str,
    form: MarketForm,
    find: Find,
    deed: Callable[[UnitOfWork, Supplement, Contract], object],
    said: str,
    **forms: MarketForm,
) -> Page:
    def do(work: UnitOfWork) -> None:
        row, contract = find(work, number)
        as_seen(row.version)
        deed(work, row, contract)

    status = done(form, do)
    if status is None:
        flash(gettext(said), "success")
        return _back(number)
    return _page(number, status, problems=form.form_errors, **forms)


def _page(
    number: str, status: HTTPStatus, problems: object = None, **forms: MarketForm
) -> tuple[str, int]:
    with reading() as work:
        row, contract = queries.by_number(work, number)
        may = _may(work, row, contract)
        if contract.state not in contracts.PUBLIC:
            raise MissingError
        page = render_template(
            "supplements/show.html",
            row=row,
            contract=contract,
            names={
                i: organisation(work, i).name
                for i in (contract.owner_org_id, contract.firm_org_id, row.decided_by_org_id)
                if i is not None
            },
            may=may,
            problems=problems,
            version=seen_version(row.version),
            answer_form=forms.get("answer_form") or AnswerForm(formdata=None),
            decide_form=forms.get("decide_form") or DecideForm(formdata=None),
            **_limits(work, contract),
        )
    return page, status


def _may(work: UnitOfWork, row: Supplement, contract: Contract) -> frozenset[str]:
    """Return what the reader may do with an add-on contract, by role, side and state."""
    actor = work.actor
    side = actor.org_id in {contract.owner_org_id, contract.firm_org_id}
    signs = side and Permission.CONTRACT_FILE in actor.permissions
    found = set()
    if row.state is SupplementState.PROPOSED and signs:
        found.add("withdraw" if row.proposed_by_org_id == actor.org_id else "answer")
    if row.state is SupplementState.AGREED and Permission.ADD_ON_DECIDE in actor.permissions:
        need = contracts.public(work, contract.number).need
        groups = groups_of(work)
        if not groups or need.item_code[3:5] in groups:
            found.add("decide")
    return frozenset(found)


def _limits(work: UnitOfWork, contract: Contract) -> dict[str, object]:
    """Return what the cap leaves, with the rule and its source."""
    law = regulations.in_force(queries.LAW, work.today)
    rules = regulations.in_force(queries.SUBJECT, work.today)
    percent = law.integer("add_on.maximum_percent")
    most = most_fen(contract.price_fen, percent)
    counted = sum(queries.counted_fen(work, contract))
    return {
        "law": law,
        "clause": law.clauses["add_on.maximum_percent"],
        "percent": percent,
        "most_fen": most,
        "counted_fen": counted,
        "left_fen": max(0, most - counted),
        "months": rules.integer("add_on.second_approval_months"),
        "days": rules.integer("add_on.decide_working_days"),
    }


def _back(number: str) -> Response:
    return redirect(url_for("supplements.show", number=number), code=303)
