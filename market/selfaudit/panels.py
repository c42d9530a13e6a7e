"""Rows of panels against their entries: what the log says of a draw of experts is compared."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from sqlalchemy import Connection, select

from audit import store
from lottery import (
    Close,
    Enrol,
    Freeze,
    Ineligible,
    LotteryError,
    Notice,
    Result,
    Void,
    enrol_commit,
)
from market.db import Base
from market.draws.rules import DrawState, EnrolmentState
from market.experts.model import Expert
from market.panels.codes import code_of, key_digest
from market.panels.model import PanelCandidate, PanelEntry, PanelFile, Seat
from market.selfaudit.differences import Difference, going_on, seconds
from market.selfaudit.rows import Row, octets, raw_select
from market.selfaudit.stories import Stories, Story

_TABLE: Final = "panel"
_LIST: Final = "list.ndjson"
_ORDER: Final = "order.txt"
_PANEL: Final = "panel.json"
_RULES: Final = "rules.json"
_NOT_ACTIVE: Final = "not_active"
_RECUSED: Final = "recused"
Columns = dict[str, object]
Parts = dict[str, list[Columns]]


def panel_differences(connection: Connection, stories: Stories) -> Iterator[Difference]:
    """Compare every panel's rows with its entries."""
    parts = _parts(connection)
    for row in _rows(connection, _TABLE):
        story = stories.draws.get(str(row["draw_hash"]))
        if story is None:
            yield Difference(_TABLE, str(row["id"]), "draw_hash", "日志中没有这样的公告条目")
            continue
        mine = {name: found[int(str(row["id"]))] for name, found in parts.items()}
        yield from going_on(_TABLE, str(row["id"]), _check(connection, row, story, mine))


def hashes(connection: Connection) -> set[str]:
    """Return which draws of the log are panels' and no firms'."""
    return {str(row["draw_hash"]) for row in _rows(connection, _TABLE)}


def _rows(connection: Connection, name: str) -> list[Columns]:
    table = Base.metadata.tables[name]
    found = connection.execute(raw_select(table)).mappings()
    return [Row(table, "", dict(each)).plain_values for each in found]


def _parts(connection: Connection) -> dict[str, defaultdict[int, list[Columns]]]:
    found: dict[str, defaultdict[int, list[Columns]]] = {}
    for kind in (PanelEntry, PanelCandidate, PanelFile, Seat):
        by_panel: defaultdict[int, list[Columns]] = defaultdict(list)
        for row in _rows(connection, kind.__tablename__):
            by_panel[int(str(row["panel_id"]))].append(row)
        found[kind.__tablename__] = by_panel
    return found


def _check(
    connection: Connection, row: Columns, story: Story, parts: Parts
) -> Iterator[Difference]:
    key = str(row["id"])
    for name, expected in _columns(story).items():
        if seconds(row[name]) != expected:
            yield Difference(_TABLE, key, name, f"按日志应为 {expected}")
    yield from _of_file(key, row, parts[PanelFile.__tablename__])
    yield from _entries(story, parts[PanelEntry.__tablename__])
    known = _Known.of(connection, row)
    yield from _candidates(connection, story, known, parts[PanelCandidate.__tablename__])
    yield from _files(key, story, parts[PanelFile.__tablename__])
    yield from _seats(story, known, parts[Seat.__tablename__])


@dataclass(frozen=True, slots=True)
class _Known:
    """By which code each expert is known in a panel, as the panel's key tells."""

    codes: dict[object, str]

    @classmethod
    def of(cls, connection: Connection, panel: Columns) -> Self:
        key, number = str(panel["code_key"]), str(panel["number"])
        rows = _rows(connection, Expert.__tablename__)
        try:
            return cls({row["id"]: code_of(key, number, str(row["code"])) for row in rows})
        except ValueError:
            return cls({})  # ``_of_file`` says that it is no key.

    def is_of(self, row: Columns) -> bool:
        """Whether a row names an expert by the code that is the expert's in this panel."""
        return self.codes.get(row["expert_id"]) == row["expert_code"]


def _columns(story: Story) -> Columns:
    """Return what a panel's row must say, as its entries do."""
    notice, close, freeze = story.notice, story.one(Close), story.one(Freeze)
    result, void = story.one(Result), story.one(Void)
    state = DrawState.OPEN
    for found, reached in (
        (close, DrawState.CLOSED),
        (freeze, DrawState.FROZEN),
        (result, DrawState.DRAWN),
        (void, DrawState.VOID),
    ):
        state = reached if found else state
    columns: Columns = {
        "series": notice.need,
        "mode": notice.phi.mode.value,
        "seats": notice.k,
        "alternates": notice.a,
        "opened_at": notice.at,
        "enrol_close_at": notice.enrol_close,
        "freeze_by_at": notice.freeze_by,
        "phi_at": notice.t_phi,
        "state": state.value,
        "closed_at": close[0].at if close else None,
        "frozen_at": freeze[0].at if freeze else None,
        "drawn_at": result[0].at if result else None,
        "voided_at": void[0].at if void else None,
        "void_ground": void[0].reason if void else None,
        "seed": result[0].seed if result else None,
    }
    if isinstance(round_ := getattr(notice.phi, "round", None), int):
        columns["phi_round"] = round_
    return columns


