"""The cards that contracts give: a step over its own term, though the total may be in time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import String, cast, exists, literal

from market.calendar import default_calendar
from market.clock import beijing_day
from market.clocks.card_rules import Trigger
from market.clocks.counting import last_day_before
from market.clocks.model import Card
from market.contracts.actions.record import subject_of
from market.contracts.model import Contract
from market.contracts.queries import latest_deliverable
from market.contracts.rules import ContractState
from market.db import UnitOfWork
from market.errors import msgid
from market.supervision.actions import give_card
from market.sweeping import Due, due_rows, last_of

MATERIALS: Final = msgid("资料移交的期限已过，业主还没有移交。")
REVIEW: Final = msgid("验收的期限已过，业主没有表态。")


def late_materials(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    """Find the contracts whose owner let the days for the materials pass and has no card for it.

    An objection that held the award moves the term: another term is another card.
    """
    return due_rows(
        work,
        Contract.act_by_at,  # none while an objection holds the award
        Contract.id,
        Contract.state == ContractState.IN_FORCE,
        ~exists().where(
            Card.subject == literal("contract:") + cast(Contract.id, String),
            Card.trigger == Trigger.LATE_MATERIALS,
            Card.reached_at == Contract.act_by_at,
        ),
        after=after,
        limit=limit,
    )


def warn_of_materials(work: UnitOfWork, due: Due) -> int:
    """Give the owner a card for materials that are late."""
    contract = work.session.get_one(Contract, last_of(due), with_for_update=True)
    at = contract.act_by_at
    if contract.state is not ContractState.IN_FORCE or at is None or at > work.now:
        return 0
    once = f"materials:{beijing_day(at)}"
    return int(_give(work, contract, Trigger.LATE_MATERIALS, MATERIALS, at=at, once=once))


def warn_of_review(work: UnitOfWork, contract: Contract, at: datetime) -> None:
    """Give the owner a card for a review that is late, whatever the service's own clock says."""
    round_no = latest_deliverable(work, contract).round_no
    _give(work, contract, Trigger.STEP_OVER, REVIEW, at=at, once=f"review:{round_no}")


def _give(
    work: UnitOfWork, contract: Contract, trigger: Trigger, cause: str, *, at: datetime, once: str
) -> bool:
    if default_calendar().is_provisional(last_day_before(at)):
        return False
    card = give_card(
        work,
        trigger,
        org_id=contract.owner_org_id,
        subject=subject_of(contract),
        number=contract.number,
        title=contract.title,
        cause=cause,
        happened_at=at,
        once=f"{subject_of(contract)}:{once}",
    )
    return card is not None
