"""R13: eight clients work on the same things; what they saw was as if done one after another.

``ISMDRAW_LONG=1`` raises the operations from some hundred to a hundred thousand on each database.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text

from audit import store
from market import log, regulations
from market.clocks import actions as clocks
from market.clocks.rules import Party
from market.db import unit_of_work
from tests.lengths import length
from tests.market.draws.test_concurrency import many_open
from tests.market.factories.clocks import PROCESS, a_clock
from tests.market.factories.draws import JOB, City, a_city
from tests.market.factories.firms import a_public_firm
from tests.market.reliability.anomalies import anomalies
from tests.market.reliability.client import CLIENTS, Client, Round
from tests.market.reliability.deeds import READING
from tests.market.reliability.history import Operation, Outcome, Read, from_lines
from tests.market.reliability.office import ROOT

# Lists that grow are read in every deed: a hundred deeds later a new round begins.
ROUNDS = length(1, 125)
DEEDS = length(30, 100)  # of each client in a round
CLOCKS, DRAWS, FIRMS = 5, 2, 4  # two clients act for each firm
# What may be done to a clock, and what it is then; written down once more, away from the rules.
MOVES = {
    "running": {"hand": "running", "suspend": "suspended", "stop": "stopped"},
    "suspended": {"resume": "running", "stop": "stopped"},
    "stopped": {"reopen": "running"},
}


@pytest.fixture(scope="module")
def crew() -> Iterator[subprocess.Popen[str]]:
    """The process that lets eight clients work, started once for both databases."""
    command = [sys.executable, "-m", "tests.market.reliability.client"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        yield process
        process.stdin.close()


class Stage:
    """The things that the clients of each round share."""

    def __init__(self, city: City) -> None:
        self.city, self.timed = city, a_clock(city.here)
        self.number = 0

    def round(self) -> Round:
        """Return new things to work on."""
        self.number += 1
        self.city.clock.advance(timedelta(minutes=1))
        city, timed = self.city, self.timed
        # One whose ledger is new: what was reported in earlier rounds is read at each report.
        firm, delegate = a_public_firm(city.here)
        return Round(
            url=city.here.engine.url.render_as_string(hide_password=False),
            folder=str(city.here.config.data_dir),
            at=city.clock().isoformat(),
            number=self.number,
            deeds=DEEDS,
            clocks=[self._clock(place) for place in range(CLOCKS)],
            draws=[draw.id for draw in many_open(city, DRAWS)],
            firm_id=firm.id,
            org_id=delegate.user.organisation_id,
            holder=timed.firm_user.id,
            other=timed.owner_user.id,
            delegates=[person.user.id for _, person in city.firms],
        )

    def _clock(self, place: int) -> int:
        with unit_of_work(self.city.here.sessions, JOB, self.city.clock) as work:
            return clocks.start(
                work,
                subject=f"history:{self.number}:{place}",
                number=f"LS-{self.number:04d}-{place}",
                title="城东片区道路工程环境影响报告表编制",
                holder=Party.FIRM,
                holder_org_id=self.timed.firm_user.organisation_id,
                other_org_id=self.timed.owner_user.organisation_id,
                limit=100,
                complete_at=work.now,
                regulation=regulations.current().by_id(PROCESS),
            ).id


def history_of(what: Round) -> list[Operation]:
    """Return what the clients of a round wrote down, and what is there in the end."""
    paths = [what.path(number) for number in range(CLIENTS + 1)]
    found = [one for path in paths if path.exists() for one in from_lines(path)]
    last = Client(what, CLIENTS + 1)
    found += [last.operation(READING, number) for number in range(12)]
    last.here.engine.dispose()
    return found


def isolations(here) -> tuple[str, str]:
    """Return how a transaction that writes and one that reads are kept from the others."""
    if here.engine.dialect.name == "sqlite":
        return "BEGIN IMMEDIATE", "BEGIN"
    found = []
    for options in ({}, {"isolation_level": "REPEATABLE READ"}):
        with here.engine.connect().execution_options(**options) as connection:
            found.append(connection.scalar(text("SHOW transaction_isolation")))
    return found[0], found[1]


@pytest.mark.long
def test_what_eight_clients_saw_was_as_if_done_one_after_another(here, clock, crew):
    stage, done = Stage(a_city(here, clock, firms=FIRMS)), Counter()
    seconds, outcomes = 0.0, Counter()
    for _ in range(ROUNDS):
        what = stage.round()
        began = time.monotonic()
        crew.stdin.write(what.line() + "\n")
        crew.stdin.flush()
        assert crew.stdout.readline() == "done\n"
        seconds += time.monotonic() - began
        history = history_of(what)
        done += check(history)
        outcomes += Counter(str(one.outcome) for one in history)
    assert min(done.values()) > 0
    assert {"move", "move two", "suspend", "enrol", "report", "tell once", "read"} <= done.keys()
    log.sequence(here)
    with here.engine.connect() as connection:
        assert log.log_of(here).verify(connection) == []
        assert store.waiting(connection) == 0
    writing, reading = isolations(here)
    sys.stdout.write(
        f"\n{here.engine.dialect.name}: {writing}; what only reads: {reading}\n"
        f"{outcomes.total()} operations in {seconds:.0f} s: {dict(outcomes)}\n"
    )


def check(history: Sequence[Operation]) -> Counter[str]:
    """Check that no operation failed, and that all were as if done one after another.

    A round has things of its own, and begins when the one before has ended: it is checked alone.
    Returns how often each deed was done.
    """
    # On a busy machine eight who write into one file may wait too long for their turn.
    faults = {one.fault for one in history if one.outcome is Outcome.UNKNOWN}
    assert faults <= {"database is locked"}
    assert anomalies(history) == []
    moved = [one for one in history if one.deed == "move" and one.outcome is not Outcome.UNKNOWN]
    states = {one: seen_states(one) for one in moved}
    for operation, (move, state) in states.items():
        allowed = move in MOVES[state]
        assert allowed is (operation.outcome is Outcome.DONE), (operation, state)
    return Counter(one.deed for one in history if one.outcome is Outcome.DONE)


def seen_states(operation: Operation) -> tuple[str, str]:
    """Return which move of a clock somebody wanted, and what the clock was before.

    The state is worked out from the events that were seen, by the table above.
    """
    [(key, [wanted])] = [
        (key, values) for key, values in operation.appended().items() if key.startswith("clock:")
    ]
    [events] = [
        step.values for step in operation.steps if isinstance(step, Read) and step.key == key
    ]
    state = "running"
    for event in events:
        if event == wanted:
            break
        state = MOVES[state][str(event).partition(":")[0]]
    return str(wanted).partition(":")[0], state
