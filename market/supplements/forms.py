"""The forms of add-on contracts."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from market.labels import label_of
from market.supplements.rules import Ground
from market.web.forms import Choice, MarketForm, chosen, long_text, money, radios


class ProposeForm(MarketForm):
    """How much more, on which ground, and why."""

    amount_fen = money(_l("增加金额"))
    ground = Choice(_l("事由"), [chosen()], choices=[])
    reason = long_text(
        _l("原因和依据"), 1000, hint=_l("至少 10 个字，随补充合同公示。"), public=True
    )

    def offer(self) -> None:
        """Offer the closed list of grounds."""
        self.ground.choices = [
            ("", gettext("请选择")),
            *((ground.value, gettext(label_of(ground).text)) for ground in Ground),
        ]


class AnswerForm(MarketForm):
    """The other side agrees, or says why not."""

    answer = radios(_l("答复"), [("agree", _l("同意")), ("decline", _l("不同意"))])
    reason = long_text(
        _l("理由"), 500, hint=_l("不同意的须写明理由（至少 10 个字）。"), optional=True, public=True
    )


class DecideForm(MarketForm):
    """The authority approves or refuses, with its reason."""

    decision = radios(_l("审批结论"), [("approve", _l("批准")), ("refuse", _l("不予批准"))])
    reason = long_text(_l("理由"), 500, hint=_l("至少 10 个字，随补充合同公示。"), public=True)


class WithdrawForm(MarketForm):
    """A button: nothing to fill in."""
