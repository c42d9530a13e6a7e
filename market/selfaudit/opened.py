"""A draw's row against what opened it and what it waits for: notice, keys, next step."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, select, type_coerce
from sqlalchemy.types import NullType

from lottery import Close
from market.db import Base
from market.draws.model import Draw, TrusteeKey
from market.draws.queries.sleeping import SLACK
from market.draws.rules import CUT_MARGIN, DrawMode, DrawState, is_brought
from market.needs.model import Need, Notice
from market.selfaudit.differences import Difference, seconds
from market.selfaudit.published import Document, document_of, instant_of, member
from market.selfaudit.rows import octets
from market.selfaudit.stories import Story

Columns = Mapping[str, object]
_PRICES_UNTIL = ("opening_by_at", "bidding_by_at", "scoring_by_at")


class Opened:
    """The notices of a batch of draws, and who holds which key."""

    def __init__(self, connection: Connection, draw_ids: list[int]) -> None:
        self._rows = {row.id: row for row in connection.execute(_notices(draw_ids))}
        key = _table(TrusteeKey).c
        held = connection.execute(select(key.public_key, key.organisation_id))
        self._holders = {row.public_key: row.organisation_id for row in held}

    def document(self, draw_id: int) -> Document:
        """Return what the notice of a draw's row says; nothing if it cannot be read."""
        row = self._rows.get(draw_id)
        return (document_of(row.document) if row else None) or {}

    def prices_until(self, draw_id: int) -> object:
        """Return until when quotes are opened, firms bid or experts score, in Unix seconds."""
        times = self.document(draw_id).get("timetable")
        said = times if isinstance(times, dict) else {}
        at = next((said[name] for name in _PRICES_UNTIL if said.get(name)), None)
        return seconds(instant_of(str(at))) if at else None

    def differences(self, draw_id: int, row: Columns, story: Story) -> Iterator[Difference]:
        """Compare what the draw's entries leave to the document, whose digest NOTICE holds."""
        holder = self._holders.get(row["supervisor_key"])
        if row["supervisor_org_id"] != holder:
            what = f"公钥 {row['supervisor_key'] or '—'} 属于机构 {holder or '—'}"
            yield Difference("draw", str(draw_id), "supervisor_org_id", what)
        found = self._rows[draw_id]
        if found.digest != story.notice.document:
            if found.digest is None or _digest(found.document) == found.digest:
                yield Difference("draw", str(draw_id), "notice_id", "不是公告条目所说的公告")
            return
        if _digest(found.document) != found.digest:
            return  # The difference of the notice is named.
        document = self.document(draw_id)
        said = {"attempt": member(document, "attempt")}
        said["result_by_at"] = seconds(
            instant_of(str(member(document, "timetable", "result_by_at")))
        )
        for name, expected in said.items():
            if seconds(row[name]) != expected:
                yield Difference("draw", str(draw_id), name, f"按公告应为 {expected}")
        if found.need != member(document, "need"):
            what = f"公告的采购是 {member(document, 'need')}"
            yield Difference("draw", str(draw_id), "need_id", what)


def _notices(draw_ids: list[int]) -> Select[Any]:
    draw, notice, need = _table(Draw).c, _table(Notice), _table(Need)
    chosen: list[Any] = [
        type_coerce(column, NullType()).label(name)
        for name, column in {
            "id": draw.id,
            "document": notice.c.document,
            "digest": notice.c.digest,
            "need": need.c.number,
        }.items()
    ]
    return (
        select(*chosen)
        .select_from(_table(Draw))
        .outerjoin(notice, notice.c.id == draw.notice_id)
        .outerjoin(need, need.c.id == draw.need_id)
        .where(draw.id.in_(draw_ids))
    )


def closed_differences(draw_id: int, row: Columns, story: Story) -> Iterator[Difference]:
    """Compare when enrolment ended with CLOSE; without it nothing is closed, or is being closed."""
    close, at = story.one(Close), seconds(row["closed_at"])
    first = story.notice.enrol_close
    if close is None and row["state"] != DrawState.CLOSED:
        if at is not None:
            yield Difference("draw", str(draw_id), "closed_at", "日志中没有截止条目，应为 —")
        return
    last = close[0].at if close else None
    if not isinstance(at, int) or at < first or (last is not None and at > last):
        what = f"应在报名截止与日志条目 {last} 之间" if close else f"应不早于报名截止 {first}"
        yield Difference("draw", str(draw_id), "closed_at", what)


def waiting_differences(
    draw_id: int,
    row: Columns,
    story: Story,
    *,
    is_cut: bool,
    now: datetime,
    prices_until: object = None,
) -> Iterator[Difference]:
    """Name a draw that was put to sleep: the worker looks at it when its row says, and not before.

    Until the list is frozen the row says the end of enrolment, or ``prices_until``, when quotes
    have been opened or firms have bid. Later it may say nothing only
    where people bring the last value, or where nothing can be done any more.
    """
    at, notice = seconds(row["next_check_at"]), story.notice
    unix = int(now.timestamp())
    soon = unix + int(SLACK.total_seconds())
    what = ""
    match row["state"]:
        case DrawState.CLOSED if at is not None and at == prices_until:
            pass
        case DrawState.OPEN | DrawState.CLOSED if at != notice.enrol_close:
            what = f"应为报名截止 {notice.enrol_close}"
        case DrawState.FROZEN if is_cut:
            may_rest = is_brought(_mode_of(story)) and unix >= notice.t_phi
            if at is None and not may_rest:
                what = f"应不晚于 {max(notice.t_phi, soon)}，却没有时刻"
            elif _is_after(at, max(notice.t_phi, soon)):
                what = f"应不晚于 {max(notice.t_phi, soon)}"
        case DrawState.FROZEN:
            latest = max(notice.reveal_by + 1, soon)
            is_over = unix > notice.t_phi - int(CUT_MARGIN.total_seconds())
            if (at is None and not is_over) or _is_after(at, latest):
                what = f"应不晚于 {latest}"
        case DrawState.DRAWN if at is not None:
            what = "已有结果，应为 —"
        case _:
            pass
    if what:
        yield Difference("draw", str(draw_id), "next_check_at", what)


def _is_after(at: object, latest: int) -> bool:
    return at is not None and not (isinstance(at, int) and at <= latest)


def _mode_of(story: Story) -> DrawMode:
    return DrawMode(story.notice.phi.mode.value)


def _digest(document: object) -> str:
    return hashlib.sha256(octets(document)).hexdigest()


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]
