"""Rows of a draw's contributors and replacements against what the log says of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lottery import (
    Commit,
    Departure,
    DrandSource,
    LotteryError,
    Notice,
    NumbersSource,
    PhiSource,
    Replace,
    Result,
    Reveal,
    enrolment_number,
)
from lottery.seed import fresh_seed
from market.draws import outcome
from market.selfaudit.differences import Difference, seconds

Rows = Iterable[Mapping[str, Any]]


def contributor_differences(
    draw_id: int, notice: Notice, commits: Sequence[Commit], reveals: Sequence[Reveal], rows: Rows
) -> Iterator[Difference]:
    """Compare who contributes, its commitment and its reveal with NOTICE, COMMIT and REVEAL."""
    expected = _contributions(notice, commits, reveals)
    for row in rows:
        said = expected.pop(str(row["who"]), None)
        if said is None:
            what = "公告和日志中都没有这个出数方"
            yield Difference("draw_contributor", str(row["id"]), "who", what)
            continue
        yield from _differing("draw_contributor", row, said)
    for who in expected:
        what = "公告或日志中有这个出数方，却没有这一行"
        yield Difference("draw_contributor", f"draw_id={draw_id} who={who}", "", what)


def _contributions(
    notice: Notice, commits: Sequence[Commit], reveals: Sequence[Reveal]
) -> dict[str, dict[str, object]]:
    """Return what the row of each contributor must say, by its name."""
    none: dict[str, object] = dict.fromkeys(
        ("position", "sequence", "key", "commit", "committed_at", "value", "revealed_at")
    )
    found = {
        each.who: none | {"position": position, "key": each.key}
        for position, each in enumerate(notice.contributors)
    }
    for commit in commits:
        said = found.setdefault(commit.who, none | {"sequence": enrolment_number(commit.who)})
        said |= {"commit": commit.commit, "committed_at": commit.at}
    for reveal in reveals:
        if reveal.who in found:
            found[reveal.who] |= {"value": reveal.value, "revealed_at": reveal.at}
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What the log says of the places that fell vacant in a draw, in its order.

    ``most`` is how often the notice lets a firm be drawn, None if it cannot be read; ``listed``
    are the codes of the frozen list.
    """

    k: int
    result: Result
    departures: Sequence[tuple[int, Departure]]
    replaces: Sequence[tuple[int, Replace]]
    most: int | None
    listed: frozenset[str]

    def selected_before(self, submission_id: int) -> set[str]:
        """Return who was ever selected before an entry."""
        came = {move.in_firm for at, move in self.replaces if at < submission_id}
        return came | set(self.result.order[: self.k])


def replacement_differences(
    draw_id: int, left: Left, rows: Rows, award_codes: Mapping[int, str]
) -> Iterator[Difference]:
    """Compare how vacant places are filled with DECLINE, DISQUALIFY and REPLACE."""
    expected = _replacements(left)
    for row in rows:
        said = expected.pop(row["submission_id"], None)
        if said is None:
            what = "日志中没有这样的退出条目"
            yield Difference("draw_replacement", str(row["id"]), "submission_id", what)
            continue
        yield from _differing("draw_replacement", row, said)
        if award_codes.get(row["award_id"]) != said["out_code"]:
            what = f"退出的是 {said['out_code']}"
            yield Difference("draw_replacement", str(row["id"]), "award_id", what)
        yield from _state(row, left, str(said["out_code"]))
    for submission_id in expected:
        where = f"draw_id={draw_id} submission_id={submission_id}"
        yield Difference("draw_replacement", where, "", "日志中有退出条目，却没有这一行")


def _replacements(left: Left) -> dict[int, dict[str, object]]:
    """Return what the row of each place that fell vacant must say, by its submission."""
    found: dict[int, dict[str, object]] = {}
    fixing = [(at, entry) for at, entry in left.departures if entry.next_value is not None]
    for number, (at, entry) in enumerate(fixing):
        if (value := entry.next_value) is None:
            continue
        columns: dict[str, object] = {
            "leaf": entry.leaf_hash.hex(),
            "out_code": entry.who,
            "left_at": entry.at,
            "phi_at": value.t_phi,
        }
        columns |= _source(value.phi)
        if left.most is not None:
            some = left.listed - left.selected_before(at)
            columns["wanted"] = number < left.most and bool(some)
        found[at] = columns
    return found


def _source(source: PhiSource) -> dict[str, object]:
    round_number = source.round if isinstance(source, DrandSource) else None
    issue = source.issue if isinstance(source, NumbersSource) else None
    return {"phi_round": round_number, "issue": issue}


def _state(row: Mapping[str, Any], left: Left, out: str) -> Iterator[Difference]:
    """A place is filled exactly if REPLACE says so, unless nobody was left to fill it."""
    moved = next((move for _, move in left.replaces if move.out_firm == out), None)
    nobody = left.listed <= left.selected_before(2**63)
    if moved is not None:
        said = {"state": "drawn", "drawn_at": moved.at, "seed": _seed(left, row, moved)}
        yield from _differing("draw_replacement", row, said)
    elif row["state"] != "drawn":
        yield from _differing("draw_replacement", row, {"drawn_at": None, "seed": None})
    elif not nobody:
        what = "日志中没有这次递补"
        yield Difference("draw_replacement", str(row["id"]), "state", what)


def _seed(left: Left, row: Mapping[str, Any], moved: Replace) -> str | None:
    """Recompute the seed of a fresh order from the value that REPLACE shows."""
    departure = next((one for at, one in left.departures if at == row["submission_id"]), None)
    if departure is None or departure.next_value is None or moved.evidence is None:
        return None
    alpha = outcome.fresh_alpha(departure.leaf_hash.hex(), left.result.seed)
    try:
        value = outcome.value_of(departure.next_value.phi, moved.evidence, alpha)
    except LotteryError:
        return None  # The draw's own verification names the evidence.
    return fresh_seed(bytes.fromhex(left.result.seed), departure.leaf_hash, value).hex()


def _differing(
    table: str, row: Mapping[str, Any], said: Mapping[str, object]
) -> Iterator[Difference]:
    for name, expected in said.items():
        if seconds(row[name]) != expected:
            words = "—" if expected is None else str(expected)
            yield Difference(table, str(row["id"]), name, f"按日志条目应为 {words}")
