"""Signing: one side files the contract of an award, the other confirms or returns it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from market.catalogue.contract_texts import queries as contract_texts
from market.clock import beijing_day
from market.contracts import queries
from market.contracts.actions.held import locked_free, require_not_held
from market.contracts.actions.record import move, rules_for, rules_of
from market.contracts.errors import (
    AlreadyFiledError,
    ContractDaysError,
    FirmBarredError,
    SignedOnError,
    SignLateError,
)
from market.contracts.exchange.record import pass_turn, require_returnable
from market.contracts.exchange.rules import Deed as Passing
from market.contracts.journal import ContractFiled, ContractModel, ContractPayer
from market.contracts.model import Contract
from market.contracts.payers import Payer, check_payer
from market.contracts.reports.record import plan
from market.contracts.reports.rules import Planned
from market.contracts.rules import (
    ContractMove,
    ContractState,
    ModelUse,
    advance,
    check_price,
    judged_use,
)
from market.contracts.signing.messages import tell_in_force, tell_returned
from market.contracts.signing.record import close_signed
from market.db import UnitOfWork
from market.draws import actions as draws
from market.draws.eligibility import in_words
from market.draws.model import Award
from market.draws.queries import award_at, bars_of
from market.draws.rules import AwardMove, advance_award
from market.errors import SeparationOfSidesError, msgid
from market.explanations.actions import require_explained
from market.files import StoredFile
from market.firms import queries as firms
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.firms.model import Firm
from market.needs import actions as needs
from market.needs.model import Need
from market.needs.queries import by_id as need_by_id
from market.needs.rules import Move
from market.numbers import next_number
from market.rulebook import apply

COMMISSIONED: Final = "commissioned-services"
_NAMES_LONGEST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts:
    """What the filing side says of the contract, as typed on its form."""

    price_fen: int
    signed_on: date
    service_working_days: int
    payer: Payer = Payer.OWNER
    for_own_review: bool = False
    model_use: ModelUse = ModelUse.NONE
    milestones: tuple[Planned, ...] = ()


def file(
    work: UnitOfWork,
    award: Award,
    need: Need,
    firm: Firm,
    *,
    facts: ContractFacts,
    stored: StoredFile,
) -> Contract:
    """File the contract of a confirmed award, for the other side to confirm.

    Raises:
        AlreadyFiledError: One of the sides has filed it.
        AwardHeldError: An objection holds the award.
        IllegalAwardMoveError: The award is not confirmed, or has passed on.
        SignLateError: The time to sign and file is over.
        FirmBarredError: The firm has left since, or is suspended or blacklisted.
        NotExplainedError: The price is marked abnormally low, and not explained.
        PriceError: The price exceeds the award.
        ShiftedChargeError: An applicant is to pay for an authority's own review.
        ModelUseMissingError: It is not said whether it follows the model of its service.
        SignedOnError, ContractDaysError: The facts contradict the notice.
        PlanLongError: It names more milestones than the rules allow.
        UnknownYearError: The calendar does not know by when the other side must answer.
    """
    require_authority(work, Deed.CONTRACT, need.item_code)
    award = award_at(work, award.id)  # Both sides may file at the same moment.
    if queries.of_award(work, award.id) is not None:
        raise AlreadyFiledError
    require_not_held(work, award)
    advance_award(award.state, AwardMove.SIGN)
    _in_time(work, award.sign_by_at)
    require_explained(work, award)
    _require_fit(work, firm.id, award.need_id)
    contract = Contract(
        award_id=award.id,
        need_id=need.id,
        owner_org_id=need.owner_org_id,
        firm_org_id=firm.organisation_id,
        firm_id=firm.id,
        number=next_number(work, "HT"),
        title=need.title,
        state=ContractState.FILED,
    )
    _fill(work, contract, award, need, facts=facts, stored=stored)
    work.session.add(contract)
    work.session.flush()
    plan(work, contract, facts.milestones)
    contract.act_by_at = pass_turn(work, contract, award, Passing.FILE, rules_of(need))
    _record_filed(work, contract, need, firm, stored)
    return contract


def refile(work: UnitOfWork, contract: Contract, facts: ContractFacts, stored: StoredFile) -> None:
    """File a contract again that was returned; either side may.

    Raises:
        As ``file``.
    """
    award = locked_free(work, contract)
    _require_authority(work, contract)
    by_at = contract.act_by_at
    move(work, contract, ContractMove.REFILE)
    _in_time(work, by_at)
    _require_fit(work, contract.firm_id, contract.need_id)
    need = need_by_id(work, contract.need_id)
    _fill(work, contract, award, need, facts=facts, stored=stored)
    plan(work, contract, facts.milestones)
    contract.return_reason = None
    contract.act_by_at = pass_turn(work, contract, award, Passing.REFILE, rules_of(need))
    _record_filed(work, contract, need, work.session.get_one(Firm, contract.firm_id), stored)


def confirm(work: UnitOfWork, contract: Contract) -> None:
    """Confirm a contract that the other side filed; it is published and in force.

    An owner may confirm late what the firm filed in time: the firm has done its part.

    Raises:
        SeparationOfSidesError: The side that filed it confirms it itself.
        SignLateError: The firm answers after its time.
        FirmBarredError: The firm, which answers, has left since or is sanctioned.
        UnknownYearError: The calendar does not know when the materials are due.
    """
    award = locked_free(work, contract)
    _other_side(work, contract)
    _require_authority(work, contract)
    by_at = None if filed_by_firm(contract) else contract.act_by_at
    move(work, contract, ContractMove.CONFIRM)
    _in_time(work, by_at)
    if not filed_by_firm(contract):
        _require_fit(work, contract.firm_id, contract.need_id)
    contract.confirmed_by_id = work.user_id
    contract.confirmed_at = work.now
    need = need_by_id(work, contract.need_id)
    days = rules_of(need).integer("contract.materials_working_days")
    contract.materials_by_at = contract.act_by_at = contract.count_term(work.today, days)
    draws.signed(work, award)
    close_signed(work, award)
    needs.step(work, need, Move.CONTRACT)
    tell_in_force(work, contract)


def return_filing(work: UnitOfWork, contract: Contract, reason: str) -> None:
    """Return a filed contract to the other side, with what must be changed.

    Whoever has to file it again has what is left of its days for it, and at least one.

    Raises:
        SeparationOfSidesError: The side that filed it returns it itself.
        ReturnedOftenError: It was returned as often as the rules allow.
        AwardHeldError: An objection holds the award.
        NoReasonError: It does not say what must be changed.
        SignLateError: The firm answers after its time.
    """
    award = locked_free(work, contract)
    _other_side(work, contract)
    _require_authority(work, contract)
    if len(reason.strip()) < needs.REASON_SHORTEST:
        raise needs.NoReasonError
    by_at = None if filed_by_firm(contract) else contract.act_by_at
    advance(contract.state, ContractMove.RETURN)
    require_returnable(work, contract)
    move(work, contract, ContractMove.RETURN)
    _in_time(work, by_at)
    contract.return_reason = reason.strip()
    rules = rules_for(work, contract)
    contract.act_by_at = pass_turn(work, contract, award, Passing.RETURN, rules)
    tell_returned(work, contract)


def filed_by_firm(contract: Contract) -> bool:
    """Whether the firm, and not the owner, filed the contract last."""
    return contract.filed_by_org_id == contract.firm_org_id


def _fill(
    work: UnitOfWork,
    contract: Contract,
    award: Award,
    need: Need,
    *,
    facts: ContractFacts,
    stored: StoredFile,
) -> None:
    check_price(facts.price_fen, award.price_fen)
    if not beijing_day(award.published_at) <= facts.signed_on <= work.today:
        raise SignedOnError
    if not 1 <= facts.service_working_days <= need.service_working_days:
        raise ContractDaysError(need.service_working_days)
    _check_payer(work, facts)
    contract.payer = facts.payer
    contract.for_own_review = facts.for_own_review
    _keep_model(work, contract, need, facts)
    contract.price_fen = facts.price_fen
    contract.signed_on = facts.signed_on
    contract.service_working_days = facts.service_working_days
    contract.file_id = stored.id
    contract.filed_by_org_id = work.org_id
    contract.filed_by_id = work.user_id
    contract.filed_at = work.now


def _check_payer(work: UnitOfWork, facts: ContractFacts) -> None:
    law = apply(work, COMMISSIONED)
    key = "commissioned.authority_pays"
    check_payer(
        facts.payer,
        for_own_review=facts.for_own_review,
        authority_pays=law.flag(key),
        rule=f"《{law.title}》{law.clause_of(key)}",
    )


def _keep_model(work: UnitOfWork, contract: Contract, need: Need, facts: ContractFacts) -> None:
    names = [one.name for one in contract_texts.shown(work, need.item_code)]
    contract.model_use = judged_use(facts.model_use, has_model=bool(names))
    contract.model_names = "；".join(names)[:_NAMES_LONGEST]


def _in_time(work: UnitOfWork, by_at: datetime | None) -> None:
    if by_at is not None and work.now >= by_at:
        raise SignLateError(by_at)


def _require_authority(work: UnitOfWork, contract: Contract) -> None:
    require_authority(work, Deed.CONTRACT, need_by_id(work, contract.need_id).item_code)


def _require_fit(work: UnitOfWork, firm_id: int, need_id: int) -> None:
    need = need_by_id(work, need_id)
    if bars := bars_of(work, firms.locked(work, firm_id), need):
        raise FirmBarredError(in_words(bars))


def _record_filed(
    work: UnitOfWork, contract: Contract, need: Need, firm: Firm, stored: StoredFile
) -> None:
    work.record(
        ContractFiled(
            contract=contract.number,
            need=need.number,
            firm=firm.code,
            price_fen=contract.price_fen,
            signed_on=contract.signed_on,
            service_working_days=contract.service_working_days,
            file_digest=stored.digest,
        )
    )
    work.record(
        ContractPayer(
            contract=contract.number,
            payer=contract.payer,
            for_own_review=contract.for_own_review,
        )
    )
    work.record(ContractModel(contract=contract.number, use=contract.model_use))


def _other_side(work: UnitOfWork, contract: Contract) -> None:
    if contract.filed_by_org_id == work.actor.org_id:
        raise SeparationOfSidesError(msgid("提交合同的一方"), msgid("确认合同的一方"))
