"""No page loads anything from outside, and what is vendored is what was reviewed."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "market" / "web" / "static"
VENDOR = STATIC / "vendor"
LOCK = VENDOR / "vendor.lock"
OURS = sorted(
    path
    for folder in (ROOT / "templates", STATIC)
    for path in folder.rglob("*")
    if path.suffix in {".html", ".css", ".js", ".svg", ".txt", ".xml"}
    and VENDOR not in path.parents
)
# An XML namespace is a name, not an address; a link is followed only by whoever clicks on it.
HARMLESS = re.compile(r"""xmlns(?::\w+)?=["'][^"']*["']|<a\s[^>]*>""")
OUTSIDE = re.compile(r"""https?://|["'(=]\s*//[\w-]+\.""")


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _harmful(source: str) -> str:
    return HARMLESS.sub("", source)


def test_the_vendored_files_are_those_of_the_lock():
    locked = {}
    for line in LOCK.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, version, file, digest = line.split()
            locked[f"{name}-{version}/{file}"] = digest
    there = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path != LOCK
    }
    assert there == locked


def test_every_vendored_package_brings_its_licence():
    packages = [folder for folder in VENDOR.iterdir() if folder.is_dir()]
    assert packages
    assert all((folder / "LICENSE").is_file() for folder in packages)


def test_our_templates_scripts_and_styles_load_nothing_from_outside():
    found = {short(path): OUTSIDE.findall(_harmful(path.read_text("utf-8"))) for path in OURS}
    assert {path: loaded for path, loaded in found.items() if loaded} == {}


@pytest.mark.parametrize(
    "planted",
    [
        '<script src="https://cdn.example/x.js">',
        "@import url(//cdn.example/x.css);",
        "fetch('http://cdn.example')",
        "<link href=//cdn.example/x.css>",
    ],
)
def test_something_loaded_from_outside_would_be_found(planted: str):
    assert OUTSIDE.search(_harmful(planted))
