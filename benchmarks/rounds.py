"""Side by side: every contender runs once a round, and ratios are formed round by round.

What another program does to this machine during a round, it does to both sides of a ratio.
Work that only computes is timed in seconds of the processor, work that waits for a disk or for
others by the clock on the wall.
"""

import gc
import os
import platform
import sqlite3
import ssl
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROUNDS: Final = 5
TOLERANCE: Final = 1.25
"""How far a ratio may miss its target before the run fails: shared machines are noisy."""

Job = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Contender:
    """One way of doing the work.

    ``prepare`` is not timed; it returns the job that is. ``check``, if any, looks at what the
    job returned and raises if the work was not really done.
    """

    name: str
    work: int
    prepare: Callable[[], Job]
    check: Callable[[object], None] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A ratio, what was asked of it, and whether it holds."""

    title: str
    what: str
    ratio: float
    rounds: tuple[float, ...]
    target: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the median ratio reaches the target itself."""
        return self.ratio <= self.target if self.at_most else self.ratio >= self.target

    @property
    def failed(self) -> bool:
        """Whether it misses the target by more than the tolerance."""
        if self.at_most:
            return self.ratio > self.target * TOLERANCE
        return self.ratio < self.target / TOLERANCE

    @property
    def line(self) -> str:
        """One line of the table."""
        sign = "<=" if self.at_most else ">="
        word = "met" if self.met else "FAILED" if self.failed else "missed, within 25 %"
        spread = f"{min(self.rounds):.2f} to {max(self.rounds):.2f}"
        return f"{self.what:64s} {self.ratio:6.2f} ({spread:>14s})  {sign} {self.target:<4g} {word}"


@dataclass(slots=True)
class Race:
    """The times of all contenders of one piece of work, round by round."""

    title: str
    unit: str
    contenders: Sequence[Contender]
    wall: bool = False
    rounds: int = ROUNDS
    times: dict[str, list[float]] = field(default_factory=dict)

    def run(self) -> "Race":
        """Run every contender once a round, and print what it took."""
        clock = time.perf_counter if self.wall else time.process_time
        self.times = {contender.name: [] for contender in self.contenders}
        for _ in range(self.rounds):
            for contender in self.contenders:
                job = contender.prepare()
                gc.collect()
                gc.disable()
                began = clock()
                result = job()
                seconds = clock() - began
                gc.enable()
                if contender.check:
                    contender.check(result)
                self.times[contender.name].append(seconds / contender.work)
        self._print()
        return self

    def times_as_fast(self, ours: str, peer: str, target: float) -> Verdict:
        """Compare: how many times as fast as the peer we are, at least."""
        ratios = self._ratios(peer, ours)
        what = f"{ours} : {peer}, times as fast"
        return self._verdict(Verdict(self.title, what, _median(ratios), ratios, target))

    def times_as_long(self, ours: str, floor: str, target: float) -> Verdict:
        """Compare: how many times as long as the floor we take, at most."""
        ratios = self._ratios(ours, floor)
        what = f"{ours} : {floor}, times as long"
        return self._verdict(
            Verdict(self.title, what, _median(ratios), ratios, target, at_most=True)
        )

    def note_times_as_long(self, ours: str, floor: str) -> None:
        """Print how many times as long as the floor we take, without asking for a ratio."""
        ratios = self._ratios(ours, floor)
        print(f"  -> {ours} : {floor}, times as long {_median(ratios):.2f} (no target)")

    def seconds_at_most(
        self, what: str, times: Sequence[float], work: int, target: float
    ) -> Verdict:
        """Compare with the clock: how many seconds so much work takes, at most."""
        seconds = tuple(each * work for each in times)
        verdict = Verdict(self.title, what, _median(seconds), seconds, target, at_most=True)
        return self._verdict(verdict)

    def note_seconds(self, what: str, times: Sequence[float], work: int) -> None:
        """Print how many seconds so much work takes, without asking for a figure."""
        print(f"  -> {what} {_median(times) * work:.1f} (no target)", flush=True)

    def _ratios(self, above: str, below: str) -> tuple[float, ...]:
        pairs = zip(self.times[above], self.times[below], strict=True)
        return tuple(one / other for one, other in pairs)

    def _verdict(self, verdict: Verdict) -> Verdict:
        print(f"  -> {verdict.line}", flush=True)
        return verdict

    def _print(self) -> None:
        clock = "wall clock" if self.wall else "processor time"
        print(f"\n{self.title}  [{self.rounds} rounds, {clock}, load {os.getloadavg()[0]:.1f}]")
        for contender in self.contenders:
            times = self.times[contender.name]
            median = _median(times)
            print(
                f"  {contender.name:48s} {_span(median):>10s}  "
                f"({_span(min(times))} to {_span(max(times))})  "
                f"{1 / median:>12,.0f} {self.unit}/s"
            )


def steady(job: Job) -> Callable[[], Job]:
    """Return the ``prepare`` of a job that needs none."""
    return lambda: job


def finish(verdicts: Sequence[Verdict]) -> int:
    """Print all ratios under each other; return the exit code."""
    print("\nRatios: median of the rounds (smallest to largest), target")
    for title in dict.fromkeys(verdict.title for verdict in verdicts):
        print(f"\n {title}")
        for verdict in verdicts:
            if verdict.title == title:
                print(f"  {verdict.line}")
    failed = sum(verdict.failed for verdict in verdicts)
    met = sum(verdict.met for verdict in verdicts)
    print(f"\n{len(verdicts)} ratios: {met} met, {failed} missed by more than 25 %")
    return 1 if failed else 0


def machine() -> str:
    """Name the day and what the figures depend on."""
    cpu = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors {cpu}, "
        f"load {os.getloadavg()[0]:.1f}; Python {platform.python_version()}, "
        f"{ssl.OPENSSL_VERSION}, SQLite {sqlite3.sqlite_version}"
    )


def main(run: Callable[[bool], list[Verdict]]) -> int:
    """Run one script from the command line; ``--long`` for the sizes of ``make bench-long``."""
    print(machine())
    return finish(run("--long" in sys.argv[1:]))


def _median(times: Sequence[float]) -> float:
    return statistics.median(times)


def _span(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.2f} {unit}"
    return f"{seconds * 1e6:.2f} us"
