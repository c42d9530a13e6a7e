"""The forms of objections to a result."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3

from market.labels import label_of
from market.objections.rules import Ground, Outcome
from market.web.forms import MarketForm, choice, long_text, radios

LONGEST = 4000
_PUBLIC = _l("全文公开，不要写自然人的姓名、电话和证件号码。至少 20 个字。")


class ObjectionForm(MarketForm):
    """Why a result should not stand."""

    ground = choice(_l("理由"), [])
    text = long_text(
        _l("事实、理由和证据"),
        LONGEST,
        hint=_l("写明事实、理由和证据的来源；只有运营机构和主管部门可以看到全文。至少 20 个字。"),
    )

    def offer(self, grounds: Iterable[Ground]) -> None:
        """Offer the grounds on which the reader may object, in their order."""
        allowed = set(grounds)
        self.ground.choices = [
            SelectChoice("", gettext("请选择")),
            *(
                SelectChoice(one.value, gettext(label_of(one).text))
                for one in Ground
                if one in allowed
            ),
        ]


class OutcomeForm(MarketForm):
    """What is answered or proposed, and why."""

    outcome = radios(_l("结论"), [])
    text = long_text(_l("理由"), LONGEST, hint=_PUBLIC)

    def offer(self, outcomes: Iterable[Outcome]) -> None:
        """Offer what the rules allow."""
        self.outcome.choices = [
            SelectChoice(one.value, gettext(label_of(one).text)) for one in outcomes
        ]


class ComplainForm(MarketForm):
    """Why the answer does not satisfy."""

    text = long_text(
        _l("投诉的事实和理由"),
        LONGEST,
        hint=_l("写明对答复哪一点不服；只有运营机构和主管部门可以看到全文。至少 20 个字。"),
    )


class RefuseForm(MarketForm):
    """Why a complaint is not taken up."""

    text = long_text(_l("不予受理的理由"), LONGEST, hint=_PUBLIC)


class DecideForm(MarketForm):
    """Whether the second person agrees with what was proposed, and why."""

    agree = radios(
        _l("决定"), [("yes", _l("同意处理意见，作出决定")), ("no", _l("不同意，退回重新办理"))]
    )
    text = long_text(_l("决定的理由"), LONGEST, hint=_PUBLIC)
