"""Verifying every finished draw anew, with the monitor's own copy of the log beside its bundle."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from audit.checkpoint import Checkpoint, parse_text
from audit.errors import AuditError
from audit.note import parse as parse_note
from audit.proof import parse as parse_receipt
from lottery import (
    Bundle,
    LotteryError,
    NumbersSource,
    Outcome,
    Policy,
    Said,
    examine,
    read,
)
from market.monitoring.errors import BadAnswerError
from market.monitoring.fetching import Site
from market.monitoring.findings import Finding
from market.monitoring.folder import Folder
from market.monitoring.numbers import Typed, numbers_for
from market.monitoring.tracking import Track, Tracker

MAX_BUNDLE_BYTES: Final = 128 * 1024 * 1024
BUNDLE_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Verified:
    """How a draw's verification ended, and what it was made of.

    ``failed`` maps the names of failed checks to what was wrong; ``numbers`` are those of
    mode B that it was compared with.
    """

    draw: str
    entries: int
    numbers: tuple[int, ...] | None
    failed: Mapping[str, Said]
    at: int

    def to_json(self) -> dict[str, object]:
        """Return the line that is kept of it."""
        return {
            "draw": self.draw,
            "entries": self.entries,
            "numbers": self.numbers and list(self.numbers),
            "failed": {name: [said.zh, said.en] for name, said in self.failed.items()},
            "at": self.at,
        }


class Examiner:
    """Knows which draws were verified, and verifies those that are new or have changed."""

    def __init__(self, folder: Folder, site: Site, policy: Policy) -> None:
        self._folder = folder
        self._site = site
        self._policy = policy
        self.done: dict[str, Verified] = {}
        self._unserved: dict[str, Finding] = {}
        for row in folder.verified():
            found = _verified(row)
            self.done[found.draw] = found

    def due(self, tracker: Tracker, typed: Typed) -> Iterator[tuple[Track, tuple[int, ...] | None]]:
        """Yield the finished draws to verify now, each with the numbers typed for it."""
        for track in tracker.draws.values():
            numbers = typed_for(track, typed)
            done = self.done.get(track.draw)
            same = done and (done.entries, done.numbers) == (len(track.indexes), numbers)
            if track.is_finished and not (done and same and not done.failed):
                yield track, numbers

    def fetch(self, tracker: Tracker, track: Track) -> tuple[Bundle, bytes] | None:
        """Fetch a draw's bundle; None, with a finding, where there is none to be read.

        Raises:
            UnreachableError: The platform did not answer.
        """
        self._unserved.pop(track.draw, None)
        number = tracker.number_of(track)
        if number is None:
            self._miss(track, "日志中没有公告编号", "the log gives its notice no number")
            return None
        try:
            path = f"{tracker.folder_of(number)}/bundle.zip"
            data = self._site.get(path, MAX_BUNDLE_BYTES, seconds=BUNDLE_SECONDS)
            return read(data), data
        except BadAnswerError as error:
            self._miss(track, error.problem, error.problem)
        except LotteryError as error:
            self._miss(track, str(error), str(error))
        return None

    def examine(
        self, track: Track, bundle: Bundle, numbers: tuple[int, ...] | None, at: int
    ) -> Verified:
        """Run all checks on a bundle, those included that need the whole log.

        Args:
            track: The draw as the copy of the log shows it.
            bundle: As it was served; its final checkpoint is not larger than the copy.
            numbers: For mode B those that were typed.
            at: When, in Unix seconds.

        Returns:
            How it ended.
        """
        report = examine(bundle, self._policy, numbers)
        failed = {c.name: c.detail for c in report.checks if c.outcome is Outcome.FAILED}
        if not failed:
            failed = {c.name: c.detail for c in report.checks if not c.ok}
        if left_out := self._left_out(track, bundle):
            failed.setdefault("V2", left_out)
        return Verified(track.draw, len(track.indexes), numbers, failed, at)

    def keep(self, verified: Verified, data: bytes) -> None:
        """Keep a verified bundle and how it ended."""
        before = self.done.get(verified.draw)
        same = before is not None and before.failed == verified.failed
        self.done[verified.draw] = verified
        self._folder.keep_bundle(verified.draw, data)
        if not same or before is None or before.entries != verified.entries:
            self._folder.note_verified(verified.to_json())

    def findings(self) -> list[Finding]:
        """Return every check that failed when its draw was last verified."""
        found = list(self._unserved.values())
        for draw, verified in self.done.items():
            found += [Finding(name, said, draw) for name, said in verified.failed.items()]
        return found

    def _left_out(self, track: Track, bundle: Bundle) -> Said | None:
        """Compare a bundle with the copy of the log, as ``examine`` would with ``log=``.

        The copy's own tree says whether the bundle's final checkpoint is of this log, and its
        index of the draw which entries must be there; so a log is not walked through for
        each of its draws.
        """
        if bundle.draw != track.draw:
            return Said("这是另一次抽取的文件", "it is the bundle of another draw")
        final = final_checkpoint(bundle)
        if final is None or final.size > self._folder.size:
            return Said("最终检查点不在日志中", "its final checkpoint is not one of this log")
        if self._folder.tree().root_at(final.size) != final.root:
            return Said("最终检查点与日志不符", "its final checkpoint is not the log's")
        held = set()
        for entry in bundle.entries:
            try:
                held.add(parse_receipt(entry.proof.decode()).index)
            except (AuditError, UnicodeDecodeError):
                continue  # V2 has said so.
        for index in sorted(track.indexes):
            if index < final.size and index not in held:
                return Said(
                    f"日志第 {index} 条属于此次抽取，却不在文件中",
                    f"entry {index} of the log belongs to this draw and was left out",
                )
        if final.size <= max(track.indexes):
            return Said(
                f"文件止于第 {final.size} 条，此次抽取在日志中还有后续",
                f"the bundle ends at entry {final.size}, the draw goes on in the log",
            )
        return None

    def _miss(self, track: Track, zh: str, en: str) -> None:
        said = Said(
            f"抽取已结束，却取不到可核验的文件（{zh}）",
            f"the draw is over and its bundle cannot be had: {en}",
        )
        self._unserved[track.draw] = Finding("NO_BUNDLE", said, track.draw, track.index)


def typed_for(track: Track, typed: Typed) -> tuple[int, ...] | None:
    """Return the numbers typed for a draw of mode B."""
    source = track.notice.phi
    return numbers_for(typed, source) if isinstance(source, NumbersSource) else None


def final_checkpoint(bundle: Bundle) -> Checkpoint | None:
    """Return the checkpoint that ends a bundle's proofs, not believed; None if unreadable."""
    note = final_note(bundle)
    try:
        return parse_text(parse_note(note).text) if note else None
    except AuditError:
        return None


def final_note(bundle: Bundle) -> bytes:
    """Return the bytes of that checkpoint; nothing if they cannot be read."""
    try:
        return parse_receipt(bundle.entries[0].proof.decode()).checkpoint
    except (AuditError, UnicodeDecodeError, IndexError):
        return b""


def _verified(row: Mapping[str, object]) -> Verified:
    numbers, failed = row["numbers"], row["failed"]
    return Verified(
        draw=str(row["draw"]),
        entries=int(str(row["entries"])),
        numbers=tuple(numbers) if isinstance(numbers, list) else None,
        failed={name: Said(*said) for name, said in dict(failed).items()},  # type: ignore[call-overload]  # as to_json wrote it
        at=int(str(row["at"])),
    )
