"""Items as data files of the catalogue: what a city checks, locks and puts into its folder."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from market.catalogue.rules import Group, Item


def data_files(items: Sequence[Item], first: date) -> dict[str, str]:
    """Return the catalogue's data files that hold the items, one for each group, by name."""
    groups = {item.group.code: item.group for item in items}
    return {
        f"{code}-{first.isoformat()}.toml": _file(
            group, first, [item for item in items if item.group.code == code]
        )
        for code, group in sorted(groups.items())
    }


def _file(group: Group, first: date, items: Sequence[Item]) -> str:
    head = _inline({"code": group.code, "name_zh": group.name_zh, "name_en": group.name_en})
    blocks = [f"effective_from = {first.isoformat()}\ngroup = {head}\n"]
    for item in items:
        lines = ["[[item]]"]
        for name, write in _WRITERS.items():
            value = getattr(item, name)
            if value or name in _ALWAYS:
                lines.append(f"{name} = {write(value)}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _inline(facts: Mapping[str, object]) -> str:
    """Return an inline table without what is empty."""
    kept = {k: list(v) if isinstance(v, tuple) else v for k, v in facts.items() if v}
    return f"{{ {', '.join(f'{key} = {_plain(value)}' for key, value in kept.items())} }}"


def _one(value: object) -> str:
    fields = type(value).__dataclass_fields__  # type: ignore[attr-defined]  # rules of the catalogue
    return _inline({name: getattr(value, name) for name in fields})


def _many(value: object) -> str:
    rows = value if isinstance(value, tuple) else ()
    return f"[{', '.join(map(_one, rows))}]"


def _list(value: object) -> str:
    return _plain(list(value) if isinstance(value, tuple) else [])


_WRITERS: Final[Mapping[str, Callable[[object], str]]] = {
    "code": _plain,
    "name_zh": _plain,
    "name_en": _plain,
    "scope": _plain,
    "result_zh": _plain,
    "result_en": _plain,
    "commissioned_by_authority": _plain,
    "time_limit_working_days": _plain,
    "time_limit_source": _plain,
    "basis": _many,
    "match": _plain,
    "qualifications": _many,
    "staff": _one,
    "scarce": _plain,
    "incompatible_with": _list,
    "tender_class": _plain,
    "fee": _one,
    "review": _one,
}
_ALWAYS: Final = frozenset({"basis", "qualifications"})
