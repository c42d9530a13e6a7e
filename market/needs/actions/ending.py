"""A need ends without a contract: taken back by its owner, or failed."""

from market.db import UnitOfWork
from market.needs.actions.moving import register_return, step
from market.needs.errors import EnrolmentOverError, PublishedError
from market.needs.journal import NeedFailed
from market.needs.model import Need, NeedFailure
from market.needs.queries import notice_of
from market.needs.record.actions import count_cancellation
from market.needs.record.rules import CancelGround
from market.needs.rules import Move, NeedState


def withdraw(
    work: UnitOfWork, need: Need, reason: str, ground: CancelGround = CancelGround.OTHER
) -> None:
    """Take back a need before enrolment closes, with the reason; counted if a notice was out.

    Once the notice is out it is ``draws`` that calls this, for the draw ends with the need.

    Raises:
        EnrolmentOverError: The notice's deadline has come, whether or not a job has acted on it.
    """
    if need.state is NeedState.OPEN:
        notice = notice_of(work, need)
        if notice is None or work.now >= notice.enrol_close_at:
            raise EnrolmentOverError
    register_return(work, need, Move.WITHDRAW, reason)
    count_cancellation(work, need, ground, reason.strip())


def take_back(
    work: UnitOfWork, need: Need, reason: str, ground: CancelGround = CancelGround.OTHER
) -> None:
    """Withdraw a need that has no notice out yet.

    Raises:
        PublishedError: Its notice is out.
    """
    if need.state is NeedState.OPEN:
        raise PublishedError
    withdraw(work, need, reason, ground)


def fail(work: UnitOfWork, need: Need, reason: str, diagnosis: str) -> None:
    """Record that a need failed (流标): the coded reason in the log, the diagnosis in public."""
    need.failure = diagnosis
    step(work, need, Move.FAIL)
    work.session.add(
        NeedFailure(
            need_id=need.id,
            attempt=need.attempt,
            reason=reason,
            diagnosis=diagnosis,
            at=work.now,
        )
    )
    work.record(NeedFailed(need=need.number, attempt=need.attempt, reason=reason))
