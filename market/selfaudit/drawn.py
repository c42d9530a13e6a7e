"""Rows of draws against their entries: what the entries say is recomputed and compared."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select, type_coerce
from sqlalchemy.types import NullType

from audit import store
from lottery import (
    Close,
    Commit,
    Departure,
    Enrol,
    Freeze,
    Ineligible,
    LotteryError,
    Replace,
    Result,
    Reveal,
    Void,
    Withdraw,
    enrol_commit,
    full_order,
    ticket,
)
from lottery.listing import read_list
from market.db import Base
from market.draws import model, model_later
from market.draws.fixed import fixed_columns
from market.firms.model import Firm
from market.selfaudit.differences import Difference, going_on, seconds
from market.selfaudit.later import Left, contributor_differences, replacement_differences
from market.selfaudit.opened import Opened, closed_differences, waiting_differences
from market.selfaudit.panels import hashes
from market.selfaudit.published import member
from market.selfaudit.rows import Row, batched, keys_after, octets, raw_select, rows_with
from market.selfaudit.stories import Stories, Story

LIST_FILE: Final = "list.ndjson"
ORDER_FILE: Final = "order.txt"
ELIGIBILITY_FILE: Final = "eligibility.json"
WEIGHTS_FILE: Final = "weights.json"


def draw_differences(
    connection: Connection, stories: Stories, now: datetime
) -> Iterator[Difference]:
    """Compare every draw's rows with its entries, and name the entries that have no draw."""
    yield from stories.strays
    firm = Base.metadata.tables[Firm.__tablename__]
    codes = {row.id: row.code for row in connection.execute(select(firm.c.id, firm.c.code))}
    table, seen = Base.metadata.tables["draw"], set[str]()
    for keys in keys_after(connection, table):
        draws = rows_with(connection, table, keys)
        checker = _Checker(connection, codes, [int(key) for key in draws], now)
        for key, row in draws.items():
            draw_hash = str(row.values["draw_hash"])
            story = stories.draws.get(draw_hash)
            if story is None:
                yield Difference("draw", key, "draw_hash", "日志中没有这样的公告条目")
                continue
            seen.add(draw_hash)
            yield from going_on("draw", key, checker.check(int(key), row.plain_values, story))
    for draw_hash in sorted(stories.draws.keys() - seen - hashes(connection)):
        yield Difference("draw", draw_hash, "", "日志中有公告条目，却没有这一行")


_PARTS: Final = (
    model.DrawEntry,
    model.Enrolment,
    model.DrawFile,
    model.DrawCut,
    model.Place,
    model.Award,
    model_later.Contributor,
    model_later.Replacement,
)


