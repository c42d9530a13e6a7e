"""What an owner's public record counts of its applications to take a winner away."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.errors import msgid
from market.needs.record.queries import Counter
from market.objections.model import AwardObjection
from market.objections.rules import ObjectionState, Party


def of_owner(work: UnitOfWork, owner: Organisation, since: datetime) -> Sequence[Counter]:
    """Count an owner's applications to take a winner away that were not found right."""
    dismissed = work.session.scalar(
        select(func.count(AwardObjection.id)).where(
            AwardObjection.org_id == owner.id,
            AwardObjection.party == Party.OWNER,
            AwardObjection.state == ObjectionState.DISMISSED,
            AwardObjection.closed_at >= since,
        )
    )
    return [Counter(label=msgid("申请取消中选被驳回"), count=dismissed or 0)]
