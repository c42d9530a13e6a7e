"""What the entries of a log say of its draws: which steps were taken, and what must not be."""

import json
import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from lottery import (
    Audit,
    Close,
    DrawEntry,
    Entry,
    Freeze,
    LotteryError,
    Notice,
    Phi,
    Result,
    Said,
    Void,
    decode,
)
from market.monitoring.findings import Finding

_OURS: Final = b"ismdraw/"
QUOTED: Final = b'"ismdraw/'
"""What the verifiers' V2 looks for: an entry with it that cannot be read counts."""
_PREFIX: Final = "ismdraw/"
# Under which name an entry of the market gives a draw its public number, by the entry's kind.
_NUMBERED: Final = {"zjcs/notice.published.v1": "notice", "zjcs/panel.opened.v1": "panel"}
_PANEL: Final = "PS-"
_DIGEST: Final = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
LOST_SECONDS: Final = 7 * 24 * 3600
"""After so long a draw may be called off because its last value was lost."""
ONCE: Final = (Close, Freeze, Phi, Result, Void)


@dataclass(slots=True)
class Track:
    """One draw, as far as the log tells: where each of its entries stands."""

    draw: str
    index: int
    notice: Notice
    # Every notice of the same need, this one included; all of its tracks share the list.
    notices: list[tuple[int, Notice]]
    entries: list[tuple[int, DrawEntry]] = field(default_factory=list)
    # Entries that name this draw, and that nobody can read or that came before its notice.
    stray: list[int] = field(default_factory=list)

    def of(self, kind: type[DrawEntry]) -> list[tuple[int, DrawEntry]]:
        """Return the draw's entries of a type, in the order of the log."""
        return [(index, entry) for index, entry in self.entries if isinstance(entry, kind)]

    @property
    def is_finished(self) -> bool:
        """Whether there is something to verify."""
        return bool(self.of(Result) or self.of(Void))

    @property
    def indexes(self) -> list[int]:
        """Every index of the log that has to do with this draw.

        Notices of the same need count, as they do in the verifiers' V2: whoever is asked for
        one attempt is shown those before it, and only a draw that was called off has others after.
        """
        rivals = [
            index
            for index, notice in self.notices
            if index != self.index and not self._is_followed_by(notice)
        ]
        return [self.index, *rivals, *(index for index, _ in self.entries), *self.stray]

    def _is_followed_by(self, other: Notice) -> bool:
        is_called_off = self.of(Void) and not self.of(Result)
        return bool(is_called_off) and other.attempt > self.notice.attempt


