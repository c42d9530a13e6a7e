"""The rules of scored selection: when what may be done, what a sheet is, and who is highest.

Pure functions, no I/O.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.needs.criteria import Criterion

FORMAT: Final = "zjcs/score-sheet/v1"
SALT_DIGITS: Final = 64
MARKS_LONGEST: Final = 1_000
# With the highest and the lowest left out somebody must be left to be heard.
FEWEST_TRIMMED: Final = 3


class Phase(StrEnum):
    """What may be done in a scored selection now."""

    HANDING_IN = "handing-in"
    WAITING = "waiting"
    SCORING = "scoring"
    OVER = "over"


def phase(
    *, is_open: bool, is_closed: bool, now: datetime, close_at: datetime, scoring_by_at: datetime
) -> Phase:
    """Return what may be done in a scored selection.

    Args:
        is_open: Whether the draw takes enrolments, by its state.
        is_closed: Whether the draw's CLOSE is logged and its list is not frozen.
        now: The instant.
        close_at: When enrolment closes.
        scoring_by_at: Until when the panel scores at the latest.

    Returns:
        ``WAITING`` between the closing second and the logging of CLOSE: nobody reads a proposal
        before everybody can see that none comes any more.

    Source: docs/adr/0054-the-highest-total-is-on-the-list.md; platform default.
    """
    if is_open:
        return Phase.HANDING_IN if now < close_at else Phase.WAITING
    if is_closed and now < scoring_by_at:
        return Phase.SCORING
    return Phase.OVER


class SheetState(StrEnum):
    """Where the score sheet of a member stands."""

    NONE = "none"
    DRAFT = "draft"
    HANDED_IN = "handed-in"
    PUBLISHED = "published"


class SheetMove(StrEnum):
    """What can be done with a score sheet: by its member, and in the end by time."""

    SAVE = "save"
    HAND_IN = "hand-in"
    PUBLISH = "publish"


P, S, M = Phase, SheetState, SheetMove
MOVES: Final[Mapping[tuple[Phase, SheetState, SheetMove], SheetState]] = MappingProxyType(
    {
        (P.SCORING, S.NONE, M.SAVE): S.DRAFT,
        (P.SCORING, S.DRAFT, M.SAVE): S.DRAFT,
        (P.SCORING, S.NONE, M.HAND_IN): S.HANDED_IN,
        (P.SCORING, S.DRAFT, M.HAND_IN): S.HANDED_IN,
        # All sheets may be in before the time is over.
        (P.SCORING, S.HANDED_IN, M.PUBLISH): S.PUBLISHED,
        (P.OVER, S.HANDED_IN, M.PUBLISH): S.PUBLISHED,
        # No move leads out of HANDED_IN but publication: a sheet is never changed.
    }
)


class IllegalSheetMoveError(MarketError):
    """What the sheet's state or the time does not allow."""

    sentence = msgid("现在不能办理评分的这一步。请刷新页面查看所处时段和评分状态。")


