"""Public numbers leave no gap and are never given twice, whoever asks at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from market.clock import ManualClock, beijing
from market.db import Actor, unit_of_work
from market.numbers import next_number

ACTOR = Actor("job:test")
THREADS, EACH = 8, 6


def take(here, prefix: str = "XQ", clock: ManualClock | None = None) -> str:
    with unit_of_work(here.sessions, ACTOR, clock or here.clock) as work:
        return next_number(work, prefix)


def test_numbers_count_up_in_a_series_of_their_year(here):
    assert [take(here), take(here), take(here, "GG"), take(here)] == [
        "XQ-2026-000001",
        "XQ-2026-000002",
        "GG-2026-000001",
        "XQ-2026-000003",
    ]


def test_the_year_is_that_of_beijing(fast_here):
    assert take(fast_here, clock=ManualClock(beijing(date(2026, 12, 31), 23, 59))) == (
        "XQ-2026-000001"
    )
    assert take(fast_here, clock=ManualClock(beijing(date(2027, 1, 1)))) == "XQ-2027-000001"


def test_eight_clerks_at_once_get_different_numbers_without_a_gap(here):
    def some() -> list[str]:
        return [take(here) for _ in range(EACH)]

    with ThreadPoolExecutor(THREADS) as pool:
        given = [n for done in [pool.submit(some) for _ in range(THREADS)] for n in done.result()]
    assert sorted(given) == [f"XQ-2026-{n:06d}" for n in range(1, THREADS * EACH + 1)]


class BrokenError(Exception):
    """The work for which a number was taken failed."""


def test_a_number_that_was_not_used_is_given_again(here):
    take(here)
    with pytest.raises(BrokenError), unit_of_work(here.sessions, ACTOR, here.clock) as work:
        assert next_number(work, "XQ") == "XQ-2026-000002"
        raise BrokenError
    assert take(here) == "XQ-2026-000002"


def test_one_work_may_take_several_numbers(here):
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        given = [next_number(work, "ZX") for _ in range(3)]
    assert given == ["ZX-2026-000001", "ZX-2026-000002", "ZX-2026-000003"]
