"""Import contracts cover what is nested, today's packages and tomorrow's, and do refuse."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["name"]: contract for contract in SETTINGS["contracts"]}
PURE = "Rules are pure"
INSIDE = "Inside a feature: views call actions, actions call rules"
BELOW = "Nothing below a view knows a request or who is signed in"
# A command of the command line, named for what it shows.
NO_RULES = {"market.cli_rules"}


def modules(pattern):
    """Return the modules of the market whose file is named so."""
    files = (ROOT / "market").rglob(pattern)
    return {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files} - NO_RULES


def covers(contract, module):
    """Whether a contract speaks of a module, by its name or by a pattern."""
    for pattern in CONTRACTS[contract]["source_modules"]:
        wild = re.escape(pattern).replace(r"\*\*", ".+").replace(r"\*", "[^.]+")
        if re.fullmatch(wild, module):
            return True
    return False


def test_all_rules_wherever_they_are_must_be_pure():
    found = modules("*rules*.py")
    assert {"market.needs.record.rules", "market.documents.owner_rules"} <= found
    assert {module for module in found if not covers(PURE, module)} == set()


@pytest.mark.parametrize("name", ["actions", "queries", "model", "jobs"])
def test_nothing_nested_below_a_view_may_know_a_request(name):
    found = modules(f"{name}.py") - {f"market.{name}"}
    assert {module for module in found if not covers(BELOW, module)} == set()


def lint(tree, text, *names):
    """Check a market that consists of one nested package by the real contracts."""
    named = [
        part
        for name in names
        for key in ("source_modules", "forbidden_modules")
        for part in CONTRACTS[name].get(key, ())
        if "*" not in part and part.startswith("market.")
    ]
    layers = ["views", "forms", "jobs", "actions", "queries", "model", "rules"]
    for module in {*named, *(f"market.feature.nested.{layer}" for layer in layers)}:
        file = tree.joinpath(*module.split(".")).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.with_suffix("").is_dir():
            file.touch()
    for folder in {file.parent for file in tree.rglob("*.py")}:
        for package in (folder, *folder.parents):
            if package.is_relative_to(tree / "market"):
                package.joinpath("__init__.py").touch()
    tree.joinpath("market/feature/nested/rules.py").write_text(text, "utf-8")
    tree.joinpath("contracts.toml").write_text(_settings(names), "utf-8")
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--config", "contracts.toml", "--no-cache"],
        cwd=tree,
        env={"PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def _settings(names):
    lines = ["[tool.importlinter]", 'root_packages = ["market"]']
    lines.append("include_external_packages = true")
    for name in names:
        lines.append("[[tool.importlinter.contracts]]")
        for key, value in CONTRACTS[name].items():
            words = str(value).lower() if isinstance(value, bool) else repr(value)
            lines.append(f"{key} = {words}")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("", None),
        ("from datetime import date\n", None),
        ("import sqlalchemy\n", PURE),
        ("from flask import request\n", PURE),
        ("from market.feature.nested import queries\n", PURE),
        ("from market.feature.nested import views\n", INSIDE),
    ],
)
def test_a_wrong_import_in_a_new_nested_package_is_refused(tmp_path, text, broken):
    said = lint(tmp_path, text, PURE, INSIDE)
    assert (said.returncode, said.stderr) == (0 if broken is None else 1, ""), said.stdout
    assert broken is None or f"{broken} BROKEN" in said.stdout
