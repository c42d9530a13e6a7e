"""Whose codes the experts of a draw have: each panel's key against what the log tells of it.

Nothing here is asked of the platform: commitment, key, order and the codes of the pool are all in
the log, so whoever has a copy of it can compute who was drawn among whom.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lottery import Freeze, Result, Said, Void
from market.monitoring.findings import Finding
from market.monitoring.tracking import Track, Tracker
from market.panels.codes import key_digest, opened

_SIGNS: Final = (b"zjcs/expert.moved.v1", b"zjcs/panel.")


class PanelCodes:
    """Takes what the log tells of panels and of the pool, entry after entry."""

    def __init__(self) -> None:
        self._pool: set[str] = set()
        self._called: set[str] = set()
        # By the panel's number: its draw, its commitment, and the notice that it serves now.
        self._opened: dict[str, tuple[str, str, str]] = {}
        self._changed: dict[str, int] = {}
        self._keys: dict[str, tuple[int, str]] = {}

    def take(self, index: int, body: bytes) -> None:
        """Take the next entry; most of them say nothing here."""
        if not any(sign in body for sign in _SIGNS):
            return
        try:
            row = json.loads(body)
        except (ValueError, RecursionError):
            return
        if isinstance(row, dict):
            self._take(index, row)

    def _take(self, index: int, row: Mapping[str, Any]) -> None:
        match row.get("t"):
            case "zjcs/expert.moved.v1":
                self._pool.add(str(row.get("expert")))
            case "zjcs/panel.seat.v1":
                self._called.add(str(row.get("panel")))
            case "zjcs/panel.key-opened.v1":
                self._keys.setdefault(str(row.get("panel")), (index, str(row.get("key"))))
            case "zjcs/panel.opened.v1":
                self._open(index, row)
            case _:
                pass

    def _open(self, index: int, row: Mapping[str, Any]) -> None:
        panel = str(row.get("panel"))
        draw, digest, notice = (str(row.get(name)) for name in ("draw", "key_digest", "notice"))
        before = self._opened.get(panel)
        if before is not None and before[:-1] != (draw, digest):
            self._changed.setdefault(panel, index)
            return
        self._opened[panel] = (draw, digest, notice)

    def findings(self, tracker: Tracker) -> Iterator[Finding]:
        """Yield what is wrong with the keys of the panels, as far as the log goes."""
        served = {tracker.number_of(track): track for track in tracker.draws.values()}
        for panel, (draw, digest, notice) in self._opened.items():
            if panel in self._changed:
                yield _wrong_key(draw, self._changed[panel], panel)
            elif panel in self._keys:
                yield from self._check_key(tracker.draws.get(draw), panel, digest)
            elif panel in self._called and _is_over(served.get(notice)):
                said = Said(
                    f"评审已经结束，却没有公布评审组 {panel} 的编号密钥",
                    f"the scoring is over and the key of the codes of panel {panel} is missing",
                )
                yield Finding("PANEL_KEY_MISSING", said, draw, subject=panel)

    def _check_key(self, track: Track | None, panel: str, digest: str) -> Iterator[Finding]:
        index, key = self._keys[panel]
        draw = track.draw if track else ""
        results = [one for _, one in (track.of(Result) if track else [])]
        order = [code for one in results if isinstance(one, Result) for code in one.order]
        try:
            owners = opened(key, panel, order, self._pool)
            is_committed = key_digest(key) == digest
        except ValueError:
            owners, is_committed = {}, False
        if not is_committed:
            yield _wrong_key(draw, index, panel)
        elif strangers := [code for code in order if code not in owners]:
            said = Said(
                f"评审组 {panel} 的编号 {strangers[0]} 不是专家库中任何人的",
                f"code {strangers[0]} of panel {panel} is that of nobody in the pool",
            )
            yield Finding("PANEL_STRANGER", said, draw, index, panel)


def _wrong_key(draw: str, index: int, panel: str) -> Finding:
    said = Said(
        f"评审组 {panel} 的编号密钥不是公告承诺的那一个",
        f"the key of the codes of panel {panel} is not the one its notice commits to",
    )
    return Finding("PANEL_KEY", said, draw, index, panel)


def _is_over(track: Track | None) -> bool:
    """Whether the draw that a panel serves has a list, or failed."""
    return track is not None and bool(track.of(Freeze) or track.of(Void))
