"""The forms of firms."""

from datetime import date
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from market.catalogue.queries import all_items
from market.catalogue.rules import QualificationKind
from market.errors import msgid
from market.firms.actions import (
    Contacts,
    QualificationFacts,
    RegistrationFacts,
    StaffFacts,
)
from market.firms.checks import ReturnReason
from market.firms.fields import OTHER, an_email, currency, labelled, other, to_choose
from market.firms.rules import FirmNature
from market.web.forms import (
    MarketForm,
    at_most,
    choice,
    day,
    long_text,
    money,
    no_controls,
    text,
)

GRADES: Final = (
    msgid("甲级"), msgid("乙级"), msgid("丙级"), msgid("丁级"), msgid("一类"), msgid("二类"),
    msgid("一级"), msgid("二级"), msgid("三级"), msgid("不分级"),
)  # fmt: skip
_KINDS: Final = {
    QualificationKind.LICENCE: _l("行政许可"),
    QualificationKind.FILING: _l("备案或登记"),
    QualificationKind.CREDIT_PLATFORM: _l("信用平台登记"),
}


class ContactsForm(MarketForm):
    """How the public reaches a firm."""

    contact_name = text(_l("业务联系人"), 50, hint=_l("将对外公开。"))
    contact_phone = text(
        _l("业务联系电话"), 30, hint=_l("将对外公开，请填写办公电话。座机须带区号。")
    )
    email = StringField(
        _l("电子邮箱"),
        [Optional(), at_most(100), no_controls, an_email],
        filters=[lambda value: value.strip() if value else ""],
    )
    landline = text(_l("固定电话"), 30, optional=True, hint=_l("座机须带区号。"))
    fax = text(_l("传真"), 30, optional=True)
    postcode = text(_l("邮政编码"), 6, optional=True)

    def contacts(self) -> Contacts:
        """Return what was typed."""
        given = self.data
        return Contacts(
            contact_name=given["contact_name"],
            contact_phone=given["contact_phone"],
            email=given["email"] or "",
            landline=given["landline"] or "",
            fax=given["fax"] or "",
            postcode=given["postcode"] or "",
        )


class FactsForm(ContactsForm):
    """The first step."""

    nature = choice(_l("机构性质"), [])
    legal_representative = text(_l("法定代表人（负责人）"), 50)
    registered_on = day(_l("成立日期"), hint=_l("与营业执照或登记证书一致。"))
    business_until_on = day(_l("经营期限止"), optional=True, hint=_l("长期经营的留空。"))
    registered_capital_fen = money(
        _l("注册资本（开办资金）"), optional=True, hint=_l("没有的留空；不作为准入条件。")
    )
    capital_currency = currency()
    registering_authority = text(_l("登记机关"), 100, optional=True)
    registered_address = text(_l("注册地址"), 200, optional=True)
    parent_code = text(
        _l("所属总机构的信用代码"), 18, optional=True, hint=_l("分支机构填写；不是分支机构的留空。")
    )
    address = text(_l("办公地址"), 200)
    business_scope = long_text(_l("经营（业务）范围"), 2000)
    physically_present = BooleanField(_l("在政务服务大厅设有实体窗口（实体进驻）"))

    def offer(self) -> None:
        """Offer the kinds of legal person."""
        self.nature.choices = to_choose(labelled(FirmNature))

    def facts(self) -> RegistrationFacts:
        """Return what was typed."""
        given = self.data
        return RegistrationFacts(
            nature=FirmNature(given["nature"]),
            legal_representative=given["legal_representative"],
            registered_on=given["registered_on"],
            address=given["address"],
            business_scope=given["business_scope"],
            contact_name=given["contact_name"],
            contact_phone=given["contact_phone"],
            email=given["email"] or "",
            landline=given["landline"] or "",
            fax=given["fax"] or "",
            postcode=given["postcode"] or "",
            business_until_on=given["business_until_on"],
            registered_capital_fen=given["registered_capital_fen"],
            capital_currency=given["capital_currency"],
            registering_authority=given["registering_authority"] or "",
            registered_address=given["registered_address"] or "",
            parent_code=given["parent_code"] or "",
            physically_present=bool(given["physically_present"]),
        )


