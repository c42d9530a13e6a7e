"""What became of an award until its contract: publicity, confirmation, objections, no signature."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from market import regulations
from market.accounts.model import Organisation
from market.clocks.queries import cards_about
from market.complaints.held_awards import freezing_of as complaints_of
from market.contracts.model import Contract
from market.contracts.queries import of_award as contract_of
from market.contracts.signing.cards import subject_of_case
from market.contracts.signing.model import SigningCase
from market.contracts.signing.queries import cases_of
from market.contracts.signing.rules import Fault, SigningState
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.model_freeze import AwardFreeze
from market.draws.queries.freezes import freezes_of
from market.draws.rules import AwardState
from market.errors import msgid
from market.labels import label_of
from market.objections.queries import of_award
from market.objections.rules import ObjectionState
from market.timelines.beside import cards_told
from market.timelines.rules import Account, Link, Moment, Step

OBJECTED: Final = msgid("有异议待办理，查明以前暂停签约")
COMPLAINED: Final = msgid("有投诉待办理，查明以前暂停签约")
STOPPED: Final = msgid("有事项待查明，查明以前暂停签约")
# Why an award ended, as its code says: a firm's own words are told instead.
_CODES: Final = {
    "no_answer": msgid("逾期未确认"),
    "not_signed": msgid("逾期未签约"),
    "no_fault": msgid("未能签约不是该机构的责任"),
}
_GROUNDS: Final = {
    "objection_": msgid("异议成立，取消中选"),
    "complaint_": msgid("投诉成立，取消中选"),
    "abnormal_low_": msgid("异常低价，说明不成立"),
}
FILED_IN_TIME: Final = msgid("机构已按期提交合同，业主没有确认")
PRESUMED: Final = msgid("机构在期限内没有说明原因，期满按规则推定由机构负责，没有另行认定")
FOR_THE_SIDES: Final = msgid("认定理由的原文送达双方，不公开")
NOT_MOVED: Final = msgid("认定以前没有签约的天数仍列在“双方”，按认定由责任一方承担")
STAYS_WITH_BOTH: Final = msgid("此前没有签约的天数仍列在“双方”，由机构承担")
NOT_QUALIFIED: Final = msgid("递补时复核不符合条件")
# Whose turn it is where an award stands.
_TURN: Final = {
    AwardState.PUBLICITY: Account.PROCESS,
    AwardState.OFFERED: Account.FIRM,
    AwardState.CONFIRMED: Account.BOTH,
    AwardState.UNSIGNED: Account.PROCESS,
    AwardState.SIGNED: None,
}
_GONE: Final = {
    AwardState.DECLINED: Step.DECLINED,
    AwardState.LAPSED: Step.LAPSED,
    AwardState.DISQUALIFIED: Step.DISQUALIFIED,
    AwardState.RELEASED: Step.RELEASED,
}


def moments_of(work: UnitOfWork, award: Award) -> Iterator[Moment]:
    """Yield what everybody may know of one award until its end, which ``end_of`` tells."""
    link = Link(endpoint="portal.award_letter", value=award.number)
    yield Moment(
        at=award.published_at,
        step=Step.CHOSEN if award.direct_number else Step.AWARDED,
        account=Account.PROCESS,
        link=link,
        facts={"number": award.number},
    )
    yield from _answered(award, work.now)
    contract = contract_of(work, award.id)
    for freeze in freezes_of(work, award.id):
        yield from _frozen(work, freeze, contract)
    yield from _objections(work, award)
    yield from _unsigned(work, award)


def ended_at(award: Award) -> datetime | None:
    """Return when an award ended; with its term where that passed in silence."""
    if award.state is AwardState.LAPSED and award.answered_at is None:
        return award.answer_by_at or award.ended_at
    return award.ended_at


def end_of(work: UnitOfWork, award: Award) -> Iterator[Moment]:
    """Yield how an award ended and why, if it did: the next is called, or the owner goes on."""
    at = ended_at(award)
    if at is None or award.state not in _GONE:
        return
    link, facts = _decision_of(work, award)
    yield Moment(
        at=at,
        step=_GONE[award.state],
        account=Account.PROCESS,
        why=(_why_gone(award),),
        link=link,
        facts=facts,
    )


def _why_gone(award: Award) -> str:
    reason = award.reason or ""
    if award.state is AwardState.DECLINED:
        return reason
    found = (words for prefix, words in _GROUNDS.items() if reason.startswith(prefix))
    return next(found, _CODES.get(reason, NOT_QUALIFIED))


def _decision_of(work: UnitOfWork, award: Award) -> tuple[Link | None, dict[str, str | int]]:
    """Return the page of the decision by which an award ended, where there is a public one."""
    for one in of_award(work, award.id):
        if one.state is ObjectionState.UPHELD and one.closed_at == award.ended_at:
            return Link(endpoint="objections.show", value=one.number), {"number": one.number}
    for complaint in complaints_of(work, award.id):
        if complaint.closed_at == award.ended_at:
            number = complaint.number
            return Link(endpoint="complaints.show", value=number), {"number": number}
    return None, {}


def _frozen(work: UnitOfWork, freeze: AwardFreeze, contract: Contract | None) -> Iterator[Moment]:
    """Yield a time for which an award stood still, and how it went on.

    The service of a signed contract goes on, its clock says on whose account. Before it began
    nobody may hand anything over: those days are not the owner's.
    """
    signed = freeze.was is AwardState.SIGNED
    waits = signed and contract is not None and not _begun_by(contract, freeze.frozen_at)
    objections = {one.number for one in of_award(work, freeze.award_id)}
    why = OBJECTED if freeze.why in objections else STOPPED
    if freeze.why.startswith("TS-"):
        why = COMPLAINED
    yield Moment(
        at=freeze.frozen_at,
        step=Step.FROZEN,
        account=Account.PROCESS if waits or not signed else None,
        why=(why,),
        facts={"number": freeze.why},
    )
    if freeze.ended_at is not None:
        turn = Account.OWNER if waits else _TURN[freeze.was]
        yield Moment(at=freeze.ended_at, step=Step.GOES_ON, account=turn)


def _begun_by(contract: Contract, at: datetime) -> bool:
    """Whether the service had begun, or the contract was over, at an instant."""
    began_at = contract.materials_at or contract.ended_at
    return began_at is not None and began_at <= at


def _answered(award: Award, now: datetime) -> Iterator[Moment]:
    offered_at = award.publicity_ends_at
    if award.answer_by_at is not None and offered_at <= now:
        yield Moment(at=offered_at, step=Step.OFFERED, account=Account.FIRM)
    if award.answered_at is not None and award.state is not AwardState.DECLINED:
        yield Moment(at=award.answered_at, step=Step.CONFIRMED, account=Account.BOTH)


def _objections(work: UnitOfWork, award: Award) -> Iterator[Moment]:
    for one in of_award(work, award.id):
        link = Link(endpoint="objections.show", value=one.number)
        ground = (label_of(one.ground).text,)
        yield Moment(at=one.raised_at, step=Step.OBJECTION, why=ground, link=link)
        if one.closed_at is not None:
            yield Moment(
                at=one.closed_at,
                step=Step.OBJECTION_OVER,
                why=(label_of(one.outcome or one.state).text, one.clause),
                link=link,
            )


def _unsigned(work: UnitOfWork, award: Award) -> Iterator[Moment]:
    for case in cases_of(work, award.id):
        yield Moment(at=case.opened_at, step=Step.UNSIGNED, account=Account.PROCESS)
        if case.decided_at is not None and case.fault is not None:
            yield Moment(
                at=case.decided_at,
                step=_fault_step(case),
                account=Account.BOTH if award.state is AwardState.CONFIRMED else None,
                why=tuple(_found(work, case, case.fault)),
                facts={"number": case.number},
            )
        yield from cards_told(work, cards_about(work, [subject_of_case(case)]))


def _fault_step(case: SigningCase) -> Step:
    return Step.FAULT_PRESUMED if case.state is SigningState.DEFAULTED else Step.FAULT_FOUND


def _found(work: UnitOfWork, case: SigningCase, fault: Fault) -> Iterator[str]:
    """Yield who found whose fault it was, by which rule, and what becomes of the days.

    What the two sides and the officials wrote is theirs (docs/adr/0044). Where silence settled
    it nobody found anything, and nothing was written.
    """
    if case.state is SigningState.DEFAULTED:
        yield PRESUMED
        yield regulations.current().by_id(case.regulation_id).title
        yield STAYS_WITH_BOTH
        return
    yield label_of(fault).text
    if case.firm_filed:
        yield FILED_IN_TIME
    if case.decided_by_org_id is not None:
        yield work.session.get_one(Organisation, case.decided_by_org_id).name
    yield regulations.current().by_id(case.regulation_id).title
    yield FOR_THE_SIDES
    if fault in {Fault.OWNER, Fault.FIRM}:
        yield NOT_MOVED
