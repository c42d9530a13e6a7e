"""Texts that are not public against the log: a salt opens the digest of an entry with each."""

import json
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Final

from sqlalchemy import Connection, select

import market
from market.journal import PREFIX, Entry, salted_fields
from market.salts import Opening, TextSalt, opening_of
from market.selfaudit.differences import Difference
from market.selfaudit.texts import written

_KIND: Final = re.compile(rb'"t":"' + PREFIX.encode() + rb'([^"]+)"')
_TABLE: Final = TextSalt.__tablename__


@dataclass(slots=True)
class Salts:
    """Every salted digest that the log holds."""

    digests: set[str] = field(default_factory=set)
    _members: dict[bytes, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _load_journals()
        for entry in _every(Entry):
            if "kind" in vars(entry) and (members := salted_fields(entry)):
                self._members[entry.kind.encode()] = members

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of entries that hold such a digest."""
        return tuple(kind.decode() for kind in self._members)

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
        for one in written(connection):
            if one.text.strip("\n") and opening_of(openings[one.about], one.text) is None:
                yield Difference(one.table, one.key, one.column, "与日志条目中的摘要不符")


def _load_journals() -> None:
    """Read what every feature says in the log: the worker loads of a feature what it sweeps."""
    for found in pkgutil.walk_packages(market.__path__, f"{market.__name__}."):
        if found.name.endswith(".journal"):
            import_module(found.name)


def _every(kind: type[Entry]) -> Iterator[type[Entry]]:
    for one in kind.__subclasses__():
        yield one
        yield from _every(one)
