"""The files that prove why a clock should stand still: when one is due, and who opens it.

Of such a file the public reads that there is one and its hash; the log has the hash as well.
"""

from collections.abc import Sequence

from sqlalchemy import select

from market.access import Permission
from market.clocks.model import Clock, Suspension
from market.clocks.rules import SuspensionReason
from market.clocks.times import needs_proof, reasons_of
from market.db import UnitOfWork
from market.errors import MissingError
from market.files import StoredFile


def due_for(clock: Clock) -> frozenset[SuspensionReason]:
    """Return the reasons to suspend a clock that a file must prove."""
    return frozenset(reason for reason in reasons_of(clock) if needs_proof(clock, reason))


def of_requests(work: UnitOfWork, requests: Sequence[Suspension]) -> dict[int, StoredFile]:
    """Return the files of requests to suspend, each by its request's id."""
    wanted = {request.id: request.file_id for request in requests if request.file_id is not None}
    found = work.session.scalars(select(StoredFile).where(StoredFile.id.in_(wanted.values())))
    files = {stored.id: stored for stored in found}
    return {request_id: files[file_id] for request_id, file_id in wanted.items()}


def may_open(work: UnitOfWork, clock: Clock) -> bool:
    """Whether the actor opens such files: both sides, whoever decides, and whoever oversees."""
    actor = work.actor
    if actor.org_id is not None and actor.org_id in {clock.holder_org_id, clock.other_org_id}:
        return True
    return bool(actor.permissions & {Permission.SUSPENSION_DECIDE, Permission.OVERSIGHT_READ})


def file_of(work: UnitOfWork, clock: Clock, request: Suspension) -> int:
    """Return the file of a request, for who may open it.

    Raises:
        MissingError: There is none, or it is not for the actor.
    """
    if request.file_id is None or not may_open(work, clock):
        raise MissingError
    return request.file_id
