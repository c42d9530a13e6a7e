"""The forms of tables that the operator enters for a firm."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from market import codes
from market.firms.forms import ImportForm
from market.web.errors import sentence_of
from market.web.forms import MarketForm, long_text, radios, text


class EnterForm(ImportForm):
    """Which firm, what the table is of, and the file."""

    code = text(_l("机构的统一社会信用代码"), 40)
    subject = radios(
        _l("录入什么"),
        [
            ("qualifications", _l("资质清单")),
            ("staff", _l("执业人员名单")),
            ("fees", _l("收费标准")),
        ],
    )

    def validate_code(self, field: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Keep a code that is one."""
        try:
            field.data = codes.credit_code(field.data)
        except codes.CreditCodeError as error:
            raise ValidationError(sentence_of(error)) from None


class AnswerForm(MarketForm):
    """Why a firm does not take a table."""

    answer = long_text(_l("不采用的原因"), 500, hint=_l("至少 5 个字，运营机构将看到。"))


class WithdrawTableForm(MarketForm):
    """Why the operator takes a table back."""

    reason = long_text(_l("撤回的原因"), 500, hint=_l("至少 5 个字，机构将看到。"))
