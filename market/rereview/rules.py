"""The rules of a re-review: its states, what is disputed, what the experts found. Pure, no I/O."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid

FORMAT: Final = "zjcs/rereview-sheet/v1"
# From the request to the close of the candidates: time for the log to be shown to its witnesses.
CLOSE_AFTER: Final = timedelta(minutes=10)
# From the time of the result that the notice fixed, until a missing value is overdue.
OVERDUE_AFTER: Final = timedelta(days=1)
FEWEST_SEATS: Final = 3
LONGEST_POINTS: Final = 30
LONGEST_REASON: Final = 1000


class RereviewState(StrEnum):
    """Where a re-review stands."""

    DRAWING = "drawing"
    REVIEWING = "reviewing"
    OVERTURNED = "overturned"
    UPHELD = "upheld"
    # No panel was complete, or it found no majority: whoever asked may go on to the authority.
    FAILED = "failed"
    REFERRED = "referred"
    # Nobody went on to the authority in time: the return stands.
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    # The copy was not what had been handed in.
    REFUSED = "refused"
    # The contract ended before anybody had decided.
    CLOSED = "closed"


class RereviewMove(StrEnum):
    """What is done to it."""

    CALL = "call"
    OVERTURN = "overturn"
    UPHOLD = "uphold"
    FAIL = "fail"
    REFER = "refer"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    REFUSE = "refuse"
    CLOSE = "close"


class Finding(StrEnum):
    """What an expert finds of one point of a return."""

    FOUNDED = "founded"
    UNFOUNDED = "unfounded"


class Failure(StrEnum):
    """Why a re-review by experts came to nothing."""

    NO_PANEL = "no-panel"
    SHEETS_MISSING = "sheets-missing"


S, M = RereviewState, RereviewMove
OPEN: Final = frozenset({S.DRAWING, S.REVIEWING, S.FAILED, S.REFERRED})
WITH_EXPERTS: Final = frozenset({S.DRAWING, S.REVIEWING})
# The other side may speak, and the copy be doubted: before experts read, and before an authority
# decides.
HEARING: Final = frozenset({S.DRAWING, S.FAILED, S.REFERRED})
CONCLUDED: Final = frozenset({S.OVERTURNED, S.UPHELD})
# Ended by whoever asked, or by its copy: nobody looked at the return.
UNSEEN: Final = frozenset({S.WITHDRAWN, S.REFUSED})
MOVES: Final[Mapping[tuple[RereviewState, RereviewMove], RereviewState]] = MappingProxyType(
    {
        (S.DRAWING, M.CALL): S.REVIEWING,
        (S.DRAWING, M.FAIL): S.FAILED,
        # Before any expert is called, and before an authority decides.
        **{(state, M.REFUSE): S.REFUSED for state in HEARING},
        (S.REVIEWING, M.OVERTURN): S.OVERTURNED,
        (S.REVIEWING, M.UPHOLD): S.UPHELD,
        (S.REVIEWING, M.FAIL): S.FAILED,
        (S.FAILED, M.REFER): S.REFERRED,
        (S.FAILED, M.LAPSE): S.LAPSED,
        (S.REFERRED, M.OVERTURN): S.OVERTURNED,
        (S.REFERRED, M.UPHOLD): S.UPHELD,
        **{(state, M.WITHDRAW): S.WITHDRAWN for state in OPEN},
        **{(state, M.CLOSE): S.CLOSED for state in OPEN},
    }
)


class IllegalRereviewMoveError(MarketError):
    """The re-review does not stand where the move begins."""

    sentence = msgid("复评当前所处的环节不能办理此操作，可能已经有了结论。请刷新页面查看。")


class NothingDisputedError(MarketError):
    """A dispute says which points it is about."""

    sentence = msgid("请至少对一条退回意见写明异议理由；没有写的视为不争议。")

    def __init__(self) -> None:
        super().__init__(field="points")


class ShortWordsError(MarketError):
    """Whoever disputes or finds something says why."""

    sentence = msgid("第 %(number)s 条的理由至少写 %(least)s 个字。请补充。")

    def __init__(self, number: int, least: int) -> None:
        super().__init__(field=f"words_{number}", number=number, least=least)


class UnfoundError(MarketError):
    """A sheet finds something of every disputed point."""

    sentence = msgid("请对第 %(number)s 条选择结论，并写明依据的条款（至少 4 个字）。")

    def __init__(self, number: int) -> None:
        super().__init__(field=f"finding_{number}", number=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What an expert says of one point."""

    finding: Finding
    clause: str
    reason: str


