"""Runs a benchmark once more in a process whose disk is slow: every fsync takes 2 ms longer.

How fast a disk is decides which design wins, and the disk of a virtual machine is faster than
most: see ``slowsync.c``, which is loaded into that process and into all it starts.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from benchmarks.rounds import Verdict, machine

SLOW_US: Final = 2_000
OPTION: Final = "--slow"
WORDS: Final = f"fsync slowed by {SLOW_US // 1000} ms"


def again(module: str) -> list[Verdict]:
    """Run a script with ``--slow`` on a slow disk; nothing where there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        print("\nno C compiler (cc): the run with a slowed fsync is left out")
        return []
    with tempfile.TemporaryDirectory() as folder:
        # A server that is started under another account must be able to load it.
        Path(folder).chmod(0o755)
        library = Path(folder) / "slowsync.so"
        source = Path(__file__).with_name("slowsync.c")
        subprocess.run(  # noqa: S603 - fixed words
            [compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"],
            check=True,
        )
        told = Path(folder) / "verdicts.json"
        environment = {
            "LD_PRELOAD": str(library),
            "SLOWSYNC_US": str(SLOW_US),
            "SLOW_TOLD": str(told),
        }
        sys.stdout.flush()
        subprocess.run(  # noqa: S603 - this interpreter, with a script of ours
            [sys.executable, "-W", "ignore", "-m", module, OPTION],
            env=os.environ | environment,
            check=True,
        )
        return [Verdict(**facts) for facts in json.loads(told.read_text("utf-8"))]


def asked() -> bool:
    """Say whether this process is the one with the slow disk."""
    return OPTION in sys.argv[1:]


def tell(verdicts: Sequence[Verdict]) -> int:
    """Write the ratios down for the process that asked for them, and return the exit code."""
    print(machine())
    told = [asdict(verdict) for verdict in verdicts]
    Path(os.environ["SLOW_TOLD"]).write_text(json.dumps(told), "utf-8")
    return 0
