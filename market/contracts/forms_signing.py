"""The forms by which it is found why nobody signed."""

from flask_babel import lazy_gettext as _l

from market.contracts.signing.rules import Fault
from market.labels import label_of
from market.web.forms import MarketForm, long_text, radios

LONGEST = 2000


class FaultForm(MarketForm):
    """Whose fault it is, as a side or the operator says, and why."""

    fault = radios(_l("未签约的原因"), [(one.value, _l(label_of(one).text)) for one in Fault])
    text = long_text(
        _l("事实和理由"),
        LONGEST,
        hint=_l("写明时间、经过和证据。对方和主管部门可以看到。至少 20 个字。"),
    )


class LeaveForm(MarketForm):
    """Why a firm asks for a finding."""

    text = long_text(_l("事实和理由"), LONGEST, hint=_l("写明提交合同和催办的经过。至少 20 个字。"))


class FindForm(MarketForm):
    """Whether the authority agrees with what was proposed, and why."""

    agree = radios(
        _l("认定"), [("yes", _l("同意认定意见")), ("no", _l("不同意，退回重新提出意见"))]
    )
    text = long_text(_l("理由"), LONGEST, hint=_l("双方可以看到全文。至少 20 个字。"))
