"""The order of the tests: nothing is lost, and what lasts longest begins first."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.order import SECONDS, dealt, seconds_of

ROOT = Path(__file__).resolve().parents[2]
NAMES = st.sampled_from([*SECONDS, *(f"tests/lottery/test_{n}.py" for n in range(30))])
FILES = st.dictionaries(NAMES, st.integers(1, 400)).map(lambda found: list(found.items()))


@given(FILES, st.integers(1, 8))
def test_every_file_is_there_once(files, workers):
    assert sorted(dealt(files, workers)) == sorted(name for name, _ in files)


@given(FILES, st.integers(1, 8))
def test_who_begins_with_a_long_file_has_no_longer_one_behind_it(files, workers):
    order = [seconds_of(name) for name in dealt(files, workers)]
    rises = sum(later > sooner for sooner, later in pairwise(order))
    assert rises < workers


def test_each_of_three_workers_begins_with_a_long_file_or_comes_to_it_after_one_short_one():
    files = [("tests/audit/test_log.py", 300), *((name, 3) for name in SECONDS)]
    files += [(f"tests/lottery/test_{n}.py", 50) for n in range(40)]
    tests = dict(files)
    order = [name for name in dealt(files, 3) for _ in range(tests[name])]
    for share in range(3):
        begins = list(dict.fromkeys(order[share * len(order) // 3 :]))[:2]
        assert max(map(seconds_of, begins)) >= 150


@pytest.mark.parametrize("name", SECONDS)
def test_a_long_file_that_is_named_exists(name):
    assert (ROOT / name).is_file()
