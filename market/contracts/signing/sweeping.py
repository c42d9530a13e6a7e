"""What time does to findings besides ending the hearing; ``contracts.jobs`` runs it."""

from collections.abc import Sequence

from market.contracts.signing import actions, queries
from market.contracts.signing.model import SigningCase
from market.contracts.signing.record import close_gone
from market.db import UnitOfWork
from market.draws.queries import award_at
from market.draws.queries.finding import GONE_AWARDS


def unproposed(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    """Find the cases for which the operator proposed nothing in time."""
    return queries.unproposed_ids(work, work.now, limit, after or 0)


def escalate(work: UnitOfWork, case_id: int) -> int:
    """Leave one of them to the authority."""
    return int(actions.escalate(work, work.session.get_one(SigningCase, case_id)))


def gone(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    """Find the cases, not over, of awards that ended otherwise."""
    return queries.gone_ids(work, limit, after or 0)


def close(work: UnitOfWork, case_id: int) -> int:
    """Close one of them."""
    award = award_at(work, work.session.get_one(SigningCase, case_id).award_id)
    if award.state not in GONE_AWARDS:
        return 0
    close_gone(work, award)
    return 1
