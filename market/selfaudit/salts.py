"""Texts that are not public against the log: a salt opens the digest of an entry with each."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from market.journal import PREFIX, Entry, salted_fields
from market.salts import Opening, TextSalt, opening_of
from market.selfaudit.differences import Difference
from market.selfaudit.texts import TEXTS, Text

_KIND: Final = re.compile(rb'"t":"' + PREFIX.encode() + rb'([^"]+)"')
_TABLE: Final = TextSalt.__tablename__


@dataclass(slots=True)
class Salts:
    """Every salted digest that the log holds."""

    digests: set[str] = field(default_factory=set)
    _members: dict[bytes, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in _every(Entry):
            if "kind" in vars(entry) and (members := salted_fields(entry)):
                self._members[entry.kind.encode()] = members

    def take(self, body: bytes) -> None:
        """Take the next entry of the log."""
        kind = _KIND.search(body)
        members = self._members.get(kind[1]) if kind else None
        if not members:
            return
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            return
        self.digests |= {str(said[each]) for each in members if said.get(each)}

    def differences(self, connection: Connection) -> Iterator[Difference]:
        """Compare the salts with the log, and what was written with the salts."""
        openings, left = defaultdict[str, list[Opening]](list), set(self.digests)
        for row in connection.execute(
            select(TextSalt.id, TextSalt.about, TextSalt.salt, TextSalt.digest)
        ):
            openings[row.about].append(Opening(row.salt, row.digest))
            left.discard(row.digest)
            if row.digest not in self.digests:
                yield Difference(_TABLE, str(row.id), "digest", "日志条目中没有这个摘要")
        for digest in sorted(left):
            yield Difference(_TABLE, f"digest={digest}", "", "日志中有这个摘要，却没有这一行")
        for text in TEXTS:
            for row_id, about, *parts in connection.execute(_asked(text)):
                written = "\n".join(str(part or "") for part in parts)
                if written.strip("\n") and opening_of(openings[str(about)], written) is None:
                    what = "与日志条目中的摘要不符"
                    yield Difference(text.table.name, str(row_id), text.parts[0].name, what)


def _asked(text: Text) -> Select[Any]:
    key = next(iter(text.table.primary_key.columns))
    asked = select(key, text.about, *text.parts).select_from(text.rows)
    return asked if text.where is None else asked.where(text.where)


def _every(kind: type[Entry]) -> Iterator[type[Entry]]:
    for one in kind.__subclasses__():
        yield one
        yield from _every(one)
