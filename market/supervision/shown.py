"""What the page of a card shows: who may do what, and which offices have to do with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from market.access import Permission
from market.accounts.model import User
from market.accounts.queries import organisation
from market.clocks import baseless, late
from market.clocks import queries as clocks
from market.clocks.card_rules import WAITING, CardState
from market.clocks.model import Card, Clock
from market.clocks.rules import CardStage, ClockState
from market.db import UnitOfWork
from market.duties import took
from market.supervision import interviewing, queries, timing
from market.supervision.model import CardDecision
from market.supervision.offices import interviewers_of, judge_of
from market.supervision.rules import WithdrawalState

OFFICIALS: Final = frozenset({Permission.CARD_GIVE, Permission.CARD_DECIDE})


@dataclass(frozen=True, slots=True, kw_only=True)
class May:
    """What the reader may do with a card now."""

    reply: bool
    uphold: bool
    close: bool
    propose: bool
    decide: bool
    take_back: bool
    invite: bool
    record: bool
    sees_all: bool


def may(work: UnitOfWork, card: Card) -> May:
    """Return what the actor may do with a card, by role, organisation and state."""
    own, state = work.actor.permissions, card.state
    is_own = work.actor.org_id is not None and card.org_id == work.actor.org_id
    proposal = queries.open_withdrawal(work, card)
    free = not timing.waits(work, card)
    invited = queries.open_interview(work, card)
    gives = Permission.CARD_GIVE in own and not is_own
    decides = Permission.CARD_DECIDE in own and not is_own and not took(work, card.issued_by_id)
    live = state not in {CardState.WITHDRAWN, CardState.CLOSED}
    return May(
        reply=is_own and Permission.CARD_REPLY in own and state in WAITING,
        uphold=decides
        and free
        and state in queries.TO_JUDGE
        and not baseless.is_baseless(work, card),
        close=decides and free and state is CardState.UPHELD,
        propose=gives
        and proposal is None
        and state is not CardState.WITHDRAWN
        and not took(work, card.issued_by_id),
        decide=decides
        and proposal is not None
        and queries.office_of(work, proposal) != work.actor.org_id,
        take_back=gives and proposal is not None and took(work, proposal.proposed_by_id),
        invite=gives and live and invited is None,
        record=gives and invited is not None,
        sees_all=is_own or bool(own & OFFICIALS) or Permission.OVERSIGHT_READ in own,
    )


def _offices(work: UnitOfWork, card: Card, decisions: Sequence[CardDecision]) -> dict[int, str]:
    """Return the organisations that gave a card by hand and judged it, by their ids."""
    ids = {one.by_org_id for one in decisions}
    if card.issued_by_org_id is not None:
        ids.add(card.issued_by_org_id)
    return {one: organisation(work, one).name for one in ids}


def facts(work: UnitOfWork, card: Card, decisions: Sequence[CardDecision]) -> dict[str, object]:
    """Return the offices of a card by name: who gave and judged it, and whose turn it is."""
    interviewer, clock = None, timing.judging(work, card)
    due_at = _due_at(clock)
    if card.stage is CardStage.SUPERVISE:
        interviewer = _named(work, interviewers_of(work, [card])[card.id])
    return {
        "offices": _offices(work, card, decisions),
        # Whose time runs, as its clock says; before it runs, whose it will be.
        "judge": _named(work, clock.holder_org_id if clock and due_at else judge_of(work, card)),
        "judge_by_at": due_at,
        "interviewer": interviewer,
        "overtaken": _is_overtaken(work, card),
        "baseless": baseless.is_baseless(work, card),
        "withdrawn_by": _withdrawn_by(work, card),
        "earliest_on": interviewing.earliest_on(work),
    }


def _named(work: UnitOfWork, org_id: int | None) -> str | None:
    return None if org_id is None else organisation(work, org_id).name


def _withdrawn_by(work: UnitOfWork, card: Card) -> tuple[str, str] | None:
    """Return the offices that proposed and decided to take a card back, if it was."""
    granted = [
        one
        for one in queries.withdrawals_of(work, card)
        if one.state is WithdrawalState.GRANTED and one.decided_by_id
    ]
    if not granted:
        return None
    decider = work.session.get_one(User, granted[-1].decided_by_id)
    proposed_by = organisation(work, queries.office_of(work, granted[-1])).name
    return proposed_by, organisation(work, decider.organisation_id).name


def _due_at(clock: Clock | None) -> datetime | None:
    return clock.due_at if clock is not None and clock.state is ClockState.RUNNING else None


def _is_overtaken(work: UnitOfWork, card: Card) -> bool:
    """Whether something that lies before a card of a clock was entered after it had been dealt."""
    if card.clock_id is None:
        return False
    clock = clocks.by_id(work, card.clock_id)
    return card.id in late.overtaken(clocks.stretches(work, clock), [card])
