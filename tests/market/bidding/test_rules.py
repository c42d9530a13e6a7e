"""The laws of a live session, over any bids, and every move in every phase and state."""

from datetime import timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.bidding import labels as labels  # noqa: PLC0414 - registers the labels
from market.bidding.rules import (
    MOVES,
    AboveCeilingError,
    BelowFloorError,
    Bid,
    BidderState,
    BidMove,
    IllegalBidMoveError,
    NotLowEnoughError,
    OffStepError,
    Phase,
    Session,
    Verdict,
    advance,
    check_bid,
    ends_at,
    faults,
    gone,
    holders,
    lowest_of,
    most_for,
    next_fen,
    phase,
    verdicts,
)
from market.errors import MarketError
from market.labels import label_of
from market.needs.prices import QuoteUnit, discount_of, price_at
from tests.market.conftest import MONDAY_MORNING

SECOND = timedelta(seconds=1)
START = MONDAY_MORNING


def a_session(**differences) -> Session:
    usual = {
        "start_at": START,
        "hard_end_at": START + timedelta(minutes=60),
        "ceiling_fen": 100_000,
        "floor_fen": 50_000,
        "unit": QuoteUnit.AMOUNT,
        "step_fen": 1_000,
        "step_bp": 0,
        "countdown": timedelta(minutes=5),
        "least": timedelta(minutes=10),
    }
    return Session(**(usual | differences))


DISCOUNT = {"unit": QuoteUnit.DISCOUNT, "step_fen": 0, "step_bp": 50}
SESSIONS = st.sampled_from([{}, {"floor_fen": None}, DISCOUNT, DISCOUNT | {"floor_fen": None}])
# Who tries what, how long after the one before, and how far below what may be bid at most.
TRIES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 420),
        st.sampled_from([-1, 0, 0, 0, 1, 777, 2_500, 60_000]),
    ),
    max_size=40,
)


def held(session: Session, tries) -> tuple[list[Bid], list[tuple[int, Bid]]]:
    """Let firms try; return the bids taken, and those refused with how many came before each."""
    taken, refused, at = [], [], START
    for enrolment, seconds, lower in tries:
        at += seconds * SECOND
        most = next_fen(session, lowest_of(taken))
        amount = max(session.lowest_fen, most - lower)
        bid = Bid(enrolment=enrolment, amount_fen=amount, at=at)
        try:
            check_bid(session, lowest_of(taken), amount)
        except MarketError:
            refused.append((len(taken), bid))
            continue
        running = phase(session, taken, at) is Phase.RUNNING
        if running and enrolment not in holders(taken):
            taken.append(bid)
        else:
            refused.append((len(taken), bid))
    return taken, refused


@settings(max_examples=200)
@given(SESSIONS, TRIES)
def test_the_lowest_never_rises_and_each_bid_beats_it_by_the_step(differences, tries):
    session = a_session(**differences)
    taken, _ = held(session, tries)
    floor = session.lowest_fen
    for before, after in pairwise(taken):
        assert after.amount_fen < before.amount_fen or after.amount_fen == floor
        if session.unit is QuoteUnit.AMOUNT:
            assert before.amount_fen - after.amount_fen >= 1_000 or after.amount_fen == floor
    for bid in taken:
        assert floor <= bid.amount_fen <= session.ceiling_fen
        if session.unit is QuoteUnit.DISCOUNT:
            assert discount_of(session.ceiling_fen, bid.amount_fen) is not None


@settings(max_examples=200)
@given(SESSIONS, TRIES)
def test_no_bid_is_taken_after_the_end_that_everybody_could_see(differences, tries):
    session = a_session(**differences)
    taken, _ = held(session, tries)
    for count, bid in enumerate(taken):
        assert START <= bid.at < ends_at(session, taken[:count]) <= session.hard_end_at
    assert ends_at(session, taken) <= session.hard_end_at
    assert ends_at(session, taken) >= START + session.least


@settings(max_examples=100)
@given(SESSIONS, TRIES)
def test_a_replay_finds_no_fault_in_what_was_taken_and_one_in_what_was_not(differences, tries):
    session = a_session(**differences)
    taken, refused = held(session, tries)
    assert faults(session, taken) == []
    for count, bid in refused:
        assert faults(session, [*taken[:count], bid]) == [count + 1]


@settings(max_examples=100)
@given(SESSIONS, TRIES)
def test_only_at_the_floor_do_several_hold_the_lowest(differences, tries):
    session = a_session(**differences)
    taken, _ = held(session, tries)
    assert len(holders(taken)) <= 1 or lowest_of(taken) == session.lowest_fen
    found = verdicts(taken, range(4))
    assert {each for each, verdict in found.items() if verdict is Verdict.LOWEST} == holders(taken)


@settings(max_examples=200)
@given(SESSIONS, TRIES, st.sets(st.integers(0, 3)))
def test_the_winner_held_the_lowest_bid_or_there_is_none(differences, tries, dropped):
    """Whoever drops out, and in whatever order was bid: no higher bid ever takes the place."""
    session = a_session(**differences)
    taken, _ = held(session, tries)
    eligible = [each for each in range(4) if each not in dropped]
    missing = gone(taken, eligible)
    assert missing == holders(taken) & dropped
    found = verdicts(taken, eligible)
    selected = {each for each, verdict in found.items() if verdict is Verdict.LOWEST}
    if missing:
        return
    assert selected == holders(taken)
    last = {bid.enrolment: bid.amount_fen for bid in taken}
    assert {last[each] for each in selected} <= {lowest_of(taken)}