class _Checker:
    """The rows of a batch of draws, each kind fetched with one question."""

    def __init__(
        self, connection: Connection, codes: dict[int, str], draw_ids: list[int], now: datetime
    ) -> None:
        self._codes = codes
        self._now = now
        self._parts: defaultdict[tuple[str, int], list[dict[str, object]]] = defaultdict(list)
        for kind in _PARTS:
            table = Base.metadata.tables[kind.__tablename__]
            of_these = table.c.draw_id.in_(draw_ids)
            for found in connection.execute(raw_select(table).where(of_these)).mappings():
                row = Row(table, "", dict(found)).plain_values
                self._parts[table.name, int(str(row["draw_id"]))].append(row)
        submissions = self._numbers(model.Enrolment, "submission_id")
        leaf = store.leaves.c
        self._indexes = {
            row.submission_id: row.at
            for some in batched(submissions)
            for row in connection.execute(
                select(leaf.submission_id, leaf.index.label("at")).where(
                    leaf.submission_id.in_(some)
                )
            )
        }
        self._opened = Opened(connection, draw_ids)
        sizes = self._numbers(model.DrawCut, "size")
        column = store.checkpoints.c
        self._signed = {
            row.size: octets(row.note)
            for some in batched(sizes)
            for row in connection.execute(
                select(column.size, type_coerce(column.note, NullType()).label("note")).where(
                    column.size.in_(some)
                )
            )
        }

    def _numbers(self, kind: type[Base], column: str) -> list[int]:
        """Return what a column holds of these draws, as far as it holds numbers."""
        name = kind.__tablename__
        held = [
            row[column] for (table, _), rows in self._parts.items() if table == name for row in rows
        ]
        return [value for value in held if isinstance(value, int)]

    def _rows(self, kind: type[Base], draw_id: int) -> list[dict[str, Any]]:
        return self._parts[kind.__tablename__, draw_id]

    def check(self, draw_id: int, row: dict[str, object], story: Story) -> Iterator[Difference]:
        """Compare one draw with its entries: its row, and the rows of all that belongs to it."""
        for name, expected in _draw_columns(story).items():
            if seconds(row[name]) != expected and not _is_closing(name, row, expected):
                yield Difference("draw", str(draw_id), name, f"按日志条目应为 {expected}")
        yield from closed_differences(draw_id, row, story)
        yield from self._opened.differences(draw_id, row, story)
        is_cut = bool(self._rows(model.DrawCut, draw_id))
        until = self._opened.prices_until(draw_id)
        yield from waiting_differences(
            draw_id, row, story, is_cut=is_cut, now=self._now, prices_until=until
        )
        yield from self._entries(draw_id, story)
        yield from self._enrolments(draw_id, row, story)
        yield from self._files(draw_id, story)
        yield from self._cut(draw_id)
        yield from self._places(draw_id, story)
        yield from contributor_differences(
            draw_id,
            story.notice,
            [entry for _, entry in story.all(Commit)],
            [entry for _, entry in story.all(Reveal)],
            self._rows(model_later.Contributor, draw_id),
        )
        yield from self._replacements(draw_id, story)

    def _entries(self, draw_id: int, story: Story) -> Iterator[Difference]:
        """The stored entries are those of the log, byte for byte, and none is missing."""
        logged = {story.submission_id: ("notice", story.body)}
        logged |= {at: (type(entry).kind, body) for at, entry, body in story.entries}
        for row in self._rows(model.DrawEntry, draw_id):
            kind, body = logged.pop(row["submission_id"], ("", b""))
            if not body:
                what = "日志中没有这个条目"
                yield Difference("draw_entry", str(row["id"]), "submission_id", what)
            elif octets(row["body"]) != body:
                what = "与日志中的字节不同"
                yield Difference("draw_entry", str(row["id"]), "body", what)
            elif row["type"] != kind:
                what = f"日志条目的类型是 {kind}"
                yield Difference("draw_entry", str(row["id"]), "type", what)
        for submission_id, (kind, _) in logged.items():
            what = f"日志中有 {kind} 条目，却没有这一行"
            yield Difference("draw_entry", f"submission_id={submission_id}", "", what)

    def _enrolments(
        self, draw_id: int, draw: dict[str, object], story: Story
    ) -> Iterator[Difference]:
        """Each enrolment opens its commitment; its state follows from the entries."""
        logged = {entry.seq: (at, entry) for at, entry in story.all(Enrol)}
        removed: dict[int, tuple[str, str | None]] = {
            entry.enrol: ("withdrawn", None) for _, entry in story.all(Withdraw)
        }
        removed |= {entry.enrol: ("ineligible", entry.reason) for _, entry in story.all(Ineligible)}
        for row in self._rows(model.Enrolment, draw_id):
            key = str(row["id"])
            submission_id, entry = logged.pop(row["sequence"], (None, None))
            if entry is None:
                yield Difference("enrolment", key, "sequence", "日志中没有这个报名条目")
                continue
            salt, code = octets(row["salt"]), str(row["firm_code"])
            if not _opens(salt, str(draw["draw_hash"]), code, entry):
                yield Difference("enrolment", key, "firm_code, salt", "与报名条目的承诺不符")
            elif self._codes.get(row["firm_id"]) != code:
                yield Difference("enrolment", key, "firm_id", f"报名的是 {code}")
            if row["submission_id"] != submission_id:
                yield Difference("enrolment", key, "submission_id", f"应为 {submission_id}")
            if seconds(row["enrolled_at"]) != entry.at:
                yield Difference("enrolment", key, "enrolled_at", f"日志条目中是 {entry.at}")
            index = self._indexes.get(submission_id, -1)
            state, reason = removed.get(index, ("enrolled", None))
            if row["state"] != state:
                yield Difference("enrolment", key, "state", f"按日志条目应为 {state}")
            if row["reason_code"] != reason:
                words = reason or "—"
                yield Difference("enrolment", key, "reason_code", f"按日志条目应为 {words}")
        for sequence in logged:
            what = "日志中有报名条目，却没有这一行"
            yield Difference("enrolment", f"draw_id={draw_id} sequence={sequence}", "", what)

    def _files(self, draw_id: int, story: Story) -> Iterator[Difference]:
        """A published file has the digest that its entry states."""
        expected = {ELIGIBILITY_FILE: story.notice.eligibility_rules, **story.files}
        if frozen := story.one(Freeze):
            expected[LIST_FILE] = frozen[0].list_digest
        if result := story.one(Result):
            expected[ORDER_FILE] = result[0].order_digest
        for row in self._rows(model.DrawFile, draw_id):
            digest = expected.pop(row["name"], None)
            if digest is not None and hashlib.sha256(octets(row["body"])).hexdigest() != digest:
                yield Difference("draw_file", str(row["id"]), "body", "与日志条目中的摘要不符")
        for name in expected:
            where = f"draw_id={draw_id} name={name}"
            yield Difference("draw_file", where, "", "日志中有它的摘要，却没有这一行")

    def _cut(self, draw_id: int) -> Iterator[Difference]:
        """The kept checkpoint is the one that the log signed at that size."""
        for row in self._rows(model.DrawCut, draw_id):
            signed = self._signed.get(row["size"])
            text = octets(row["checkpoint"]).partition(b"\n\n")[0]
            if signed is None:
                yield Difference("draw_cut", str(draw_id), "size", "日志没有签署过这个大小")
            elif signed.partition(b"\n\n")[0] != text:
                yield Difference("draw_cut", str(draw_id), "checkpoint", "不是日志签署的检查点")

    def _places(self, draw_id: int, story: Story) -> Iterator[Difference]:
        """Every place follows from the list and the seed."""
        expected = self._expected_places(draw_id, story)
        for row in self._rows(model.Place, draw_id):
            code, number = expected.pop(row["rank"], ("", ""))
            if self._codes.get(row["firm_id"]) != code:
                what = f"按种子重新计算应为 {code or '无'}"
                yield Difference("draw_place", str(row["id"]), "rank, firm_id", what)
            elif row["ticket"] != number:
                yield Difference("draw_place", str(row["id"]), "ticket", "与重新计算的抽签号不符")
        for rank in expected:
            where = f"draw_id={draw_id} rank={rank}"
            yield Difference("draw_place", where, "", "按种子应有此名次，却没有这一行")

    def _replacements(self, draw_id: int, story: Story) -> Iterator[Difference]:
        """Every place that fell vacant waits for the value that its entry fixed."""
        result, rows = story.one(Result), self._rows(model_later.Replacement, draw_id)
        if result is None:
            for row in rows:
                yield Difference("draw_replacement", str(row["id"]), "", "日志中没有结果条目")
            return
        most = member(self._opened.document(draw_id), "method", "alternates")
        left = Left(
            k=story.notice.k,
            result=result[0],
            departures=story.all(Departure),
            replaces=story.all(Replace),
            most=most if isinstance(most, int) else None,
            listed=frozenset(self._listed(draw_id)),
        )
        codes = {
            row["id"]: self._codes.get(row["firm_id"], "")
            for row in self._rows(model.Award, draw_id)
        }
        yield from replacement_differences(draw_id, left, rows, codes)

    def _listed(self, draw_id: int) -> dict[str, int]:
        """Return the weight of each firm of the stored list; nothing if it cannot be read."""
        files = {row["name"]: octets(row["body"]) for row in self._rows(model.DrawFile, draw_id)}
        try:
            return {line.firm_id: line.weight for line in read_list(files.get(LIST_FILE, b""))}
        except LotteryError:
            return {}  # The difference of the file has been named.

    def _expected_places(self, draw_id: int, story: Story) -> dict[int, tuple[str, str]]:
        result, weights = story.one(Result), self._listed(draw_id)
        if result is None or not weights:
            return {}
        seed = bytes.fromhex(result[0].seed)
        try:
            order = full_order(weights, seed)
        except LotteryError:
            return {}  # The difference of the file has been named.
        tickets = {code: ticket(seed, code, weights[code]).hex() for code in order}
        return {rank: (code, tickets[code]) for rank, code in enumerate(order, 1)}


