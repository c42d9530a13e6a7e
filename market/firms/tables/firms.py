"""The list of firms that an operator takes over; each then waits for the operator's check."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cached_property
from typing import ClassVar, Final

from sqlalchemy import select

from market import rulebook
from market.access import OrgKind
from market.accounts.actions import register_organisations
from market.accounts.model import Organisation
from market.codes import credit_code, phone
from market.errors import MarketError, msgid
from market.firms import actions
from market.firms.actions import RegistrationFacts
from market.firms.actions.registration import SUBJECT, checked
from market.firms.entry import CURRENCIES
from market.firms.model import Firm
from market.firms.rules import FirmNature, FirmState, Move
from market.firms.tables.taker import (
    DifferentRowError,
    Payload,
    Taker,
    chunks,
    day_of,
    differences,
    plain,
)
from market.regulations import Regulation
from market.sheets.columns import (
    Column,
    a_day,
    a_number,
    a_past_day,
    a_truth,
    a_word,
    show_number,
    show_word,
)
from market.sheets.errors import EmailCellError, RoundedCodeError
from market.sheets.reading import MAX_ROWS

_NATURES: Final = {
    "企业": FirmNature.ENTERPRISE,
    "公司": FirmNature.ENTERPRISE,
    "事业单位": FirmNature.INSTITUTION,
    "社会组织": FirmNature.SOCIAL,
    "社会团体": FirmNature.SOCIAL,
    "民办非企业单位": FirmNature.SOCIAL,
}
_CURRENCIES: Final = {
    "人民币": "CNY",
    "港币": "HKD",
    "港元": "HKD",
    "澳门元": "MOP",
    "美元": "USD",
    "欧元": "EUR",
    "英镑": "GBP",
    "日元": "JPY",
    **{code: code for code in CURRENCIES},
}
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
_ROUNDED: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d+|\d{15}000", re.ASCII)
_FACTS: Final = tuple(field.name for field in fields(RegistrationFacts))
_DAYS: Final = ("registered_on", "business_until_on")


class OrganisationOnlyError(MarketError):
    """The code has an account, but no registration as a firm."""

    sentence = msgid(
        "该统一社会信用代码已有单位账号，尚未填报机构资料。请由该单位登录后自行填报，并删去本行"
    )

    def __init__(self) -> None:
        super().__init__(field="code")


def _code(text: str, today: date) -> str:
    del today
    if _ROUNDED.fullmatch(text):
        raise RoundedCodeError
    return credit_code(text)


def _parent(text: str, today: date) -> str:
    return _code(text, today) if text else ""


def _phone(text: str, today: date) -> str:
    del today
    return phone(text) if text else ""


def _email(text: str, today: date) -> str:
    del today
    if text and not _EMAIL.fullmatch(text):
        raise EmailCellError
    return text


def _currency(text: str, today: date) -> object:
    """Read a currency; an empty cell means yuan, as on the form."""
    return a_word(_CURRENCIES)(text or CURRENCIES[0], today)


class Firms(Taker):
    """Takes over firms."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            key="name",
            heading=msgid("机构名称"),
            aliases=("中介机构名称", "单位名称", "企业名称", "名称"),
            characters=200,
            is_name=True,
        ),
        Column(
            key="code",
            heading=msgid("统一社会信用代码"),
            aliases=("信用代码", "社会信用代码", "统一信用代码"),
            characters=40,
            read=_code,
        ),
        Column(
            key="nature",
            heading=msgid("机构性质"),
            aliases=("性质", "单位性质"),
            characters=20,
            read=a_word(_NATURES),
            show=show_word(_NATURES),
            hint=msgid("企业、事业单位或社会组织"),
        ),
        Column(
            key="legal_representative",
            heading=msgid("法定代表人"),
            aliases=("法人", "负责人", "法人代表", "法定代表人（负责人）"),
            characters=50,
        ),
        Column(
            key="registered_on",
            heading=msgid("成立日期"),
            aliases=("注册日期", "登记日期", "成立时间"),
            characters=30,
            read=a_past_day,
            hint=msgid("例如 2015-06-01"),
        ),
        Column(
            key="address",
            heading=msgid("办公地址"),
            aliases=("地址", "住所"),
            characters=200,
        ),
        Column(
            key="business_scope",
            heading=msgid("经营范围"),
            aliases=("业务范围", "经营（业务）范围"),
            characters=2000,
        ),
        Column(key="contact_name", heading=msgid("联系人"), aliases=("业务联系人",), characters=50),
        Column(
            key="contact_phone",
            heading=msgid("联系电话"),
            aliases=("电话", "手机", "业务联系电话"),
            characters=30,
            read=_phone,
            signed=True,
        ),
        Column(
            key="email",
            heading=msgid("电子邮箱"),
            aliases=("邮箱", "E-mail", "email"),
            characters=100,
            required=False,
            read=_email,
        ),
        Column(
            key="physically_present",
            heading=msgid("实体进驻"),
            aliases=("是否实体进驻", "进驻"),
            characters=10,
            required=False,
            read=a_truth,
            hint=msgid("是或否"),
        ),
        Column(
            key="registered_address",
            heading=msgid("注册地址"),
            characters=200,
            required=False,
        ),
        Column(
            key="registering_authority",
            heading=msgid("登记机关"),
            characters=100,
            required=False,
        ),
        Column(
            key="business_until_on",
            heading=msgid("经营期限止"),
            aliases=("营业期限止",),
            characters=30,
            required=False,
            read=a_day,
            hint=msgid("长期的留空"),
        ),
        Column(
            key="registered_capital_fen",
            heading=msgid("注册资本（元）"),
            aliases=("注册资本", "开办资金（元）"),
            characters=30,
            required=False,
            read=a_number(2, factor=100),
            show=show_number(2, factor=100),
            hint=msgid("元，例如 5000000.00；不是人民币的另填币种"),
        ),
        Column(
            key="capital_currency",
            heading=msgid("注册资本币种"),
            aliases=("币种",),
            characters=20,
            required=False,
            read=_currency,
            show=show_word(_CURRENCIES),
            hint=msgid("人民币、港币、美元等；留空为人民币"),
        ),
        Column(
            key="landline",
            heading=msgid("固定电话"),
            characters=30,
            required=False,
            read=_phone,
            signed=True,
        ),
        Column(
            key="fax",
            heading=msgid("传真"),
            characters=30,
            required=False,
            read=_phone,
            signed=True,
        ),
        Column(
            key="postcode",
            heading=msgid("邮政编码"),
            aliases=("邮编",),
            characters=10,
            required=False,
        ),
        Column(
            key="parent_code",
            heading=msgid("所属总机构信用代码"),
            characters=40,
            required=False,
            read=_parent,
        ),
    )
    identity = blamed = "code"
    most_rows = MAX_ROWS
    preview = ("name", "code", "nature", "legal_representative", "contact_name", "contact_phone")

    def pack(self, values: Mapping[str, object]) -> Payload:
        """Return a firm as it waits; its facts are judged as those of a form are."""
        given = {key: value for key, value in values.items() if key in _FACTS}
        facts = RegistrationFacts(**given)  # type: ignore[arg-type]  # read by key, each by its own reader
        code = str(values["code"])
        stored = checked(code, facts, self.work.today)
        return {"code": code, "name": str(values["name"])} | {
            key: plain(value) for key, value in stored.items()
        }

    def prepare(self, payloads: Sequence[Payload]) -> None:
        """Look up the firms and organisations that are registered."""
        codes = [str(payload["code"]) for payload in payloads]
        session = self.work.session
        self._firms: dict[str, Firm] = {}
        self._organisations: set[str] = set()
        for some in chunks(codes):
            found = session.scalars(select(Firm).where(Firm.code.in_(some)))
            self._firms |= {firm.code: firm for firm in found}
            known = select(Organisation.code).where(Organisation.code.in_(some))
            self._organisations |= set(session.scalars(known))

    def settle(self, payload: Payload) -> bool:
        """Return whether the firm is new.

        Raises:
            DifferentRowError: It is registered with other facts.
            OrganisationOnlyError: Its organisation has an account and fills in its own form.
        """
        firm = self._firms.get(str(payload["code"]))
        if firm is None:
            if payload["code"] in self._organisations:
                raise OrganisationOnlyError
            return True
        # Without an amount the currency was not given either: an empty cell reads as yuan.
        bare = not payload["registered_capital_fen"]
        told = [c for c in self.columns if not (bare and c.key == "capital_currency")]
        if other := differences(payload, firm, told, given_only=True):
            raise DifferentRowError(other, "code")
        return False

    def enter(self, payload: Payload) -> None:
        """Register a firm and hand it to the operator."""
        self.enter_all([payload])

    def enter_all(self, payloads: Sequence[Payload]) -> None:
        """Register firms and hand them to the operator, in few statements.

        Raises:
            OrganisationExistsError: One was registered in the meantime.
        """
        work = self.work
        named = [(str(payload["code"]), str(payload["name"])) for payload in payloads]
        organisations = register_organisations(work, OrgKind.FIRM, named)
        firms = [
            self._submitted(payload, organisation)
            for payload, organisation in zip(payloads, organisations, strict=True)
        ]
        work.session.add_all(firms)
        work.session.flush()

    def _submitted(self, payload: Payload, organisation: Organisation) -> Firm:
        days = {key: day_of(payload, key) for key in _DAYS}
        values = payload | days | {"nature": FirmNature(str(payload["nature"]))}
        firm = Firm(
            **values,
            organisation_id=organisation.id,
            state=FirmState.DRAFT,
            created_at=self.work.now,
            imported=True,
            imported_by_id=self.work.actor.user_id,
            regulation_id=self._rules.id,
        )
        firm.check_due_at = firm.count_term(self.work.today, self._days)
        actions.move(self.work, firm, Move.SUBMIT)
        return firm

    @cached_property
    def _days(self) -> int:
        return self._rules.integer("registration.check_working_days")

    @cached_property
    def _rules(self) -> Regulation:
        return rulebook.apply(self.work, SUBJECT)