@settings(max_examples=200)
@given(SESSIONS, TRIES, st.none() | st.integers(1, 110_000))
def test_what_a_firm_may_bid_at_most_is_taken_and_no_more_than_it_published(
    differences, tries, limit
):
    session = a_session(**differences)
    taken, _ = held(session, tries)
    lowest = lowest_of(taken)
    most = most_for(session, lowest, limit)
    if most is None:
        assert limit is not None
        assert limit < session.lowest_fen
        return
    check_bid(session, lowest, most)
    assert most <= next_fen(session, lowest)
    assert limit is None or most <= limit
    if session.unit is QuoteUnit.AMOUNT:
        assert most == min(next_fen(session, lowest), limit or most)


def bids(*steps) -> list[Bid]:
    return [
        Bid(enrolment=who, amount_fen=fen, at=START + minutes * timedelta(minutes=1))
        for who, fen, minutes in steps
    ]


def test_the_countdown_begins_anew_with_each_bid_but_not_beyond_the_end():
    session = a_session()
    minute = timedelta(minutes=1)
    assert ends_at(session, []) == session.hard_end_at
    assert ends_at(session, bids((0, 90_000, 2))) == START + 10 * minute
    assert ends_at(session, bids((0, 90_000, 2), (1, 80_000, 9))) == START + 14 * minute
    late = bids(*((n % 2, 100_000 - 2_000 * n, 4 * n) for n in range(15)))
    assert ends_at(session, late) == session.hard_end_at


def test_after_the_first_bid_at_the_floor_nothing_begins_anew():
    session = a_session()
    end = START + timedelta(minutes=14)
    at_floor = bids((0, 90_000, 2), (1, 50_000, 9), (2, 50_000, 12), (3, 50_000, 13))
    assert ends_at(session, at_floor[:2]) == end
    assert ends_at(session, at_floor) == end
    assert holders(at_floor) == {1, 2, 3}
    assert faults(session, at_floor) == []


def test_less_than_a_step_above_the_floor_one_bids_the_floor():
    session = a_session()
    assert next_fen(session, None) == 100_000
    assert next_fen(session, 51_500) == 50_500
    assert next_fen(session, 50_500) == 50_000
    assert next_fen(session, 50_000) == 50_000
    with pytest.raises(NotLowEnoughError):
        check_bid(session, 50_500, 50_001)


@pytest.mark.parametrize(
    ("differences", "lowest", "amount", "error"),
    [
        ({}, None, 100_001, AboveCeilingError),
        ({}, 90_000, 89_001, NotLowEnoughError),
        ({}, 90_000, 49_999, BelowFloorError),
        ({}, 90_000, 0, BelowFloorError),
        (DISCOUNT | {"ceiling_fen": 1_000_000}, None, 999_950, OffStepError),
        (DISCOUNT, price_at(100_000, 100), price_at(100_000, 149), NotLowEnoughError),
    ],
)
def test_what_may_not_be_bid_says_why(differences, lowest, amount, error):
    with pytest.raises(error):
        check_bid(a_session(**differences), lowest, amount)


def test_a_firm_that_lost_its_place_does_not_stand_in_the_way_of_the_others():
    taken = bids((0, 90_000, 1), (1, 80_000, 2), (2, 70_000, 3))
    assert verdicts(taken, [0, 1, 3]) == {
        0: Verdict.HIGHER,
        1: Verdict.LOWEST,
        3: Verdict.NO_BID,
    }


@pytest.mark.parametrize(("now", "state", "move"), list(product(Phase, BidderState, BidMove)))
def test_every_move_in_every_phase_and_state(now, state, move):
    if (now, state, move) in MOVES:
        assert advance(now, state, move) is MOVES[now, state, move]
    else:
        with pytest.raises(IllegalBidMoveError):
            advance(now, state, move)


def test_who_may_bid_and_who_is_judged():
    may_bid = {state for now, state, move in MOVES if (now, move) == (Phase.RUNNING, BidMove.BID)}
    assert may_bid == {BidderState.SILENT, BidderState.BEATEN}
    assert {now for now, _, move in MOVES if move is BidMove.BID} == {Phase.RUNNING}
    assert {now for now, _, move in MOVES if move is BidMove.JUDGE} == {Phase.OVER}
    assert all(label_of(each).text for kind in (Phase, BidderState, Verdict) for each in kind)


@pytest.mark.parametrize(
    ("broken", "number"),
    [
        (bids((0, 90_000, 1), (1, 89_500, 2)), 2),
        (bids((0, 90_000, 1), (0, 80_000, 2)), 2),
        (bids((0, 90_000, 5), (1, 80_000, 4)), 2),
        (bids((0, 90_000, 1), (1, 80_000, 10)), 2),
        (bids((0, 90_000, 60)), 1),
        (bids((0, 49_000, 1)), 1),
    ],
)
def test_a_replay_names_the_bid_that_broke_a_rule(broken, number):
    assert number in faults(a_session(), broken)
