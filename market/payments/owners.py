"""What an owner's public record shows of its payments."""

from datetime import datetime

from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.errors import msgid
from market.needs.record.queries import Counter
from market.payments.queries import count_overdue_since


def counters(work: UnitOfWork, owner: Organisation, since: datetime) -> list[Counter]:
    """Return how often an owner let a payment's last day pass since an instant."""
    return [Counter(msgid("服务费付款逾期"), count_overdue_since(work, owner, since))]
