"""The monitor: round after round it follows, keeps, verifies, and writes down what it finds."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from audit.errors import AuditError
from audit.policy import Policy
from audit.policy import parse as parse_log_policy
from lottery import LotteryError, NumbersSource, Said, parse_policy
from lottery import Policy as DrawPolicy
from market.clock import Clock, system_clock
from market.monitoring.errors import PolicyFileError, UnreachableError
from market.monitoring.examining import Examiner, final_checkpoint, final_note, typed_for
from market.monitoring.fetching import ANSWER_SECONDS, Site
from market.monitoring.findings import Changes, Finding, Journal, Kept, instant
from market.monitoring.folder import Folder
from market.monitoring.following import Follower, Pause
from market.monitoring.listing import FrozenLists
from market.monitoring.numbers import Typed, read_numbers
from market.monitoring.panel_codes import PanelCodes
from market.monitoring.timetable import all_findings
from market.monitoring.tracking import Track, Tracker

LONG_SECONDS: Final = 3600
"""A platform that was not reached for so long is a finding; before that it may be our network."""


@dataclass(frozen=True, slots=True)
class Trust:
    """The monitor's own policy file, as the log's readers and the draws' verifiers read it."""

    log: Policy
    draws: DrawPolicy

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a policy file.

        Raises:
            PolicyFileError: It cannot be read, or lists no log.
        """
        try:
            data = path.read_bytes()
            return cls(parse_log_policy(data), parse_policy(data))
        except (OSError, AuditError, LotteryError) as error:
            raise PolicyFileError(path, error) from error


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to."""

    at: datetime
    size: int
    draws: int
    finished: int
    verified: int
    untyped: int
    changes: Changes
    open: tuple[Kept, ...]
    unreachable: UnreachableError | None


class Monitor:
    """Follows one platform into one folder."""

    def __init__(
        self, site: Site, trust: Trust, folder: Folder, clock: Clock, pause: Pause = time.sleep
    ) -> None:
        self._clock = clock
        self._folder = folder
        self._follower = Follower(folder, site, trust.log, pause)
        self._examiner = Examiner(folder, site, trust.draws)
        self._lists = FrozenLists(folder, site)
        self._journal = Journal(folder.path / "findings.ndjson")
        self._tracker = Tracker()
        self._codes = PanelCodes()

    @property
    def journal(self) -> Journal:
        """What was found so far."""
        return self._journal

    def round(self) -> Round:
        """Look at the platform once; everything is on disk before this returns."""
        now = self._clock()
        served: list[Finding] = []
        unreachable: UnreachableError | None = None
        self._tried(now)
        numbers = read_numbers(self._folder.path / "numbers.txt")
        try:
            served += self._follow(now)
            self._lists.fetch(self._tracker, int(now.timestamp()))
            for track, typed in list(self._examiner.due(self._tracker, numbers)):
                served += self._examine(track, typed)
        except UnreachableError as error:
            unreachable = error
            self._catch_up()
        found = [*served, *self._standing(now)]
        # Only a round that came to the end may close what an earlier one found.
        reached_at = self._folder.status().reached_at or 0
        complete = unreachable is None and reached_at >= int(now.timestamp())
        changes = self._journal.update(found, now, complete=complete)
        tracks = self._tracker.draws.values()
        return Round(
            at=now,
            size=self._folder.size,
            draws=len(tracks),
            finished=sum(track.is_finished for track in tracks),
            verified=sum(not done.failed for done in self._examiner.done.values()),
            untyped=sum(self._is_untyped(track, numbers) for track in tracks),
            changes=changes,
            open=tuple(self._journal.open.values()),
            unreachable=unreachable,
        )

    def _follow(self, now: datetime) -> list[Finding]:
        wrong = [kept.finding for kept in self._journal.open.values()]
        suspects = [finding.subject for finding in wrong if finding.code == "WRONG_TILE"]
        found = self._follower.follow(now, suspects)
        self._catch_up()
        return found

    def _catch_up(self) -> None:
        """Take what is kept of the log and was not read yet."""
        for index, body in self._folder.entries(self._tracker.size):
            self._tracker.take(index, body)
            self._codes.take(index, body)

    def _examine(self, track: Track, numbers: tuple[int, ...] | None) -> list[Finding]:
        """Verify one draw; a bundle that is ahead of the copy makes the monitor follow first."""
        fetched = self._examiner.fetch(self._tracker, track)
        if fetched is None:
            return []
        bundle, data = fetched
        found: list[Finding] = []
        final = final_checkpoint(bundle)
        if final and final.size > self._folder.size:
            found += self._follow(self._clock())
        # A bundle ends with a signed checkpoint too: of the same log as the copy, or of a fork.
        if (fault := self._follower.compare_signed(final_note(bundle))) is not None:
            found.append(fault)
        at = int(self._clock().timestamp())
        self._examiner.keep(self._examiner.examine(track, bundle, numbers, at), data)
        return found

    def _standing(self, now: datetime) -> Iterator[Finding]:
        """Yield what the copy and the times show, whether the platform answers or not."""
        status = self._folder.status()
        yield from all_findings(self._tracker, self._folder.growth(), status.reached_at)
        yield from self._examiner.findings()
        yield from self._lists.findings()
        yield from self._codes.findings(self._tracker)
        since = status.reached_at or status.first_tried_at or int(now.timestamp())
        if int(now.timestamp()) - since >= LONG_SECONDS:
            said = Said(
                f"自 {instant(since)} 起没有取得平台的日志",
                f"the platform's log could not be had since {instant(since)}",
            )
            yield Finding("UNREACHABLE", said)

    def _tried(self, now: datetime) -> None:
        status = self._folder.status()
        if status.first_tried_at is None:
            self._folder.set_status(replace(status, first_tried_at=int(now.timestamp())))

    def _is_untyped(self, track: Track, numbers: Typed) -> bool:
        """Whether the numbers of a finished draw of mode B are still to be typed."""
        is_numbers = isinstance(track.notice.phi, NumbersSource)
        return is_numbers and track.is_finished and typed_for(track, numbers) is None


def open_monitor(
    url: str,
    policy: Path,
    folder: Folder,
    clock: Clock = system_clock,
    *,
    seconds: float = ANSWER_SECONDS,
    pause: Pause = time.sleep,
) -> Monitor:
    """Return a monitor of a platform; it has not looked yet.

    Raises:
        AddressError: The URL cannot be followed.
        PolicyFileError: The policy file cannot be used.
        FolderDamagedError: What was kept was changed.
    """
    site = Site.at(url, seconds=seconds)
    return Monitor(site, Trust.read(policy), folder, clock, pause)
