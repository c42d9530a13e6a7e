"""What an owner's public record counts of objections: its own, and results annulled for it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.errors import msgid
from market.needs.model import Need
from market.needs.record.queries import Counter
from market.objections.model import AwardObjection
from market.objections.queries import ANNULLED_BY_PROCEDURE
from market.objections.rules import ObjectionState, Party


def of_owner(work: UnitOfWork, owner: Organisation, since: datetime) -> Sequence[Counter]:
    """Count an owner's applications that were not found right, and its annulled results."""
    dismissed = work.session.scalar(
        select(func.count(AwardObjection.id)).where(
            AwardObjection.org_id == owner.id,
            AwardObjection.party == Party.OWNER,
            AwardObjection.state == ObjectionState.DISMISSED,
            AwardObjection.closed_at >= since,
        )
    )
    annulled = work.session.scalar(
        select(func.count(AwardObjection.id))
        .join(Need, Need.id == AwardObjection.need_id)
        .where(
            Need.owner_org_id == owner.id,
            AwardObjection.closed_at >= since,
            *ANNULLED_BY_PROCEDURE,
        )
    )
    return [
        Counter(label=msgid("申请取消中选被驳回"), count=dismissed or 0),
        Counter(label=msgid("选取结果因程序原因被取消"), count=annulled or 0),
    ]
