"""What the handbook says of the repository as a whole: small modules, plain names, true words."""

import ast
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("market", "lottery", "audit")
# A migration is a list of what was done; nobody edits it.
MODULES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations/versions" not in path.as_posix()
)
MODULE_LINES = 400
FUNCTION_LINES = 60
VAGUE = {"utils", "util", "services", "service", "core", "common", "helpers", "misc"}
NOT_OURS = {"var", "dist", "build", "wheelhouse", "vendor", "__pycache__"}
READMES = ("README.md", "README.zh-CN.md")
RUNTIME, DEV = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
BENCH = ROOT / "requirements-bench.lock"


def our_files() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in NOT_OURS and (f[0] != "." or f == ".ci")]
        yield from (Path(folder, name) for name in names)


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_module_and_its_functions_can_be_read_at_one_sitting():
    assert [long for path in MODULES for long in too_long(path)] == []


def too_long(path: Path) -> Iterator[str]:
    """Yield what of a module is too long to be read at one sitting."""
    source = path.read_text("utf-8")
    if (lines := source.count("\n")) > MODULE_LINES:
        yield f"{short(path)} has {lines} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{short(path)}: {node.name} has {lines} lines"


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the top-level names that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("path", sorted((ROOT / "lottery").rglob("*.py")), ids=short)
def test_whoever_checks_a_draw_needs_nothing_but_python(path: Path):
    names = set(imported(ast.parse(path.read_text("utf-8"))))
    assert names <= sys.stdlib_module_names | {"lottery"}


def test_no_folder_has_a_name_that_says_nothing():
    folders = {part for path in our_files() for part in path.relative_to(ROOT).parts[:-1]}
    assert not folders & VAGUE


def test_no_package_file_under_tests_shadows_a_real_package():
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_no_file_names_a_path_of_somebody_s_machine():
    personal = re.compile(rb"(?<![\w.*])/(?:work|root|home)/[\w.]")
    found = [short(path) for path in our_files() if personal.search(path.read_bytes())]
    assert found == []


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("readme", READMES)
def test_the_readme_gives_the_two_commands(readme: str):
    commands = re.findall(r"^\s*(make [a-z-]+)", (ROOT / readme).read_text("utf-8"), re.MULTILINE)
    assert {"make demo", "make test"} <= set(commands)


def test_every_make_command_in_the_documents_exists():
    documents = [path for path in our_files() if path.suffix == ".md"]
    pattern = re.compile(r"(?:^\s*|`)make ([a-z][a-z-]*)", re.MULTILINE)
    told = {word for path in documents for word in pattern.findall(path.read_text("utf-8"))}
    assert {"demo", "test"} <= told
    assert told <= make_targets()


def pins(lock: Path) -> dict[str, str]:
    """Return each pinned requirement of a lock, with its hashes."""
    logical = lock.read_text("utf-8").replace("\\\n", " ").splitlines()
    lines = [line for line in logical if line and not line.lstrip().startswith("#")]
    return {line.split()[0]: line for line in lines}


@pytest.mark.parametrize("lock", [RUNTIME, DEV, BENCH], ids=short)
def test_a_lock_names_no_host_and_pins_every_package_by_hash(lock: Path):
    assert "://" not in lock.read_text("utf-8")
    for pin, line in pins(lock).items():
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]*", pin), line
        assert "--hash=sha256:" in line


def test_the_development_lock_holds_the_whole_runtime_lock():
    # deploy/bootstrap.py relies on it: after `make test`, `make demo` installs nothing.
    assert pins(RUNTIME).keys() <= pins(DEV).keys()


def test_the_benchmarks_run_with_the_packages_of_the_product():
    assert pins(RUNTIME).keys() <= pins(BENCH).keys()
    assert {"consistent-sampler", "pymerkle"} <= {pin.split("==")[0] for pin in pins(BENCH)}
    assert not {"consistent-sampler", "pymerkle"} & {pin.split("==")[0] for pin in pins(DEV)}


def test_the_locks_hold_what_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    for wanted, lock in (
        (project["project"]["dependencies"] + groups["build"], RUNTIME),
        ([need for need in groups["dev"] if isinstance(need, str)], DEV),
        ([need for need in groups["bench"] if isinstance(need, str)], BENCH),
    ):
        names = {re.match(r"[\w-]+", need)[0].lower() for need in wanted}
        assert names <= {pin.split("==")[0] for pin in pins(lock)}
