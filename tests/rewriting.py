"""Assertions rewritten once in a test run: the workers of ``pytest -n`` share the files out.

Pytest rewrites every test file so that a failure shows its values, and keeps the result beside
the file. In a fresh clone there is none yet, and workers that begin together would each rewrite
all of them, which takes longer than everything else they do before the first test.
"""

import sys
import time
from pathlib import Path
from typing import Final

import pytest
from _pytest.assertion import rewrite

from tests.once_a_run import shared

PATIENCE: Final = 120  # seconds; whoever waited in vain rewrites what is missing


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Rewrite a worker's share of the test files, and wait for the others'."""
    # Not the environment: a test that runs pytest hands that on, and nobody would come to share.
    worker = getattr(session.config, "workerinput", None)
    if worker is None or worker["workercount"] < 2 or sys.dont_write_bytecode:
        return
    workers, number = worker["workercount"], int(worker["workerid"].removeprefix("gw"))
    done = shared(session.config._tmp_path_factory) / "rewritten"
    done.mkdir(exist_ok=True)
    for path in wanted(session.config)[number::workers]:
        rewrite_once(path, session.config)
    (done / str(number)).touch()
    patience = time.monotonic() + PATIENCE
    while len(list(done.iterdir())) < workers and time.monotonic() < patience:
        time.sleep(0.05)


def wanted(config: pytest.Config) -> list[Path]:
    """Return the test files of a run in one order."""
    asked = [Path(config.invocation_params.dir, arg.partition("::")[0]) for arg in config.args]
    found = {path for one in asked for path in ([one] if one.is_file() else one.rglob("test_*.py"))}
    return sorted(found)


def rewrite_once(path: Path, config: pytest.Config) -> None:
    """Do what pytest does when it imports a test file, without importing it."""
    folder = rewrite.get_cache_dir(path)
    kept = folder / (path.stem + rewrite.PYC_TAIL)
    if not rewrite.try_makedirs(folder) or rewrite._read_pyc(path, kept) is not None:
        return
    source, code = rewrite._rewrite_test(path, config)
    state = config.stash[rewrite.assertstate_key]
    rewrite._write_pyc(state, code, source, kept)
