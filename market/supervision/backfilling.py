"""Who enters too much of what happened only afterwards: looked at once a month."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select

from market import regulations
from market.accounts.queries import organisation
from market.clock import beijing
from market.clocks import cards, late
from market.clocks.card_rules import Trigger
from market.db import UnitOfWork
from market.errors import msgid
from market.supervision.actions import give_card
from market.supervision.model import BackFillingMonth
from market.supervision.rules import back_fills

CAUSE: Final = msgid("上一个月补登的时限事项超过规定的占比和件数。")
ONE_DAY: Final = timedelta(days=1)


def due_months(work: UnitOfWork, after: date | None, limit: int) -> Sequence[date]:
    """Return the months that are over and not looked at: since the last one, the oldest first."""
    last_on = work.session.scalar(select(func.max(BackFillingMonth.month_on)))
    newest_on = _month_before(work.today.replace(day=1))
    month_on = newest_on if last_on is None else _month_after(last_on)
    found: list[date] = []
    while month_on <= newest_on and len(found) < limit:
        if after is None or month_on > after:
            found.append(month_on)
        month_on = _month_after(month_on)
    return found


def look_at(work: UnitOfWork, month_on: date) -> int:
    """Give the cards of a month, once; return how many."""
    if month_on not in due_months(work, None, 1):
        return 0
    rules = regulations.in_force(cards.SUBJECT, work.today)
    given = 0
    entered = late.entered(work, beijing(month_on), beijing(_month_after(month_on)))
    for org_id, share in entered.items():
        if back_fills(
            late=share.late,
            entries=share.entered,
            share_percent=rules.integer("back_filling.share_percent"),
            least=rules.integer("back_filling.least_entries"),
        ):
            given += _give(work, org_id, month_on)
    work.session.add(BackFillingMonth(month_on=month_on, checked_at=work.now, cards=given))
    return given


def _give(work: UnitOfWork, org_id: int, month_on: date) -> int:
    card = give_card(
        work,
        Trigger.BACK_FILLED,
        org_id=org_id,
        subject=f"organisation:{org_id}",
        number=f"{month_on:%Y-%m}",
        title=organisation(work, org_id).name,
        cause=CAUSE,
        happened_at=beijing(_month_after(month_on)),
        once=f"backfill:{org_id}:{month_on:%Y-%m}",
    )
    return int(card is not None)


def _month_after(month_on: date) -> date:
    return (month_on.replace(day=28) + timedelta(days=4)).replace(day=1)


def _month_before(month_on: date) -> date:
    return (month_on - ONE_DAY).replace(day=1)
