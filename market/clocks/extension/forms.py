"""The forms of extensions."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from market.clocks.extension.rules import ExtensionReason
from market.labels import label_of
from market.web.forms import MarketForm, choice, long_text, radios, whole

MOST_DAYS = 250


class ExtendForm(MarketForm):
    """The holder of a clock asks for more time."""

    reason = choice(_l("延期事由"), [])
    why = long_text(
        _l("具体情况"),
        500,
        hint=_l("写明为什么需要延期、已经完成到哪一步。至少 10 个字。"),
        public=True,
    )
    working_days = whole(_l("申请延长"), 1, MOST_DAYS)

    def offer(self) -> None:
        """Offer the closed list of reasons."""
        self.reason.choices = [
            ("", gettext("请选择")),
            *((reason.value, gettext(label_of(reason).text)) for reason in ExtensionReason),
        ]


class ExtensionAnswerForm(MarketForm):
    """The other side consents to more time or does not."""

    decision = radios(_l("您的答复"), [("agree", _l("同意延期")), ("refuse", _l("不同意"))])
    answer = long_text(
        _l("理由"), 500, hint=_l("不同意的必须填写，至少 5 个字。"), optional=True, public=True
    )
