"""The page on which it is found why nobody signed: the sides speak, two persons find the fault."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log, regulations
from market.access import Permission, requires
from market.accounts.queries import organisation
from market.clocks.queries import cards_about
from market.contracts import queries as contracts
from market.contracts.forms_signing import FaultForm, FindForm, LeaveForm
from market.contracts.rules import ContractState
from market.contracts.signing import actions, queries
from market.contracts.signing.cards import subject_of_case
from market.contracts.signing.model import SigningCase
from market.contracts.signing.rules import Fault, SigningState
from market.contracts.views.blueprint import bp
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.rules import AwardState
from market.duties import took
from market.errors import MissingError, msgid
from market.firms.model import Firm
from market.needs.model import Need
from market.needs.queries import by_id as need_by_id
from market.needs.scope import looks_after
from market.web.deeds import Page, as_seen, done, reading, seen_version
from market.web.forms import MarketForm
from market.web.work import installation

S: Final = SigningState
BASE: Final = "/contracts/unsigned/<award_number>"
OFFICIALS: Final = frozenset({Permission.OVERSIGHT_READ})
Deed = Callable[[UnitOfWork, SigningCase], object]


@bp.get(BASE, endpoint="unsigned")
@requires(Permission.WORKBENCH_OPEN)
def show(award_number: str) -> Page:
    """Show to the sides and to officials why there is no contract, and what was found."""
    return _page(award_number, None, HTTPStatus.OK)


def _found(work: UnitOfWork, award_number: str) -> tuple[Award, Need, Firm]:
    """Return an award that the actor may know of; to everybody else it is missing."""
    if not award_number.isprintable():
        raise MissingError
    award = queries.award_by_number(work, award_number)
    need = need_by_id(work, award.need_id)
    firm = work.session.get_one(Firm, award.firm_id)
    sides = {need.owner_org_id, firm.organisation_id}
    is_official = work.actor.permissions & OFFICIALS and looks_after(work, need)
    if work.actor.org_id not in sides and not is_official:
        raise MissingError
    return award, need, firm


def _page(award_number: str, form: MarketForm | None, status: int) -> Page:
    with reading() as work:
        award, need, firm = _found(work, award_number)
        cases = queries.cases_of(work, award.id)
        case = cases[0] if cases else None
        page = render_template(
            "contracts/unsigned.html",
            award=award,
            need=need,
            firm=firm,
            held=award.state is AwardState.FROZEN,
            owner=organisation(work, need.owner_org_id),
            case=case,
            earlier=cases[1:],
            may=_may(work, award, case, firm),
            cards=cards_about(work, [subject_of_case(one) for one in cases]),
            form=form,
            stating=form if isinstance(form, FaultForm) else FaultForm(formdata=None),
            finding=form if isinstance(form, FindForm) else FindForm(formdata=None),
            leaving=LeaveForm(formdata=None),
            version=seen_version(case.version if case else award.version),
            rules=regulations.in_force(actions.SUBJECT, work.today),
        )
    return page, status


def _may(work: UnitOfWork, award: Award, case: SigningCase | None, firm: Firm) -> dict[str, bool]:
    """Return what the reader may do now."""
    may, org_id = work.actor.permissions, work.actor.org_id
    if award.state is AwardState.FROZEN:
        return dict.fromkeys(("state", "ask", "leave", "propose", "propose_late", "find"), False)
    signs = Permission.CONTRACT_FILE in may
    is_firm = org_id == firm.organisation_id
    hearing = case is not None and case.state is S.HEARING and case.due_at is not None
    spoken = case is not None and (case.firm_stated_at if is_firm else case.owner_stated_at)
    is_side = case is not None and org_id in {case.owner_org_id, case.firm_org_id}
    decides = (
        case is not None
        and case.state is S.PROPOSED
        and Permission.OBJECTION_DECIDE in may
        and not took(work, case.proposed_by_id)
    )
    in_time = case is not None and case.due_at is not None and work.now < case.due_at
    return {
        "state": signs and is_side and hearing and in_time and not spoken,
        "ask": signs and is_firm and _is_held_up(work, award),
        "leave": signs
        and is_firm
        and award.state is AwardState.CONFIRMED
        and queries.may_go(work, award.id),
        "propose": Permission.OBJECTION_ANSWER in may
        and case is not None
        and case.state is S.TO_FIND,
        "propose_late": Permission.OBJECTION_EXAMINE in may
        and case is not None
        and case.state is S.ESCALATED,
        "find": decides,
    }


def _is_held_up(work: UnitOfWork, award: Award) -> bool:
    contract = contracts.of_award(work, award.id)
    return (
        award.state is AwardState.CONFIRMED
        and contract is not None
        and contract.state is ContractState.FILED
        and contract.filed_by_org_id == contract.firm_org_id
        and contract.act_by_at is not None
        and work.now >= contract.act_by_at
    )


def _run(award_number: str, form: MarketForm, deed: Deed, words: str) -> Page:
    """Do something with the last case of an award, or show the page with what refused it."""

    def do(work: UnitOfWork) -> None:
        award, _, _ = _found(work, award_number)
        cases = queries.cases_of(work, award.id)
        if not cases:
            raise MissingError
        as_seen(cases[0].version)
        deed(work, cases[0])

    return _answer(award_number, form, done(form, do), words)


def _answer(award_number: str, form: MarketForm, refused: HTTPStatus | None, words: str) -> Page:
    if refused is not None:
        return _page(award_number, form, refused)
    log.sequence(installation())
    flash(gettext(words), "success")
    return redirect(url_for("contracts.unsigned", award_number=award_number), code=303)


@bp.post(f"{BASE}/state", endpoint="state_unsigned")
@requires(Permission.CONTRACT_FILE)
def state(award_number: str) -> Page:
    """Let a side say why there is no contract."""
    form = FaultForm()

    def deed(work: UnitOfWork, case: SigningCase) -> None:
        if work.actor.org_id not in {case.owner_org_id, case.firm_org_id}:
            raise MissingError
        actions.state(work, case, Fault(form.fault.data), form.text.data or "")

    return _run(
        award_number, form, deed, msgid("已提交。双方都说明或者期满后，由运营机构提出意见。")
    )


@bp.post(f"{BASE}/ask", endpoint="ask_unsigned")
@requires(Permission.CONTRACT_FILE)
def ask(award_number: str) -> Page:
    """Let a firm ask for a finding whose contract the owner does not confirm."""
    form = LeaveForm()

    def do(work: UnitOfWork) -> None:
        award, _, _ = _found(work, award_number)
        as_seen(award.version)
        actions.ask_for_finding(work, award, form.text.data or "")

    words = msgid("已申请认定责任。业主可以在期限内说明，也可以随时确认合同。")
    return _answer(award_number, form, done(form, do), words)


@bp.post(f"{BASE}/leave", endpoint="leave_unsigned")
@requires(Permission.CONTRACT_FILE)
def leave(award_number: str) -> Page:
    """Let a firm leave without a breach whose owner was found at fault."""
    form = MarketForm()

    def deed(work: UnitOfWork, case: SigningCase) -> None:
        actions.walk_away(work, work.session.get_one(Award, case.award_id))

    return _run(award_number, form, deed, msgid("已退出，不计违约。"))


@bp.post(f"{BASE}/propose", endpoint="propose_unsigned")
@requires(Permission.OBJECTION_ANSWER)
def propose(award_number: str) -> Page:
    """Let the operator propose whose fault it is."""
    form = FaultForm()

    def deed(work: UnitOfWork, case: SigningCase) -> None:
        actions.propose(work, case, Fault(form.fault.data), form.text.data or "")

    return _run(award_number, form, deed, msgid("认定意见已提出，由主管部门另一人认定。"))


@bp.post(f"{BASE}/propose-late", endpoint="propose_late_unsigned")
@requires(Permission.OBJECTION_EXAMINE)
def propose_late(award_number: str) -> Page:
    """Let an officer of the authority propose it in the operator's stead."""
    form = FaultForm()

    def deed(work: UnitOfWork, case: SigningCase) -> None:
        actions.propose_late(work, case, Fault(form.fault.data), form.text.data or "")

    return _run(award_number, form, deed, msgid("认定意见已提出，由本部门另一人认定。"))


@bp.post(f"{BASE}/find", endpoint="find_unsigned")
@requires(Permission.OBJECTION_DECIDE)
def find(award_number: str) -> Page:
    """Let an officer of the authority find the fault, or send it back."""
    form = FindForm()

    def deed(work: UnitOfWork, case: SigningCase) -> None:
        actions.find(work, case, agree=form.agree.data == "yes", text=form.text.data or "")

    return _run(award_number, form, deed, msgid("认定已作出。"))
