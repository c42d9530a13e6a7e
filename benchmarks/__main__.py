"""Run every benchmark and print all ratios under each other: ``make bench``.

``--long`` runs the sizes of ``make bench-long``. The exit code is 1 if a ratio misses its target
by more than 25 %.
"""

import sys
import time
from typing import Final

from benchmarks import (
    bench_catchup,
    bench_draw,
    bench_enrol,
    bench_log_append,
    bench_log_proof,
    bench_sweep,
    bench_verify,
    bench_workdays,
)
from benchmarks.rounds import Verdict, finish, machine

SCRIPTS: Final = (
    bench_draw,
    bench_verify,
    bench_log_append,
    bench_log_proof,
    bench_enrol,
    bench_sweep,
    bench_catchup,
    bench_workdays,
)


def main() -> int:
    """Run all scripts one after the other."""
    long = "--long" in sys.argv[1:]
    began = time.monotonic()
    print(machine())
    verdicts: list[Verdict] = []
    for script in SCRIPTS:
        verdicts += script.run(long)
    print(f"\n{machine()}; {time.monotonic() - began:.0f} s")
    return finish(verdicts)


if __name__ == "__main__":
    sys.exit(main())