def _draw_columns(story: Story) -> dict[str, object]:
    """Return what each column of a draw must be, as the entries say."""
    return fixed_columns(story.notice) | _step_columns(story)


def _is_closing(name: str, row: dict[str, object], expected: object) -> bool:
    """Say whether enrolment has ended and CLOSE waits for the last enrolment's index."""
    return name == "state" and (row[name], expected) == ("closed", "open")


def _step_columns(story: Story) -> dict[str, object]:
    """Return what the steps that were taken make of a draw."""
    close, freeze = story.one(Close), story.one(Freeze)
    result, void = story.one(Result), story.one(Void)
    state = "open"
    for step, name in ((close, "closed"), (freeze, "frozen"), (result, "drawn"), (void, "void")):
        state = state if step is None else name
    return {
        "state": state,
        "frozen_at": freeze and freeze[0].at,
        "drawn_at": result and result[0].at,
        "voided_at": void and void[0].at,
        "void_reason": void and void[0].reason,
        "freeze_hash": freeze and freeze[0].leaf_hash.hex(),
        "seed": result and result[0].seed,
    }


def _opens(salt: bytes, draw_hash: str, code: str, entry: Enrol) -> bool:
    try:
        return enrol_commit(salt, bytes.fromhex(draw_hash), code).hex() == entry.enrol_commit
    except (LotteryError, ValueError):
        return False
