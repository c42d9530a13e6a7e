"""Vendored front-end files: check them against ``vendor.lock``, or take a new version.

For maintainers; neither set-up nor the program runs it. ``check`` compares every file under
``market/web/static/vendor`` with its recorded SHA-256. ``update`` takes the named version from
whatever registry the local ``npm`` is set up for, copies the files we serve and the licence, and
writes the lock again.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

VENDOR: Final = Path(__file__).resolve().parent.parent / "market" / "web" / "static" / "vendor"
LOCK: Final = "vendor.lock"
# What we serve of each package: path in the package -> name here.
WANTED: Final = {
    "bootstrap": {
        "dist/css/bootstrap.min.css": "bootstrap.min.css",
        "dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
        "LICENSE": "LICENSE",
    },
}


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One line of the lock: a file, the package it came from, and its SHA-256."""

    name: str
    version: str
    file: str
    sha256_hex: str

    @property
    def path(self) -> str:
        """Where the file lies under the vendor folder."""
        return f"{self.name}-{self.version}/{self.file}"

    def __str__(self) -> str:
        return f"{self.name} {self.version} {self.file} {self.sha256_hex}"


def read_lock(vendor: Path) -> tuple[Entry, ...]:
    """Return the entries of the lock file."""
    lines = (vendor / LOCK).read_text("utf-8").splitlines()
    return tuple(Entry(*line.split()) for line in lines if line and not line.startswith("#"))


def problems(vendor: Path) -> Iterator[str]:
    """Yield a sentence for each file that is missing, changed or not in the lock."""
    locked = {entry.path: entry for entry in read_lock(vendor)}
    present = {
        path.relative_to(vendor).as_posix(): path
        for path in vendor.rglob("*")
        if path.is_file() and path.name != LOCK
    }
    for name in sorted(locked.keys() - present.keys()):
        yield f"{name} is in {LOCK} but not in the folder"
    for name in sorted(present.keys() - locked.keys()):
        yield f"{name} is in the folder but not in {LOCK}"
    for name in sorted(locked.keys() & present.keys()):
        if _digest(present[name]) != locked[name].sha256_hex:
            yield f"{name} differs from its SHA-256 in {LOCK}"


def update(vendor: Path, name: str, version: str) -> None:
    """Replace the files of package ``name`` by those of ``version`` and write the lock again."""
    with tempfile.TemporaryDirectory() as scratch:
        package = _fetch(name, version, Path(scratch))
        folder = vendor / f"{name}-{version}"
        folder.mkdir(parents=True, exist_ok=True)
        for source, target in WANTED[name].items():
            shutil.copyfile(package / source, folder / target)
    others = [entry for entry in read_lock(vendor) if entry.name != name]
    fresh = [Entry(name, version, file, _digest(folder / file)) for file in WANTED[name].values()]
    text = "# name version file sha256\n" + "\n".join(map(str, sorted([*others, *fresh]))) + "\n"
    (vendor / LOCK).write_text(text, "utf-8")


def _fetch(name: str, version: str, scratch: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is needed to take a new version")
    subprocess.run(
        [npm, "pack", f"{name}@{version}", "--pack-destination", str(scratch)], check=True
    )
    (archive,) = scratch.glob("*.tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(scratch, filter="data")
    return scratch / "package"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0 when every file is as locked."""
    parser = argparse.ArgumentParser(description="Vendored front-end files.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("check", help="compare the files with their recorded SHA-256")
    taker = verbs.add_parser("update", help="take a version with npm and write the lock again")
    taker.add_argument("name", choices=sorted(WANTED))
    taker.add_argument("version")
    options = parser.parse_args(arguments)
    if options.verb == "update":
        update(VENDOR, options.name, options.version)
    found = list(problems(VENDOR))
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
