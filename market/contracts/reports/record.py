"""Milestones as their contract moves: planned when it is filed, started, and closed with it."""

from collections.abc import Sequence
from typing import Final

from market import rulebook
from market.catalogue.report_templates.queries import asked_for
from market.contracts.model import Contract
from market.contracts.reports import queries, timing
from market.contracts.reports.journal import MilestoneMoved, MilestonesPlanned
from market.contracts.reports.model import Milestone
from market.contracts.reports.rules import (
    OPEN,
    MilestoneMove,
    MilestoneState,
    PlanLongError,
    Planned,
    advance,
    written,
)
from market.db import UnitOfWork
from market.errors import msgid
from market.journal import Salted
from market.needs.queries import by_id as need_by_id
from market.salts import salted

SUBJECT: Final = "service"


def plan(work: UnitOfWork, contract: Contract, planned: Sequence[Planned]) -> None:
    """Keep the milestones that a filing side names, in the place of those it named before.

    What the reports are asked for is agreed with them: a later version is for later contracts.

    Raises:
        PlanLongError: There are more than the rules allow.
    """
    most = rulebook.apply(work, SUBJECT).integer("report.most_milestones")
    if len(planned) > most:
        raise PlanLongError(most)
    earlier = queries.milestones(work, contract)
    if not planned and not earlier:
        return
    for one in earlier:
        work.session.delete(one)
    work.session.flush()
    asked = asked_for(work, need_by_id(work, contract.need_id).item_code)
    work.session.add_all(
        Milestone(
            contract_id=contract.id,
            position=position,
            name=one.name,
            after_working_days=one.after_working_days,
            due_on=one.due_on,
            template=asked.text,
            template_no=asked.version_no,
            state=MilestoneState.PLANNED,
        )
        for position, one in enumerate(planned, 1)
    )
    digest = salted(work, contract.number, written(planned))
    work.record(MilestonesPlanned(contract=contract.number, count=len(planned), plan_digest=digest))


def start(work: UnitOfWork, contract: Contract) -> None:
    """Let the terms of a contract's reports begin with its service; the day after is day 1."""
    for one in queries.milestones(work, contract):
        timing.begin(work, contract, one)
        move(work, contract, one, MilestoneMove.START)


def close(work: UnitOfWork, contract: Contract) -> None:
    """Ask for no more reports: the contract is done, or has ended."""
    for one in queries.milestones(work, contract):
        if one.state in OPEN:
            timing.end(work, one, msgid("合同已经办结，不再报告"))
            one.next_check_at = None
            move(work, contract, one, MilestoneMove.CLOSE)


def move(
    work: UnitOfWork,
    contract: Contract,
    one: Milestone,
    deed: MilestoneMove,
    *,
    percent: int | None = None,
    digest: Salted | None = None,
) -> None:
    """Move a milestone and say so; its next term is for the caller to set."""
    one.state = advance(one.state, deed)
    work.record(
        MilestoneMoved(
            contract=contract.number,
            position=one.position,
            state=one.state,
            due_at=one.due_at,
            percent=percent,
            report_digest=digest,
        )
    )
