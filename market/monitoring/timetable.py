"""Draws against their own timetables: what is overdue, and what came too late to be believed."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from lottery import Close, DrawEntry, Freeze, Phi, Result, Reveal, Said, Void
from market.monitoring.findings import Finding, instant
from market.monitoring.folder import Growth
from market.monitoring.tracking import LOST_SECONDS, Track, Tracker

CLOCKS_SECONDS: Final = 60
"""How far the monitor's clock may be from the platform's before a step counts as overdue."""
OUTCOME_SECONDS: Final = 600
WITNESS_SECONDS: Final = 60
AUDIT_SECONDS: Final = 48 * 3600
"""The platform compares its own tables every day; twice missed is worth a question."""

_STEPS: Final[tuple[tuple[type[DrawEntry], str], ...]] = (
    (Close, "截止报名"),
    (Freeze, "冻结名单"),
    (Phi, "公布随机值"),
    (Result, "公布结果"),
)


def overdue(tracker: Tracker, growth: Sequence[Growth], seen_at: int) -> Iterator[Finding]:
    """Yield the steps that should have been taken before the log was last seen.

    A VOID ends a draw's timetable, unless it says that the value was lost before that can be.

    Args:
        tracker: The log as it was then.
        growth: When the log was seen to grow, in order.
        seen_at: When it was last seen, by the monitor's clock, in Unix seconds.

    Yields:
        A finding for each step that a draw lacks.

    Source: docs/spec/lottery-v1.md, section 7, V13.
    """
    for track in tracker.draws.values():
        if not any(_ends(track, void, growth, seen_at) for void in track.of(Void)):
            yield from _overdue_steps(track, seen_at - CLOCKS_SECONDS)
    last = tracker.last_audit
    if last is not None and last + AUDIT_SECONDS < seen_at:
        said = Said(
            f"平台自 {instant(last)} 起没有再作每日自查",
            f"the platform's daily comparison of its tables is missing since {instant(last)}",
        )
        yield Finding("OVERDUE_AUDIT", said)


def _ends(
    track: Track, logged: tuple[int, DrawEntry], growth: Sequence[Growth], seen_at: int
) -> bool:
    index, void = logged
    at = bisect_right(growth, index, key=lambda known: known.before) - 1
    first_seen = growth[at].seen_at if at >= 0 else seen_at
    return not _says_lost(track, void) or _may_be_lost(track, first_seen)


def _says_lost(track: Track, entry: DrawEntry) -> bool:
    return isinstance(entry, Void) and entry.at >= track.notice.t_phi + LOST_SECONDS


def _may_be_lost(track: Track, seen_at: int) -> bool:
    """Whether a last value can be given up, by the monitor's own clock."""
    return seen_at >= track.notice.t_phi + LOST_SECONDS - CLOCKS_SECONDS


def _overdue_steps(track: Track, at: int) -> Iterator[Finding]:
    notice = track.notice
    for kind, word in _STEPS:
        is_outcome = kind in {Phi, Result}
        deadline = notice.t_phi + OUTCOME_SECONDS if is_outcome else notice.freeze_by
        if at > deadline and not track.of(kind):
            said = Said(
                f"{word}逾期，最迟应在 {instant(deadline)}",
                f"{kind.kind} is overdue, it was due by {instant(deadline)}",
            )
            yield Finding(f"OVERDUE_{kind.kind.upper()}", said, track.draw, track.index)


def came_late(tracker: Tracker, growth: Sequence[Growth]) -> Iterator[Finding]:
    """Yield the steps that the monitor itself knows to have been added too late.

    Whatever time an entry states: if the log was served without it when the last value could
    already be known, it was made by somebody who could know that value.
    """
    for known in growth:
        if known.absent_at is not None:
            yield from _late_within(tracker, known, known.absent_at)


def _late_within(tracker: Tracker, known: Growth, absent_at: int) -> Iterator[Finding]:
    for index, track, entry in tracker.between(known.before, known.after):
        if not isinstance(entry, Freeze | Reveal | Void):
            continue
        lag = 0 if isinstance(entry, Void) else WITNESS_SECONDS
        late = absent_at - (track.notice.t_phi - lag)
        lost = _says_lost(track, entry) and _may_be_lost(track, known.seen_at)
        if late < 0 or lost or _is_harmless(track, entry):
            continue
        said = Said(
            f"本机在 {instant(absent_at)} 看到的日志还没有这个 {entry.kind}，而当时随机值已经可知",
            f"at {instant(absent_at)} the log was served without this {entry.kind}, "
            "when the last value could already be known",
        )
        yield Finding(f"LATE_{entry.kind.upper()}_SEEN", said, track.draw, index)


def _is_harmless(track: Track, entry: DrawEntry) -> bool:
    """Say whether a late entry changes nothing: a reveal past its time is never counted."""
    return isinstance(entry, Reveal) and entry.at > track.notice.reveal_by


def refuted(tracker: Tracker) -> Iterator[Finding]:
    """Yield what was called off although the log shows its last value.

    Source: docs/spec/lottery-v1.md, section 7, V2 and V12.
    """
    for track in tracker.draws.values():
        shown = [index for index, _ in (*track.of(Phi), *track.of(Result))]
        for index, void in track.of(Void):
            if any(_says_lost(track, void) or value < index for value in shown):
                said = Said(
                    f"日志已有随机值或结果（第 {min(shown)} 条），却又终止抽取",
                    f"called off although entry {min(shown)} of the log shows its value or result",
                )
                yield Finding("REFUTED_VOID", said, track.draw, index)


def all_findings(tracker: Tracker, growth: Iterable[Growth], seen_at: int | None) -> list[Finding]:
    """Return everything the copy of the log shows to be wrong with its draws."""
    grown = [*growth]
    found = [*tracker.findings, *came_late(tracker, grown), *refuted(tracker)]
    return found if seen_at is None else [*found, *overdue(tracker, grown, seen_at)]
