"""What ratings come to: silence and what is hidden are told apart and stand in no average."""

from datetime import timedelta

import pytest

from market.clock import beijing
from market.db import Actor, unit_of_work
from market.ratings import statistics
from market.ratings.model import Rating, RatingOpening
from market.ratings.rules import (
    Dimension,
    Direction,
    Rated,
    RatingState,
    mean_tenths,
    permille,
)
from tests.market.factories.contracts import a_contract
from tests.market.factories.ratings import a_done_contract, give, said, sweep

S = RatingState


@pytest.mark.parametrize(
    ("total", "count", "mean"), [(0, 0, None), (45, 1, 45), (85, 2, 43), (100, 3, 33), (200, 3, 67)]
)
def test_a_mean_is_rounded_halves_up(total, count, mean):
    assert mean_tenths(total, count) == mean


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(0, 0, None), (0, 9, 0), (1, 3, 333), (2, 3, 667), (9, 9, 1000)]
)
def test_a_share_in_thousandths(part, whole, share):
    assert permille(part, whole) == share


def rated(work, contract, direction, state, *, score, month):
    """Add a rating as it stands after its release."""
    at = beijing(work.today.replace(month=int(month[5:]), day=1))
    row = Rating(
        contract_id=contract.id,
        direction=direction,
        rater_org_id=contract.owner_org_id,
        rated_org_id=contract.firm_org_id,
        state=state,
        asked_at=at,
        released_at=at,
        released_month=month,
        overall_tenths=score * 10 if score else None,
        regulation_id="platform-ratings-2024",
    )
    work.session.add(row)
    work.session.flush()
    if score:
        opening = dict.fromkeys([each.value for each in Dimension], score)
        said = {"reasons": "", "comment": "", "comment_salt": "", "comment_digest": "", "salt": ""}
        work.session.add(RatingOpening(rating_id=row.id, opened_at=at, **opening, **said))


def test_silence_and_what_is_hidden_are_in_no_average(here, clock):
    agreed = a_contract(here, clock)
    contract, org_id = agreed.contract(), agreed.firm.actor.org_id
    with unit_of_work(here.sessions, Actor("job:test"), clock) as work:
        assert statistics.monthly(work, Rated.FIRM) == []
        rated(work, contract, Direction.OWNER_FIRM, S.RELEASED, score=5, month="2026-03")
        rated(work, contract, Direction.AUTHORITY_FIRM, S.TRIMMED, score=2, month="2026-03")
        few = statistics.of_organisation(work, org_id, Rated.FIRM)
        rated(work, contract, Direction.FIRM_OWNER, S.HIDDEN, score=1, month="2026-02")
        rated(work, contract, Direction.FIRM_AUTHORITY, S.DEFAULTED, score=0, month="2026-02")
        # Of one contract there are four ratings; here they are all about the firm.
        work.session.flush()
        assert (few.given, few.good, few.bad, few.overall) == (2, 1, 1, None)
        assert set(few.means.values()) == {None}
        assert few.good_permille == 500
        (month,) = statistics.monthly(work, Rated.FIRM)
        assert (month.month, month.figures.given) == ("2026-03", 2)
        owner = statistics.of_organisation(work, org_id, Rated.OWNER)
        assert (owner.given, owner.hidden, owner.silent, owner.bad) == (0, 1, 0, 0)
        authority = statistics.of_organisation(work, org_id, Rated.AUTHORITY)
        assert (authority.given, authority.silent, authority.silent_permille) == (0, 1, 1000)
        assert statistics.own_silence(work, contract.owner_org_id) == (4, 1)
        assert statistics.this_month(work).given == 2
        (row,) = statistics.board(work, Rated.FIRM, limit=9, offset=0)
        assert (row.organisation.id, row.figures.given) == (org_id, 2)
        assert row.own_silent_permille is None
        assert statistics.count_board(work, Rated.FIRM) == 1


def test_enough_ratings_give_means(fast_here, clock):
    with unit_of_work(fast_here.sessions, Actor("job:test"), clock) as work:
        # Given, silent, hidden, good, bad, scored and their sum; then the sums of the five.
        found = statistics._figures(work, (3, 1, 2, 2, 1, 3, 125, 15, 14, 13, 11, 7))
    assert (found.overall, found.silent_permille, found.good_permille) == (42, 250, 667)
    assert list(found.means.values()) == [50, 47, 43, 37, 23]


def test_silence_is_counted_with_whoever_was_silent(here, clock):
    agreed, _ = a_done_contract(here, clock)
    give(agreed, agreed.firm, Direction.FIRM_OWNER, said(4))
    clock.advance(timedelta(days=40))
    sweep(agreed)
    with agreed.work() as work:
        (firm,) = statistics.board(work, Rated.FIRM, limit=9, offset=0)
        (owner,) = statistics.board(work, Rated.OWNER, limit=9, offset=0)
    assert (firm.figures.silent, firm.own_silent_permille) == (1, 0)
    assert (owner.figures.silent, owner.own_silent_permille) == (0, 1000)