def advance(now: Phase, state: SheetState, move: SheetMove) -> SheetState:
    """Return the state a move leads a sheet to.

    Args:
        now: What may be done now.
        state: Where the sheet stands.
        move: What is to be done.

    Raises:
        IllegalSheetMoveError: The phase or the state does not allow it.

    Source: docs/adr/0054-the-highest-total-is-on-the-list.md.
    """
    try:
        return MOVES[now, state, move]
    except KeyError:
        raise IllegalSheetMoveError from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What one member gives one proposal: points by criterion, in order, and why."""

    points: tuple[int, ...]
    reason: str

    @property
    def sum(self) -> int:
        """The points together."""
        return sum(self.points)


Sheet = Mapping[int, Marks]
"""The marks of one member, by the sequence number of the enrolment."""


class SheetError(MarketError):
    """A sheet that cannot be handed in."""

    def __init__(self, enrolment: int, **facts: object) -> None:
        super().__init__(field=f"reason_{enrolment}", number=enrolment + 1, **facts)
        self.enrolment = enrolment


class UnscoredError(SheetError):
    """A proposal has no marks, or not all of them."""

    sentence = msgid("报名序号 %(number)s 的方案还有没打分的标准。请逐项填写后再交分。")


class PointsError(SheetError):
    """More points than the criterion gives, or fewer than none."""

    sentence = msgid(
        "报名序号 %(number)s 的方案，“%(criterion)s”须为 0 至 %(most)s 的整数。请修改这一项。"
    )

    def __init__(self, enrolment: int, criterion: Criterion) -> None:
        super().__init__(enrolment, criterion=criterion.name, most=criterion.points_max)


class ReasonError(SheetError):
    """The reason is missing or too short."""

    sentence = msgid(
        "请写明对报名序号 %(number)s 的方案打分的理由（至少 %(least)s 个字），将公开。"
    )

    def __init__(self, enrolment: int, least: int) -> None:
        super().__init__(enrolment, least=least)


def check_sheet(
    sheet: Sheet, criteria: Sequence[Criterion], enrolments: Sequence[int], *, reason_least: int
) -> None:
    """Refuse a sheet that does not score every proposal by every criterion, with reasons.

    Args:
        sheet: What the member gives.
        criteria: Those of the notice, in their order.
        enrolments: The sequence numbers of all proposals.
        reason_least: The fewest characters of a reason.

    Raises:
        SheetError: The first rule that is broken.

    Source: docs/adr/0054-the-highest-total-is-on-the-list.md; platform default.
    """
    for enrolment in enrolments:
        marks = sheet.get(enrolment)
        if marks is None or len(marks.points) != len(criteria):
            raise UnscoredError(enrolment)
        for points, criterion in zip(marks.points, criteria, strict=True):
            if not 0 <= points <= criterion.points_max:
                raise PointsError(enrolment, criterion)
        if len(marks.reason.strip()) < reason_least:
            raise ReasonError(enrolment, reason_least)


def document(*, notice: str, panel: str, expert: str, sheet: Sheet) -> bytes:
    """Return the exact bytes of a sheet, whose digest is committed to.

    Args:
        notice: The number of the notice.
        panel: The number of the panel.
        expert: The member's code in the pool.
        sheet: What the member gives.

    Returns:
        Canonical JSON in UTF-8.

    Source: docs/adr/0054-the-highest-total-is-on-the-list.md.
    """
    body = {
        "format": FORMAT,
        "notice": notice,
        "panel": panel,
        "expert": expert,
        "marks": [
            {"enrolment": each, "points": list(sheet[each].points), "reason": sheet[each].reason}
            for each in sorted(sheet)
        ],
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_document(data: bytes) -> dict[int, Marks]:
    """Return the marks of a sheet's exact bytes.

    Args:
        data: As ``document`` wrote them.

    Raises:
        ValueError: They are something else.

    Source: docs/adr/0054-the-highest-total-is-on-the-list.md.
    """
    try:
        body = json.loads(data)
        if body["format"] != FORMAT:
            raise ValueError("another format")
        return {
            int(each["enrolment"]): Marks(
                points=tuple(map(int, each["points"])), reason=str(each["reason"])
            )
            for each in body["marks"]
        }
    except (KeyError, TypeError) as error:
        raise ValueError("no score sheet") from error


def commitment(data: bytes, salt_hex: str) -> str:
    """Return the commitment to a sheet, in hex: it tells nothing before the salt is known.

    Args:
        data: The sheet's exact bytes.
        salt_hex: 32 random bytes in lower-case hex: points alone could be tried out.

    Raises:
        ValueError: The salt has another form.

    Source: docs/adr/0054-the-highest-total-is-on-the-list.md.
    """
    if len(salt_hex) != SALT_DIGITS or set(salt_hex) - set("0123456789abcdef"):
        raise ValueError("a salt has 64 lower-case hexadecimal digits")
    text = f"{FORMAT}\n{hashlib.sha256(data).hexdigest()}\n{salt_hex}\n"
    return hashlib.sha256(text.encode()).hexdigest()


def total(sums: Sequence[int], trim_from: int) -> Fraction:
    """Return a firm's total: the mean of what the members give, exactly.

    Args:
        sums: The points that each member gives the firm, in any order; at least one.
        trim_from: From how many members on the highest and the lowest are left out; 0 for never.

    Raises:
        ValueError: Nobody scored.

    Source: the regulation's ``scored.trim_from``; docs/adr/0054; platform default.
    """
    if not sums:
        raise ValueError("nobody scored")
    counted = sorted(sums)
    if trim_from and len(counted) >= max(trim_from, FEWEST_TRIMMED):
        counted = counted[1:-1]
    return Fraction(sum(counted), len(counted))


def totals(sheets: Sequence[Sheet], trim_from: int) -> dict[int, Fraction]:
    """Return the totals of all proposals, by the sequence number of the enrolment.

    Args:
        sheets: One for each member; all score the same proposals.
        trim_from: As in ``total``.

    Raises:
        ValueError: There is no sheet, or two score different proposals.

    Source: docs/adr/0054-the-highest-total-is-on-the-list.md.
    """
    if not sheets or any(set(each) != set(sheets[0]) for each in sheets):
        raise ValueError("every member scores every proposal")
    return {
        enrolment: total([sheet[enrolment].sum for sheet in sheets], trim_from)
        for enrolment in sorted(sheets[0])
    }


class Verdict(StrEnum):
    """What became of an enrolment."""

    HIGHEST = "highest"
    LOWER = "lower"
    BELOW_LEAST = "below_least"
    NO_PROPOSAL = "no_proposal"


def verdicts(
    found: Mapping[int, Fraction], listed: Sequence[int], pass_points: int
) -> dict[int, Verdict]:
    """Judge everybody who meets every other rule, all at once.

    Args:
        found: The totals of all proposals.
        listed: The sequence numbers of who meets every other rule.
        pass_points: The least total that counts.

    Returns:
        One verdict for each of ``listed``. Those that share the highest total are all
        ``HIGHEST``: among them the draw decides, never the order in which they came.

    Source: docs/adr/0054-the-highest-total-is-on-the-list.md; platform default.
    """
    best = max((found[each] for each in listed if each in found), default=None)

    def verdict(each: int) -> Verdict:
        if each not in found:
            return Verdict.NO_PROPOSAL
        if found[each] < pass_points:
            return Verdict.BELOW_LEAST
        return Verdict.HIGHEST if found[each] == best else Verdict.LOWER

    return {each: verdict(each) for each in listed}
