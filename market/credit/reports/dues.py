"""Until when a reported breach is confirmed or undone: nothing waits without an end."""

from datetime import datetime

from market import regulations
from market.calendar import UnknownYearError, default_calendar
from market.clock import beijing_day
from market.credit.reports import queries
from market.credit.reports.model import BreachReport
from market.credit.reports.rules import ReportState
from market.db import UnitOfWork


def step_by(work: UnitOfWork, report: BreachReport) -> datetime | None:
    """Return until when the second person answers, as for the proposal of a case.

    None while the holidays of the year are not known: a list shows no provisional day as fixed.
    """
    rules = regulations.current().by_id(report.regulation_id)
    days = rules.integer("case.confirm_working_days")
    try:
        return default_calendar().due_at(beijing_day(_waits_since(work, report)), days)
    except UnknownYearError:
        return None


def _waits_since(work: UnitOfWork, report: BreachReport) -> datetime:
    """Return since when it waits: the wish to undo it, the firm's last word, or its term's end."""
    if report.state is ReportState.UNDOING and report.undo_at is not None:
        return report.undo_at
    said = queries.statements_of(work, report)
    if report.state is ReportState.HEARD and said:
        return said[-1].stated_at
    return report.state_by_at
