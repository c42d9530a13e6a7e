"""Who let a term pass while everybody waited: those days are its own, and no procedure's."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from market import regulations
from market.accounts.model import Organisation
from market.accounts.queries import operator_id
from market.calendar import provisional_calendar
from market.clock import beijing_day
from market.complaints.held_awards import freezing_of
from market.complaints.model import Complaint
from market.complaints.queries import steps_of as complaint_steps
from market.complaints.timing import responsible_id
from market.contracts.model import Contract
from market.contracts.signing.model import SigningCase
from market.contracts.signing.queries import cases_of
from market.contracts.signing.record import TERMS
from market.contracts.signing.rules import OPEN, SigningState
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.model_freeze import AwardFreeze
from market.draws.queries.freezes import freezes_of
from market.errors import msgid
from market.needs.queries import by_id as need_by_id
from market.needs.scope import authority_of
from market.objections.authorities import WITH_AUTHORITY
from market.objections.model import AwardObjection
from market.objections.queries import of_award as objections_of
from market.objections.queries import steps_of
from market.objections.rules import ObjectionMove, ObjectionState
from market.timelines.after_signing import unpaid_times
from market.timelines.rules import Account, Late, Link, Step

FIND_FAULT: Final = msgid("未签合同的责任没有在规定期限内认定")
DECIDE_COMPLAINT: Final = msgid("投诉没有在规定期限内作出决定")
ANSWER_OBJECTION: Final = msgid("异议没有在规定期限内答复")
PASSED_ON: Final = frozenset({ObjectionMove.ESCALATE, ObjectionMove.COMPLAIN})
DECIDE_OBJECTION: Final = msgid("异议没有在规定期限内作出决定")
PAY: Final = msgid("付款期限届满，款项没有付清")


def of_award(work: UnitOfWork, award: Award) -> Iterator[Late]:
    """Yield what lay beyond somebody's term while an award waited, who and for how long."""
    frozen = freezes_of(work, award.id)
    for case in cases_of(work, award.id):
        yield from _of_finding(work, case, frozen)
    for complaint in freezing_of(work, award.id):
        for late in _of_complaint(work, complaint):
            yield from _within(late, frozen)
    for objection in objections_of(work, award.id):
        for late in _of_objection(work, award, objection):
            yield from _within(late, frozen)


def of_money(work: UnitOfWork, contract: Contract) -> Iterator[Late]:
    """Yield the time beyond the terms of payments: where nobody else's time runs, the owner's.

    An invoice that is disputed, paid or taken back is not overdue; the money's own steps say which.
    """
    for from_at, until_at in unpaid_times(work, contract):
        yield Late(
            from_at=from_at,
            until_at=until_at,
            account=Account.OWNER,
            why=(PAY, _name(work, contract.owner_org_id)),
            link=Link(endpoint="contracts.public", value=contract.number),
            facts={"number": contract.number},
            takes=Account.NOBODY,
            ends_with=Step.PAYMENT_CAUGHT_UP,
        )


def _of_finding(
    work: UnitOfWork, case: SigningCase, frozen: Sequence[AwardFreeze]
) -> Iterator[Late]:
    """Yield the time beyond the authority's term to find whose fault it was that nobody signed.

    The term runs from the proposal; it is given anew once the award goes on.
    """
    if case.proposed_at is None or (case.fault is None and case.state not in OPEN):
        return
    since = max((one.ended_at or work.now for one in frozen), default=case.proposed_at)
    days = regulations.current().by_id(case.regulation_id).integer(TERMS[SigningState.PROPOSED])
    due_at = provisional_calendar().due_at(beijing_day(max(since, case.proposed_at)), days)
    # What was sent back is not found yet.
    until_at = case.decided_at if case.fault is not None else None
    if due_at >= (until_at or work.now):
        return
    authority = case.decided_by_org_id or authority_of(
        work, need_by_id(work, case.need_id).item_code
    )
    yield Late(
        from_at=due_at,
        until_at=until_at,
        account=Account.REVIEWER,
        why=(FIND_FAULT, _name(work, authority)),
        facts={"number": case.number},
    )


def _within(late: Late, frozen: Sequence[AwardFreeze]) -> Iterator[Late]:
    """Yield the parts of a lateness in which the award stood still."""
    for one in frozen:
        from_at = max(late.from_at, one.frozen_at)
        ends = [at for at in (late.until_at, one.ended_at) if at is not None]
        until_at = min(ends, default=None)
        if until_at is None or from_at < until_at:
            yield replace(late, from_at=from_at, until_at=until_at)


def _of_complaint(work: UnitOfWork, one: Complaint) -> Iterator[Late]:
    """Yield the time beyond the term of the decision; whoever handles it has one from the start."""
    accepted_at = one.accepted_at
    if accepted_at is None:
        return
    steps = [(step.due_at, step.at) for step in complaint_steps(work, one) if step.at > accepted_at]
    who = _name(work, responsible_id(work, one))
    for due_at, until_at in _beyond(steps, one.due_at, work.now):
        yield Late(
            from_at=due_at,
            until_at=until_at,
            account=Account.REVIEWER,
            why=(DECIDE_COMPLAINT, who),
            link=Link(endpoint="complaints.show", value=one.number),
            facts={"number": one.number},
        )


def _of_objection(work: UnitOfWork, award: Award, one: AwardObjection) -> Iterator[Late]:
    """Yield the time beyond the operator's answer, and beyond the terms of the authority."""
    steps = steps_of(work, one)
    before = [ObjectionState.OPEN, *(step.state for step in steps)]
    link = Link(endpoint="objections.show", value=one.number)
    # What was not answered, and went to the authority for that, was never done.
    passed_on = {step.at for step in steps if step.move in PASSED_ON}
    by_operator = [
        (step.due_at, step.at)
        for was, step in zip(before, steps, strict=False)
        if was is ObjectionState.OPEN
    ]
    by_authority = [
        (step.due_at, step.at)
        for was, step in zip(before, steps, strict=False)
        if was in WITH_AUTHORITY
    ]
    authority = one.decided_by_org_id or authority_of(
        work, need_by_id(work, award.need_id).item_code
    )
    for account, what, who, taken, is_now in (
        (
            Account.OPERATOR,
            ANSWER_OBJECTION,
            operator_id(work),
            by_operator,
            one.state is ObjectionState.OPEN,
        ),
        (
            Account.REVIEWER,
            DECIDE_OBJECTION,
            authority,
            by_authority,
            one.state in WITH_AUTHORITY,
        ),
    ):
        for due_at, until_at in _beyond(taken, one.due_at if is_now else None, work.now):
            yield Late(
                from_at=due_at,
                until_at=until_at,
                account=account,
                why=(what, _name(work, who)),
                link=link,
                facts={"number": one.number},
                ends_with=Step.PASSED_ON if until_at in passed_on else Step.CAUGHT_UP,
            )


def _beyond(
    steps: Sequence[tuple[datetime | None, datetime]], due_at: datetime | None, now: datetime
) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield from when until when each term was over and not kept; the last may still be open.

    Each step says by when it was due: a term ends with the last step that was due by it.
    """
    taken = {by_at: at for by_at, at in steps if by_at is not None}
    for by_at, at in taken.items():
        if by_at < at and by_at != due_at:
            yield by_at, at
    if due_at is not None and due_at <= now:
        yield due_at, None


def _name(work: UnitOfWork, org_id: int | None) -> str:
    return work.session.get_one(Organisation, org_id).name if org_id is not None else ""