class Tracker:
    """Takes the entries of a log one after another. Nothing in it comes from elsewhere."""

    def __init__(self) -> None:
        self.size = 0
        self.draws: dict[str, Track] = {}
        self.numbers: dict[str, str] = {}
        self.findings: list[Finding] = []
        self.last_audit: int | None = None
        self._steps: list[tuple[int, Track, DrawEntry]] = []
        self._documents: dict[str, tuple[int, Notice]] = {}
        self._attempts: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        self._notices: defaultdict[str, list[tuple[int, Notice]]] = defaultdict(list)
        self._before: defaultdict[str, list[int]] = defaultdict(list)

    def take(self, index: int, body: bytes) -> None:
        """Take the next entry."""
        self.size = index + 1
        if _OURS not in body:
            self._take_journal(body)
            return
        try:
            entry = decode(body)
        except LotteryError as error:
            if claims_to_be_ours(body):
                self._unreadable(index, body, error)
            else:
                self._take_journal(body)
            self._count_against(index, body)
            return
        self._take_entry(index, entry)

    def between(self, start: int, end: int) -> list[tuple[int, Track, DrawEntry]]:
        """Return the steps of all draws whose index is from ``start`` up to but not ``end``."""
        first = bisect_left(self._steps, start, key=lambda step: step[0])
        return self._steps[first : bisect_left(self._steps, end, key=lambda step: step[0])]

    def number_of(self, track: Track) -> str | None:
        """Return the public number of a draw's notice, by the digest of the notice's document."""
        return self.numbers.get(track.notice.document)

    @staticmethod
    def folder_of(number: str) -> str:
        """Return under which address the platform shows a draw: of firms, or of experts."""
        return f"panels/{number}" if number.startswith(_PANEL) else f"draws/{number}"

    def _take_journal(self, body: bytes) -> None:
        """Learn under which number a notice was published; nothing else here is a draw's."""
        if not any(kind.encode() in body for kind in _NUMBERED):
            return
        row = _object(body)
        number, digest = row.get(_NUMBERED.get(str(row.get("t")), "")), row.get("document_digest")
        if isinstance(number, str):
            self.numbers.setdefault(str(digest), number)

    def _take_entry(self, index: int, entry: Entry) -> None:
        match entry:
            case Notice():
                self._take_notice(index, entry)
            case Audit():
                self.last_audit = entry.at
            case DrawEntry():
                self._take_step(index, entry)
            case _:
                pass  # GENESIS says nothing of a draw.

    def _take_notice(self, index: int, entry: Notice) -> None:
        draw = entry.draw_id.hex()
        earlier = self._attempts[entry.need, entry.attempt]
        if earlier:
            self._find(
                "SECOND_NOTICE",
                f"采购 {entry.need} 第 {entry.attempt} 次有第二份公告，此前是 {earlier[0]}",
                f"need {entry.need}, attempt {entry.attempt} has a second notice "
                f"after {earlier[0]}",
                draw,
                index,
            )
        elif entry.attempt > 1 and not self._follows_void(entry):
            self._find(
                "NO_VOID_BEFORE",
                f"采购 {entry.need} 第 {entry.attempt} 次公告没有承接上次的终止",
                f"attempt {entry.attempt} of need {entry.need} does not follow "
                "the calling-off of the one before",
                draw,
                index,
            )
        earlier.append(draw)
        self._check_document(draw, index, entry)
        notices = self._notices[entry.need]
        notices.append((index, entry))
        if draw not in self.draws:
            self.draws[draw] = Track(draw, index, entry, notices, stray=self._before[draw])

    def _check_document(self, draw: str, index: int, entry: Notice) -> None:
        """Report a second series of attempts for one document: two draws, one to be chosen."""
        first, before = self._documents.setdefault(entry.document, (index, entry))
        if before.need != entry.need:
            self._find(
                "SAME_DOCUMENT",
                f"同一份公告文件已用于采购 {before.need}（第 {first} 条），又用于采购 {entry.need}",
                f"the document of need {before.need} (entry {first}) "
                f"is announced again for need {entry.need}",
                draw,
                index,
            )

    def _follows_void(self, entry: Notice) -> bool:
        before = self.draws.get(entry.prev or "")
        if before is None or before.notice.need != entry.need:
            return False
        is_next = before.notice.attempt == entry.attempt - 1
        return is_next and any(void.at <= entry.at for _, void in before.of(Void))

    def _take_step(self, index: int, entry: DrawEntry) -> None:
        track = self.draws.get(entry.draw)
        kind = type(entry).kind
        if track is None:
            self._before[entry.draw].append(index)
            self._find(
                "UNKNOWN_DRAW",
                f"条目 {kind} 指向没有公告的抽取",
                f"a {kind} entry names a draw that has no notice",
                entry.draw,
                index,
            )
            return
        if isinstance(entry, ONCE) and (earlier := track.of(type(entry))):
            self._find(
                f"SECOND_{kind.upper()}",
                f"有第二个 {kind} 条目，第一个在第 {earlier[0][0]} 条",
                f"there is a second {kind}, the first is entry {earlier[0][0]}",
                entry.draw,
                index,
            )
        track.entries.append((index, entry))
        self._steps.append((index, track, entry))
        if isinstance(entry, Void):
            self._check_void(track, index, entry)

    def _check_void(self, track: Track, index: int, entry: Void) -> None:
        late = entry.at - track.notice.t_phi
        if 0 <= late < LOST_SECONDS:
            self._find(
                "LATE_VOID",
                f"在随机值可知之后 {late} 秒才终止",
                f"called off {late} s after its last value could be known",
                track.draw,
                index,
            )

    def _unreadable(self, index: int, body: bytes, error: LotteryError) -> None:
        named = [draw for draw in digests_in(body) if draw in self.draws]
        self._find(
            "UNREADABLE",
            f"无法识别的抽取条目（{error}）",
            f"an entry of the draws' protocol that cannot be read: {error}",
            named[0] if named else "",
            index,
        )

    def _count_against(self, index: int, body: bytes) -> None:
        """Let what nobody can read count against the draws that it names, as V2 does."""
        if QUOTED in body:
            for draw in digests_in(body):
                track = self.draws.get(draw)
                (track.stray if track else self._before[draw]).append(index)

    def _find(self, code: str, zh: str, en: str, draw: str, index: int) -> None:
        self.findings.append(Finding(code, Said(zh, en), draw, index))


def digests_in(body: bytes) -> list[str]:
    """Return every digest that an entry names, however it is written."""
    return list(dict.fromkeys(word.decode() for word in _DIGEST.findall(body)))


def claims_to_be_ours(body: bytes) -> bool:
    """Say whether an entry names a type of this protocol, however it is written."""
    return any(
        isinstance(value, str) and value.startswith(_PREFIX)
        for key, value in _pairs(body)
        if key == "t"
    )


def _pairs(body: bytes) -> list[tuple[str, Any]]:
    """Return the outermost members of a JSON object, those written twice included."""
    try:
        found = json.loads(body, object_pairs_hook=lambda pairs: pairs)
    except (ValueError, RecursionError):
        return [("t", _PREFIX)]  # Bytes that name the protocol and are no JSON cannot be read.
    is_object = isinstance(found, list) and all(isinstance(one, tuple) for one in found)
    return found if is_object else []


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
