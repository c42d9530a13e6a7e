"""The course of a draw in plain words: what is fixed when, what is done, and what was late."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask_babel import gettext, ngettext

from market.draws.rules import DrawMode, DrawState, EnrolmentState, VoidReason
from market.draws.showing import Shown
from market.labels import label_of

# Witnesses have to have signed the list so long before the last value. lottery-v1.md, V5.
CUT_BEFORE_PHI = timedelta(seconds=60)


def _(words: str, **facts: object) -> str:
    """Translate for the reader."""
    return str(gettext(words, **facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a course.

    ``state`` is done, current, todo or failed. A planned time is the step's moment, or with
    ``at_latest`` the end of its term. ``late`` says by how much the term was passed.
    """

    label: str
    state: str = "todo"
    planned_at: datetime | None = None
    at_latest: bool = False
    done_at: datetime | None = None
    late: str = ""
    note: str = ""
    fixes: str = ""


def course(shown: Shown, now: datetime) -> list[Step]:
    """Return the steps of a draw, in order, with what each one fixes."""
    draw = shown.draw
    steps = [_noticed(shown), _closed(shown, now), _frozen(shown, now)]
    if shown.contributions:
        steps.append(_revealed(shown, now))
    steps += [_witnessed(shown, now), *_concluded(shown, now)]
    return _ended(shown, steps) if draw.state is DrawState.VOID else _with_current(steps)


def _noticed(shown: Shown) -> Step:
    return Step(
        label=_("发布公告"),
        state="done",
        planned_at=shown.draw.enrol_open_at,
        done_at=shown.draw.enrol_open_at,
        fixes=_("规则、随机源与全部时间一次定死"),
        note=_source_words(shown),
    )


def _closed(shown: Shown, now: datetime) -> Step:
    draw = shown.draw
    return _step(
        Step(
            label=_("报名截止"),
            planned_at=draw.enrol_close_at,
            done_at=draw.closed_at,
            fixes=_("谁报了名从此不能增减"),
            note=_("每份报名当时就已写入公开日志；日志里只有密封的承诺值，看不出是谁报名。"),
        ),
        draw.freeze_by_at,
        now,
    )


def _frozen(shown: Shown, now: datetime) -> Step:
    draw = shown.draw
    return _step(
        Step(
            label=_("冻结名单"),
            planned_at=draw.freeze_by_at,
            at_latest=True,
            done_at=draw.frozen_at,
            fixes=_("复核资格后的名单定死，全部公开"),
            note=_freeze_words(shown),
        ),
        draw.freeze_by_at,
        now,
    )


def _revealed(shown: Shown, now: datetime) -> Step:
    """Describe the reveals: whoever is absent is left out, and nobody waits."""
    draw = shown.draw
    revealed = [one for one in shown.contributions if one.revealed_at is not None]
    times = [one.revealed_at for one in revealed if one.revealed_at is not None]
    frozen = draw.state in {DrawState.FROZEN, DrawState.DRAWN}
    complete = len(revealed) == len(shown.contributions) or now > draw.reveal_by_at
    over = frozen and (draw.state is DrawState.DRAWN or complete)
    return Step(
        label=_("揭示各方封存的数"),
        state="done" if over else "todo",
        planned_at=draw.reveal_by_at,
        at_latest=True,
        done_at=max(times, default=None),
        fixes=_("出数方公开事先封存的数"),
        note=" ".join(
            [
                _named_words(shown),
                _(
                    "已揭示 %(revealed)s 方。缺席的按规则剔除，不等待、不替补。",
                    revealed=len(revealed),
                ),
            ]
        ),
    )


def _named_words(shown: Shown) -> str:
    """Say who may contribute: those whom the notice names, and firms where it lets them."""
    named = sum(one.number is None for one in shown.contributions)
    if not shown.draw.firm_commits:
        return _("公告列明 %(named)s 方出数。", named=named)
    return _(
        "公告列明 %(named)s 方出数，报名机构也可以出数，有 %(firms)s 家封存。",
        named=named,
        firms=len(shown.contributions) - named,
    )


def _witnessed(shown: Shown, now: datetime) -> Step:
    draw = shown.draw
    return _step(
        Step(
            label=_("见证名单") if shown.witnesses else _("保存名单的检查点"),
            planned_at=draw.phi_at - CUT_BEFORE_PHI,
            at_latest=True,
            done_at=shown.cut_at,
            fixes=_order_words(shown),
            note=_witness_words(shown),
        ),
        draw.phi_at - CUT_BEFORE_PHI,
        now,
    )


def _concluded(shown: Shown, now: datetime) -> list[Step]:
    draw = shown.draw
    valued = Step(
        label=_("随机值产生"),
        planned_at=draw.phi_at,
        done_at=draw.drawn_at,
        fixes=_moment_words(shown),
        note=_phi_words(shown),
    )
    drawn = Step(
        label=_("得出结果"),
        planned_at=draw.result_by_at,
        at_latest=True,
        done_at=draw.drawn_at,
        fixes=_("名单和随机值决定唯一的次序"),
        note=_("次序只由公开数据计算得出，谁来算都一样，无法重抽。"),
    )
    return [_step(valued, draw.result_by_at, now), _step(drawn, draw.result_by_at, now)]


def _step(step: Step, term: datetime, now: datetime) -> Step:
    """Say whether a step is done, and whether it was or is late."""
    if step.done_at is not None:
        late = _("晚 %(span)s，不影响结果", span=span(step.done_at - term))
        return replace(step, state="done", late=late if step.done_at > term else "")
    overdue = now > term
    late = _("已逾期 %(span)s，尚未完成", span=span(now - term)) if overdue else ""
    return replace(step, late=late)


