"""Every value that ships is read by the program, or is said to be fixed, with the reason."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from market.regulations import Clause, Regulations, load
from market.regulations.drafting import draft
from market.regulations.explaining import explain
from market.regulations.files import SHIPPED
from market.regulations.instruments import parse
from market.regulations.profile import check_profile, left_unread
from market.regulations.said import SAID_ONLY
from tests.market.test_city_rules import HEAD

MARKET = SHIPPED.parent
# What cites a value, or shows it, and does not act by it.
CITING = frozenset({"clause_of"})
SHOWING = ("regulations", "portal")
# Returned by the function that says where the points of a breach come from.
CITED = frozenset({r"listing\.direct_breaches"})
# Keys of which nothing but the form is written in the program: each is one of a stored enum.
BY_KIND = {
    "document-retention": r"(kept|refused|superseded|abandoned)\.[a-z-]+",
    "posting-checks": r"[a-z_]+\.(phrases|severity|unless)",
}


def _cited(tree: ast.AST) -> set[int]:
    """Return the constants that only say where a value comes from."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CITING
        ):
            found |= {id(one) for argument in node.args for one in ast.walk(argument)}
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "clauses"
        ):
            found |= {id(one) for one in ast.walk(node.slice)}
    return found


def _pattern(node: ast.JoinedStr) -> str:
    parts = [
        re.escape(part.value) if isinstance(part, ast.Constant) else r"[a-z_-]+"
        for part in node.values
    ]
    return "".join(map(str, parts))


def _read(source: str) -> Iterator[str]:
    """Return a regular expression for each key that a module may read."""
    tree = ast.parse(source)
    cited = _cited(tree)
    for node in ast.walk(tree):
        if id(node) in cited:
            continue
        if isinstance(node, ast.JoinedStr):
            yield _pattern(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)


@pytest.fixture(scope="module")
def read() -> re.Pattern[str]:
    modules = [
        path
        for path in MARKET.rglob("*.py")
        if path.relative_to(MARKET).parts[0] not in SHOWING and "migrations" not in path.parts
    ]
    found = {one for path in modules for one in _read(path.read_text("utf-8"))} - CITED
    key = re.compile(r"(?=.*[a-z]{3})[a-z_]*(\[a-z_-\]\+)?\\\.[^/ ]+")
    return re.compile("|".join(sorted(one for one in found if key.fullmatch(one))))


def test_every_key_is_read_or_is_said_only(read):
    for rules in load().all():
        for key in rules.clauses:
            by_kind = BY_KIND.get(rules.subject)
            is_read = bool(read.fullmatch(key) or (by_kind and re.fullmatch(by_kind, key)))
            said = key in SAID_ONLY.get(rules.subject, {})
            assert is_read is not said, (rules.id, key, "read" if is_read else "not read")


def test_what_only_cites_a_value_does_not_read_it():
    source = 'x = rules.clause_of("a.b"); y = rules.clauses["a.c"]; z = rules.flag("a.d")'
    assert {one for one in _read(source) if one.startswith("a")} == {r"a\.d"}
    assert next(iter(_read('f"points.{kind}"'))) == r"points\.[a-z_-]+"


def _other(value: object) -> object:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case _:
            return value[:-1]


@pytest.mark.parametrize(
    ("subject", "key"), [(subject, key) for subject, keys in SAID_ONLY.items() for key in keys]
)
def test_a_city_cannot_set_what_is_only_said(subject, key):
    known = load()
    old = known.in_force(subject, HEAD.effective_from)
    plain = {
        name: Clause(value=clause.value, source="platform default")
        for name, clause in old.clauses.items()
    }
    value = _other(old[key])
    for changed in (plain, plain | {key: Clause(value=value, source="platform default")}):
        text = draft(replace(old, clauses=plain), HEAD, changed)
        found = [str(one) for one in check_profile(text.encode(), "our.toml", known, known)]
        assert len(found) == (0 if changed is plain else 1), found
        assert all(f"{key}：本平台固定为" in one and "不能更改" in one for one in found)
        assert check_profile(text.encode(), "our.toml", known, known, locked=True) == []
        own = parse(text.encode(), "our.toml", [])
        notes = left_unread(Regulations([*known.everyone(), own]), known)
        assert len(notes) == (0 if changed is plain else 1), notes
        assert all(f"{own.id} 的 {key} 写为" in one and "不起作用" in one for one in notes)
    assert SAID_ONLY[subject][key] in "\n".join(
        explain(known, f"{subject}:{key}", HEAD.effective_from)
    )
