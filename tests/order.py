"""In which order the workers of ``pytest -n`` work: whatever lasts longest begins first.

With ``--dist worksteal`` each worker gets a run of tests as they stand in the list, and whoever
is done takes the end of another's. A story that stands last keeps everybody waiting for it; and
stories that stand together all fall to one worker.
"""

import heapq
import os
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

import pytest

# Seconds that a file takes in a full run on two cores. Only the order of size matters; what is
# not named here is short.
STORY: Final = 60
SECONDS: Final[Mapping[str, int]] = {
    "tests/stories/test_merit.py": 200,
    "tests/stories/test_late_firm.py": 197,
    "tests/stories/test_owner.py": 150,
    "tests/stories/test_scored.py": 125,
    "tests/stories/test_registration_on_a_phone.py": 121,
    "tests/stories/test_sealed_quotes.py": 113,
    "tests/stories/test_rereview.py": 105,
    "tests/market/rereview/test_actions.py": 120,
    "tests/market/rereview/test_hearing.py": 40,
    "tests/market/rereview/test_unjudged.py": 40,
    "tests/market/rereview/test_blindness.py": 100,
    "tests/market/security/test_access_matrix.py": 200,
    "tests/market/security/test_fuzz.py": 150,
    "tests/market/demo/test_city.py": 90,
    "tests/stories/test_complaint.py": 110,
    "tests/market/complaints/test_process.py": 90,
    "tests/market/complaints/test_views.py": 70,
    "tests/market/complaints/test_heard.py": 45,
    "tests/market/complaints/test_often.py": 35,
    "tests/market/complaints/test_offices.py": 30,
    "tests/market/security/test_csrf.py": 60,
    "tests/market/reliability/test_query_plans.py": 50,
    "tests/market/holidays/test_every_term.py": 45,
    "tests/market/contracts/test_recounting.py": 40,
    "tests/market/payments/test_timing.py": 40,
    "tests/market/contracts/reports/test_timing.py": 90,
    "tests/market/contracts/examining/test_timing.py": 60,
    "tests/market/supervision/test_timing.py": 30,
    "tests/market/selfaudit/test_what_is_read.py": 40,
    "tests/market/selfaudit/test_unreadable.py": 40,
    "tests/market/selfaudit/test_forged.py": 40,
    "tests/market/draws/test_concurrency.py": 40,
    "tests/market/draws/test_races.py": 35,
    "tests/market/web/test_design_browser.py": 35,
}


def seconds_of(path: str) -> int:
    """Return how long a file takes, if that is long; else nothing."""
    return SECONDS.get(path, STORY if path.startswith("tests/stories/") else 0)


def dealt(files: Sequence[tuple[str, int]], workers: int) -> list[str]:
    """Return the files, each with its number of tests, in the order that serves the workers.

    The long ones are dealt out, longest first, to whoever has least; each worker's share then
    begins with its own, and goes on with short ones up to the number of tests that it gets.
    """
    long = sorted((name for name, _ in files if seconds_of(name)), key=seconds_of, reverse=True)
    tests = dict(files)
    shares: list[list[str]] = [[] for _ in range(workers)]
    least = [(0, number) for number in range(workers)]
    for name in long:
        seconds, number = heapq.heappop(least)
        shares[number].append(name)
        heapq.heappush(least, (seconds + seconds_of(name), number))
    short = iter([name for name, _ in files if not seconds_of(name)])
    size = sum(tests.values()) / workers
    order: list[str] = []
    done = 0
    for number, share in enumerate(shares, 1):
        order += share
        done += sum(tests[name] for name in share)
        while done < size * number and (name := next(short, None)) is not None:
            order.append(name)
            done += tests[name]
    return [*order, *short]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of a worker of ``pytest -n`` in order; alone they stay as they are."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers < 2:
        return
    by_file: dict[str, list[pytest.Item]] = {}
    for name, group in groupby(items, key=lambda item: item.nodeid.partition("::")[0]):
        by_file.setdefault(name, []).extend(group)
    order = dealt([(name, len(found)) for name, found in by_file.items()], workers)
    items[:] = [item for name in order for item in by_file[name]]
