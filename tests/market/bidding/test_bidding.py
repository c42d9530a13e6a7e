"""Bidding against the real database: what is refused, what a forger cannot do, who was first."""

import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import text

from market.bidding.errors import (
    BiddingNotYetError,
    BiddingOverError,
    LowestAlreadyError,
    NoLongerEligibleError,
    NotBiddenError,
    NotInSessionError,
)
from market.bidding.model import LiveBid
from market.bidding.rules import NotLowEnoughError, Phase
from market.draws import jobs
from market.draws.rules import DrawState
from market.selfaudit.compare import compare
from tests.market.draws.together import together
from tests.market.factories.bidding import (
    MINUTE,
    a_bid_draw,
    a_result,
    a_session,
    bid,
    freeze,
    held,
    lapse,
)
from tests.market.factories.draws import a_city, an_open_draw, enrol

SECOND = timedelta(seconds=1)


def test_a_session_begins_with_the_close_and_ends_before_the_freeze(city):
    draw = a_bid_draw(city)
    until = held(city, draw).hard_end_at
    assert until == draw.enrol_close_at + 60 * MINUTE < draw.freeze_by_at
    enrol(city, draw)
    person = city.firms[0][1]
    with pytest.raises(BiddingNotYetError):
        bid(city, draw, person, 9_000_000)
    city.clock.move_to(draw.enrol_close_at)
    with pytest.raises(BiddingNotYetError):
        bid(city, draw, person, 9_000_000)
    jobs.run_due(city.here)
    bid(city, draw, person, 9_000_000)
    with pytest.raises(LowestAlreadyError):
        bid(city, draw, person, 8_000_000)
    with pytest.raises(NotLowEnoughError):
        bid(city, draw, city.firms[1][1], 8_900_001)
    city.clock.move_to(held(city, draw).end_at)
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.CLOSED
    with pytest.raises(BiddingOverError):
        bid(city, draw, city.firms[1][1], 8_000_000)


def test_only_the_enrolled_bid_and_only_where_there_is_a_session(city):
    draw = a_session(city, firms=3)
    with pytest.raises(NotInSessionError):
        bid(city, draw, city.firms[3][1], 9_000_000)
    lottery = an_open_draw(city, project_code="2603-440100-04-01-100777", project_name="城西")
    with pytest.raises(NotBiddenError):
        bid(city, lottery, city.firms[0][1], 9_000_000)


def test_who_would_not_be_on_the_list_drives_nobody_out(city):
    draw = a_session(city)
    _, person = city.firms[0]
    lapse(city, 0)
    with pytest.raises(NoLongerEligibleError):
        bid(city, draw, person, 5_000_000)
    assert held(city, draw).bids == ()


def test_the_log_names_nobody_before_the_freeze(city):
    draw = a_session(city)
    bid(city, draw, city.firms[2][1], 9_000_000)
    jobs.log.sequence(city.here)
    with city.here.engine.connect() as connection:
        bodies = connection.execute(text("SELECT body FROM log_submission ORDER BY id")).scalars()
        placed = [bytes(body) for body in bodies if b"bid.placed.v1" in bytes(body)]
    (body,) = placed
    assert b'"enrolment":2' in body
    assert b'"by":"firm"' in body
    assert city.firms[2][0].code.encode() not in body
    assert held(city, draw).phase_at(city.clock()) is Phase.RUNNING


def tamper(city, statement):
    """Change a row of record as only somebody with the database file can."""
    connection = sqlite3.connect(city.here.engine.url.database)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE live_bid SET amount_fen = 6000000 WHERE number = 2",
        "UPDATE live_bid SET enrolment_id = 1 WHERE number = 2",
        "DELETE FROM live_bid WHERE number = 3",
        "UPDATE live_bid SET at = datetime(at, '-1 minute') WHERE number = 1",
    ],
)
def test_a_bid_changed_in_the_database_stops_the_freeze(city, statement):
    draw = a_session(city)
    for place, fen in ((0, 9_000_000), (1, 8_500_000), (2, 8_000_000)):
        bid(city, draw, city.firms[place][1], fen)
    tamper(city, statement)
    assert freeze(city, draw).state is DrawState.CLOSED


def test_the_database_itself_refuses_to_change_a_bid(city):
    draw = a_session(city)
    bid(city, draw, city.firms[0][1], 9_000_000)
    with city.here.engine.begin() as connection, pytest.raises(Exception, match="record"):
        connection.execute(text("UPDATE live_bid SET amount_fen = 1"))
    assert held(city, draw).bids[0].amount_fen == 9_000_000


def test_of_equal_bids_at_one_moment_one_is_taken_and_at_the_floor_all(here, clock):
    """On both databases: the lock decides, and nobody is told what did not happen."""
    city = a_city(here, clock, firms=4)
    draw = a_session(city)
    people = [person for _, person in city.firms]
    got = together(4, lambda place: bid(city, draw, people[place], 9_000_000))
    assert sum(isinstance(each, LiveBid) for each in got) == 1
    assert sum(isinstance(each, NotLowEnoughError) for each in got) == 3
    floor = together(4, lambda place: bid(city, draw, people[place], 5_000_000))
    refused = [each for each in floor if not isinstance(each, LiveBid)]
    # The one who led may have come before anybody else had bid the floor.
    assert all(isinstance(each, LowestAlreadyError) for each in refused)
    assert len(refused) <= 1
    assert [each.amount_fen for each in held(city, draw).bids].count(5_000_000) == 4 - len(refused)
    draw = a_result(city, draw)
    assert draw.state is DrawState.DRAWN
    assert compare(here).differences == ()


def test_bids_in_the_last_second_are_taken_or_refused_by_the_locks_clock(here, clock):
    """R11, on both databases: whoever waits for the lock beyond the end is refused."""
    city = a_city(here, clock, firms=3)
    draw = a_session(city)
    people = [person for _, person in city.firms]
    bid(city, draw, people[0], 9_700_000)
    bid(city, draw, people[1], 9_500_000)
    end = held(city, draw).end_at
    clock.move_to(end - SECOND)

    def press(place):
        if place == 3:
            clock.move_to(end)
            return None
        return bid(city, draw, people[place], 9_000_000 - place * 1_000_000)

    got = together(4, press)
    taken = [each for each in got if isinstance(each, LiveBid)]
    rest = [each for each in got[:3] if not isinstance(each, LiveBid)]
    allowed = (BiddingOverError, NotLowEnoughError, LowestAlreadyError)
    assert all(isinstance(each, allowed) for each in rest)
    assert all(row.at < end for row in taken)
    assert len(held(city, draw).bids) == 2 + len(taken)
    clock.move_to(held(city, draw).hard_end_at)

    def close(place):
        if place == 0:
            return jobs.run_due(here)
        return bid(city, draw, people[place % 3], 6_000_000)

    raced = together(3, close)
    assert all(isinstance(each, BiddingOverError) for each in raced[1:])
    assert len(held(city, draw).bids) == 2 + len(taken)
