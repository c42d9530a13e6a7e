"""The whole comparison: the log with itself, rows with entries, rows with their seals."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, LargeBinary, select, type_coerce
from sqlalchemy.types import NullType

from audit import stamp, store, waiting
from audit.findings import Finding
from lottery import Audit
from market import log
from market.installation import Installation
from market.selfaudit.checks import told_checks
from market.selfaudit.differences import UNREADABLE, Difference, going_on
from market.selfaudit.drawn import draw_differences
from market.selfaudit.panels import panel_differences
from market.selfaudit.published import published_differences
from market.selfaudit.rows import BATCH, Row, octets, reading_anything
from market.selfaudit.salts import Salts
from market.selfaudit.seals import check_seals
from market.selfaudit.stories import Stories
from market.selfaudit.told import Memory

_FORGED: Final = "不是平台的应用程序交来的条目：没有印记或印记不符，没有写入公开日志"
_ALTERED: Final = "条目已写入公开日志，这一行的印记却与内容或时间不符"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison came to, and the rows that no run has sealed yet."""

    size: int
    rows: int
    differences: tuple[Difference, ...]
    unsealed: tuple[Row, ...]
    last_run_id: int
    last_digest: bytes


def sequence_differences(here: Installation) -> Iterator[Difference]:
    """Give what is queued its index; a log that cannot grow is a difference, and ends nothing."""
    try:
        log.sequence(here)
    except UNREADABLE as error:
        yield Difference("log_submission", "…", "", f"待写入的条目不能编号（{error}）")


def compare(here: Installation) -> Comparison:
    """Compare every row of record with the log, under one state of the database."""
    connection = here.engine.connect().execution_options(reading=True)
    if connection.dialect.name == "postgresql":
        # One state from the first question to the last: what comes meanwhile is no difference.
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    with connection, connection.begin(), reading_anything(connection):
        return compare_on(connection, here)


def compare_on(connection: Connection, here: Installation) -> Comparison:
    """Do the same within a transaction that the caller has begun."""
    memory, stories, salts = Memory(told_checks()), Stories(), Salts()
    audits: dict[int, Audit] = {}
    forged = dict.fromkeys(_forged(connection, here), _FORGED)
    altered: dict[int, str] = {}
    for one in _submissions(connection):
        if one.id in forged:
            continue
        if not _is_stamped(one, here):
            altered[one.id] = _ALTERED
        memory.take(one.body)
        salts.take(one.body)
        entry = stories.read(one.id, one.body)
        if isinstance(entry, Audit):
            audits[one.id] = entry
    sealed = check_seals(connection, audits)
    found = [_of_log(finding.where, finding.what) for finding in _recheck(connection, here)]
    stamps = sorted((forged | altered).items())
    found += [Difference("log_submission", f"id={one}", "stamp", what) for one, what in stamps]
    found += memory.differences(connection)
    found += going_on("draw", "", draw_differences(connection, stories, here.clock()))
    found += going_on("panel", "", panel_differences(connection, stories))
    found += going_on("text_salt", "", salts.differences(connection))
    found += going_on("notice", "", published_differences(connection))
    return Comparison(
        size=store.size(connection),
        rows=sealed.rows,
        differences=(*found, *sealed.differences),
        unsealed=tuple(sealed.new),
        last_run_id=sealed.last_run_id,
        last_digest=sealed.last_digest,
    )


def _forged(connection: Connection, here: Installation) -> Iterator[int]:
    """Yield what somebody wrote into the database past the application; unreadable rows aside."""
    try:
        yield from waiting.forged(connection, here.keys.stamp_key)
    except (TypeError, ValueError):  # ``_recheck`` names the rows that hold no octets.
        return


def _recheck(connection: Connection, here: Installation) -> Iterator[Finding]:
    """Let the log recompute itself; a row that it cannot even read is no reason to stop."""
    try:
        yield from log.log_of(here).verify(connection)
    except UNREADABLE as error:
        named = list(_no_octets(connection))
        yield from named or [Finding("log_submission", f"日志的表中有无法读取的行（{error}）")]


def _no_octets(connection: Connection) -> Iterator[Finding]:
    """Name the rows of the log that hold words where bytes belong: SQLite takes both."""
    for table in sorted(store.metadata.tables.values(), key=lambda each: each.name):
        keys = list(table.primary_key.columns)
        for column in (each for each in table.columns if isinstance(each.type, LargeBinary)):
            chosen = select(*keys, type_coerce(column, NullType()).label("held"))
            for row in connection.execute(chosen.where(column.is_not(None))):
                if not isinstance(row.held, bytes | memoryview):
                    pairs = zip(keys, row, strict=False)
                    name = " ".join(f"{key.name}={value}" for key, value in pairs)
                    yield Finding(f"{table.name} {name}", f"{column.name} 列应为字节，却是文字")


def _of_log(where: str, what: str) -> Difference:
    table, _, key = where.partition(" ")
    return Difference(table, key, "", what)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Submission:
    """An entry as it was handed in: bytes, and beside them whatever the row holds by now."""

    id: int
    body: bytes
    entered_at: object
    stamp: object


def _is_stamped(one: _Submission, here: Installation) -> bool:
    """Say whether a row bears the right stamp; one that cannot be read bears none."""
    if not isinstance(one.entered_at, int) or not isinstance(one.stamp, bytes | memoryview):
        return False
    try:
        return stamp.fits(here.keys.stamp_key, bytes(one.stamp), one.body, one.entered_at)
    except OverflowError:
        return False


def _submissions(connection: Connection) -> Iterator[_Submission]:
    """Yield every entry in the order in which it was handed in."""
    table, last = store.submissions, 0
    columns = [
        type_coerce(column, NullType()).label(column.name)
        for column in (table.c.body, table.c.entered_at, table.c.stamp)
    ]
    while True:
        found = connection.execute(
            select(table.c.id, *columns).where(table.c.id > last).order_by(table.c.id).limit(BATCH)
        ).all()
        for row in found:
            yield _Submission(
                id=row.id, body=octets(row.body), entered_at=row.entered_at, stamp=row.stamp
            )
        if len(found) < BATCH:
            return
        last = found[-1].id
