"""Until when each step of a case is due: no case waits in nobody's queue without an end."""

from datetime import datetime

from sqlalchemy import select

from market.calendar import UnknownYearError, default_calendar
from market.clock import beijing_day
from market.credit.cases.model import Case, CaseHearing
from market.credit.cases.queries import CaseRow
from market.credit.cases.record import rules_of
from market.credit.cases.rules import CaseState
from market.credit.scope import firm_in, groups_of
from market.db import UnitOfWork
from market.firms.model import Firm


def step_by(work: UnitOfWork, case: Case) -> datetime | None:
    """Return until when the authority takes its next step; none where it is not its turn.

    Nor while the holidays of the year are not known: a list shows no provisional day as fixed.
    """
    since, key = _next(work, case)
    if since is None:
        return None
    try:
        return default_calendar().due_at(beijing_day(since), rules_of(case).integer(key))
    except UnknownYearError:
        return None


def _next(work: UnitOfWork, case: Case) -> tuple[datetime | None, str]:
    match case.state:
        case CaseState.PROPOSED:
            return case.proposed_at, "case.confirm_working_days"
        case CaseState.NOTIFIED | CaseState.REPLIED | CaseState.HEARD:
            return _heard_at(work, case), "case.draft_working_days"
        case CaseState.SUMMONED:
            hearing = work.session.get_one(CaseHearing, case.id)
            return hearing.held_at, "case.confirm_working_days"
        case CaseState.DRAFTED:
            return case.drafted_at, "case.sign_working_days"
        case _:
            return None, ""


def _heard_at(work: UnitOfWork, case: Case) -> datetime | None:
    """Return since when nothing is to be heard any more: its word, its hearing, or its term."""
    hearing = work.session.get(CaseHearing, case.id)
    if hearing is not None and hearing.recorded_at is not None:
        return hearing.recorded_at
    return case.waived_at or case.reply_by_at


def to_review(work: UnitOfWork) -> list[CaseRow]:
    """Return the decisions that lost something they rest on, the most urgent first."""
    rows = work.session.execute(
        select(Case, Firm)
        .join(Firm, Firm.id == Case.firm_id)
        .where(
            Case.state == CaseState.DECIDED,
            Case.basis_by_at.is_not(None),
            Case.ends_at > work.now,
            firm_in(groups_of(work)),
        )
        .order_by(Case.basis_by_at, Case.id)
    )
    return [CaseRow(*row) for row in rows]
