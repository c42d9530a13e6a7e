"""The rules of milestones: how a plan is read, and which moves a milestone allows. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from market.clock import beijing_day
from market.errors import MarketError, msgid

NAME_LONGEST: Final = 60
MOST_DAYS: Final = 2000
_LINE: Final = re.compile(r"^(?P<name>.*?)[\s，,：:]+(?P<when>\d{4}-\d{2}-\d{2}|\d{1,4})$")


class MilestoneState(StrEnum):
    """Where the report of a milestone stands."""

    PLANNED = "planned"
    DUE = "due"
    MISSED = "missed"
    REPORTED = "reported"
    LATE = "late"
    CLOSED = "closed"


class MilestoneMove(StrEnum):
    """What is done to it."""

    START = "start"
    REPORT = "report"
    MISS = "miss"
    CLOSE = "close"


S, M = MilestoneState, MilestoneMove
OPEN: Final = frozenset({S.PLANNED, S.DUE, S.MISSED})
AWAITED: Final = frozenset({S.DUE, S.MISSED})
MILESTONE_MOVES: Mapping[tuple[MilestoneState, MilestoneMove], MilestoneState] = MappingProxyType(
    {
        (S.PLANNED, M.START): S.DUE,
        (S.DUE, M.REPORT): S.REPORTED,
        (S.DUE, M.MISS): S.MISSED,
        (S.MISSED, M.REPORT): S.LATE,
        **{(state, M.CLOSE): S.CLOSED for state in OPEN},
    }
)


class IllegalMilestoneMoveError(MarketError):
    """The milestone does not stand where the move begins."""

    sentence = msgid("该节点的报告已经提交，或者合同已经办结。请刷新页面查看最新状态。")


class PlanLineError(MarketError):
    """One line of the plan cannot be read."""

    sentence = msgid(
        "第 %(line)s 行不能识别。每行写一个节点：名称（最多 60 个字），空格，"
        "开始计时后的工作日数（1 至 2000）或者日期，例如“初稿 10”“现场踏勘 2026-05-08”。"
    )

    def __init__(self, line: int) -> None:
        super().__init__(field="milestones", line=line)


class PlanLongError(MarketError):
    """There are too many milestones."""

    sentence = msgid("进度报告节点最多 %(most)s 个。请合并后重新填写。")

    def __init__(self, most: int) -> None:
        super().__init__(field="milestones", most=most)


class NothingDoneError(MarketError):
    """A report says what was done."""

    sentence = msgid("请写明已完成的工作（至少 10 个字）。")

    def __init__(self) -> None:
        super().__init__(field="done")


class PercentError(MarketError):
    """A share of the whole."""

    sentence = msgid("完成比例须为 0 到 100 之间的整数。请修改。")

    def __init__(self) -> None:
        super().__init__(field="percent")


class EarlierFirstError(MarketError):
    """Milestones are reported in the order of their days."""

    sentence = msgid("请先提交节点“%(name)s”的报告，再报告本节点。")

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class ReportEarlyError(MarketError):
    """Nobody reports on all milestones on the first day."""

    sentence = msgid(
        "节点“%(name)s”的报告期限 %(day)s 过后才能报告本节点："
        "每个节点报告当期的进展，不能一次报完。"
    )

    def __init__(self, name: str, last_on: date) -> None:
        super().__init__(name=name, day=last_on.isoformat())


class Placed(Protocol):
    """A milestone among the others of its contract."""

    @property
    def name(self) -> str:
        """What the report is about."""

    @property
    def position(self) -> int:
        """Its place in the plan."""

    @property
    def state(self) -> MilestoneState:
        """Where its report stands."""

    @property
    def due_at(self) -> datetime | None:
        """When the report is due, once the service has started."""


class Named(Protocol):
    """What has a name and a term: a plan's line, and the row that came of it."""

    @property
    def name(self) -> str:
        """What the report is about."""

    @property
    def after_working_days(self) -> int | None:
        """How many working days after the start it is due, unless a day is named."""

    @property
    def due_on(self) -> date | None:
        """On which day it is due, unless days are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A milestone as a contract names it: so many working days after the start, or a day."""

    name: str
    after_working_days: int | None = None
    due_on: date | None = None


def advance(state: MilestoneState, move: MilestoneMove) -> MilestoneState:
    """Return the state a move leads a milestone to.

    Args:
        state: Where it stands.
        move: What is done to it.

    Returns:
        The next state.

    Raises:
        IllegalMilestoneMoveError: The state does not allow the move.

    Source: handbook domain.md 2.3 step 15; a platform default.
    """
    try:
        return MILESTONE_MOVES[state, move]
    except KeyError:
        raise IllegalMilestoneMoveError from None


def check_turn(one: Placed, among: Iterable[Placed], now: datetime) -> None:
    """Refuse a report that is not in its turn: they tell of the time between, not all at once.

    Args:
        one: The milestone to report at.
        among: All milestones of its contract.
        now: When it is reported.

    Raises:
        EarlierFirstError: One that is due before it is still awaited.
        ReportEarlyError: The day of the one before it is not over.

    Source: platform default; handbook domain.md 2.3 step 15.
    """
    if one.due_at is None:
        return
    before = sorted(
        (other.due_at, other.position, other)
        for other in among
        if other.due_at is not None and (other.due_at, other.position) < (one.due_at, one.position)
    )
    for _, _, other in before:
        if other.state in AWAITED:
            raise EarlierFirstError(other.name)
    for due_at, _, other in reversed(before):
        if now < due_at < one.due_at:
            raise ReportEarlyError(other.name, beijing_day(due_at - timedelta(seconds=1)))


def is_in_turn(one: Placed, among: Iterable[Placed], now: datetime) -> bool:
    """Return whether ``check_turn`` lets a milestone be reported.

    Source: platform default; handbook domain.md 2.3 step 15.
    """
    try:
        check_turn(one, among, now)
    except (EarlierFirstError, ReportEarlyError):
        return False
    return True


def read_plan(text: str, most: int) -> tuple[Planned, ...]:
    """Return the milestones that a filing side typed, one in each line.

    Args:
        text: Lines such as ``初稿 10`` or ``现场踏勘 2026-05-08``; blank lines say nothing.
        most: How many the rules allow.

    Returns:
        The milestones in the order of the lines; none for an empty text.

    Raises:
        PlanLineError: A line cannot be read; it says which.
        PlanLongError: There are more than ``most``.

    Source: platform default.
    """
    lines = [(no, line.strip()) for no, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > most:
        raise PlanLongError(most)
    return tuple(_planned(no, line) for no, line in lines)


def written(plan: Iterable[Named]) -> str:
    """Return a plan as it is typed: the inverse of ``read_plan``.

    Args:
        plan: The milestones.

    Returns:
        One line for each.

    Source: platform default.
    """
    return "\n".join(f"{one.name} {one.due_on or one.after_working_days}" for one in plan)


def _planned(no: int, line: str) -> Planned:
    found = _LINE.match(line)
    if found is None or not 1 <= len(name := found["name"].strip()) <= NAME_LONGEST:
        raise PlanLineError(no)
    when = found["when"]
    if not when.isdecimal():
        try:
            return Planned(name=name, due_on=date.fromisoformat(when))
        except ValueError:
            raise PlanLineError(no) from None
    if not 1 <= int(when) <= MOST_DAYS:
        raise PlanLineError(no)
    return Planned(name=name, after_working_days=int(when))
