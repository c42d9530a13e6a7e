"""Which returns can be disputed, by whom and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from market.clocks.queries import clock_of
from market.clocks.rules import ClockState
from market.contracts import queries as contracts
from market.contracts.actions.record import subject_of
from market.contracts.examining.model import Examination, ExaminationStep
from market.contracts.examining.queries import last_of
from market.contracts.examining.rules import SENT_BACK, ExamMove, ExamState
from market.contracts.model import Contract, Deliverable, Review
from market.contracts.rules import ContractState
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.rules import AwardState
from market.rereview.model import Rereview
from market.rereview.rules import OPEN, UNSEEN, Failure, RereviewState


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputable:
    """A return that the actor's side may dispute, and until when.

    While an objection holds the award or the clock is suspended it ``stands_still``: nobody can
    dispute, and the whole time is given again afterwards.
    """

    contract: Contract
    deliverable: Deliverable
    review: Review
    exam: Examination
    reviewer_org_id: int
    by_at: datetime
    stands_still: bool


def of_review(work: UnitOfWork, review: Review) -> Sequence[Rereview]:
    """Return the re-reviews of a return: at most one of each side."""
    return work.session.scalars(
        select(Rereview).where(Rereview.review_id == review.id).order_by(Rereview.id)
    ).all()


def returned(work: UnitOfWork, contract: Contract) -> tuple[Deliverable, Review] | None:
    """Return the last round and its return, if it was returned or failed and that stands."""
    exam = last_of(work, contract)
    if exam is None or exam.state not in SENT_BACK or contract.state is not ContractState.RUNNING:
        return None
    deliverable = work.session.get_one(Deliverable, exam.deliverable_id)
    review = contracts.review_of(work, deliverable)
    return (deliverable, review) if review is not None else None


def disputable(work: UnitOfWork, contract: Contract) -> Disputable | None:
    """Return the return of the last round that the actor's side may dispute; None without one.

    Its term may be over: ``by_at`` says so.
    """
    found, exam = returned(work, contract), last_of(work, contract)
    if found is None or exam is None or exam.dispute_by_at is None:
        return None
    deliverable, review = found
    reviewer_id = reviewer_of(work, contract, exam)
    if not may_dispute(contract, reviewer_id, work.actor.org_id):
        return None
    if any(was_asked(one, work.actor.org_id) for one in of_review(work, review)):
        return None
    return Disputable(
        contract=contract,
        deliverable=deliverable,
        review=review,
        exam=exam,
        reviewer_org_id=reviewer_id,
        by_at=exam.dispute_by_at,
        stands_still=stands_still(work, contract),
    )


def may_dispute(contract: Contract, reviewer_org_id: int, org_id: int | None) -> bool:
    """Whether a return is one that an organisation did not make, on a contract of its own."""
    return org_id in {contract.owner_org_id, contract.firm_org_id} and org_id != reviewer_org_id


def was_asked(row: Rereview, org_id: int | None) -> bool:
    """Whether a re-review leaves a side nothing to ask: its own, or one that was looked at.

    What nobody looked at takes nothing from the other.
    """
    return row.asked_by_org_id == org_id or was_seen(row)


def was_seen(row: Rereview) -> bool:
    """Whether somebody looks at a return, or did.

    Nobody did where it was taken back, ended by a copy that was another file, or lapsed without
    any experts.
    """
    had_nobody = row.state is RereviewState.LAPSED and row.failure is Failure.NO_PANEL
    return row.state not in UNSEEN and not had_nobody


def other_side(contract: Contract, org_id: int) -> int:
    """Return the other side of a contract."""
    is_firm = org_id == contract.firm_org_id
    return contract.owner_org_id if is_firm else contract.firm_org_id


def stands_still(work: UnitOfWork, contract: Contract) -> bool:
    """Whether an objection holds the award, or the service's clock is suspended."""
    award = work.session.get_one(Award, contract.award_id)
    return award.state is AwardState.FROZEN or is_suspended(work, contract)


def is_suspended(work: UnitOfWork, contract: Contract) -> bool:
    """Whether the service's clock is suspended: nobody can hand its time to an authority."""
    clock = clock_of(work, subject_of(contract))
    return clock is not None and clock.state is ClockState.SUSPENDED


def reviewer_of(work: UnitOfWork, contract: Contract, exam: Examination) -> int:
    """Return whose return it is: the authority's whose person failed the round, or the owner's."""
    if exam.state is not ExamState.FAILED:
        return contract.owner_org_id
    return failed_by(work, exam) or contract.owner_org_id


def failed_by(work: UnitOfWork, exam: Examination) -> int | None:
    """Return which organisation failed a round at a review."""
    return work.session.scalar(
        select(ExaminationStep.by_org_id)
        .where(ExaminationStep.examination_id == exam.id, ExaminationStep.move == ExamMove.FAIL)
        .order_by(ExaminationStep.id.desc())
        .limit(1)
    )


def is_unsettled() -> ColumnElement[bool]:
    """Return the condition that a return can still be disputed, or is being looked at again."""
    in_time = exists().where(
        Examination.deliverable_id == Review.deliverable_id,
        Examination.state.in_(SENT_BACK),
        Examination.next_check_at.is_not(None),
    )
    return in_time | exists().where(Rereview.review_id == Review.id, Rereview.state.in_(OPEN))


def to_dispute(work: UnitOfWork) -> list[Disputable]:
    """Return the returns that the actor's side may dispute now."""
    found = (disputable(work, one) for one in contracts.of_party_in(work, ContractState.RUNNING))
    return [one for one in found if one is not None and is_in_time(work, one)]


def is_in_time(work: UnitOfWork, found: Disputable) -> bool:
    """Whether the term to dispute a return runs, and is not over."""
    runs = found.exam.next_check_at is not None and not found.stands_still
    return runs and work.now < found.by_at
