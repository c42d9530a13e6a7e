"""Whose turn it is: the authority of the item. And an owner pays once, when judged."""

import pytest
from sqlalchemy import select

from market.clocks.card_rules import CARD_MOVES, CardMove, CardState, Trigger, when_silent
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.credit.ledgers import queries
from market.credit.scope import is_first
from market.db import reading_work, unit_of_work
from market.supervision.model import CardDecision
from tests.market.factories.credit import SYSTEM, an_officer
from tests.market.factories.supervision import some_offices


def test_the_authority_of_the_group_comes_before_one_for_everything(fast_here):
    general, of_three = an_officer(fast_here), an_officer(fast_here, "03")
    other = an_officer(fast_here, "07")

    def first(person, *groups):
        with reading_work(fast_here.sessions, person.actor, fast_here.clock) as work:
            return is_first(work, groups)

    assert [first(one, "03") for one in (general, of_three, other)] == [False, True, False]
    assert [first(one, "01") for one in (general, of_three, other)] == [True, False, False]
    assert [first(one) for one in (general, of_three, other)] == [True, False, False]


def test_without_an_authority_whoever_may_propose_acts(fast_here):
    with reading_work(fast_here.sessions, SYSTEM, fast_here.clock) as work:
        assert is_first(work, ["03"])


@pytest.mark.parametrize(
    ("trigger", "state", "upheld", "points"),
    [
        (Trigger.REFUSED_MATERIAL, CardState.ISSUED, False, 0),
        (Trigger.REFUSED_MATERIAL, CardState.REPLIED, False, 0),
        (Trigger.REFUSED_MATERIAL, CardState.UPHELD, True, 5),
        (Trigger.REFUSED_MATERIAL, CardState.CLOSED, True, 5),
        (Trigger.LATE_CONTRACT, CardState.UPHELD, True, 0),
    ],
)
def test_an_owner_pays_for_a_card_once_it_was_judged(fast_here, trigger, state, upheld, points):
    offices = some_offices(fast_here)
    number = offices.give()
    with unit_of_work(fast_here.sessions, SYSTEM, fast_here.clock) as work:
        card = work.session.scalars(select(Card).where(Card.number == number)).one()
        card.trigger, card.state, card.stage = trigger, state, CardStage.RED
        org_id = card.org_id
        if upheld:
            work.session.add(
                CardDecision(
                    card_id=card.id,
                    move=CardMove.UPHOLD,
                    text="维持",
                    decided_at=work.now,
                    decided_by_id=offices.users["judge"].id,
                    by_org_id=offices.users["judge"].organisation_id,
                )
            )
    with reading_work(fast_here.sessions, SYSTEM, fast_here.clock) as work:
        ledger = queries.owner_ledger(work, org_id)
    assert 100 - ledger.score == points


@pytest.mark.parametrize("stage", queries.GRAVE)
def test_no_card_that_costs_is_closed_without_a_judgement(stage):
    """That a closed one counts rests on this: only a warning is closed by silence."""
    assert when_silent(stage) is CardMove.LAPSE
    closing = {
        (before, move) for (before, move), after in CARD_MOVES.items() if after is CardState.CLOSED
    }
    assert closing == {
        (CardState.ISSUED, CardMove.NOTE),
        (CardState.UPHELD, CardMove.CLOSE),
    }
