"""Set up ``.venv`` from a lock file: standard library only, nothing but the locked packages.

``python3 deploy/bootstrap.py`` installs what running needs (``requirements.lock``), and
``python3 deploy/bootstrap.py dev`` what developing and testing need (``requirements-dev.lock``).
``python3 deploy/bootstrap.py bench`` makes ``.venv-bench``, with the packages that the
benchmarks measure against (``requirements-bench.lock``): they never reach ``.venv``.
A second run with nothing changed only compares two digests.

``ZJCS_WHEELHOUSE=DIR`` installs from a folder of wheels without any network.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older Python shall read why
    sys.exit(
        "zjcs needs Python 3.11 or newer; this is Python %d.%d (%s).\n"  # noqa: UP031 - ditto
        "Name a newer one, for example: make demo PYTHON=python3.12"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KIND = sys.argv[1] if len(sys.argv) > 1 else "runtime"
VENV = ROOT / (".venv-bench" if KIND == "bench" else ".venv")
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "zjcs-setup.json"
LOCKS = {
    "runtime": ROOT / "requirements.lock",
    "dev": ROOT / "requirements-dev.lock",
    "bench": ROOT / "requirements-bench.lock",
}

NO_PIP = """\
This Python has neither venv's pip (Debian: apt install python3-venv) nor pip of its own
(Debian: apt install python3-pip), and there is no uv. Install any one of them and try again."""


def say(sentence: str) -> None:
    """Tell whoever waits what is being done."""
    sys.stdout.write(f"set-up: {sentence}\n")
    sys.stdout.flush()


def run(*command: str | Path) -> None:
    """Run a command and end with a sentence, not a traceback, when it fails."""
    arguments = [str(part) for part in command]
    result = subprocess.run(arguments, cwd=ROOT, check=False)
    if result.returncode != 0:
        sys.exit(f"set-up: failed with exit code {result.returncode}: {' '.join(arguments)}")


def succeeds(*command: str | Path) -> bool:
    """Run a command quietly and tell whether it succeeded."""
    arguments = [str(part) for part in command]
    return subprocess.run(arguments, capture_output=True, check=False).returncode == 0


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def site_has_an_index() -> bool:
    """Tell whether this site told pip, and not uv, where its packages are.

    uv does not read pip.conf, so a city's own mirror would be passed over.
    """
    if any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")):
        return False
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    keys = {line.split("=", 1)[0].rsplit(".", 1)[-1] for line in listed.stdout.splitlines()}
    return bool(keys & {"index-url", "no-index"})


def usable_uv() -> str | None:
    """Return the path of a uv that runs, or None where pip has to do it."""
    uv = shutil.which("uv")
    if uv is None:
        return None
    return uv if succeeds(uv, "--version") and not site_has_an_index() else None


def make_venv(*, with_pip: bool) -> None:
    """Create ``.venv`` with this Python, or again when the one there does not run."""
    recent_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    if PYTHON.exists() and succeeds(PYTHON, "-c", recent_enough):
        return
    say(f"creating {VENV.name} with Python {sys.version.split()[0]} ({sys.executable})")
    venv.create(VENV, clear=True, symlinks=True, with_pip=with_pip)


def installer() -> list[str | Path]:
    """Return the beginning of an install command: uv's, the venv's pip, or an outer pip."""
    uv = usable_uv()
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    make_venv(with_pip=uv is None and has_ensurepip)
    if uv is not None:
        say("installing with uv")
        return [uv, "pip", "install", "--python", PYTHON]
    say("installing with pip")
    if succeeds(PYTHON, "-c", "import pip"):
        return [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    if has_ensurepip:
        run(PYTHON, "-m", "ensurepip", "--upgrade")
        return [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--python", PYTHON, "install"]
    sys.exit(NO_PIP)


def from_where() -> list[str]:
    """Return the options that make a wheelhouse the only source, if one is named."""
    wheelhouse = os.environ.get("ZJCS_WHEELHOUSE")
    if not wheelhouse:
        return []
    if not Path(wheelhouse).is_dir():
        sys.exit(f"set-up: ZJCS_WHEELHOUSE={wheelhouse} is not a folder")
    return ["--no-index", "--find-links", str(Path(wheelhouse).resolve())]


def already_there() -> dict[str, str]:
    """Return the digests that the last complete set-up left, empty if there was none."""
    if not PYTHON.exists():
        return {}
    try:
        stamps = json.loads(STAMP.read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return {str(key): str(value) for key, value in stamps.items()}


def set_up(kind: str) -> None:
    """Make the virtualenv hold the packages of a lock and the project itself, editable."""
    wanted = {name: digest(path) for name, path in LOCKS.items()}
    wanted["project"] = digest(ROOT / "pyproject.toml")
    there = already_there()
    # The development lock holds every package of the runtime lock (tests/project checks it).
    locked = any(there.get(name) == wanted[name] for name in {kind, "dev"})
    if locked and there.get("project") == wanted["project"]:
        return
    began = time.monotonic()
    install = installer()
    # An interrupted set-up must not look complete to the next one.
    STAMP.unlink(missing_ok=True)
    if not locked:
        say(f"installing the packages of {LOCKS[kind].name}; the first time takes about a minute")
        run(*install, "-q", *from_where(), "--require-hashes", "-r", LOCKS[kind])
        there = {kind: wanted[kind]}
    # The build backend is itself in the lock, so that nothing is fetched here.
    run(*install, "-q", "--no-index", "--no-deps", "--no-build-isolation", "-e", ROOT)
    there["project"] = wanted["project"]
    STAMP.write_text(json.dumps(there, indent=1) + "\n", "utf-8")
    say(f"ready after {time.monotonic() - began:.0f} s")


def main(arguments: list[str]) -> None:
    """Set up for running, for developing (``dev``) or for measuring (``bench``)."""
    if KIND not in LOCKS or len(arguments) > 1:
        sys.exit(f"usage: {Path(sys.argv[0]).name} [runtime|dev|bench]")
    set_up(KIND)


if __name__ == "__main__":
    main(sys.argv[1:])
