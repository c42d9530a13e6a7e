"""Reminders of what ends: each is given once per day fixed by the regulation, and kept."""

from sqlalchemy import select

from market.db import UnitOfWork
from market.firms.endings import Ending, endings
from market.firms.entry import stage_due
from market.firms.journal import FirmReminded
from market.firms.model import Firm
from market.firms.model_entry import FirmReminder


def remind(work: UnitOfWork, firm: Firm) -> int:
    """Give the reminders whose day has come and which were not given; return how many."""
    given = 0
    for one in endings(work, firm):
        stage = stage_due(one.days, one.end_on, work.today)
        if stage is not None and not _was_given(work, firm, one, stage):
            _give(work, firm, one, stage)
            given += 1
    return given


def _was_given(work: UnitOfWork, firm: Firm, one: Ending, days: int) -> bool:
    query = select(FirmReminder.id).where(
        FirmReminder.firm_id == firm.id,
        FirmReminder.subject == one.subject,
        FirmReminder.subject_id == one.subject_id,
        FirmReminder.end_on == one.end_on,
        FirmReminder.days == days,
    )
    return work.session.scalar(query) is not None


def _give(work: UnitOfWork, firm: Firm, one: Ending, days: int) -> None:
    work.session.add(
        FirmReminder(
            firm_id=firm.id,
            subject=one.subject,
            subject_id=one.subject_id,
            end_on=one.end_on,
            days=days,
            reminded_at=work.now,
        )
    )
    work.record(FirmReminded(firm=firm.code, subject=one.subject, end_on=one.end_on, days=days))