Sheet = Mapping[int, Mark]


def advance(state: RereviewState, move: RereviewMove) -> RereviewState:
    """Return the state a move leads to.

    Raises:
        IllegalRereviewMoveError: The state does not know the move.

    Source: platform default; docs/adr/0074.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalRereviewMoveError from None


def calls_from(drawn_at: datetime, *waited_for: datetime | None) -> datetime:
    """Return when the experts are called: drawn, and after everybody who may speak before.

    Args:
        drawn_at: When there is a value to draw them by.
        waited_for: The ends of the terms that still run; None where nobody is waited for.

    Source: ``rereview.comment_working_days``, ``rereview.copy_working_days``; docs/adr/0104.
    """
    return max(drawn_at, *(at for at in waited_for if at is not None), drawn_at)


def heard_by(now: datetime, *waited_for: datetime | None) -> datetime | None:
    """Return until when an authority must not decide; None once everybody was heard.

    Args:
        now: When it would decide.
        waited_for: The ends of the terms that still run; None where nobody is waited for.

    Source: ``rereview.comment_working_days``, ``rereview.copy_working_days``; docs/adr/0108.
    """
    return max((at for at in waited_for if at is not None and at > now), default=None)


def pays(*, lost_before: int, lost_free: int, is_late: bool) -> bool:
    """Whether a dispute that was lost in every point costs whoever asked the time of the judges.

    Args:
        lost_before: How many disputes of the contract the same side lost before.
        lost_free: How many may be lost at no cost.
        is_late: Whether the authority let its own term pass.

    Source: ``rereview.lost_free``; docs/adr/0108.
    """
    return lost_before >= lost_free and not is_late


def is_lost(move: RereviewMove, found: Iterable[Finding | None]) -> bool:
    """Whether whoever asked was wrong in every point.

    Args:
        move: What became of the return.
        found: What a majority of experts found of each disputed point; nothing where an authority
            decided, which upholds all of it or nothing.

    Source: docs/adr/0108.
    """
    return move is M.UPHOLD and all(one is not Finding.UNFOUNDED for one in found)


def overdue_at(result_by_at: datetime) -> datetime:
    """Return when the value that draws the experts is overdue.

    Args:
        result_by_at: By when the notice of the draw says that there is a result.

    Source: platform default.
    """
    return result_by_at + OVERDUE_AFTER


def seats_of(number: int) -> int:
    """Return how many experts sit: odd, and at least three, whatever the regulation says.

    Args:
        number: As the regulation has it.

    Source: ``rereview.seats``; platform default: a majority must exist.
    """
    return max(FEWEST_SEATS, number if number % 2 else number + 1)


def points_of(comment: str) -> tuple[str, ...]:
    """Return the points of a return: one from each line of its opinion, in order.

    Args:
        comment: The opinion with which the work was returned.

    Source: platform default.
    """
    lines = tuple(line.strip() for line in comment.splitlines() if line.strip())
    if len(lines) <= LONGEST_POINTS:
        return lines
    return (*lines[: LONGEST_POINTS - 1], "\n".join(lines[LONGEST_POINTS - 1 :]))


def disputed(words: Mapping[int, str], points: Sequence[str], least: int) -> dict[int, str]:
    """Return what is said against each disputed point, by its number from 1.

    Args:
        words: What was typed for each number; blank means not disputed.
        points: The points of the return.
        least: How many characters a reason has at least.

    Raises:
        NothingDisputedError: Nothing is said against any point.
        ShortWordsError: A reason is too short.

    Source: platform default.
    """
    said = {number: words.get(number, "").strip() for number in range(1, len(points) + 1)}
    found = {number: text for number, text in said.items() if text}
    if not found:
        raise NothingDisputedError
    for number, text in found.items():
        if len(text) < least:
            raise ShortWordsError(number, least)
    return found


def check_sheet(sheet: Sheet, numbers: Iterable[int], least: int) -> None:
    """Require that a sheet finds something of each disputed point, with clause and reason.

    Args:
        sheet: What an expert says.
        numbers: Of the disputed points.
        least: How many characters a reason has at least.

    Raises:
        UnfoundError: A point has no finding, or no clause.
        ShortWordsError: A reason is too short.

    Source: handbook domain.md 2.4, last row (reason and clause); platform default.
    """
    for number in numbers:
        mark = sheet.get(number)
        if mark is None or len(mark.clause.strip()) < 4:  # noqa: PLR2004 - the shortest name with a number
            raise UnfoundError(number)
        if len(mark.reason.strip()) < least:
            raise ShortWordsError(number, least)


def majority(findings: Sequence[Finding], seats: int) -> Finding | None:
    """Return what more than half of all seats found of a point; None while nobody can tell.

    Args:
        findings: Those that were handed in.
        seats: How many experts sit, whether they handed in or not.

    Source: platform default; docs/adr/0074.
    """
    for finding in Finding:
        if 2 * sum(one is finding for one in findings) > seats:
            return finding
    return None


def outcome(
    sheets: Sequence[Sheet], numbers: Sequence[int], *, points: int, seats: int
) -> RereviewMove | None:
    """Return what follows from the sheets.

    Args:
        sheets: Those that were handed in.
        numbers: Of the disputed points.
        points: How many points the return has.
        seats: How many experts sit.

    Returns:
        The return is overturned if every one of its points was disputed and found unfounded; one
        that stands is enough for it to stand. None while a point has no majority.

    Source: platform default; docs/adr/0074.
    """
    found = {
        number: majority([sheet[number].finding for sheet in sheets], seats) for number in numbers
    }
    if any(one is None for one in found.values()):
        return None
    falls = len(found) == points and all(one is Finding.UNFOUNDED for one in found.values())
    return M.OVERTURN if falls else M.UPHOLD


def document(*, rereview: str, panel: str, expert: str, sheet: Sheet) -> bytes:
    """Return a sheet as the exact bytes to which its expert is bound.

    Args:
        rereview: The number of the re-review.
        panel: The number of the panel.
        expert: The expert's code in the panel.
        sheet: What the expert finds.

    Returns:
        Canonical JSON in UTF-8.

    Source: docs/adr/0074.
    """
    body = {
        "format": FORMAT,
        "rereview": rereview,
        "panel": panel,
        "expert": expert,
        "points": [
            {
                "point": number,
                "finding": sheet[number].finding.value,
                "clause": sheet[number].clause.strip(),
                "reason": sheet[number].reason.strip(),
            }
            for number in sorted(sheet)
        ],
    }
    return canonical(body)


def canonical(body: object) -> bytes:
    """Return a value as canonical JSON in UTF-8."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_document(data: bytes) -> dict[int, Mark]:
    """Return what a sheet's exact bytes say.

    Args:
        data: As ``document`` wrote them.

    Raises:
        ValueError: They are something else.

    Source: docs/adr/0074.
    """
    try:
        body = json.loads(data)
        if body["format"] != FORMAT:
            raise ValueError("another format")
        return {
            int(each["point"]): Mark(
                finding=Finding(each["finding"]), clause=each["clause"], reason=each["reason"]
            )
            for each in body["points"]
        }
    except (KeyError, TypeError) as error:
        raise ValueError("no sheet of a re-review") from error
