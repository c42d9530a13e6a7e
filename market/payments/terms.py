"""By when a dispute about money has to go on, by the holidays that are known now."""

from datetime import datetime
from typing import Final

from market import regulations
from market.calendar import UnknownYearError, provisional_calendar
from market.clock import beijing_day
from market.payments.model import VoucherAnswer
from market.payments.rules import VoucherMove

SUBJECT: Final = "contract-money"
# In how many working days a dispute has to go on, by what was said last.
_TERMS: Final = {
    VoucherMove.DISPUTE: "dispute.reply_working_days",
    VoucherMove.INSIST: "dispute.decide_working_days",
}


def due_now(said: VoucherAnswer) -> datetime | None:
    """Return by when a dispute has to go on, by the holidays that are known now.

    What was said is of record and never changes, so a notice that comes later is read in here.
    """
    key = _TERMS.get(said.move)
    if said.due_at is None or key is None:
        return said.due_at
    said_on = beijing_day(said.answered_at)
    days = regulations.in_force(SUBJECT, said_on).integer(key)
    try:
        return provisional_calendar().due_at(said_on, days)
    except UnknownYearError:
        return said.due_at
