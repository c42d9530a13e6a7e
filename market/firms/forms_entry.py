"""The forms of entry and upkeep: feedback, decisions, changes, ends, delegates."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField, ValidationError
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from market.catalogue.queries import all_items
from market.firms.actions import Authority
from market.firms.checks import ReturnReason
from market.firms.entry import Deed, FactField, FactValue, FeedbackReason
from market.firms.fields import OTHER, currency, labelled, other, to_choose
from market.firms.rules import FirmNature
from market.web.forms import (
    MarketForm,
    choice,
    day,
    long_text,
    money,
    name_text,
    radios,
    text,
)

_NEW = _l("新增人员时填写。")


class ManyChoices(SelectMultipleField):
    """Some of several, all of them shown with a box each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401 - WTForms' own signature
        """Refuse a value that was not offered."""
        del form
        offered = {value for value, *_ in self.iter_choices()}
        if not set(self.data or []) <= offered:
            raise ValidationError(gettext("请从列表中选择。"))


def many(label: str, *, needed: bool = False, hint: str = "") -> ManyChoices:
    """Some of several."""
    first = [DataRequired(message=_l("请至少选择一项。"))] if needed else []
    return ManyChoices(label, first, description=hint, validate_choice=False, choices=[])


class FeedbackForm(MarketForm):
    """What anybody may say of a firm in its publicity."""

    reason = choice(_l("反馈的事由"), [])
    words = long_text(
        _l("具体内容"),
        1000,
        hint=_l("写明哪一项不实、依据是什么。请勿填写他人的身份证号码、电话等个人信息。"),
    )
    contact = text(
        _l("联系方式"),
        100,
        optional=True,
        hint=_l("只供运营机构核实时联系您，不会公开。"),
    )

    def offer(self) -> None:
        """Offer the reasons."""
        self.reason.choices = to_choose(labelled(FeedbackReason))


class DecisionForm(MarketForm):
    """A decision with its words, and coded reasons where it refuses something."""

    decision = radios(_l("结论"), [])
    reasons = many(_l("不通过的原因"), hint=_l("结论为不通过的，至少选择一项。"))
    comment = long_text(_l("事实和理由"), 1000, hint=_l("机构将看到这段文字。"))

    def offer(self, decisions: Mapping[str, str]) -> None:
        """Offer the decisions that can be taken here."""
        self.decision.choices = list(decisions.items())
        self.reasons.choices = labelled(ReturnReason)

    def chosen(self) -> list[ReturnReason]:
        """Return the reasons chosen."""
        return [ReturnReason(value) for value in self.reasons.data or []]


class AnswerForm(MarketForm):
    """An answer in public to what somebody said."""

    decision = radios(_l("核实结论"), [])
    answer = long_text(_l("答复"), 1000, public=True)

    def offer(self, decisions: Mapping[str, str]) -> None:
        """Offer the two outcomes."""
        self.decision.choices = list(decisions.items())


class EndForm(MarketForm):
    """Pausing, resuming, removing: the deed and its reasons."""

    deed = radios(_l("办理事项"), [])
    why = long_text(_l("事实和理由"), 1000, hint=_l("机构将看到这段文字。"))

    def offer(self, deeds: Mapping[str, str]) -> None:
        """Offer the deeds that the firm's state allows."""
        self.deed.choices = list(deeds.items())


class RemovalReplyForm(MarketForm):
    """What a firm says before it is removed."""

    words = long_text(_l("陈述申辩"), 1000)


class ChangesForm(MarketForm):
    """The facts of a listed firm, as it wants them."""

    name = name_text(_l("机构名称"), 200)
    nature = choice(_l("机构性质"), [])
    legal_representative = text(_l("法定代表人（负责人）"), 50)
    registered_on = day(_l("成立日期"))
    business_until_on = day(_l("经营期限止"), optional=True, hint=_l("长期经营的留空。"))
    registered_capital_fen = money(_l("注册资本（开办资金）"), optional=True)
    capital_currency = currency()
    registering_authority = text(_l("登记机关"), 100, optional=True)
    registered_address = text(_l("注册地址"), 200, optional=True)
    address = text(_l("办公地址"), 200)
    business_scope = long_text(_l("经营（业务）范围"), 2000)
    parent_code = text(_l("所属总机构的信用代码"), 18, optional=True)
    physically_present = BooleanField(_l("在政务服务大厅设有实体窗口（实体进驻）"))
    why = text(_l("变更原因和依据"), 500, hint=_l("例如：营业执照已于某日换发。"))

    def offer(self) -> None:
        """Offer the kinds of legal person."""
        self.nature.choices = to_choose(labelled(FirmNature))

    def facts(self) -> dict[FactField, FactValue]:
        """Return what was typed."""
        given = self.data
        facts: dict[FactField, FactValue] = {
            one: "" if given[one.value] is None else given[one.value] for one in FactField
        }
        for one in (FactField.BUSINESS_UNTIL_ON, FactField.REGISTERED_CAPITAL_FEN):
            facts[one] = given[one.value]
        facts[FactField.NATURE] = FirmNature(given["nature"])
        return facts


class AuthorityForm(MarketForm):
    """A letter of authority for a person of the firm."""

    deeds = many(_l("授权办理的事项"), needed=True)
    items = many(_l("授权的服务事项"), hint=_l("不选表示本机构的全部服务事项。"))
    letter = text(_l("授权委托书编号"), 100, hint=_l("与盖章的授权委托书一致。"))
    valid_from_on = day(_l("授权起始日"))
    valid_to_on = day(_l("授权截止日"), hint=_l("到期自动终止。"))

    def offer(self, today: date, item_codes: frozenset[str]) -> None:
        """Offer the deeds and the firm's services."""
        self.deeds.choices = labelled(Deed)
        self.items.choices = [(i.code, i.name_zh) for i in all_items(today) if i.code in item_codes]
        if not self.is_submitted():
            self.valid_from_on.data = today

    def authority(self) -> Authority:
        """Return what was typed."""
        given = self.data
        return Authority(
            deeds=[Deed(value) for value in given["deeds"]],
            items=given["items"] or [],
            letter=given["letter"],
            valid_from_on=given["valid_from_on"],
            valid_to_on=given["valid_to_on"],
        )


class DelegateForm(AuthorityForm):
    """A letter of authority for a person of the firm, who may be new."""

    person = choice(_l("授权人"), [])
    name = other(_l("姓名"), 50, "person", hint=_NEW)
    username = other(
        _l("用户名"), 32, "person", hint=_l("新增人员时填写：以小写字母开头，3 至 32 位。")
    )
    password = other(
        _l("临时密码"), 128, "person", hint=_l("新增人员时填写，当面交给本人；首次登录时必须改掉。")
    )

    def offer_people(self, people: Mapping[int, str]) -> None:
        """Offer the firm's people who act by authority, and a new one."""
        known = [(str(number), name) for number, name in people.items()]
        self.person.choices = to_choose([*known, (OTHER, gettext("新增人员"))])

    @property
    def is_new(self) -> bool:
        """Whether the person has no account yet."""
        return bool(self.person.data == OTHER)
