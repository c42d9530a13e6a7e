"""How a notice's course is shown: which steps are over, which one runs, where it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext

from market.errors import msgid
from market.labels import Label, declare
from market.needs.documents import fixed_bidding, fixed_opening, fixed_scoring
from market.needs.elsewhere import Progress
from market.needs.labels import failure_words
from market.needs.model import Need, NeedFailure, Notice
from market.needs.rules import NeedState

# Where a need stands after its draw, in order; each is a step that the public can follow.
AFTER_THE_DRAW = (
    NeedState.PUBLICITY,
    NeedState.AWARDED,
    NeedState.CONTRACTED,
    NeedState.COMPLETED,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a course, as the steps macro wants it."""

    label: str
    state: str
    at: datetime | None = None
    note: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of a timetable, and whether it came to pass as far as anybody knows."""

    label: str
    at: datetime
    happened: bool = True


class NoticeEnd(StrEnum):
    """How a notice ended that did not fail: another one took its place."""

    CHANGED = "changed"


declare(NoticeEnd, {NoticeEnd.CHANGED: Label(msgid("已变更"), "ended")})
PublicState = NeedState | NoticeEnd


def public_state(need: Need, notice: Notice, failure: NeedFailure | None) -> PublicState:
    """Return what became of a notice, as far as the public may know.

    A need whose second notice is being prepared has failed, whatever its owner does to it now;
    a notice that neither stands nor failed was called off for a change.
    """
    if failure is not None:
        return NeedState.FAILED
    return need.state if notice.attempt == need.attempt else NoticeEnd.CHANGED


def course(
    notice: Notice,
    state: PublicState,
    ended_at: datetime,
    failure: NeedFailure | None,
    now: datetime,
    *,
    progress: Progress | None = None,
) -> list[Step]:
    """Return the steps of a notice: its fixed timetable, and how far it has come.

    What its draw knows not to have happened is not done, however long its time is over.
    """
    came = progress or Progress(opened=True, frozen=True, drawn=True)
    fixed = [
        Planned(gettext("发布公告，开始报名"), notice.published_at),
        Planned(gettext("报名截止"), notice.enrol_close_at),
        *(Planned(label, at, happened=came.opened) for label, at in _opening(notice)),
        Planned(gettext("名单冻结并公布（最迟）"), notice.freeze_by_at, happened=came.frozen),
        Planned(gettext("产生随机数"), notice.phi_at, happened=came.drawn),
        Planned(gettext("公布摇号结果（最迟）"), notice.result_by_at, happened=came.drawn),
    ]
    if failure is not None or state in {NeedState.WITHDRAWN, NoticeEnd.CHANGED}:
        words = gettext("公告变更") if state is NoticeEnd.CHANGED else gettext("业主撤回")
        return _ended(fixed, failure, failure.at if failure else ended_at, words)
    is_terminated = state is NeedState.TERMINATED
    reached = NeedState.CONTRACTED if is_terminated else state
    drawn = reached in AFTER_THE_DRAW
    steps = _running(fixed, now, over=drawn)
    place = AFTER_THE_DRAW.index(reached) if drawn else -1
    labels = (
        gettext("中选公示"),
        gettext("确认并签订合同"),
        gettext("履行合同"),
        gettext("验收完成"),
    )
    for number, label in enumerate(labels):
        over = number < place or state is NeedState.COMPLETED
        here = "failed" if is_terminated else "current"
        steps.append(Step(label, "done" if over else here if number == place else "todo"))
    return steps


def _opening(notice: Notice) -> list[tuple[str, datetime]]:
    if until := fixed_opening(notice):
        return [(gettext("开启报价（最迟）"), until)]
    if until := fixed_bidding(notice):
        return [(gettext("网上竞价（最迟）"), until)]
    until = fixed_scoring(notice)
    return [(gettext("专家评分（最迟）"), until)] if until else []


def _ended(
    fixed: Sequence[Planned], failure: NeedFailure | None, at: datetime, words: str
) -> list[Step]:
    steps = [Step(one.label, "done", one.at) for one in fixed if one.happened and one.at <= at]
    if failure is None:
        return [*steps, Step(words, "failed", at)]
    return [
        *steps,
        Step(gettext("流标"), "failed", at, note=gettext(failure_words(failure.reason))),
    ]


def _running(fixed: Sequence[Planned], now: datetime, *, over: bool) -> list[Step]:
    steps: list[Step] = []
    for one in fixed:
        waiting = any(step.state == "current" for step in steps)
        done = over or (one.happened and one.at <= now)
        steps.append(Step(one.label, "done" if done else "todo" if waiting else "current", one.at))
    return steps