def _of_file(key: str, row: Columns, files: Sequence[Columns]) -> Iterator[Difference]:
    """Compare what NOTICE leaves to the panel's own file, whose digest it holds."""
    for held in files:
        if held["name"] == _PANEL:
            said = json.loads(octets(held["body"]))
            for name in ("number", "fewest_candidates", "answer_minutes"):
                if row[name] != said.get("panel" if name == "number" else name):
                    yield Difference(_TABLE, key, name, "与抽取公告不同")
            if _committed(str(row["code_key"])) != said.get("key_digest"):
                yield Difference(_TABLE, key, "code_key", "不是抽取公告承诺的密钥")


def _committed(key: str) -> str | None:
    try:
        return key_digest(key)
    except ValueError:
        return None


def _entries(story: Story, rows: Sequence[Columns]) -> Iterator[Difference]:
    logged = {story.submission_id: (Notice.kind, story.body)}
    logged |= {at: (type(entry).kind, body) for at, entry, body in story.entries}
    for row in rows:
        said = logged.pop(int(str(row["submission_id"])), None)
        if said is None:
            what = "日志中没有这样的条目"
            yield Difference("panel_entry", str(row["id"]), "submission_id", what)
        elif (row["type"], octets(row["body"])) != said:
            yield Difference("panel_entry", str(row["id"]), "body", "与日志中的条目不同")
    for at in logged:
        yield Difference("panel_entry", f"submission_id={at}", "", "日志中有条目，却没有这一行")


def _candidates(
    connection: Connection, story: Story, known: _Known, rows: Sequence[Columns]
) -> Iterator[Difference]:
    leaf = store.leaves.c
    enrols = dict(story.all(Enrol))
    found = connection.execute(
        select(leaf.submission_id, leaf.index.label("at")).where(leaf.submission_id.in_(enrols))
    )
    indexes = {row.submission_id: row.at for row in found}
    removed = {entry.enrol: entry.reason for _, entry in story.all(Ineligible)}
    for row in rows:
        at = int(str(row["submission_id"]))
        entry = enrols.pop(at, None)
        if entry is None or not _opens(story, row, entry) or not known.is_of(row):
            what = "不能打开日志中的入列条目"
            yield Difference("panel_candidate", str(row["id"]), "expert_code", what)
            continue
        reason = removed.get(indexes.get(at, -1))
        state = EnrolmentState.INELIGIBLE if reason else EnrolmentState.ENROLLED
        said = str(row["reason_code"] or "")
        if said not in {"", _NOT_ACTIVE}:
            said = _RECUSED
        if (row["state"], said) != (state.value, reason or ""):
            yield Difference("panel_candidate", str(row["id"]), "state", f"按日志应为 {state}")
    for at in enrols:
        what = "日志中有入列条目，却没有这一行"
        yield Difference("panel_candidate", f"submission_id={at}", "", what)


def _opens(story: Story, row: Columns, entry: Enrol) -> bool:
    try:
        opened = enrol_commit(octets(row["salt"]), story.notice.draw_id, str(row["expert_code"]))
    except (LotteryError, ValueError):
        return False
    return (opened.hex(), row["sequence"]) == (entry.enrol_commit, entry.seq)


def _files(key: str, story: Story, rows: Sequence[Columns]) -> Iterator[Difference]:
    freeze, result = story.one(Freeze), story.one(Result)
    expected = {
        _PANEL: story.notice.document,
        _RULES: story.notice.eligibility_rules,
        _LIST: freeze[0].list_digest if freeze else None,
        _ORDER: result[0].order_digest if result else None,
    }
    held = {str(row["name"]): sha256(octets(row["body"])).hexdigest() for row in rows}
    for name, digest in expected.items():
        if held.get(name) != digest:
            yield Difference(
                "panel_file", f"panel_id={key} name={name}", "body", "与日志的摘要不同"
            )
    for name in sorted(held.keys() - expected.keys()):
        yield Difference("panel_file", f"panel_id={key} name={name}", "", "日志中没有这个文件")


def _seats(story: Story, known: _Known, rows: Sequence[Columns]) -> Iterator[Difference]:
    """Compare who was called with the order; what each answered is compared as it was told."""
    result = story.one(Result)
    order = result[0].order if result else ()
    for row in rows:
        rank = int(str(row["rank"]))
        if not 1 <= rank <= len(order) or order[rank - 1] != row["expert_code"]:
            yield Difference("panel_seat", str(row["id"]), "rank", "不是抽取次序中的这一位")
        if not known.is_of(row):
            yield Difference("panel_seat", str(row["id"]), "expert_id", "编号不是这名专家的")
