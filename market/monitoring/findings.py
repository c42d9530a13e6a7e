"""What a monitor finds, and the journal in which each finding stands once."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from lottery import Said
from market.monitoring.errors import FolderDamagedError
from market.monitoring.files import append_line, whole_lines

EVIDENCE: Final = Said(
    "请把 evidence 文件夹交给监督部门。",
    "Hand the folder 'evidence' to the supervising authority.",
)
ASK: Final = Said(
    "请向平台询问原因，并保留本文件夹。",
    "Ask the platform why, and keep this folder.",
)
REPORT: Final = Said(
    "请书面告知监督部门，并保留本文件夹。",
    "Tell the supervising authority in writing, and keep this folder.",
)
CHECK_NETWORK: Final = Said(
    "请检查本机网络；若他人也打不开，请告知监督部门。",
    "Check your own network; if others cannot reach it either, tell the supervising authority.",
)

ADVICE: Final = {
    "FORK": EVIDENCE,
    "SHRUNK": EVIDENCE,
    "BAD_CHECKPOINT": EVIDENCE,
    "WRONG_TILE": ASK,
    "NO_QUORUM": ASK,
    "UNREACHABLE": CHECK_NETWORK,
    "NO_BUNDLE": ASK,
    "NO_LIST": ASK,
    "OVERDUE_CLOSE": ASK,
    "OVERDUE_FREEZE": ASK,
    "OVERDUE_PHI": ASK,
    "OVERDUE_RESULT": ASK,
    "OVERDUE_AUDIT": ASK,
}
"""What to do, by code; whatever is not named here is to be reported."""

LASTING: Final = frozenset({"FORK", "SHRUNK", "BAD_CHECKPOINT"})
"""What has once happened and is proven by what was kept: no later answer takes it back."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be.

    ``code`` names the rule that was broken, ``draw`` the draw's id or nothing, ``index`` the
    entry of the log, ``subject`` what else tells it from another finding of the same code.
    """

    code: str
    said: Said
    draw: str = ""
    index: int | None = None
    subject: str = ""

    @property
    def name(self) -> str:
        """What makes it the same finding when it is found again."""
        return f"{self.code}/{self.draw}/{'' if self.index is None else self.index}/{self.subject}"

    @property
    def advice(self) -> Said:
        """What to do."""
        return ADVICE.get(self.code, REPORT)

    @property
    def line(self) -> str:
        """The finding in one line: code, draw, index, what it is and what to do."""
        where = [f"draw={self.draw}"] if self.draw else []
        where += [] if self.index is None else [f"index={self.index}"]
        zh = f"{self.said.zh}。{self.advice.zh}"
        return "  ".join([self.code, *where, f"{zh} / {self.said.en}. {self.advice.en}"])

    def to_json(self) -> dict[str, object]:
        """Return the members that are written to the journal."""
        return {
            "code": self.code,
            "draw": self.draw,
            "index": self.index,
            "subject": self.subject,
            "zh": self.said.zh,
            "en": self.said.en,
        }

    @classmethod
    def from_json(cls, row: dict[str, object]) -> Self:
        """Read what ``to_json`` gave. Raises TypeError, KeyError where it is something else."""
        index = row["index"]
        if not isinstance(index, int | None):
            raise TypeError("index")
        said = Said(str(row["zh"]), str(row["en"]))
        return cls(str(row["code"]), said, str(row["draw"]), index, str(row["subject"]))


@dataclass(slots=True)
class Kept:
    """A finding of the journal and when it was seen, in Unix seconds."""

    finding: Finding
    first_seen: int
    last_seen: int


@dataclass(slots=True)
class Changes:
    """What a round changed in the journal."""

    found: list[Kept] = field(default_factory=list)
    gone: list[Kept] = field(default_factory=list)


class Journal:
    """``findings.ndjson``: a line when something is found, and one when it no longer holds.

    The file is only ever added to, and is the only memory of findings: a monitor that was
    killed reads it again and reports nothing twice.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.open: dict[str, Kept] = {}
        self.past: list[Kept] = []
        for number, line in enumerate(whole_lines(path), 1):
            try:
                self._replay(json.loads(line))
            except (ValueError, TypeError, KeyError) as error:
                raise FolderDamagedError(path, f"line {number}") from error

    def _replay(self, row: dict[str, object]) -> None:
        finding = Finding.from_json(row)
        first, last = (int(str(row[name])) for name in ("first_seen", "last_seen"))
        if row["event"] == "found":
            self.open[finding.name] = Kept(finding, first, last)
        else:
            self.past.append(self.open.pop(finding.name))
            self.past[-1].last_seen = last

    def update(self, found: Iterable[Finding], at: datetime, *, complete: bool) -> Changes:
        """Take what one round found; the journal is on disk before this returns.

        Args:
            found: Everything that is wrong now.
            at: When.
            complete: Whether all that could be wrong was looked at. If not, nothing is closed.

        Returns:
            What is new and what no longer holds.
        """
        now, changes, held = int(at.timestamp()), Changes(), set()
        for finding in found:
            held.add(finding.name)
            if kept := self.open.get(finding.name):
                kept.last_seen = now
                continue
            self.open[finding.name] = Kept(finding, now, now)
            changes.found.append(self.open[finding.name])
            self._append("found", changes.found[-1])
        for name, kept in list(self.open.items()):
            if complete and name not in held and kept.finding.code not in LASTING:
                changes.gone.append(self.open.pop(name))
                self.past.append(kept)
                self._append("gone", kept)
        return changes

    def _append(self, event: str, kept: Kept) -> None:
        row = {"event": event, **kept.finding.to_json()}
        row |= {"first_seen": kept.first_seen, "last_seen": kept.last_seen}
        append_line(self._path, json.dumps(row, ensure_ascii=False, sort_keys=True))


def instant(seconds: int) -> str:
    """Write Unix seconds as an instant anybody can read, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
