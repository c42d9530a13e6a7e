"""Finding reported breaches. What an actor may not know of is missing, not forbidden."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select

from market.access import Permission
from market.credit.reports.model import BreachReport, BreachStatement
from market.credit.reports.rules import OPEN, ReportState, is_heard, may_state
from market.credit.scope import firm_in, groups_of
from market.db import UnitOfWork
from market.duties import by_another, took
from market.errors import MissingError
from market.firms.model import Firm


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A reported breach with the firm it concerns."""

    report: BreachReport
    firm: Firm


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What the reader may do with a reported breach now."""

    state: bool = False
    take_back: bool = False
    decide: bool = False
    undo: bool = False
    answer_undo: bool = False


def shown(work: UnitOfWork, number: str) -> BreachReport:
    """Return a report for its firm, and for those who look after it."""
    if Permission.OVERSIGHT_READ in work.actor.permissions:
        return looked_after(work, number)
    return own(work, number)


def looked_after(work: UnitOfWork, number: str, *, held: bool = False) -> BreachReport:
    """Return a report about a firm that the actor looks after."""
    within = exists().where(Firm.id == BreachReport.firm_id, firm_in(groups_of(work)))
    return _one(work, BreachReport.number == number, within, held=held)


def own(work: UnitOfWork, number: str, *, held: bool = False) -> BreachReport:
    """Return a report about the firm that the actor acts for."""
    is_own = exists().where(
        Firm.id == BreachReport.firm_id, Firm.organisation_id == work.actor.org_id
    )
    return _one(work, BreachReport.number == number, is_own, held=held)


def _one(work: UnitOfWork, *conditions: ColumnElement[bool], held: bool) -> BreachReport:
    query = select(BreachReport).where(*conditions)
    if held:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = work.session.scalar(query)
    if found is None:
        raise MissingError
    return found


def of_firm(work: UnitOfWork, firm_id: int) -> Sequence[BreachReport]:
    """Return every breach that was reported of a firm, the latest first."""
    return work.session.scalars(
        select(BreachReport).where(BreachReport.firm_id == firm_id).order_by(BreachReport.id.desc())
    ).all()


def statements_of(work: UnitOfWork, report: BreachReport) -> Sequence[BreachStatement]:
    """Return what the firm said to a report, the first first."""
    return work.session.scalars(
        select(BreachStatement)
        .where(BreachStatement.report_id == report.id)
        .order_by(BreachStatement.id)
    ).all()


def to_state(work: UnitOfWork) -> Sequence[BreachReport]:
    """Return the reports to which the actor's firm may still say something."""
    return work.session.scalars(
        select(BreachReport)
        .join(Firm, Firm.id == BreachReport.firm_id)
        .where(
            Firm.organisation_id == work.actor.org_id,
            BreachReport.state == ReportState.HEARING,
            BreachReport.state_by_at > work.now,
        )
        .order_by(BreachReport.state_by_at, BreachReport.id)
    ).all()


def to_decide(work: UnitOfWork) -> list[ReportRow]:
    """Return the reports of others whose firm was heard, and those that others want undone."""
    rows = work.session.execute(
        select(BreachReport, Firm)
        .join(Firm, Firm.id == BreachReport.firm_id)
        .where(
            or_(
                (BreachReport.state == ReportState.HEARD)
                & by_another(work, BreachReport.proposed_by_id),
                (BreachReport.state == ReportState.HEARING)
                & (BreachReport.state_by_at <= work.now)
                & by_another(work, BreachReport.proposed_by_id),
                (BreachReport.state == ReportState.UNDOING)
                & by_another(work, BreachReport.undo_by_id),
            ),
            firm_in(groups_of(work)),
        )
        .order_by(BreachReport.state_by_at, BreachReport.id)
    )
    return [ReportRow(*row) for row in rows]


def steps_of(work: UnitOfWork, report: BreachReport) -> Steps:
    """Return what the reader may do with a report now: the one place that its page asks."""
    may = work.actor.permissions
    decides = Permission.CASE_DECIDE in may
    heard = is_heard(report.state, report.state_by_at, work.now)
    return Steps(
        state=Permission.CASE_REPLY in may
        and may_state(report.state, report.state_by_at, work.now),
        take_back=Permission.CASE_PROPOSE in may
        and report.state in OPEN
        and took(work, report.proposed_by_id),
        decide=decides and heard and not took(work, report.proposed_by_id),
        undo=decides and report.state is ReportState.CONFIRMED,
        answer_undo=decides
        and report.state is ReportState.UNDOING
        and not took(work, report.undo_by_id),
    )
