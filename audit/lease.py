"""Who may work alone for a while: a lease in the database, with a number that only grows."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    case,
    or_,
    update,
)

from audit.store import NAMES, insert_once

_BIG: Final = BigInteger().with_variant(Integer(), "sqlite")
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

metadata: Final = MetaData(naming_convention=NAMES)

leases: Final = Table(
    "lease",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(128), nullable=False),
    Column("until_us", _BIG, nullable=False),
    Column("epoch", _BIG, nullable=False),
)
"""One row for each kind of work. ``until_us`` is in Unix microseconds."""


def take(
    connection: Connection, name: str, holder: str, now: datetime, seconds: float
) -> int | None:
    """Take a lease, or extend it if it is still one's own.

    A row and not a session lock: it also works through a transaction pooler. Commit at once.

    Args:
        connection: In a transaction of its own.
        name: The work, at most 64 characters.
        holder: Who asks: different for each process, at most 128 characters.
        now: The present time, aware; all holders' clocks should agree within the lease.
        seconds: How long the lease is to last.

    Returns:
        The epoch, which grows each time the lease changes hands or has run out, so that late
        writes can be told apart; None while somebody else holds it.

    Raises:
        ValueError: The time is naive or the lease would not last.
    """
    if now.tzinfo is None or seconds <= 0:
        raise ValueError("a lease needs an aware time and a positive length")
    now_us = (now - _EPOCH) // timedelta(microseconds=1)
    until_us = now_us + int(seconds * 1_000_000)
    epoch = _take_over(connection, name, holder, now_us, until_us)
    if epoch is not None:
        return epoch
    values = {"name": name, "holder": holder, "until_us": until_us, "epoch": 1}
    return 1 if insert_once(connection, leases, **values) else None


def _take_over(
    connection: Connection, name: str, holder: str, now_us: int, until_us: int
) -> int | None:
    """Take a lease that is one's own or has run out; None if it is neither, or was never made."""
    mine = (leases.c.holder == holder) & (leases.c.until_us > now_us)
    statement = (
        update(leases)
        .where(leases.c.name == name, or_(mine, leases.c.until_us <= now_us))
        .values(
            holder=holder,
            until_us=until_us,
            epoch=case((mine, leases.c.epoch), else_=leases.c.epoch + 1),
        )
        .returning(leases.c.epoch)
    )
    epoch: int | None = connection.execute(statement).scalar_one_or_none()
    return epoch


def release(connection: Connection, name: str, holder: str) -> None:
    """Give a lease back before it runs out; one that somebody else holds is left alone."""
    connection.execute(
        update(leases).where(leases.c.name == name, leases.c.holder == holder).values(until_us=0)
    )
