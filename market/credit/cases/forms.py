"""The forms of a case, one for each step."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, ValidationError
from wtforms.fields import FileField

from market.accounts.forms import several
from market.accounts.model import User
from market.catalogue.queries import groups
from market.credit.model import Breach
from market.labels import label_of
from market.web.forms import MarketForm, choice, day, long_text, text, whole

LONGEST_TEXT = 4000
# What weighs on a firm is chosen, never left as it stood.
NOTHING = ("", _l("请选择"))
FIRST_HOUR, LAST_HOUR = 8, 17
# A hearing begins at a full or a half hour.
HOURS = [
    NOTHING,
    *(
        (f"{hour:02}:{minute:02}", f"{hour:02}:{minute:02}")
        for hour in range(FIRST_HOUR, LAST_HOUR + 1)
        for minute in (0, 30)
        if (hour, minute) <= (LAST_HOUR, 0)
    ),
]
REASON_MOST = 200


class ConfirmForm(MarketForm):
    """Whether the firm is told of a proposal."""

    outcome = choice(
        _l("审核意见"),
        [NOTHING, ("notify", _l("同意，告知机构")), ("drop", _l("不予立案"))],
    )
    why = long_text(
        _l("不予立案的理由"),
        LONGEST_TEXT,
        hint=_l("不予立案的必须填写，至少 20 个字。"),
        optional=True,
    )


def _evidence() -> FileField:
    return FileField(
        _l("证据（可以不交）"),
        description=_l(
            "只有本单位和办理机关可以看到；多份的合并成一份：PDF、Word（docx）、Excel（xlsx）或图片，"
            "最大 20 MB，不得加密。"
        ),
    )


class ReplyForm(MarketForm):
    """What a firm says to a proposed measure, and what shows it."""

    reply = long_text(
        _l("陈述申辩意见"), LONGEST_TEXT,
        hint=_l("写明事实、理由和证据。期满前可以补充，已提交的不能修改。至少 20 个字。"),
    )  # fmt: skip
    file = _evidence()
    is_last = BooleanField(_l("我单位不再补充，也不申请听证，同意期满前作出决定"))


class WhyForm(MarketForm):
    """A request or a step that needs nothing but its reasons."""

    why = long_text(_l("事实和理由"), LONGEST_TEXT, hint=_l("至少 20 个字。"))


class AskHearingForm(WhyForm):
    """Why a firm wants to be heard, and what shows it."""

    file = _evidence()


class SummonForm(MarketForm):
    """When, where and before whom a hearing is."""

    held_on = day(_l("听证日期"))
    hour = choice(_l("时间（24 小时制）"), HOURS)
    place = text(_l("地点"), 120)
    chair = choice(
        _l("主持人"), [NOTHING], hint=_l("本单位决定人员，不是提出本案的人；主持人不参加决定。")
    )

    def offer(self, chairs: Iterable[User]) -> None:
        """Offer the people who may chair."""
        names = [(one.username, f"{one.name}（{one.username}）") for one in chairs]
        self.chair.choices = [NOTHING, *names]


class MoveForm(SummonForm):
    """Another day, place or chair for a hearing that was fixed, and why."""

    why = long_text(
        _l("改期的理由"), REASON_MOST, hint=_l("写入新的听证通知书；原通知书注明已被替换。")
    )


class RecordForm(MarketForm):
    """What was said at a hearing."""

    attended = choice(
        _l("当事人是否到场"),
        [NOTHING, ("yes", _l("到场")), ("no", _l("无正当理由未到场，视为放弃听证"))],
    )
    record = long_text(
        _l("听证笔录"), LONGEST_TEXT, hint=_l("写入案卷，机构可以查看。至少 20 个字。")
    )


class DecideForm(MarketForm):
    """What is decided, and why."""

    outcome = choice(
        _l("决定"),
        [NOTHING, ("uphold", _l("按拟定措施处理")), ("dismiss", _l("不予处理"))],
    )
    decision = long_text(
        _l("决定的理由"), LONGEST_TEXT,
        hint=_l("对申辩意见逐条回应，写入决定书。至少 20 个字。"),
    )  # fmt: skip


class SignForm(MarketForm):
    """Whether a second person signs what another drafted."""

    outcome = choice(
        _l("确认意见"), [NOTHING, ("sign", _l("同意")), ("back", _l("不同意，退回重新拟定"))]
    )
    why = long_text(
        _l("退回的理由"), LONGEST_TEXT, hint=_l("退回的必须填写，至少 20 个字。"), optional=True
    )


class WithdrawForm(MarketForm):
    """Why a decision was wrong, and which of its breaches were never done."""

    wrong = several(_l("认定不成立的失信行为"), hint=_l("勾选的不再计分；未勾选的仍在信用记录中。"))
    why = long_text(_l("撤销的理由"), LONGEST_TEXT, hint=_l("写入撤销决定书。至少 20 个字。"))

    keeps_all = BooleanField(_l("没有认定不成立的失信行为：只撤销决定，全部失信行为继续计分"))

    def validate_keeps_all(self, field: BooleanField) -> None:
        """Ask whoever ticks no breach to say so in words: the firm keeps every point."""
        if not self.wrong.data and not field.data:
            raise ValidationError(
                gettext("没有勾选任何认定不成立的失信行为。请勾选，或者确认全部继续计分。")
            )
        if self.wrong.data and field.data:
            raise ValidationError(gettext("已勾选认定不成立的失信行为，不能同时确认全部继续计分。"))

    def offer(self, breaches: Iterable[Breach]) -> None:
        """Offer the breaches on which the decision rests."""
        self.wrong.choices = [
            (str(breach.id), f"{gettext(label_of(breach.kind).text)}　{breach.evidence}")
            for breach in breaches
        ]

    def wrong_ids(self) -> list[int]:
        """Return the breaches that were never done."""
        return [int(value) for value in self.wrong.data or []]


class CorrectForm(MarketForm):
    """A lighter term or scope."""

    months = whole(_l("更正后的期限（月）"), 1, 36)
    scope = several(_l("更正后的适用范围"), hint=_l("不选表示全部服务事项。"))
    why = long_text(_l("更正的理由"), LONGEST_TEXT, hint=_l("写入更正决定书。至少 20 个字。"))

    def offer(self) -> None:
        """Offer the groups of the catalogue."""
        self.scope.choices = group_choices()


class RepairForm(MarketForm):
    """What a firm did to put its breaches right, and its promise."""

    correction = long_text(
        _l("纠正情况和证据"), LONGEST_TEXT,
        hint=_l("写明如何纠正失信行为、履行义务，证明文件的名称和编号。至少 20 个字。"),
    )  # fmt: skip
    promise = BooleanField(_l("我单位作出上述信用承诺，同意公开"))


class RepairAnswerForm(MarketForm):
    """Whether a firm's credit is repaired, and why."""

    outcome = choice(
        _l("答复"), [NOTHING, ("grant", _l("同意信用修复")), ("refuse", _l("不予信用修复"))]
    )
    decision = long_text(_l("理由"), LONGEST_TEXT, hint=_l("写入决定书。至少 20 个字。"))


def group_choices() -> list[tuple[str, str]]:
    """Return the groups of the catalogue as boxes to tick."""
    return [(group.code, f"{group.code} {group.name_zh}") for group in groups()]
