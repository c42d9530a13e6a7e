"""Public numbers leave no gap and are never given twice, whoever asks at once."""

import ast
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

import market
from market.clock import ManualClock, beijing
from market.db import Actor, unit_of_work
from market.numbers import next_number

ACTOR = Actor("job:test")
THREADS, EACH = 8, 6
PACKAGE = Path(market.__file__).parent


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


def test_no_two_features_share_a_series():
    """A gap in a public list looks like something taken away: cards and endings shared one."""
    takers: dict[str, set[str]] = {}
    for path in set(PACKAGE.rglob("*.py")) - {PACKAGE / "numbers.py"}:
        tree = ast.parse(path.read_text("utf-8"))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {
                "next_number",
                "next_numbers",
            }:
                series = _series(path, call.args[1])
                takers.setdefault(series, set()).add(path.relative_to(PACKAGE).parts[0])
    assert {"JC", "JY", "HT", "XQ"} <= set(takers)
    # An award is announced by a draw or by a direct choice, in one series of notices.
    assert takers.pop("ZX") == {"draws", "direct"}
    assert {series: names for series, names in takers.items() if len(names) > 1} == {}
    assert not {s for s in takers if s.startswith("W")}, "W begins the numbers of letters"


def _series(path: Path, said: ast.expr) -> str:
    """Return the series a call names: a literal, a constant of its module, or a letter's kind."""
    if isinstance(said, ast.Constant):
        return str(said.value)
    if isinstance(said, ast.Name):
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        return str(getattr(import_module(module), said.id))
    return f"letters: {ast.unparse(said)}"
