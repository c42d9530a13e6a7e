"""The forms of clocks."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from market.clocks.rules import RESPONSIBLE, SuspensionReason
from market.labels import label_of
from market.web.forms import MarketForm, choice, day, long_text, radios, whole

MOST_DAYS = 250


class SuspendForm(MarketForm):
    """One side asks to suspend a clock."""

    reason = choice(_l("挂起事由"), [])
    evidence = long_text(
        _l("事实和依据"),
        500,
        hint=_l("写明发生了什么、从何时起、有何凭据。至少 10 个字。"),
        public=True,
    )
    file = FileField(
        _l("凭据文件"),
        description=_l(
            "受理单、委托单、公示文件等。双方、运营机构和监管部门可以查看，对外只公开摘要。"
            "PDF、Word（docx）、Excel（xlsx）或图片，最大 20 MB，不得加密。"
        ),
    )
    working_days = whole(
        _l("申请挂起"),
        1,
        MOST_DAYS,
        hint=_l(
            "自对方同意的次日起算；由运营机构同意的，自申请的次日起算，等待决定的天数算在内。"
            "不超过申请的天数，期满自动恢复计时。"
        ),
    )

    def offer(self, reasons: Iterable[SuspensionReason]) -> None:
        """Offer the reasons that the clock's rules know."""
        self.reason.choices = [
            ("", gettext("请选择")),
            *((reason.value, self._words(reason)) for reason in reasons),
        ]

    @staticmethod
    def _words(reason: SuspensionReason) -> str:
        """Name a reason and on whose account its days go."""
        party = gettext(label_of(RESPONSIBLE[reason]).text)
        name = gettext(label_of(reason).text)
        return str(gettext("%(reason)s（计入%(party)s）", reason=name, party=party))


class AnswerForm(MarketForm):
    """The other side, or the operator, agrees to a suspension or does not."""

    decision = radios(_l("您的答复"), [("agree", _l("同意挂起")), ("refuse", _l("不同意"))])
    answer = long_text(
        _l("理由"), 500, hint=_l("不同意的必须填写，至少 5 个字。"), optional=True, public=True
    )


class DecideForm(MarketForm):
    """The operator decides between the sides, and says why whichever way it goes."""

    decision = radios(_l("您的决定"), [("agree", _l("同意挂起")), ("refuse", _l("不同意"))])
    answer = long_text(
        _l("理由"),
        500,
        hint=_l("同意或者不同意都必须填写，至少 5 个字。通知双方。"),
        public=True,
    )


class ResumeForm(MarketForm):
    """The side that asked for a suspension ends it early."""

    happened_on = day(
        _l("条件具备之日"),
        hint=_l(
            "今天恢复的不用填。以前已经具备、今天补登的，填具备之日；该日次日起计中介机构的时间。"
        ),
        optional=True,
    )
    why = long_text(_l("恢复原因"), 500, optional=True, public=True)
