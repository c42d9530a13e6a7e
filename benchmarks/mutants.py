"""Ask the tests of ``lottery/`` and ``audit/`` whether they notice a mistake (R30).

mutmut makes thousands of small mistakes in the code; each is tried against the tests that reach
it. All of them would take days on two cores, so a sample is drawn: ``make mutants SAMPLE=300
SEED=1``. A mistake that only changes the words of a sentence, such as an error's or a finding's, is
neither tried nor counted: tests compare reasons, not wording. The run fails below nine in ten.
"""

import argparse
import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random  # noqa: TID251 - which mistakes are tried; nothing is drawn here
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
WORK: Final = ROOT / "var" / "mutants"
COPIED: Final = ("lottery", "audit", "market", "tests", "docs", "deploy")
LEAST_KILLED: Final = 0.9
# Tests that start another interpreter, where the mutants' switch is not installed, or that
# measure time, which the switch costs.
NOT_HERE: Final = {
    "lottery": ("onefile", "nothing_installed", "subprocess"),
    "audit": ("killed", "no_database_library", "under_a_second"),
}
# These run while modules are imported, before mutmut switches a mistake on: it can never be seen.
AT_IMPORT: Final = (
    "lottery.beacon.bls12381_fields.x_fp2_power_",
    "lottery.beacon.bls12381_isogeny.x__coefficients_",
    "lottery.entries.fields.x_of_kind_",
    "lottery.entries.fields.xǁRecordǁof_",
)
# mutmut's exit codes of a mistake that no test failed on, or that no test came across.
UNNOTICED: Final = frozenset({0, 5, 33})
# Two words, or one that is not English.
WORDS: Final = re.compile(r"[A-Za-z] +\S|\S +[A-Za-z]|[^\x00-\x7f]")
CODECS: Final = frozenset({"ascii", "latin-1", "utf-8"})
# What argparse only shows to whoever asks for help.
HELP: Final = frozenset({"description", "epilog", "help", "metavar", "prog"})
# Methods that say something, and how many of their arguments are more than words.
SAYING: Final = {"require": 1, "fault": 0, "flag": 0, "fact": 0}
COVERED: Final = "mutate_only_covered_lines = true\n"
SETTINGS: Final = """\
[tool.mutmut]
source_paths = ["{package}"]
also_copy = ["conftest.py", {others}]
pytest_add_cli_args_test_selection = ["tests/{package}"]
pytest_add_cli_args = ["-q", "-p", "no:cacheprovider", "-k", "{wanted}"]
{covered}
[tool.pytest.ini_options]
addopts = ["--import-mode=importlib"]
pythonpath = ["."]
markers = ["browser", "postgres", "slow", "long"]
"""

# mutmut counts and times all tests, then runs them once more, which is left out here. Most
# mistakes are noticed by many tests, of which the quickest will do. A loop without an end shall
# not take all memory before its time is over.
QUICKEST_FIRST: Final = """\
import json
import os
import resource
from pathlib import Path


def pytest_collection_modifyitems(items):
    tried = os.environ.get("MUTANT_UNDER_TEST")
    if tried == "":
        del items[1:]
    elif "__mutmut_" in (tried or ""):
        seconds = json.loads(Path("mutmut-stats.json").read_text())["duration_by_test"]
        items.sort(key=lambda item: seconds.get(item.nodeid, 0))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
"""


def lay_out(package: str) -> Path:
    """Copy what the tests of a package need to a folder of its own; return it."""
    folder = WORK / package
    shutil.rmtree(folder, ignore_errors=True)
    git = shutil.which("git") or "git"
    listing = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard", *COPIED]
    listed = subprocess.check_output(listing, cwd=ROOT, text=True)  # noqa: S603 - fixed words
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    others = set(COPIED) - {package}
    settings = SETTINGS.format(
        package=package,
        covered=COVERED,
        others=", ".join(f'"{name}"' for name in sorted(others)),
        wanted=" and ".join(f"not {word}" for word in NOT_HERE[package]),
    )
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    (folder / "conftest.py").write_text(QUICKEST_FIRST, encoding="utf-8")
    return folder


