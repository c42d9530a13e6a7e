"""The forms by which a contract in force is ended."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import Optional

from market.contracts.ending.rules import causes_of
from market.contracts.signing.rules import Fault
from market.labels import label_of
from market.web.forms import Choice, MarketForm, choice, long_text, money, radios

LONGEST = 2000
_WHY = _l("写明时间、经过和依据。对方和主管部门可以看到。至少 20 个字。")
# Whose fault an end can be: it goes on for nobody.
FAULTS = {
    Fault.FIRM: _l("机构的责任"),
    Fault.OWNER: _l("业主的责任"),
    Fault.NEITHER_NEXT: _l("双方均无责任"),
}


class AskForm(MarketForm):
    """What one side asks the other to agree to."""

    settled_fen = money(
        _l("已完成工作的结算金额"),
        hint=_l("双方认可的、到解除时止应付的服务费总额（含已付部分），没有完成工作的填 0。"),
    )
    text = long_text(_l("解除的理由和善后安排"), LONGEST, hint=_WHY)


class ApplyForm(MarketForm):
    """Why one side asks an authority to end it."""

    cause = choice(_l("事由"), [])
    text = long_text(_l("事实、理由和催告经过"), LONGEST, hint=_WHY)

    def offer(self, *, is_firm: bool) -> None:
        """Offer the causes that a side may give."""
        self.cause.choices = [
            SelectChoice("", gettext("请选择")),
            *(
                SelectChoice(one.value, gettext(label_of(one).text))
                for one in causes_of(is_firm=is_firm)
            ),
        ]


class AnswerForm(MarketForm):
    """Whether the other side agrees."""

    agree = radios(_l("答复"), [("yes", _l("同意解除和结算金额")), ("no", _l("不同意"))])
    text = long_text(_l("理由"), LONGEST, hint=_l("不同意的须写明，至少 20 个字。"), optional=True)


class ReplyForm(MarketForm):
    """What the other side says to the authority."""

    text = long_text(_l("意见"), LONGEST, hint=_WHY)


class ProposeForm(MarketForm):
    """What an officer proposes."""

    ends = radios(_l("处理意见"), [("yes", _l("解除合同")), ("no", _l("不解除，继续履行"))])
    fault = Choice(
        _l("责任"),
        [Optional()],
        choices=[
            SelectChoice("", _l("请选择")),
            *(SelectChoice(one.value, words) for one, words in FAULTS.items()),
        ],
        description=_l("提出解除的必须选择。"),
    )
    text = long_text(_l("理由"), LONGEST, hint=_l("双方可以看到全文。至少 20 个字。"))


class DecideForm(MarketForm):
    """Whether the second person agrees."""

    agree = radios(
        _l("决定"), [("yes", _l("同意处理意见，作出决定")), ("no", _l("不同意，退回重新提出意见"))]
    )
    text = long_text(_l("决定的理由"), LONGEST, hint=_l("双方可以看到全文。至少 20 个字。"))
