"""Odds never depend on credit, unless a regulation says so: the tickets do not even know of it."""

import ast
from pathlib import Path

import pytest

import lottery
import market
from market import regulations
from market.draws import weights

TICKETS = [
    *Path(lottery.__file__).parent.rglob("*.py"),
    *(Path(market.__file__).parent / "draws").rglob("*.py"),
    *(Path(market.__file__).parent / "affiliations").rglob("*.py"),
]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_who_makes_tickets_imports_nothing_of_credit():
    assert len(TICKETS) > 50
    found = {
        str(path): name
        for path in TICKETS
        for name in imported(path)
        if name.startswith("market.credit")
    }
    assert found == {}


@pytest.mark.parametrize("one", regulations.current().all(), ids=lambda one: one.id)
def test_no_rule_that_ships_weighs_tickets_by_credit(one):
    assert weights.KEY not in one
