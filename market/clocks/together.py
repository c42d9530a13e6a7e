"""Dealing what is due to many clocks in one transaction: the same cards, in far fewer statements.

What is read of them is read together, and so is what is written; each clock is worked out as it is
alone (``ladder.reached``). A clock that somebody else has locked, of which a suspension is due as
well, or with which something goes along, is left for its own turn.
"""

from collections.abc import Sequence

from sqlalchemy import select

from market.bulk import among, update_all
from market.clocks import ladder, queries, sieve
from market.clocks.cards import CardFacts, issue_all
from market.clocks.following import planned_kinds
from market.clocks.ladder import Plan
from market.clocks.model import Card, Clock, Suspension
from market.clocks.rules import CardStage
from market.db import UnitOfWork


def deal_all(work: UnitOfWork, ids: Sequence[int]) -> tuple[int, frozenset[int]]:
    """Deal the cards of all these clocks whose rungs were reached.

    Returns:
        How many were dealt, and which of the clocks are left for their own turn.
    """
    busy = _with_suspensions(work, ids)
    clocks = _locked(work, [one for one in ids if one not in busy])
    events, stages = sieve.events_of(work, ids), _stages(work, ids)
    cards: list[CardFacts] = []
    plans: list[tuple[Clock, Plan]] = []
    for one in ids:
        clock = clocks.get(one)
        if clock is None or not ladder.is_due(clock, work.now):
            continue
        segments = queries.segments_of(clock, events[one])
        given, plan = ladder.reached(clock, segments, stages[one], work)
        cards += given
        plans.append((clock, plan))
    _keep(work, plans)
    issue_all(work, cards)
    return len(cards), frozenset(ids) - clocks.keys()


def _with_suspensions(work: UnitOfWork, ids: Sequence[int]) -> set[int]:
    """Return the clocks of which time does more than deal a card."""
    chosen = select(Suspension.clock_id).where(
        among(work, Suspension.clock_id, ids), Suspension.next_check_at <= work.now
    )
    return set(work.session.scalars(chosen))


def _locked(work: UnitOfWork, ids: Sequence[int]) -> dict[int, Clock]:
    """Lock those that nobody else has: whoever waits for many may be waited for by one of them."""
    chosen = select(Clock).where(among(work, Clock.id, ids), Clock.kind.not_in(planned_kinds()))
    chosen = chosen.with_for_update(skip_locked=True)
    found = work.session.scalars(chosen.execution_options(populate_existing=True))
    return {clock.id: clock for clock in found}


def _stages(work: UnitOfWork, ids: Sequence[int]) -> dict[int, set[CardStage]]:
    found: dict[int, set[CardStage]] = {one: set() for one in ids}
    for one, stage in work.session.execute(
        select(Card.clock_id, Card.stage).where(among(work, Card.clock_id, ids))
    ):
        if one is not None:
            found[one].add(stage)
    return found


def _keep(work: UnitOfWork, plans: Sequence[tuple[Clock, Plan]]) -> None:
    rows = [
        {
            "id": clock.id,
            "due_at": plan.due_at,
            "next_stage": plan.next_stage,
            "next_check_at": plan.next_check_at,
        }
        for clock, plan in plans
    ]
    update_all(work, Clock, rows, version=Clock.version + 1)
    work.session.expire_all()
