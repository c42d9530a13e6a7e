"""The clock of the owner's own term to examine a round, beside the service's accounts."""

from datetime import datetime

from market.clocks import turns
from market.clocks.kinds import OWNER_REVIEW
from market.clocks.rules import Party
from market.contracts.actions.record import rules_for
from market.contracts.examining.rules import ASKED, ExamState
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.errors import msgid


def begin(work: UnitOfWork, contract: Contract) -> None:
    """Start the owner's days to examine a round, each time it is with the owner."""
    rules = rules_for(work, contract)
    turns.begin(
        work,
        OWNER_REVIEW,
        _about(contract),
        number=contract.number,
        title=contract.title,
        holder=Party.OWNER,
        holder_org_id=contract.owner_org_id,
        other_org_id=contract.firm_org_id,
        limit=rules.integer("deliverable.check_working_days"),
        regulation=rules,
    )


def follow(
    work: UnitOfWork, contract: Contract, was: ExamState, now: ExamState, at: datetime
) -> None:
    """Hand the clock over while the firm mends what the owner asked for, and stop it at the end."""
    if now in ASKED and was is ExamState.SUBMITTED:
        turns.hand(work, _about(contract), Party.FIRM, msgid("业主要求补正"))
    elif now is not ExamState.SUBMITTED and now not in ASKED:
        turns.end(work, _about(contract), msgid("业主核对已办结"), happened_at=at)


def pause(work: UnitOfWork, contract: Contract) -> None:
    """Stop the clock with its term while an objection holds the award; it begins anew."""
    turns.end(work, _about(contract), msgid("异议期间不计，恢复后重新起算"))


def _about(contract: Contract) -> str:
    return f"owner-review:{contract.id}"
