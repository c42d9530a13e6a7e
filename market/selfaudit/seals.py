"""Every row of record against its seal, and every seal against the log."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, MetaData, Table, select, type_coerce
from sqlalchemy.types import NullType

from lottery import Audit
from market.schema import metadata, record_tables
from market.selfaudit.differences import UNREADABLE, Difference, unreadable
from market.selfaudit.model import AuditRun, AuditSeal
from market.selfaudit.rows import BATCH, Row, differing, keys_after, octets, plain, rows_with

BY_THE_LOG: Final = frozenset({"log_submission", "log_leaf", "log_tile", "log_checkpoint"})
"""Tables of record that the log itself recomputes, row by row: ``audit.recheck``."""
_SELF: Final = "audit_seal"
_FIRST: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Seal:
    """A stored seal, or a new one; ``position`` counts within its run."""

    run_id: int
    position: int
    table: str
    key: str
    digest: bytes
    marks: str


@dataclass(slots=True)
class Checked:
    """What a comparison of all seals came to."""

    rows: int = 0
    differences: list[Difference] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)
    last_run_id: int = 0
    last_digest: bytes = _FIRST


def sealed_tables(whole: MetaData | None = None) -> list[Table]:
    """Return the tables whose rows are sealed: every table of record but the log's and this."""
    return [
        table
        for table in record_tables(whole or metadata())
        if table.name not in BY_THE_LOG | {_SELF}
    ]


def chain(
    before: bytes, seals: Iterator[tuple[str, str, bytes]] | Sequence[tuple[str, str, bytes]]
) -> bytes:
    """Return the digest of a run.

    Args:
        before: The digest of the run before; 32 zero bytes for the first.
        seals: Table, key and digest of each new row, in order.

    Returns:
        32 bytes, which go into the AUDIT entry.

    Source: docs/adr/0031-sealed-rows.md.
    """
    whole = _begin(before)
    for table, key, digest in seals:
        whole.update(link(table, key, digest))
    return whole.digest()


def _begin(before: bytes) -> "hashlib._Hash":
    return hashlib.sha256(b"zjcs/selfaudit/v1\n" + before)


def link(table: str, key: str, digest: bytes) -> bytes:
    """Return what one seal adds to the chain."""
    names = [table.encode(), key.encode()]
    return b"".join(len(name).to_bytes(2, "big") + name for name in names) + digest


def check_seals(connection: Connection, audits: Mapping[int, Audit]) -> Checked:
    """Compare every row of record with its seal and every seal with the log.

    Args:
        connection: In a transaction that sees one state of the database.
        audits: Every AUDIT entry of the log, by its submission.

    Returns:
        How many rows there are, those that differ, and those that have no seal yet.
    """
    checker = _Checker(connection, audits)
    checker.check_runs()
    checker.find_new()
    return checker.checked


