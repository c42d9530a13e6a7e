"""The forms of social-insurance evidence."""

from datetime import date
from typing import cast

from flask_babel import lazy_gettext as _l

from market.firms.actions.insuring import InsuranceFacts
from market.web.forms import MarketForm, day, radios, text


class InsuranceForm(MarketForm):
    """For which months a person's social insurance was paid, and how to verify it."""

    from_on = day(_l("参保起始月份"), hint=_l("填写该月任意一天。"))
    to_on = day(_l("参保终止月份"), hint=_l("填写该月任意一天，不晚于本月。"))
    agency = text(_l("参保地经办机构"), 100)
    account = text(_l("社会保障号码"), 30, hint=_l("只保存首尾各两位，其余遮盖。"))
    code = text(_l("参保证明验证码"), 60, hint=_l("供运营机构到经办机构网站核对，不公开。"))

    def facts(self) -> InsuranceFacts:
        """Return what was typed; the form has been checked."""
        return InsuranceFacts(
            from_on=cast("date", self.from_on.data),
            to_on=cast("date", self.to_on.data),
            agency=self.agency.data or "",
            account=self.account.data or "",
            code=self.code.data or "",
        )


class InsuranceCheckForm(MarketForm):
    """What the comparison with the source led to."""

    outcome = radios(_l("核对结果"), [("yes", _l("与来源一致")), ("no", _l("核对不通过"))])
    comment = text(_l("原因"), 300, hint=_l("不通过的须写明，至少 5 个字。"), optional=True)