def span(length: timedelta) -> str:
    """Return a duration in its two largest units."""
    seconds = max(1, int(length.total_seconds()))
    days, hours, minutes = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60
    units = (
        (days, ngettext("%(num)s 天", "%(num)s 天", days)),
        (hours, ngettext("%(num)s 小时", "%(num)s 小时", hours)),
        (minutes, ngettext("%(num)s 分钟", "%(num)s 分钟", minutes)),
        (seconds % 60, ngettext("%(num)s 秒", "%(num)s 秒", seconds % 60)),
    )
    return " ".join([str(words) for number, words in units if number][:2])


def clock_left(at: datetime, now: datetime) -> str:
    """Return what is left until an instant, as a clock shows it; scripts count on from there."""
    seconds = max(0, math.ceil((at - now).total_seconds()))
    if seconds == 0:
        return _("时刻已到")
    days, rest = divmod(seconds, 86400)
    clock = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}"
    return f"{days} {_('天')} {clock}" if days else clock


def _source_words(shown: Shown) -> str:
    draw = shown.draw
    match draw.mode:
        case DrawMode.A:
            return _(
                "随机源：公共信标 drand 第 %(round)s 轮，公告时尚未产生。", round=draw.phi_round
            )
        case DrawMode.B:
            return _(
                "随机源：福彩快乐8 第 %(issue)s 期的 20 个开奖号码。这一期何时开奖，"
                "本站和验证程序都不能证明，请对照发行机构的公告核对：不得早于随机值产生的时刻。",
                issue=shown.value.issue,
            )
        case DrawMode.C:
            names = _("、").join(holder.name or _("平台") for holder in shown.value.holders)
            return _("随机源：%(names)s各自唯一的密码学数值，缺一不可。", names=names)
        case DrawMode.D2:
            return _("随机源：平台与%(who)s各自唯一的密码学数值。", who=shown.supervisor)
        case DrawMode.D1:
            return _("随机源：平台单方的密码学数值（演示模式，不构成保障）。")


def _moment_words(shown: Shown) -> str:
    """Say what the moment of the last value is worth: it depends on who can know it before."""
    match shown.draw.mode:
        case DrawMode.A:
            return _("此前无人知道这一轮的数值")
        case DrawMode.B:
            return _("这一期的号码由电视和公告同时公布；是否在此刻之后才开奖，请自行核对")
        case DrawMode.C:
            return _("由各家单位的数值合成，缺一家就算不出")
        case DrawMode.D2:
            return _("由平台与监督方两方的数值合成，缺一方就算不出")
        case DrawMode.D1:
            return _("演示模式，平台可以事先知道")


def _order_words(shown: Shown) -> str:
    """Say what it proves that the list was seen before the moment of the last value.

    Where holders of keys make the value, they could compute it before its moment.
    """
    if not shown.witnesses:
        return _("名单早于公布随机值的时刻，仅凭平台的时钟")
    match shown.draw.mode:
        case DrawMode.A | DrawMode.B:
            return _("名单早于随机值，由见证人的时钟证明")
        case DrawMode.C:
            return _("名单早于公布随机值的时刻，由见证人的时钟证明；各家全部串通的，可以更早算出")
        case DrawMode.D2:
            return _("名单早于公布随机值的时刻，由见证人的时钟证明；两方串通的，可以更早算出")
        case DrawMode.D1:
            return _("只证明名单何时冻结：平台事先就能算出随机值")


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


def _witness_words(shown: Shown) -> str:
    if not shown.witnesses:
        return _("本平台的日志还没有独立见证人。回执、打印的检查点和公报仍可作为证据。")
    return _(
        "信任文件列有 %(all)s 个见证人，要求至少 %(needed)s 个在随机值产生前 60 秒签名。",
        all=shown.witnesses,
        needed=shown.witnesses_needed,
    )


def _phi_words(shown: Shown) -> str:
    draw = shown.draw
    match draw.mode:
        case DrawMode.A:
            return _("由全球多家独立机构联合签名产生，系统用内置公钥离线核对后才采用。")
        case DrawMode.B:
            return _("由两名经办人分别盲录，一致才采用；您可以用报纸或官网上的号码自己核对。")
        case DrawMode.C:
            return _("每家单位在自己的电脑上算出唯一的数，附有证明，核对无误后才采用。")
        case DrawMode.D2 if any(holder.proof for holder in shown.value.holders[:1]) and (
            not shown.value.has_arrived
        ):
            return _("平台的数值已算出并锁定，正在等待监督方提交。")
        case DrawMode.D2:
            return _("平台和监督方各算一个数，谁都不能挑选；核对无误后才采用。")
        case DrawMode.D1:
            return _("由平台的密钥计算，附有证明：可以核对计算无误，不能证明平台事先不知道。")


def _with_current(steps: list[Step]) -> list[Step]:
    first = next((n for n, step in enumerate(steps) if step.state == "todo"), None)
    return [replace(s, state="current") if n == first else s for n, s in enumerate(steps)]


def _ended(shown: Shown, steps: list[Step]) -> list[Step]:
    draw = shown.draw
    reason = label_of(VoidReason(draw.void_reason)).text if draw.void_reason else ""
    done = [step for step in steps if step.state == "done"]
    over = Step(label=_("抽取终止"), state="failed", done_at=draw.voided_at, note=_(reason))
    return [*done, over]
