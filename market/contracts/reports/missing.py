"""What time does to a report that is not made: it is missed once, whoever acts next."""

from datetime import datetime

from market.calendar import default_calendar, end_of
from market.clocks import following
from market.clocks.card_rules import Trigger
from market.clocks.counting import last_day_before
from market.clocks.kinds import SERVICE
from market.clocks.model import Clock, ClockEvent
from market.contracts.messages import REPORT_MISSED
from market.contracts.model import Contract
from market.contracts.reports import queries, timing
from market.contracts.reports.model import Milestone
from market.contracts.reports.record import move
from market.contracts.reports.rules import MilestoneMove, MilestoneState
from market.contracts.rules import ContractState
from market.db import UnitOfWork
from market.errors import msgid
from market.messages.actions import tell
from market.supervision.actions import give_card
from market.sweeping import Due


def settle(work: UnitOfWork, contract: Contract, by_at: datetime | None = None) -> None:
    """Say which reports of a service that is under way were missed before anything else is done.

    What is handed in or asked for now stops the clocks; what was missed by then stays missed.
    """
    if contract.state is not ContractState.RUNNING:
        return
    until_at = by_at or work.now
    for one in queries.awaited_of(work, contract.id):
        if one.next_check_at is not None and one.next_check_at <= until_at:
            end_term(timing.by_rule(work), (one.next_check_at, one.id))


def _follow(work: UnitOfWork, service: Clock, event: ClockEvent, *, told: bool) -> None:
    """Say what was missed before the service's clock moved; then the reports' clocks move too."""
    contract_id = service.subject.removeprefix(timing.CONTRACT)
    if not contract_id.isdecimal():
        return
    contract = work.session.get(Contract, int(contract_id))
    if contract is not None:
        settle(work, contract, event.happened_at)
    timing.follow(work, int(contract_id), event, told=told)


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
        subject=f"{timing.CONTRACT}{contract.id}",
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


following.provide_moved(SERVICE, _follow)
