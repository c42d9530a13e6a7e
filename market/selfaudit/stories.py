"""What the log says of draws: the entries of each, and those that belong to none."""

import json
from dataclasses import dataclass, field
from typing import Final, TypeVar

from lottery import DrawEntry, Entry, LotteryError, Notice, decode
from market.draws.journal import WeightsFixed
from market.journal import PREFIX
from market.monitoring.tracking import QUOTED, claims_to_be_ours, digests_in
from market.quotes import sheets
from market.quotes.journal import SheetPublished
from market.selfaudit.differences import Difference

EntryT = TypeVar("EntryT", bound=Entry)
_OURS: Final = b"ismdraw/"
WEIGHTS_FILE: Final = "weights.json"
# Which file an entry of the market holds the digest of.
_FILES: Final = {
    f'"t":"{PREFIX}{kind}"'.encode(): name
    for kind, name in ((WeightsFixed.kind, WEIGHTS_FILE), (SheetPublished.kind, sheets.FILE))
}


@dataclass(slots=True)
class Story:
    """What the log says of one draw: its entries with their submissions, in their order."""

    notice: Notice
    submission_id: int
    body: bytes
    entries: list[tuple[int, DrawEntry | Notice, bytes]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def one(self, kind: type[EntryT]) -> tuple[EntryT, bytes] | None:
        """Return the first entry of a type with its bytes."""
        for _, entry, body in self.entries:
            if isinstance(entry, kind):
                return entry, body
        return None

    def all(self, kind: type[EntryT]) -> list[tuple[int, EntryT]]:
        """Return all entries of a type with their submissions."""
        return [(at, entry) for at, entry, _ in self.entries if isinstance(entry, kind)]


@dataclass(slots=True)
class Stories:
    """Every draw as the log tells it, by its id; ``strays`` are entries that no draw has."""

    draws: dict[str, Story] = field(default_factory=dict)
    strays: list[Difference] = field(default_factory=list)

    def read(self, submission_id: int, body: bytes) -> Entry | None:
        """Take the next entry of the log, and return it; None if it is none of the draws'."""
        self._take_file(body)
        if _OURS not in body:
            return None
        try:
            entry = decode(body)
        except LotteryError as error:
            if claims_to_be_ours(body) or (QUOTED in body and digests_in(body)):
                what = f"日志中有无法识别的抽取条目，不是本平台写入的（{error}）"
                self._stray(submission_id, what)
            return None
        self._take(submission_id, entry, body)
        return entry

    def _take_file(self, body: bytes) -> None:
        """Take the digest of a file that says why each firm has so many tickets, or is listed."""
        name = next((name for sign, name in _FILES.items() if sign in body), None)
        if name is None:
            return
        try:
            told = json.loads(body)
            self.draws[told["draw"]].files[name] = told["document_digest"]
        except (ValueError, LookupError, TypeError, RecursionError):
            return  # No entry of this platform.

    def _take(self, submission_id: int, entry: Entry, body: bytes) -> None:
        match entry:
            case Notice():
                story = self.draws.get(entry.draw_id.hex())
                if story is None:
                    self.draws[entry.draw_id.hex()] = Story(entry, submission_id, body)
                else:  # The same notice once more: no row will have this submission.
                    story.entries.append((submission_id, entry, body))
            case DrawEntry() if story := self.draws.get(entry.draw):
                story.entries.append((submission_id, entry, body))
            case DrawEntry():
                what = f"日志中的 {type(entry).kind} 条目指向没有公告的抽取 {entry.draw}"
                self._stray(submission_id, what)
            case _:
                pass

    def _stray(self, submission_id: int, what: str) -> None:
        self.strays.append(Difference("log_submission", f"id={submission_id}", "", what))