class QualificationForm(MarketForm):
    """One certificate."""

    # The value is "kind|name"; with an empty name, ``other_name`` gives it.
    title = choice(_l("资质名称"), [], hint=_l("清单中的名称与服务事项的要求一一对应。"))
    other_name = other(_l("其他资质的名称"), 100, "title")
    major = text(_l("专业"), 100, optional=True, hint=_l("与证书一致，例如：岩土工程。"))
    grade = choice(_l("等级"), [], hint=_l("证书不分等级的选“不分级”。"))
    number = text(_l("证书（备案）编号"), 60)
    issuer = text(_l("发证（备案）机关"), 100)
    valid_from_on = day(_l("有效期起"))
    valid_to_on = day(_l("有效期止"), optional=True, hint=_l("长期有效的留空。"))

    def offer(self, today: date) -> None:
        """Offer the qualifications that some item of the catalogue asks for."""
        names = {
            (need.kind, need.name)
            for item in all_items(today)
            for need in item.qualifications
            if need.kind in _KINDS
        }
        known = sorted(names, key=lambda pair: (list(_KINDS).index(pair[0]), pair[1]))
        listed = [(f"{kind}|{name}", f"{name}（{_KINDS[kind]}）") for kind, name in known]
        others = [(f"{kind}|", gettext("其他%(kind)s", kind=_KINDS[kind])) for kind in _KINDS]
        self.title.choices = to_choose([*listed, *others])
        self.grade.choices = to_choose([(grade, gettext(grade)) for grade in GRADES])

    def facts(self) -> QualificationFacts:
        """Return what was typed."""
        given = self.data
        kind, _, name = given["title"].partition("|")
        return QualificationFacts(
            kind=QualificationKind(kind),
            name=name or given["other_name"],
            major=given["major"] or "",
            grade=given["grade"],
            number=given["number"],
            issuer=given["issuer"],
            valid_from_on=given["valid_from_on"],
            valid_to_on=given["valid_to_on"],
        )


class StaffForm(MarketForm):
    """One person."""

    name = text(_l("姓名"), 50)
    id_number = text(
        _l("身份证号码"),
        30,
        hint=_l("用于核对一人一机构。系统不保存号码，只保存不可还原的摘要和掩码。"),
    )
    certificate = choice(_l("执业（职业）证书"), [])
    other_certificate = other(_l("其他证书的名称"), 100, "certificate")
    certificate_number = text(_l("证书编号"), 60)
    valid_to_on = day(_l("证书有效期止"), optional=True, hint=_l("长期有效的留空。"))

    def offer(self, today: date) -> None:
        """Offer the certificates that some item of the catalogue asks for."""
        names = sorted({i.staff.certificate for i in all_items(today) if i.staff})
        self.certificate.choices = to_choose([*((n, n) for n in names), (OTHER, gettext("其他"))])

    def facts(self) -> StaffFacts:
        """Return what was typed."""
        given = self.data
        listed = given["certificate"] != OTHER
        return StaffFacts(
            name=given["name"],
            id_number=given["id_number"],
            certificate=given["certificate"] if listed else given["other_certificate"],
            certificate_number=given["certificate_number"],
            valid_to_on=given["valid_to_on"],
        )


class PromiseForm(MarketForm):
    """The signature under the promise."""

    signer_name = text(_l("签署人姓名"), 50, hint=_l("法定代表人（负责人）或其授权人。"))
    agreed = BooleanField(
        _l("本机构已阅读承诺书全文，同意并签署。"),
        [InputRequired(message=_l("请勾选同意后再签署。"))],
    )


class PassForm(MarketForm):
    """A check passed, with words if any."""

    comment = long_text(_l("审核意见"), 1000, optional=True)


class ReturnForm(MarketForm):
    """A check not passed: coded reasons and words."""

    reasons = SelectMultipleField(
        _l("退回原因"),
        [DataRequired(message=_l("请至少选择一项原因。"))],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )
    comment = long_text(_l("具体说明"), 1000, hint=_l("机构将看到这段文字：哪一项不符、如何补正。"))

    def offer(self) -> None:
        """Offer the coded reasons."""
        self.reasons.choices = labelled(ReturnReason)

    def validate_reasons(self, field: Field) -> None:
        """Refuse a reason that was not offered."""
        if not set(field.data or []) <= {reason.value for reason in ReturnReason}:
            raise ValidationError(gettext("请从列表中选择。"))

    def chosen(self) -> list[ReturnReason]:
        """Return the reasons chosen."""
        return [ReturnReason(value) for value in self.reasons.data or []]


class ImportForm(MarketForm):
    """A table in a file."""

    file = FileField(
        _l("选择文件"),
        [FileRequired(message=_l("请选择文件。"))],
        description=_l("Excel（.xlsx）或 CSV（UTF-8 或 GB18030），第一行为表头，最多 10 MB。"),
    )
