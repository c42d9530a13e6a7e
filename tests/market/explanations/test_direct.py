"""A price agreed directly far below what the firm publishes is explained before it is signed."""

import pytest

from market.direct.rules import DirectGround
from market.draws.rules import AwardState
from market.explanations import actions, jobs, queries
from market.explanations.errors import NotExplainedError
from market.explanations.rules import ExplanationState, is_far_below
from market.needs.rules import NeedState
from tests.market.factories.direct import a_named_choice, a_small_city, an_emergency


@pytest.mark.parametrize(
    ("price", "disclosed", "low"),
    [
        (59, 100, True),
        (60, 100, False),
        (100, 100, False),
        (1, None, False),
        (1, 2, True),
    ],
)
def test_what_lies_below_the_share_is_low(price, disclosed, low):
    assert is_far_below(price, disclosed, 60) is low


def row_of(city, award):
    with city.reading() as work:
        return queries.of_award(work, award)


def test_it_is_asked_for_once_and_nothing_is_signed_meanwhile(fast_here, clock):
    city = a_small_city(fast_here, clock)
    chosen = a_named_choice(city, price_fen=500_000)
    award = chosen.award()
    with city.work(city.operator) as work, pytest.raises(NotExplainedError):
        actions.require_explained(work, award)
    assert jobs.sweep(city.here) == 1
    assert jobs.sweep(city.here) == 0
    row = row_of(city, award)
    assert (row.state, row.amount_fen) == (ExplanationState.ASKED, 500_000)
    # Silence takes the award away, and the need is its owner's again.
    clock.move_to(row.due_at)
    assert jobs.sweep(city.here) == 1
    assert chosen.award().state is AwardState.DISQUALIFIED
    assert chosen.need().state is NeedState.RETURNED


def test_a_fair_price_and_an_emergency_are_not_asked_about(fast_here, clock):
    city = a_small_city(fast_here, clock, firms=2)
    fair = a_named_choice(city, price_fen=800_000)
    urgent = an_emergency(city, firm_code=city.firms[1][0].code)
    assert urgent.choice().ground is DirectGround.EMERGENCY
    assert jobs.sweep(city.here) == 0
    with city.work(city.operator) as work:
        actions.require_explained(work, fair.award())
        assert queries.low_fen(work, urgent.award()) is None