class _Checker:
    def __init__(self, connection: Connection, audits: Mapping[int, Audit]) -> None:
        self._connection = connection
        self._audits = audits
        self._tables = {table.name: table for table in sealed_tables()}
        self.checked = Checked()

    def check_runs(self) -> None:
        """Walk through the runs in their order."""
        runs = self._connection.execute(
            select(
                AuditRun.id,
                type_coerce(AuditRun.at, NullType()).label("at"),
                AuditRun.size,
                AuditRun.rows,
                AuditRun.seals,
                AuditRun.digest,
                AuditRun.submission_id,
            ).order_by(AuditRun.id)
        ).all()
        known = {run.submission_id for run in runs}
        for submission_id, audit in self._audits.items():
            if submission_id not in known:
                what = f"日志中 {audit.rows} 行的自查条目没有对应的记录"
                self._find("audit_run", "", "submission_id", what)
        for run in runs:
            logged = self._audits.get(run.submission_id)
            if logged is None:
                what = "没有对应的日志条目"
                self._find("audit_run", str(run.id), "submission_id", what)
            else:
                said: dict[str, object] = {
                    "at": datetime.fromtimestamp(logged.at, UTC),
                    "size": logged.size,
                    "rows": logged.rows,
                    "digest": logged.digest,
                }
                for name, value in said.items():
                    if plain(getattr(run, name), AuditRun.__table__.c[name].type) != value:
                        what = f"日志条目中是 {value}"
                        self._find("audit_run", str(run.id), name, what)
            digest = bytes.fromhex(logged.digest) if logged else b""
            with self._going_on("audit_run", str(run.id)):
                self._check_run(run.id, run.seals, digest)
            self.checked.last_run_id = run.id
            self.checked.last_digest = digest or self.checked.last_digest
        with self._going_on(_SELF, ""):
            self._check_strays({run.id for run in runs})

    def _check_run(self, run_id: int, count: int, logged: bytes) -> None:
        """Compare the rows that one run sealed; the chain tells which of the two is true."""
        stored = _begin(self.checked.last_digest)
        wrong: list[tuple[Seal, Row | None]] = []
        missing: list[int] = []
        at = 0
        for batch in self._seals(run_id):
            rows = self._rows(batch)
            for seal in batch:
                missing += range(at, seal.position)
                at = seal.position + 1
                stored.update(link(seal.table, seal.key, seal.digest))
                row = rows.get((seal.table, seal.key))
                if row is None or row.digest != seal.digest:
                    wrong.append((seal, row))
                elif row.marks != seal.marks:
                    self._find_seal(seal, "marks", "各列的标记与所封存的行不符")
        missing += range(at, count)
        is_true = stored.digest() == logged
        for position in missing:
            where = f"[{run_id}, {position}]"
            self._find(_SELF, where, "", "封存记录缺失")
        for seal, row in wrong:
            self._report(seal, row, is_true=is_true)
        if at != count and is_true:
            self._find("audit_run", str(run_id), "seals", f"实际有 {at} 条封存记录")
        if not is_true and logged and not wrong and not missing:
            self._find(_SELF, f"[{run_id}, …]", "", "封存记录与日志中的摘要不符")

    def _report(self, seal: Seal, row: Row | None, *, is_true: bool) -> None:
        """Name the row, its seal, or both where the log cannot tell which of them was changed."""
        if not is_true:
            what = f"封存记录与日志中的摘要不符（所指为 {seal.table} {seal.key}）"
            self._find_seal(seal, "", what)
            if row is not None and row.marks == seal.marks:
                return  # Two of three agree: it is the seal's digest that was changed.
        if row is None:
            self._find(seal.table, seal.key, "", "这一行已被删除")
            return
        for name in differing(row, seal.marks) or [""]:
            self._find(seal.table, seal.key, name, "与封存时的内容不同")

    def find_new(self) -> None:
        """Count all rows of record, and collect those that no run has sealed yet."""
        for table in self._tables.values():
            with self._going_on(table.name, ""):
                self._find_new(table)

    def _find_new(self, table: Table) -> None:
        for keys in keys_after(self._connection, table):
            self.checked.rows += len(keys)
            sealed = set(
                self._connection.execute(
                    select(AuditSeal.row_key).where(
                        AuditSeal.table_name == table.name, AuditSeal.row_key.in_(keys)
                    )
                ).scalars()
            )
            unsealed = [key for key in keys if key not in sealed]
            self.checked.new += rows_with(self._connection, table, unsealed).values()

    def _check_strays(self, runs: set[int]) -> None:
        known = self._connection.execute(select(AuditSeal.run_id).distinct()).scalars()
        for run_id in sorted(set(known) - runs):
            self._find("audit_run", str(run_id), "id", "封存记录所指的自查不存在")

    def _seals(self, run_id: int) -> Iterator[list[Seal]]:
        last = None
        while True:
            statement = (
                select(
                    AuditSeal.run_id,
                    AuditSeal.position,
                    AuditSeal.table_name,
                    AuditSeal.row_key,
                    type_coerce(AuditSeal.digest, NullType()),
                    AuditSeal.marks,
                )
                .where(AuditSeal.run_id == run_id)
                .order_by(AuditSeal.position)
                .limit(BATCH)
            )
            if last is not None:
                statement = statement.where(AuditSeal.position > last)
            found = [
                Seal(*row[:4], octets(row[4]), row[5])
                for row in self._connection.execute(statement)
            ]
            if found:
                yield found
            if len(found) < BATCH:
                return
            last = found[-1].position

    def _rows(self, seals: Sequence[Seal]) -> dict[tuple[str, str], Row]:
        """Fetch the rows of a batch of seals, one question for each table."""
        by_table: Callable[[Seal], str] = lambda seal: seal.table  # noqa: E731 - a key
        found = {}
        for name, group in groupby(sorted(seals, key=by_table), by_table):
            if (table := self._tables.get(name)) is not None:
                keys = [seal.key for seal in group]
                rows = rows_with(self._connection, table, keys)
                found.update({(name, key): row for key, row in rows.items()})
        return found

    @contextmanager
    def _going_on(self, table: str, key: str) -> Iterator[None]:
        """Name what cannot even be read, and go on: it must not hide what else was changed."""
        try:
            yield
        except UNREADABLE as error:
            self._find(table, key, "", unreadable(error))

    def _find_seal(self, seal: Seal, column: str, what: str) -> None:
        self._find(_SELF, f"[{seal.run_id}, {seal.position}]", column, what)

    def _find(self, table: str, key: str, column: str, what: str) -> None:
        self.checked.differences.append(Difference(table, key, column, what))
