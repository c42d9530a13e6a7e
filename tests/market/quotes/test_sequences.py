"""The law of sealed quotes over any sequence of moves: nothing is read or changed before its time.

Each example is a draw of its own in one city; two firms and the clock do what they like.
"""

import sqlite3

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from market.draws import actions as draw_actions
from market.draws import jobs
from market.draws import queries as draws
from market.draws.model import Draw, Enrolment
from market.errors import MarketError
from market.quotes.model import QuoteOpening, QuoteSeal
from tests.market.factories.quotes import a_quote, a_quoted_draw, open_, opening_by, seal
from tests.market.quotes.test_sealing import everything, path_of

MOVES = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["seal", "open", "withdraw"]), st.integers(0, 1), st.integers(1, 3)
        ),
        st.tuples(st.just("wait"), st.integers(0, 1), st.just(0)),
    ),
    min_size=4,
    max_size=9,
)
DULL = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def wait(city, draw):
    """Let the next instant of the draw come."""
    for at in (draw.enrol_close_at, opening_by(city, draw)):
        if city.clock() < at:
            city.clock.move_to(at)
            jobs.run_due(city.here)
            return


def deed(city, draw, move, place, quote):
    person = city.firms[place][1]
    match move:
        case "seal":
            seal(city, draw, person, quote)
        case "open":
            open_(city, draw, person, quote)
        case "withdraw":
            with city.work(person) as work:
                draw_actions.withdraw(work, work.session.get_one(Draw, draw.id))
            jobs.log.sequence(city.here)


@DULL
@given(MOVES)
def test_any_sequence_opens_only_what_was_sealed_last_and_only_in_time(city, moves):
    draw = a_quoted_draw(city, ceiling_fen=4_000_000)
    people = [person for _, person in city.firms]
    for person in people:
        with city.work(person) as work:
            draw_actions.enrol(work, work.session.get_one(Draw, draw.id))
    jobs.log.sequence(city.here)
    last = {}
    for step, (move, place, amount) in enumerate(moves):
        if move == "wait":
            wait(city, draw)
            continue
        quote = a_quote(city, draw, people[place], 30_000 + amount, f"{draw.id}")
        try:
            deed(city, draw, move, place, quote)
        except MarketError:
            continue
        if move == "seal":
            assert city.clock() < draw.enrol_close_at
            last[place] = quote
        if move == "open":
            assert draw.enrol_close_at <= city.clock() < opening_by(city, draw)
            assert quote == last[place], step
    _check(city, draw, last)


def _check(city, draw, last):
    """Only what was opened is in the database, and it is what its log entry committed to."""
    said = everything(path_of(city))
    with city.reading() as work:
        opened = {
            sequence: (row, sealed)
            for row, sealed, sequence in work.session.execute(
                select(QuoteOpening, QuoteSeal, Enrolment.sequence)
                .join(QuoteSeal, QuoteSeal.id == QuoteOpening.seal_id)
                .join(Enrolment, Enrolment.id == QuoteOpening.enrolment_id)
                .where(QuoteOpening.draw_id == draw.id)
            )
        }
        number = draws.number_of(work, draw)
    for place, quote in last.items():
        assert quote.notice == number
        assert (quote.salt in said) is (place in opened)
        if place in opened:
            row, sealed = opened[place]
            assert (row.amount_fen, row.salt) == (quote.amount_fen, quote.salt)
            assert sealed.commitment == quote.commitment


def test_the_helper_sees_what_is_there(tmp_path):
    path = str(tmp_path / "x.db")
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a, b)")
    connection.execute("INSERT INTO t VALUES ('secret', x'abcd')")
    connection.commit()
    connection.close()
    assert "secret" in everything(path)
    assert "abcd" in everything(path)
