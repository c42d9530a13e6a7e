"""What of a firm ends, and when it is reminded of it: certificates, and its months awake."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from market.db import UnitOfWork
from market.firms import queries, queries_entry
from market.firms.checks import COUNTED
from market.firms.entry import ReminderSubject
from market.firms.model import Firm, FirmFee
from market.firms.queries_entry import PROCESS, RULES
from market.firms.rules import LIVE, ServiceState
from market.regulations import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Something that ends, and how many days before to remind of it."""

    subject: ReminderSubject
    subject_id: int
    name: str
    end_on: date
    days: tuple[int, ...]


def endings(work: UnitOfWork, firm: Firm) -> Iterator[Ending]:
    """Yield everything of a firm that ends and has not been renewed."""
    if firm.state not in LIVE:
        return
    days = in_force(PROCESS, work.today).integers("registration.expiry_reminder_days")
    for row in queries.qualifications(work, firm.id):
        if row.state in COUNTED and row.valid_to_on and not queries.renewed(work, row):
            yield Ending(
                subject=ReminderSubject.QUALIFICATION,
                subject_id=row.id,
                name=f"{row.name} {row.number}",
                end_on=row.valid_to_on,
                days=days,
            )
    for member in queries.staff(work, firm.id):
        if member.state in COUNTED and member.valid_to_on:
            yield Ending(
                subject=ReminderSubject.STAFF,
                subject_id=member.id,
                name=f"{member.name} {member.certificate}",
                end_on=member.valid_to_on,
                days=days,
            )
    for service, fee in queries.offers(work, firm.id):
        if service.state is not ServiceState.WITHDRAWN and fee is not None and _ends(work, fee):
            yield Ending(
                subject=ReminderSubject.FEE,
                subject_id=fee.id,
                name=service.item_code,
                end_on=fee.valid_to_on or work.today,
                days=days,
            )
    if last_day := queries_entry.awake_until(work, firm):
        yield Ending(
            subject=ReminderSubject.DORMANCY,
            subject_id=firm.id,
            name="",
            end_on=last_day,
            days=in_force(RULES, work.today).integers("dormancy.notice_days"),
        )


def _ends(work: UnitOfWork, fee: FirmFee) -> bool:
    """Whether a fee ends and no other version is in force on the day after."""
    if fee.valid_to_on is None:
        return False
    day = fee.valid_to_on + timedelta(days=1)
    return queries.current_fee(work, fee.firm_id, fee.item_code, day) is None


def is_near(one: Ending, today: date) -> bool:
    """Whether the first reminder of an end is due, and the end not over."""
    return 0 <= (one.end_on - today).days <= max(one.days, default=0)
