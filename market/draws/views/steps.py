"""The course of a draw in plain words: what was fixed when, and whether it was on time."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from market.clock import BEIJING
from market.draws.rules import DrawMode, DrawState, EnrolmentState, VoidReason
from market.draws.showing import Shown
from market.labels import label_of


def _(words: str, **facts: object) -> str:
    """Translate for the reader."""
    return str(gettext(words, **facts))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a course, as the steps macro wants it."""

    label: str
    state: str
    at: datetime | None = None
    note: str | None = None
    url: str | None = None


def course(shown: Shown) -> list[Step]:
    """Return the steps of a draw, in order, with what each one fixes."""
    draw = shown.draw
    published = Step(
        _("发布公告：规则、随机源与全部时间一次定死"),
        "done",
        draw.enrol_open_at,
        _source_words(shown),
    )
    closed = _step(
        _("报名截止：每份报名当时就已写入公开日志"),
        draw.enrol_close_at,
        draw.closed_at,
        _("日志里只有密封的承诺值，看不出是谁报名；系统之后不能增加或删除。"),
    )
    frozen = _step(
        _("冻结名单：复核资格后公布全部参加机构"),
        draw.freeze_by_at,
        draw.frozen_at,
        _freeze_words(shown),
    )
    valued = _step(
        _moment_words(shown),
        draw.phi_at,
        draw.drawn_at,
        _phi_words(shown),
    )
    drawn = _step(
        _("得出结果：名单和随机值决定唯一的次序"),
        draw.result_by_at,
        draw.drawn_at,
        _late(draw.result_by_at, draw.drawn_at)
        + _("次序只由公开数据计算得出，谁来算都一样，无法重抽。"),
    )
    steps = [published, closed, frozen, valued, drawn]
    return _ended(shown, steps) if draw.state is DrawState.VOID else _with_current(steps)


def _step(label: str, planned_at: datetime, done_at: datetime | None, note: str) -> Step:
    if done_at is None:
        return Step(label, "todo", planned_at, note)
    return Step(label, "done", done_at, note)


def _late(planned_at: datetime, done_at: datetime | None) -> str:
    """Say so where a step was taken after its term."""
    if done_at is None or done_at <= planned_at:
        return ""
    at = planned_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    return _("晚于公告规定的 %(at)s（结果不受影响）。", at=at)


def _source_words(shown: Shown) -> str:
    draw = shown.draw
    match draw.mode:
        case DrawMode.A:
            return _(
                "随机源：公共信标 drand 第 %(round)s 轮，公告时尚未产生。", round=draw.phi_round
            )
        case DrawMode.D2:
            return _("随机源：平台与%(who)s各自唯一的密码学数值。", who=shown.supervisor)
        case DrawMode.D1:
            return _("随机源：平台单方的密码学数值（演示模式，不构成保障）。")


def _moment_words(shown: Shown) -> str:
    """Say what the moment of the last value is worth: it depends on who can know it before."""
    match shown.draw.mode:
        case DrawMode.A:
            return _("产生随机值：此前无人知道这一轮的数值")
        case DrawMode.D2:
            return _("产生随机值：由平台与监督方两方的数值合成")
        case DrawMode.D1:
            return _("产生随机值：演示模式，平台可以事先知道")


def _freeze_words(shown: Shown) -> str:
    if not shown.is_frozen:
        return _("冻结前，网上不显示参加机构，运营机构的经办人也看不到。")
    counts = shown.counts
    return _(
        "报名 %(all)s 家，列入 %(listed)s 家，撤回 %(withdrawn)s 家，复核不合格 %(out)s 家。",
        all=counts.total(),
        listed=counts[EnrolmentState.ENROLLED],
        withdrawn=counts[EnrolmentState.WITHDRAWN],
        out=counts[EnrolmentState.INELIGIBLE],
    )


def _phi_words(shown: Shown) -> str:
    draw = shown.draw
    match draw.mode:
        case DrawMode.A:
            return _("由全球多家独立机构联合签名产生，系统用内置公钥离线核对后才采用。")
        case DrawMode.D2 if draw.state is DrawState.FROZEN and draw.platform_proof:
            return _("平台的数值已算出并锁定，正在等待监督方提交。")
        case DrawMode.D2:
            return _("平台和监督方各算一个数，谁都不能挑选；核对无误后才采用。")
        case DrawMode.D1:
            return _("由平台的密钥计算，附有证明，可以核对。")


def _with_current(steps: list[Step]) -> list[Step]:
    result: list[Step] = []
    for step in steps:
        waiting = any(one.state == "current" for one in result)
        if step.state == "todo" and not waiting:
            result.append(Step(step.label, "current", step.at, step.note))
        else:
            result.append(step)
    return result


def _ended(shown: Shown, steps: list[Step]) -> list[Step]:
    draw = shown.draw
    reason = label_of(VoidReason(draw.void_reason)).text if draw.void_reason else ""
    done = [step for step in steps if step.state == "done"]
    return [*done, Step(_("抽取终止"), "failed", draw.voided_at, _(reason))]
