"""The forms of past projects."""

from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from market import codes
from market.catalogue.queries import all_items
from market.firms.fields import to_choose
from market.firms.past_projects import ProjectFacts
from market.web.errors import sentence_of
from market.web.forms import MarketForm, choice, day, long_text, money, radios, text


class PastProjectForm(MarketForm):
    """What a firm says it has done for somebody."""

    project_name = text(_l("项目名称"), 200)
    client_name = text(
        _l("委托单位"), 200, hint=_l("填写单位名称，将公开。委托人是个人的，不要填报。")
    )
    client_code = text(_l("委托单位的统一社会信用代码"), 40, optional=True)
    item_code = choice(_l("服务事项"), [])
    amount_fen = money(_l("合同金额"))
    signed_on = day(_l("签约日期"))
    completed_on = day(_l("完成日期"), hint=_l("成果通过验收或者审查的日期。"))

    def offer(self, today: date) -> None:
        """Offer the items of the catalogue."""
        self.item_code.choices = to_choose([(i.code, i.name_zh) for i in all_items(today)])

    def validate_client_code(self, field: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Keep a code that is one, if one is given."""
        try:
            field.data = codes.credit_code(field.data) if field.data else ""
        except codes.CreditCodeError as error:
            raise ValidationError(sentence_of(error)) from None

    def fill(self, facts: ProjectFacts) -> None:
        """Fill in what was stated before."""
        for name in ProjectFacts.__slots__:
            self._fields[name].data = getattr(facts, name)

    def facts(self) -> ProjectFacts:
        """Return what was typed; the form has been checked."""
        return ProjectFacts(
            project_name=self.project_name.data or "",
            client_name=self.client_name.data or "",
            client_code=self.client_code.data or "",
            item_code=self.item_code.data or "",
            amount_fen=cast("int", self.amount_fen.data),
            signed_on=cast("date", self.signed_on.data),
            completed_on=cast("date", self.completed_on.data),
        )


class PastProjectCheckForm(MarketForm):
    """What the comparison with the proof led to."""

    outcome = radios(_l("核对结果"), [("yes", _l("与证明一致，已核实")), ("no", _l("核对不通过"))])
    comment = text(_l("原因"), 500, hint=_l("不通过的须写明，至少 5 个字。"), optional=True)


class DoubtForm(MarketForm):
    """Why a verified past project seems wrong."""

    facts = long_text(
        _l("事实和理由"), 2000, hint=_l("至少 10 个字。机构将看到全文，并在期限内陈述意见。")
    )


class StatementForm(MarketForm):
    """What the firm says to that."""

    statement = long_text(_l("陈述意见"), 2000, hint=_l("至少 10 个字，提交一次。"))


class DoubtDecisionForm(MarketForm):
    """What another person decides."""

    outcome = radios(
        _l("复核决定"),
        [("uphold", _l("复核成立，撤销“已核实”")), ("drop", _l("复核不成立，维持“已核实”"))],
    )
    decision = long_text(_l("理由"), 2000, hint=_l("至少 10 个字，机构将看到。"))
