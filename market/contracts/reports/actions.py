"""Reporting at a milestone, and what time does to one that is not reported."""

from dataclasses import dataclass
from typing import Final

from market.calendar import default_calendar, end_of
from market.clocks.card_rules import Trigger
from market.clocks.counting import last_day_before
from market.contracts.actions.record import subject_of
from market.contracts.messages import REPORT_MADE, REPORT_MISSED
from market.contracts.model import Contract
from market.contracts.reports import queries, timing
from market.contracts.reports.model import Milestone, ProgressReport
from market.contracts.reports.record import move
from market.contracts.reports.rules import (
    MilestoneMove,
    MilestoneState,
    NothingDoneError,
    PercentError,
    advance,
    check_turn,
)
from market.contracts.rules import ContractState
from market.db import UnitOfWork
from market.errors import msgid
from market.files import StoredFile
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.messages.actions import tell
from market.needs.queries import by_id as need_by_id
from market.reasons import long_enough
from market.salts import salted
from market.supervision.actions import give_card
from market.sweeping import Due

DONE_SHORTEST: Final = 10
WHOLE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What the firm says at a milestone."""

    percent: int
    done: str
    obstacles: str = ""


def report(
    work: UnitOfWork,
    contract: Contract,
    milestone_id: int,
    facts: ReportFacts,
    stored: StoredFile | None = None,
) -> ProgressReport:
    """Report at a milestone; a report that comes late is welcome, and stays late.

    Raises:
        MissingError: The contract has no such milestone.
        IllegalMilestoneMoveError: It was reported, or the service is not under way.
        EarlierFirstError, ReportEarlyError: It is not this one's turn.
        NothingDoneError, PercentError: The report says nothing.
        NotAuthorisedError: The delegate's authority does not cover it.
    """
    require_authority(work, Deed.REPORT, need_by_id(work, contract.need_id).item_code)
    timing.lock(work, milestone_id)
    one = queries.milestone(work, contract, milestone_id)
    advance(one.state, MilestoneMove.REPORT)
    check_turn(one, queries.milestones(work, contract), work.now)
    done = long_enough(facts.done, DONE_SHORTEST, NothingDoneError)
    if not 0 <= facts.percent <= WHOLE:
        raise PercentError
    row = ProgressReport(
        milestone_id=one.id,
        percent=facts.percent,
        done=done,
        obstacles=facts.obstacles.strip(),
        file_id=stored.id if stored else None,
        reported_at=work.now,
        reported_by_id=work.user_id,
    )
    work.session.add(row)
    one.next_check_at = None
    digest = salted(work, contract.number, f"{done}\n{row.obstacles}")
    move(work, contract, one, MilestoneMove.REPORT, percent=facts.percent, digest=digest)
    timing.end(work, one, msgid("进度报告已提交"))
    tell(
        work,
        REPORT_MADE,
        org_id=contract.owner_org_id,
        path=f"/contracts/mine/{contract.id}",
        once=f"milestone:{one.id}",
        number=contract.number,
        name=one.name,
        percent=facts.percent,
    )
    return row


def end_term(work: UnitOfWork, row: Due) -> int:
    """Let a day of report pass: missed, unless nobody can report now; then it waits a day.

    While the service's time is another's, so is the report's: its day does not come.
    """
    timing.lock(work, row[-1])
    one = work.session.get_one(Milestone, row[-1], with_for_update=True, populate_existing=True)
    due_at = one.next_check_at
    if due_at is None or due_at > work.now or one.state is not MilestoneState.DUE:
        return 0
    if default_calendar().is_provisional(last_day_before(due_at)):
        one.next_check_at = end_of(work.today)  # The year's notice may still move it.
        return 0
    contract = work.session.get_one(Contract, one.contract_id)
    if contract.state is not ContractState.RUNNING:
        timing.wait(work, one)
        return 1
    one.next_check_at, one.missed_at = None, due_at
    move(work, contract, one, MilestoneMove.MISS)
    _say_missed(work, contract, one)
    return 1


def _say_missed(work: UnitOfWork, contract: Contract, one: Milestone) -> None:
    """Give the firm its card, and tell both sides."""
    give_card(
        work,
        Trigger.LATE_REPORT,
        org_id=contract.firm_org_id,
        subject=subject_of(contract),
        number=contract.number,
        title=contract.title,
        cause=msgid("逾期未提交进度报告"),
        happened_at=one.due_at or work.now,
        once=f"milestone:{one.id}",
    )
    for org_id in (contract.firm_org_id, contract.owner_org_id):
        tell(
            work,
            REPORT_MISSED,
            org_id=org_id,
            path=f"/contracts/mine/{contract.id}",
            once=f"milestone:{one.id}",
            number=contract.number,
            name=one.name,
        )
