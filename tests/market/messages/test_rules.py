"""What becomes of a delivery, in every state, and on which channels a message goes."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.messages.kinds import Kind, declare
from market.messages.rules import (
    DELIVERY_MOVES,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    Channel,
    DeliveryMove,
    DeliveryState,
    Group,
    IllegalDeliveryMoveError,
    advance,
    channels_for,
    group_of,
    is_grouped,
    pause_after,
)

OUTSIDE = st.sets(st.sampled_from([Channel.EMAIL, Channel.SMS]))
EXPECTED = {
    "queued claim": "sending",
    "queued drop": "dropped",
    "sending release": "queued",
    "sending succeed": "sent",
    "sending postpone": "queued",
    "sending give-up": "failed",
    "sending drop": "dropped",
    "failed retry": "queued",
    "dropped retry": "queued",
}


@pytest.mark.parametrize(("state", "move"), list(product(DeliveryState, DeliveryMove)))
def test_every_move_in_every_state(state, move):
    wanted = EXPECTED.get(f"{state} {move}")
    if wanted is None:
        with pytest.raises(IllegalDeliveryMoveError):
            advance(state, move)
    else:
        assert advance(state, move) == wanted


def test_what_is_sent_stays_sent():
    assert not [move for state, move in DELIVERY_MOVES if state is DeliveryState.SENT]


def test_pauses_grow_until_it_is_given_up():
    pauses = [pause_after(n) for n in range(1, MOST_ATTEMPTS)]
    assert pauses[0] == timedelta(minutes=1)
    assert pauses == sorted(pauses)
    assert pauses[-1] <= LONGEST_PAUSE
    assert pause_after(MOST_ATTEMPTS) is None
    assert sum(pauses, timedelta()) > timedelta(hours=2)


@given(st.booleans(), OUTSIDE, OUTSIDE)
def test_nothing_is_lost_by_a_choice(must, wanted, reachable):
    found = channels_for(must=must, wanted=wanted, reachable=reachable)
    assert found[0] is Channel.INBOX
    assert len(set(found)) == len(found)
    assert set(found[1:]) <= reachable
    assert wanted & reachable <= set(found)
    if must and reachable:
        assert len(found) > 1
    if not must:
        assert set(found[1:]) == wanted & reachable


def test_what_a_kind_is_about():
    assert group_of("credit.case-notified") is Group.CREDIT
    assert group_of("objection.answered") is Group.OBJECTION
    assert group_of("nothing-known") is Group.OTHER
    assert group_of("rereview.asked") is Group.CONTRACT
    assert (is_grouped("account.handover"), is_grouped("nothing.known")) == (True, False)
    with pytest.raises(ValueError, match=r"nothing\.known: market\.messages\.rules does not say"):
        declare(Kind(code="nothing.known", subject="x", body="y"))
