"""Telling somebody something: one row in the transaction that causes it, and no more."""

import json
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from market.clock import BEIJING
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
    **values: object,
) -> bool:
    """Tell an organisation's people, or one person; it goes out when the transaction is done.

    ``path`` is the page of this site that it is about; ``once`` names the event: the same kind
    is not told twice of it to the same recipient. ``values`` fill the named places of the words:
    texts, whole numbers, days, instants (shown in Beijing time) and members of labelled enums.

    Returns:
        Whether it was written now; False if it had been before.

    Raises:
        ValueError: There is not exactly one recipient, or ``path`` is no page of this site.
        KeyError: A named place has no value.
    """
    if (org_id is None) == (user_id is None):
        raise ValueError("a message has one recipient: an organisation or a person")
    if path and (not path.startswith("/") or path.startswith("//")):
        raise ValueError(f"{path!r} is no page of this site")
    facts = {name: _plain(value) for name, value in values.items()}
    _ = (kind.subject % facts, kind.body % facts)
    insert = sqlite.insert if _dialect(work) == "sqlite" else postgresql.insert
    row = {
        "kind": kind.code,
        "recipient": f"org:{org_id}" if user_id is None else f"user:{user_id}",
        "org_id": org_id,
        "user_id": user_id,
        "once": once,
        "facts": json.dumps(facts, ensure_ascii=False, sort_keys=True),
        "path": path,
        "written_at": work.now,
        "next_check_at": work.now,
    }
    written = work.session.execute(
        insert(Message).values(row).on_conflict_do_nothing().returning(Message.id)
    )
    return written.first() is not None


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
            return _clock(value)
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"{type(value).__name__} is no word of a message")


def _clock(at: datetime) -> str:
    """Return an instant in Beijing time; midnight is the end of a day, as on the pages."""
    local = at.astimezone(BEIJING)
    if (local.hour, local.minute) == (0, 0):
        return f"{local - timedelta(minutes=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"
