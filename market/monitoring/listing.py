"""Keeping every list as soon as it is frozen, so that others can draw if the platform stops."""

import hashlib
from typing import Final

from lottery import Bundle, Freeze, LotteryError, Said, read
from market.monitoring.errors import BadAnswerError
from market.monitoring.examining import BUNDLE_SECONDS, MAX_BUNDLE_BYTES
from market.monitoring.fetching import Site
from market.monitoring.findings import Finding, instant
from market.monitoring.folder import Folder
from market.monitoring.timetable import WITNESS_SECONDS
from market.monitoring.tracking import Track, Tracker

LIST_SECONDS: Final = 300
"""So long after the last moment of freezing a list may be missing: witnesses are asked first."""
_FROZEN: Final = "frozen"
_LISTED: Final = "listed"


class FrozenLists:
    """Fetches the lists of frozen draws: first as they are, later with the cut that is their proof.

    With the list, the log and the last value anybody can compute the result.
    """

    def __init__(self, folder: Folder, site: Site) -> None:
        self._folder = folder
        self._site = site
        self._missing: dict[str, Finding] = {}

    def fetch(self, tracker: Tracker, now_seconds: int) -> None:
        """Fetch what is frozen and not kept yet.

        Raises:
            UnreachableError: The platform did not answer.
        """
        self._missing.clear()
        for track in tracker.draws.values():
            if track.is_finished or not track.of(Freeze) or self._is_kept(track, _FROZEN):
                continue
            number = tracker.number_of(track)
            problem = "notice.published"
            if number:
                problem = self._fetch(track, tracker.folder_of(number))
            if problem and not self._is_kept(track, _LISTED):
                self._miss(track, problem, now_seconds)

    def findings(self) -> list[Finding]:
        """Return the lists that should have been published and were not."""
        return list(self._missing.values())

    def _is_kept(self, track: Track, name: str) -> bool:
        return self._folder.has_frozen(track.draw, name)

    def _fetch(self, track: Track, folder: str) -> str:
        """Keep what is published of a frozen draw; return what is wrong, or nothing."""
        problem = ""
        for name in (_FROZEN, _LISTED):
            if self._is_kept(track, name):
                continue
            try:
                path = f"{folder}/{name}.zip"
                data = self._site.get(path, MAX_BUNDLE_BYTES, seconds=BUNDLE_SECONDS)
                problem = _wrong_with(read(data), track, needs_cut=name == _FROZEN)
            except BadAnswerError as error:
                problem = error.problem
            except LotteryError as error:
                problem = str(error)
            if not problem:
                self._folder.keep_frozen(track.draw, name, data)
                break
        return problem

    def _miss(self, track: Track, problem: str, now_seconds: int) -> None:
        notice = track.notice
        due = min(notice.freeze_by + LIST_SECONDS, notice.t_phi - WITNESS_SECONDS)
        if now_seconds <= due:
            return
        said = Said(
            f"名单已冻结，却取不到名单文件，最迟应在 {instant(due)}（{problem}）",
            f"the list is frozen and cannot be had, it was due by {instant(due)}: {problem}",
        )
        self._missing[track.draw] = Finding("NO_LIST", said, track.draw, track.index)


def _wrong_with(bundle: Bundle, track: Track, *, needs_cut: bool) -> str:
    """Compare a list with the digest that the copy of the log froze."""
    _, freeze = track.of(Freeze)[0]
    digest = hashlib.sha256(bundle.list_file or b"").hexdigest()
    if not isinstance(freeze, Freeze) or digest != freeze.list_digest:
        return "SHA-256"
    return "cut" if needs_cut and bundle.cut is None else ""
