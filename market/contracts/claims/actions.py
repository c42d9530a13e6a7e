"""Claiming an earlier day for a delivery, and answering it. Each action says so in the journal."""

from datetime import date, datetime
from typing import Final

from market.clocks import actions as clocks
from market.clocks.model import ClockEvent
from market.clocks.queries import locked
from market.clocks.replay import Correction
from market.clocks.rules import Party
from market.contracts.claims import queries
from market.contracts.claims.errors import NoDenialError
from market.contracts.claims.journal import DeliveryDayMoved
from market.contracts.claims.messages import ANSWERED, CLAIMED
from market.contracts.claims.model import DeliveryClaim
from market.contracts.claims.rules import (
    ClaimMove,
    ClaimState,
    IllegalClaimMoveError,
    advance,
)
from market.contracts.examining.record import service_clock
from market.contracts.model import Contract, Deliverable
from market.db import UnitOfWork
from market.errors import msgid
from market.messages.actions import tell
from market.reasons import long_enough

DENIAL_SHORTEST: Final = 5
_SAYS: Final = msgid("中介机构自称此日已提交，业主确认前不改变计时")
_CONFIRMED: Final = msgid("业主确认了较早的提交日期，其后至登记之日改计业主的时间")


def claim(
    work: UnitOfWork, contract: Contract, deliverable: Deliverable, on: date, at: datetime
) -> None:
    """Note on which day a firm says to have handed in a round that it enters now.

    Raises:
        EventOrderError, LateEntryError: It cannot have been that day.
        IllegalClockMoveError: The clock does not run.
    """
    work.session.flush()
    one = DeliveryClaim(
        contract_id=contract.id,
        deliverable_id=deliverable.id,
        claimed_on=on,
        event_id=clocks.claim(work, service_clock(work, contract), _SAYS, at),
        state=ClaimState.OPEN,
    )
    work.session.add(one)
    work.session.flush()
    _say(work, contract, deliverable, one)
    _tell(work, contract, one, deliverable.round_no)


def answer(work: UnitOfWork, contract: Contract, *, agree: bool, words: str) -> None:
    """Confirm the earliest day that is open, or deny it: the owner.

    Confirmed, exactly the time from the end of that day until the entry was the owner's.

    Raises:
        IllegalClaimMoveError: There is nothing to answer, or the contract is over.
        NoDenialError: It is denied without a reason.
    """
    clock = locked(work, service_clock(work, contract).id)
    found = queries.open_of(work, contract)
    if not found:
        raise IllegalClaimMoveError
    one, deliverable = found[0]
    work.session.refresh(one)
    one.state = advance(one.state, ClaimMove.CONFIRM if agree else ClaimMove.DENY)
    one.answer = words.strip() if agree else long_enough(words, DENIAL_SHORTEST, NoDenialError)
    one.answered_at, one.answered_by_id = work.now, work.user_id
    if agree:
        since_at = work.session.get_one(ClockEvent, one.event_id).happened_at
        correction = Correction(since_at, deliverable.submitted_at, Party.FIRM, Party.OWNER)
        clocks.reassign(work, clock, correction, _CONFIRMED)
        clocks.settle(work, clock)
    _say(work, contract, deliverable, one)
    _tell(work, contract, one, deliverable.round_no)


def close(work: UnitOfWork, contract: Contract) -> None:
    """Leave as it is what was not confirmed before the contract was over."""
    for one, deliverable in queries.open_of(work, contract):
        one.state = advance(one.state, ClaimMove.OVERTAKE)
        _say(work, contract, deliverable, one)


def _say(
    work: UnitOfWork, contract: Contract, deliverable: Deliverable, one: DeliveryClaim
) -> None:
    work.record(
        DeliveryDayMoved(
            contract=contract.number,
            round=deliverable.round_no,
            claimed_on=one.claimed_on,
            state=one.state,
        )
    )


def _tell(work: UnitOfWork, contract: Contract, one: DeliveryClaim, round_no: int) -> None:
    """Tell the owner of a claim, the firm of the answer."""
    is_open = one.state is ClaimState.OPEN
    tell(
        work,
        CLAIMED if is_open else ANSWERED,
        org_id=contract.owner_org_id if is_open else contract.firm_org_id,
        path=f"/contracts/mine/{contract.id}",
        once=f"delivery-claim:{one.id}:{one.state}",
        number=contract.number,
        round=round_no,
        claimed_on=one.claimed_on,
        state=one.state,
    )
