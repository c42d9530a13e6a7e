"""Check again 100,000 draws of 30 firms each, read from JSON lines.

Ours recomputes seed, tickets, the whole order and its digest. The peer reads the same lines and
recomputes eight places with consistent_sampler. The floor is the hashing alone: for each draw
one seed, 30 tickets and one digest of the order.
"""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import consistent_sampler

from benchmarks.bench_draw import firm_codes
from benchmarks.rounds import Contender, Job, Race, Verdict, main, steady
from lottery.bulk import Drawn, Tally, recompute, recompute_file
from lottery.draw import full_order, order_file
from lottery.seed import seed

CANDIDATES: Final = 30
PLACES: Final = 8
FIRMS: Final = 10_000
SOME: Final = 10_000
ALL: Final = 100_000

OURS: Final = "zjcs lottery.bulk.recompute"
ONE: Final = "zjcs recompute_file, 1 process"
TWO: Final = "zjcs recompute_file, 2 processes"
PEER: Final = "json + consistent_sampler"
FLOOR: Final = "the SHA-256 of each draw"


def value(kind: str, number: int) -> bytes:
    """Return 32 bytes that look random and are the same in every run."""
    return hashlib.sha256(f"{kind} {number}".encode()).digest()


def draws(count: int) -> Iterator[bytes]:
    """Yield draws as lines; each takes its firms from another place of the register."""
    register = firm_codes(FIRMS)
    for number in range(count):
        step = 1 + number % 300
        firms = sorted({register[(number * 7 + at * step) % FIRMS] for at in range(CANDIDATES)})
        parts = [value(kind, number) for kind in ("draw", "freeze", "reveals", "phi")]
        order = full_order(dict.fromkeys(firms, 1), seed(*parts))
        yield Drawn(
            draw=parts[0],
            freeze=parts[1],
            reveals=parts[2],
            phi=parts[3],
            firms=firms,
            order=order[:PLACES],
            order_digest=hashlib.sha256(order_file(order)).digest(),
        ).line


def peer(lines: list[bytes]) -> int:
    """Recompute the places with consistent_sampler, as an auditor who uses it would."""
    count = 0
    for line in lines:
        draw = json.loads(line)
        order = consistent_sampler.sampler(
            draw["firms"], draw["phi"], with_replacement=False, take=PLACES, output="id"
        )
        count += len(list(order)) == len(draw["order"])
    return count


def floor(count: int) -> int:
    """Hash as many bytes, as often, as the draws need."""
    ticket, order, digest = bytes(75), bytes(19 * CANDIDATES), hashlib.sha256
    for _ in range(count):
        digest(order).digest()
        for _ in range(CANDIDATES + 1):
            digest(ticket).digest()
    return count


def all_right(result: object) -> None:
    """Require that every draw was found to be as published."""
    if not isinstance(result, Tally) or result.faults or not result.draws:
        raise AssertionError(result)


@contextmanager
def written(count: int) -> Iterator[Path]:
    """Write the draws to a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "draws.ndjson"
        with path.open("wb") as file:
            file.writelines(draws(count))
        yield path


def run(long: bool) -> list[Verdict]:  # noqa: FBT001 - every script has this one signature
    """Run in memory, and from a file with one process and with two."""
    count = ALL if long else SOME
    with written(ALL) as path:
        with path.open("rb") as file:
            lines = [line for line, _ in zip(file, range(count), strict=False)]
        jobs: dict[str, Job] = {
            OURS: lambda: recompute(lines),
            PEER: lambda: peer(lines),
            FLOOR: lambda: floor(count),
        }
        checks = {OURS: all_right}
        race = Race(
            f"Verify {count:,} draws of {CANDIDATES}",
            "draws",
            [Contender(name, count, steady(job), checks.get(name)) for name, job in jobs.items()],
        ).run()
        verdicts = [race.times_as_fast(OURS, PEER, 5)]
        race.note_times_as_long(OURS, FLOOR)
        files = Race(
            f"Verify a file of {ALL:,} draws of {CANDIDATES}",
            "draws",
            [
                Contender(ONE, ALL, steady(lambda: recompute_file(path, 1)), all_right),
                Contender(TWO, ALL, steady(lambda: recompute_file(path, 2)), all_right),
            ],
            wall=True,
        ).run()
        for name in (ONE, TWO):
            print(f"  -> {name}: {min(files.times[name]) * ALL:.2f} s at best for the whole file")
        if (os.cpu_count() or 1) > 1:
            verdicts.append(files.times_as_fast(TWO, ONE, 1.6))
        return verdicts


if __name__ == "__main__":
    sys.exit(main(run))
