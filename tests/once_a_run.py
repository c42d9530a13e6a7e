"""What is dear to make and the same for all is made once in a test run, by whoever asks first.

With ``pytest -n`` each worker is a process of its own, and each would make its own.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def shared(factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the whole run, which the workers of ``pytest -n`` share."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder that ``make`` filled in this run; who comes meanwhile waits for it.

    Nobody may write in it. What fails is thrown away, and made anew for who asks next.
    """
    base = shared(factory)
    done, making = base / name, base / f"{name}.making"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            make(making)
            making.rename(done)
    return done
