"""Telling somebody something: one row in the transaction that causes it, and no more."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from market.bulk import insert_all
from market.clock import ending_words
from market.db import UnitOfWork
from market.labels import label_of
from market.messages.kinds import Kind
from market.messages.model import Message

LONGEST_FACT: Final = 300


def tell(
    work: UnitOfWork,
    kind: Kind,
    *,
    org_id: int | None = None,
    user_id: int | None = None,
    path: str = "",
    once: str,
    at_the_hour: bool = False,
    **values: object,
) -> bool:
    """Tell an organisation's people, or one person; it goes out when the transaction is done.

    ``at_the_hour`` writes and sends it at the next full hour: its time then says nothing of which
    deed it was that moment.

    ``path`` is the page of this site that it is about; ``once`` names the event: the same kind
    is not told twice of it to the same recipient. ``values`` fill the named places of the words:
    texts, whole numbers, days, instants (shown in Beijing time) and members of labelled enums.

    Returns:
        Whether it was written now; False if it had been before.

    Raises:
        ValueError: There is not exactly one recipient, or ``path`` is no page of this site.
        KeyError: A named place has no value.
    """
    told = Told(
        org_id=org_id,
        user_id=user_id,
        path=path,
        once=once,
        at_the_hour=at_the_hour,
        values=values,
    )
    written = work.session.execute(
        _insert(work).values(_row(work, kind, told)).on_conflict_do_nothing().returning(Message.id)
    )
    return written.first() is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One of many who are told the like: see ``tell``."""

    org_id: int | None = None
    user_id: int | None = None
    path: str = ""
    once: str
    at_the_hour: bool = False
    values: Mapping[str, object]


def tell_all(work: UnitOfWork, kind: Kind, told: Sequence[Told]) -> None:
    """Tell many at once what ``tell`` tells one; whoever was told before is not told again."""
    insert_all(work, Message, [_row(work, kind, one) for one in told], or_nothing=True)


def _insert(work: UnitOfWork) -> sqlite.Insert | postgresql.Insert:
    insert = sqlite.insert if _dialect(work) == "sqlite" else postgresql.insert
    return insert(Message)


def _row(work: UnitOfWork, kind: Kind, told: Told) -> dict[str, object]:
    org_id, user_id, path = told.org_id, told.user_id, told.path
    if (org_id is None) == (user_id is None):
        raise ValueError("a message has one recipient: an organisation or a person")
    if path and (not path.startswith("/") or path.startswith("//")):
        raise ValueError(f"{path!r} is no page of this site")
    facts = {name: _plain(value) for name, value in told.values.items()}
    _ = (kind.subject % facts, kind.body % facts)
    at = _next_hour(work.now) if told.at_the_hour else work.now
    return {
        "kind": kind.code,
        "recipient": f"org:{org_id}" if user_id is None else f"user:{user_id}",
        "org_id": org_id,
        "user_id": user_id,
        "once": told.once,
        "facts": json.dumps(facts, ensure_ascii=False, sort_keys=True),
        "path": path,
        "written_at": at,
        "next_check_at": at,
    }


def _next_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def was_told(work: UnitOfWork, kind: Kind, *, org_id: int, once: str) -> bool:
    """Whether an organisation has been told of an event."""
    found = select(Message.id).where(
        Message.recipient == f"org:{org_id}", Message.kind == kind.code, Message.once == once
    )
    return work.session.scalar(found) is not None


def _dialect(work: UnitOfWork) -> str:
    return work.session.connection().dialect.name


def _plain(value: object) -> str | int:
    match value:
        case StrEnum():
            return label_of(value).text
        case str():
            return value[:LONGEST_FACT]
        case bool():
            raise TypeError("yes or no is no word of a message")
        case int():
            return value
        case datetime():
            return ending_words(value)
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"{type(value).__name__} is no word of a message")