def mutmut(folder: Path, *arguments: str) -> str:
    """Run mutmut in a folder; return what it wrote."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(  # noqa: S603 - fixed words and names from mutmut itself
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def outcomes(folder: Path) -> dict[str, int | None]:
    """Return each mutant's exit code: 0 survived, None not tried."""
    found: dict[str, int | None] = {}
    for meta in sorted((folder / "mutants").rglob("*.meta")):
        found |= json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def is_wording(folder: Path, mutant: str) -> bool:
    """Tell whether a mistake touches nothing but the words of a sentence.

    Nor does another case of a codec's name, such as ``ASCII``, change what the code does.
    """
    module, _, name = mutant.rpartition(".")
    path = folder / "mutants" / module.replace(".", "/")
    functions = _functions(path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))
    right = functions[name.rpartition("_")[0] + "_orig"]
    way = _way(right.body, functions[name].body)
    if way and _is_codec(way[-1]) and _dump(right).lower() == _dump(functions[name]).lower():
        return True
    return any(_is_prose(node) or _is_help(node) for node in way) or any(
        _is_saying(call, argument) for call, argument in pairwise(way)
    )


@cache
def _functions(source: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _way(before: Sequence[ast.AST], after: Sequence[ast.AST]) -> list[ast.AST]:
    """Return the nodes that lead to the smallest part of the code before that is not in it after.

    One mistake changes one part: what follows it is the same, or was moved by one.
    """
    for at, old in enumerate(before):
        new = after[at] if at < len(after) else None
        if new is not None and ast.dump(old) == ast.dump(new):
            continue
        if len(before) != len(after) or type(old) is not type(new) or new is None:
            return [old]
        for name in old._fields:
            if way := _way(_nodes(old, name), _nodes(new, name)):
                return [old, *way]
        return [old]
    return []


def _nodes(node: ast.AST, field: str) -> list[ast.AST]:
    value = getattr(node, field, None)
    return [it for it in (value if isinstance(value, list) else [value]) if isinstance(it, ast.AST)]


def _is_prose(node: ast.AST) -> bool:
    """Tell whether a node is a sentence, or a piece of one."""
    if isinstance(node, ast.JoinedStr):
        return any(_is_prose(part) for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return WORDS.search(node.value) is not None
    return False


def _is_codec(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in CODECS


def _dump(function: ast.FunctionDef) -> str:
    return "".join(map(ast.dump, function.body))


def _is_help(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg in HELP


def _is_saying(call: ast.AST, argument: ast.AST) -> bool:
    """Tell whether an argument of a call is what it says, in a verifier's finding."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    least = SAYING.get(call.func.attr)
    return least is not None and argument in call.args[least:]


def examine(package: str, sample: int, seed: int) -> float:
    """Try a sample of the mistakes in a package; return the share that was noticed."""
    folder = lay_out(package)
    words = mutmut(folder, "run", "--max-children", "2", "no.such.mutant")
    names = sorted(name for name in outcomes(folder) if not name.startswith(AT_IMPORT))
    if not names:
        sys.exit(words)
    chosen = Random(seed).sample(names, min(sample, len(names)))  # noqa: S311 - not a secret
    counted = [name for name in chosen if not is_wording(folder, name)]
    settings = folder / "pyproject.toml"
    # The lines that tests reach are known now; to ask again would take as long as before.
    settings.write_text(settings.read_text("utf-8").replace(COVERED, ""), encoding="utf-8")
    words = mutmut(folder, "run", "--max-children", "2", *counted)
    codes = outcomes(folder)
    if any(codes[name] is None for name in counted):
        sys.exit(words)
    survived = [name for name in counted if codes[name] in UNNOTICED]
    for name in survived:
        print(f"SURVIVED {name}")
        diff = mutmut(folder, "show", name).splitlines()
        print("\n".join(f"    {line}" for line in diff if line[:1] in "+-"))
    killed = len(counted) - len(survived)
    share = killed / len(counted)
    of = (
        f"{len(chosen)} of {len(names)} drawn, seed {seed}; {len(chosen) - len(counted)} only words"
    )
    print(f"{package}: {killed} of {len(counted)} noticed, {share:.1%}; {of}")
    return share


def main() -> None:
    """Examine the core's two packages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", default=["lottery", "audit"])
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    shares = [examine(package, asked.sample, asked.seed) for package in asked.packages]
    sys.exit(min(shares) < LEAST_KILLED)


if __name__ == "__main__":
    main()
