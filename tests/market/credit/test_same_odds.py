"""Two rosters that differ in nothing but credit, in one draw with one seed: the same ranks."""

import hashlib
import json
from collections import Counter

import pytest

import lottery.draw as lots
from market import log
from market.credit import actions, queries
from market.credit.rules import BreachKind, Level
from market.draws import jobs, weights
from market.draws import queries as draws
from market.draws.actions import closing
from market.draws.rules import DrawState
from market.firms import queries as firms
from tests.market.factories.draws import a_city, an_open_draw, enrol


class TakenBackError(Exception):
    """Nothing of it happened."""


def levels(work, city):
    return [queries.ledger(work, firm.id).level for firm, _ in city.firms]


def tickets(body):
    """Return how many tickets each firm of a published list has."""
    return {row["firm"]: row["weight"] for row in map(json.loads, body.splitlines())}


def frozen(city, draw):
    """Return the list as the freeze would fix it now, its entry's hash and the firms' levels."""
    found = []
    with pytest.raises(TakenBackError), city.work() as work:
        one = draws.locked(work, draw.id)
        assert closing.freeze(work, city.here, one)
        assert not one.weighted
        body = draws.file_of(work, one, draws.LIST_FILE)
        found += [body, one.freeze_hash, levels(work, city)]
        raise TakenBackError
    return found


def test_credit_changes_neither_the_list_nor_anybody_s_rank(fast_here, clock):
    city = a_city(fast_here, clock)
    draw = an_open_draw(city)
    enrol(city, draw)
    clock.move_to(draw.enrol_close_at)
    log.sequence(city.here)
    with city.work() as work:
        assert closing.close_enrolment(work, draws.locked(work, draw.id))
    log.sequence(city.here)
    with city.work() as work:
        assert closing.announce_close(work, city.here, draws.locked(work, draw.id))
    log.sequence(city.here)
    assert city.draw(draw.id).state is DrawState.CLOSED
    before, first_hash, high = frozen(city, draw)
    with city.work() as work:
        spoilt = firms.firm_by_id(work, city.firms[0][0].id)
        for number in range(9):
            actions.enter_breach(
                work, spoilt, BreachKind.LATE_REFERRED, source="test", source_id=number,
                occurred_at=work.now, evidence="记分",
            )  # fmt: skip
    after, second_hash, low = frozen(city, draw)
    assert (high[0], low[0]) == (Level.AA, Level.D)
    assert (before, first_hash) == (after, second_hash)
    codes = tickets(before)
    assert set(codes) == {firm.code for firm, _ in city.firms}
    for number in range(50):
        seed = hashlib.sha256(bytes([number])).digest()
        assert lots.full_order(codes, seed) == lots.full_order(tickets(after), seed)
    wins = Counter(
        lots.select(codes, hashlib.sha256(number.to_bytes(4)).digest(), 1, 0).winners[0].firm_id
        for number in range(4_000)
    )
    # A quarter each, within five standard deviations: the firm of level D no less.
    assert all(abs(wins[code] - 1_000) < 5 * 28 for code in codes)


def test_the_plain_lottery_never_asks_for_a_score(fast_here, clock, monkeypatch):
    city = a_city(fast_here, clock)

    def asked(*_):
        raise AssertionError("the plain lottery asked for credit")

    monkeypatch.setattr(weights, "score_of", asked)
    draw = an_open_draw(city)
    enrol(city, draw)
    clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    clock.move_to(draw.phi_at)
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.DRAWN
