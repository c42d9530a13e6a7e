"""Reporting at a milestone."""

from dataclasses import dataclass
from typing import Final

from market.contracts.messages import REPORT_MADE
from market.contracts.model import Contract
from market.contracts.reports import missing, queries, timing
from market.contracts.reports.model import ProgressReport
from market.contracts.reports.record import move
from market.contracts.reports.rules import (
    MilestoneMove,
    NothingDoneError,
    PercentError,
    advance,
    check_turn,
)
from market.db import UnitOfWork
from market.errors import msgid
from market.files import StoredFile
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.messages.actions import tell
from market.needs.queries import by_id as need_by_id
from market.reasons import long_enough
from market.salts import salted

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

    What was missed before it is said first, whether or not a sweep has come by.

    Raises:
        MissingError: The contract has no such milestone.
        IllegalMilestoneMoveError: It was reported, or the service is not under way.
        EarlierFirstError, ReportEarlyError: It is not this one's turn.
        NothingDoneError, PercentError: The report says nothing.
        NotAuthorisedError: The delegate's authority does not cover it.
    """
    require_authority(work, Deed.REPORT, need_by_id(work, contract.need_id).item_code)
    missing.settle(work, contract)
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
