"""Counting a cancellation in its owner's record."""

from market.db import UnitOfWork
from market.needs.errors import VagueReasonError
from market.needs.model import Need
from market.needs.queries import failures_of, notices_of
from market.needs.record.journal import NoticeCancelled
from market.needs.record.model import NeedCancellation
from market.needs.record.rules import CancelGround, says_what


def count_cancellation(work: UnitOfWork, need: Need, ground: CancelGround, reason: str) -> None:
    """Count the withdrawal of a need whose last notice had not failed.

    That notice is out, or was called off for a change whose notice now never comes. A need
    that nobody had read, and one that has failed, are withdrawn without a count.

    Raises:
        VagueReasonError: No ground of the list, and the reason does not say which.
    """
    notices = notices_of(work, need)
    failed = {failure.attempt for failure in failures_of(work, need)}
    if not notices or notices[-1].attempt in failed:
        return
    if ground is CancelGround.OTHER and not says_what(reason):
        raise VagueReasonError
    work.session.add(
        NeedCancellation(
            need_id=need.id, notice_id=notices[-1].id, ground=ground, reason=reason, at=work.now
        )
    )
    work.record(NoticeCancelled(notice=notices[-1].number, need=need.number, ground=ground))
