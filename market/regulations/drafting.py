"""The draft of a city's own instrument: every value of the one it replaces, ready to be edited."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from market.errors import MarketError, msgid
from market.regulations.regulation import Clause, Regulation, Value


class NotReplaceableError(MarketError):
    """An instrument of the State, which no city's instrument replaces."""

    sentence = msgid("“%(title)s”有法定依据，不由城市文件取代。城市文件只能取代平台默认值的文件。")

    def __init__(self, rules: Regulation) -> None:
        super().__init__(title=rules.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a city says about its instrument."""

    id: str
    title: str
    issuer: str
    document_number: str
    source: str
    effective_from: date


def draft(
    old: Regulation,
    head: Head,
    values: Mapping[str, Clause] | None = None,
    remarks: tuple[str, ...] = (),
) -> str:
    """Return the text of an instrument that repeals another and keeps its other values.

    Args:
        old: The instrument to be replaced.
        head: What the city says about its own.
        values: What the city sets otherwise, by key.
        remarks: Lines of comment at the top.

    Returns:
        TOML.

    Raises:
        NotReplaceableError: The old one is not a platform default.

    Source: docs/regulations.md.
    """
    if any(not clause.is_platform_default for clause in old.clauses.values()):
        raise NotReplaceableError(old)
    lines = [
        *(f"# {remark}" for remark in remarks),
        f"id = {_toml(head.id)}",
        f"subject = {_toml(old.subject)}",
        f"title = {_toml(head.title)}",
        f"issuer = {_toml(head.issuer)}",
        f"document_number = {_toml(head.document_number)}",
        f"source = {_toml(head.source)}",
        f"effective_from = {head.effective_from.isoformat()}",
        f"repeals = [{_toml(old.id)}]",
    ]
    section = ""
    for key, clause in old.clauses.items():
        name, _, last = key.partition(".")
        if name != section:
            section = name
            lines += ["", f"[{name}]"]
        lines.append(f"{_key(last)} = {_clause((values or {}).get(key, replace(clause, note='')))}")
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return (
        name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else _toml(name)
    )


def _clause(clause: Clause) -> str:
    facts: list[tuple[str, Value]] = [("value", clause.value)]
    facts += [("clause", clause.clause)] if clause.clause else [("source", clause.source)]
    facts += [("confirm", True)] if clause.confirm else []
    facts += [("note", clause.note)] if clause.note else []
    return f"{{ {', '.join(f'{name} = {_toml(value)}' for name, value in facts)} }}"


def _toml(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            return json.dumps(value, ensure_ascii=False)
