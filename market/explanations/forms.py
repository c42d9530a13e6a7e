"""The forms of explanations."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from market.explanations.rules import Cost
from market.web.forms import MarketForm, long_text, money, radios

_WHY = _l("至少 20 个字，随结果公示。")


class AnswerForm(MarketForm):
    """What the price consists of, and why it can be done for it."""

    staff = money(_l("人工成本"), hint=_l("人数、工日和单价请写在下面的说明里。"))
    field = money(_l("现场、差旅"), optional=True)
    equipment = money(_l("设备、检测、软件"), optional=True)
    experts = money(_l("专家、评审"), optional=True)
    overhead = money(_l("管理费用"), optional=True)
    tax = money(_l("税金"), optional=True)
    profit = money(_l("利润"), optional=True)
    text = long_text(_l("说明"), 2000, hint=_WHY, public=True)

    def costs(self) -> Mapping[Cost, int]:
        """Return what was typed by item; nothing is zero."""
        return {cost: self[cost.value].data or 0 for cost in Cost}


class CheckForm(MarketForm):
    """The operator's opinion, or the authority's decision."""

    outcome = radios(_l("结论"), [("accept", _l("说明成立")), ("reject", _l("说明不成立"))])
    text = long_text(_l("理由"), 1000, hint=_WHY, public=True)
