"""The forms of affiliations."""

from collections.abc import Iterable
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField
from wtforms.validators import InputRequired

from market import codes
from market.accounts.forms import several
from market.affiliations.actions import DeclarationFacts, PartyFacts, TieFacts
from market.affiliations.model import Declaration, DeclaredParty, DeclaredTie
from market.affiliations.rules import Ground, PartyKind, PartyRole, TieKind
from market.errors import MarketError
from market.firms.fields import Scaled, labelled, to_choose
from market.firms.model import Firm
from market.labels import label_of
from market.web.errors import sentence_of
from market.web.forms import (
    Choice,
    MarketForm,
    choice,
    day,
    long_text,
    name_text,
    text,
)

ROWS: Final = 4
TIE_ROWS: Final = 3
MOST_TIES: Final = 12
LONGEST: Final = 2000
BP: Final = 100  # basis points in one per cent


class PartyForm(Form):
    """One controller or shareholder; a row without a number counts for nothing."""

    role = Choice(_l("身份"), choices=[])
    kind = Choice(_l("类型"), choices=[])
    number = text(_l("身份证号码或统一社会信用代码"), 40, optional=True)
    name = text(
        _l("单位名称"), 200, optional=True, hint=_l("自然人不填姓名，系统不保存自然人的姓名。")
    )
    share = Scaled(_l("持股比例"), scale=BP, lowest=0, highest=100 * BP)

    def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **keywords)
        self.role.choices = labelled(PartyRole)
        self.kind.choices = labelled(PartyKind)

    @property
    def is_blank(self) -> bool:
        """Whether nobody wrote anything in the row."""
        return not (self.number.data or self.name.data or self.share.data)

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """Ask for a number that is one, of the kind that was chosen."""
        if self.is_blank:
            return True
        if not super().validate(extra_validators):
            return False
        problem = _problem(self.kind.data, self.number.data or "")
        if problem:
            self.number.errors = [problem]
        return not problem

    def facts(self) -> PartyFacts:
        """Return the row."""
        return PartyFacts(
            role=PartyRole(self.role.data),
            kind=PartyKind(self.kind.data),
            number=self.number.data or "",
            name=self.name.data or "",
            share_bp=int(self.share.data or 0),
        )


class TieForm(Form):
    """One tie with an authority or an owner; a row without a code counts for nothing."""

    code = text(_l("单位统一社会信用代码"), 40, optional=True)
    name = text(_l("单位名称"), 200, optional=True)
    kind = Choice(_l("联系"), choices=[])
    note = text(_l("说明"), 300, optional=True, hint=_l("不要写自然人的姓名和证件号码。"))

    def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **keywords)
        self.kind.choices = labelled(TieKind)

    @property
    def is_blank(self) -> bool:
        """Whether nobody wrote anything in the row."""
        return not (self.code.data or self.name.data or self.note.data)

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """Ask for a code that is one and the name that goes with it."""
        if self.is_blank:
            return True
        if not super().validate(extra_validators):
            return False
        problem = _problem(PartyKind.ORGANISATION, self.code.data or "")
        if problem:
            self.code.errors = [problem]
        if not self.name.data:
            self.name.errors = [gettext("请填写该单位的名称。")]
        return not (problem or self.name.errors)


def _problem(kind: str, number: str) -> str:
    """Return what is wrong with an identity number or a credit code, or nothing."""
    try:
        if kind == PartyKind.PERSON:
            codes.id_number(number)
        else:
            codes.credit_code(number)
    except MarketError as error:
        return str(sentence_of(error))
    return ""


class DeclarationForm(MarketForm):
    """Everything a firm declares of who stands behind it."""

    legal_id = text(_l("法定代表人身份证号码"), 30, optional=True)
    account = text(_l("基本存款账户账号"), 40, optional=True)
    phone = text(_l("单位电话"), 30)
    offices = long_text(
        _l("其他办公地址"), 1000, optional=True, hint=_l("注册地址以外的办公场所，一行一处。")
    )
    no_controller = BooleanField(_l("无实际控制人"))
    kept = several(_l("继续有效的控制人和股东"))
    parties = FieldList(FormField(PartyForm), min_entries=ROWS, max_entries=ROWS)
    ties = FieldList(FormField(TieForm), max_entries=MOST_TIES + TIE_ROWS)
    signer_name = name_text(_l("承诺人姓名"), 50)
    promised = BooleanField(
        _l("已阅读并作出上述承诺"), [InputRequired(message=_l("请阅读承诺并勾选。"))]
    )

    def offer(self, parties: Iterable[DeclaredParty], *, is_first: bool) -> None:
        """Offer the parties of the last declaration, each to be kept.

        What is kept secret can stay as it was, but not in the first declaration.
        """
        self.kept.choices = [(str(row.id), in_words(row)) for row in parties]
        for field in (self.legal_id, self.account):
            field.flags.required, field.flags.optional = is_first, not is_first

    def start(
        self,
        firm: Firm,
        last: Declaration | None,
        parties: Iterable[DeclaredParty],
        ties: Iterable[DeclaredTie],
    ) -> None:
        """Fill in what is known: the firm's own data, or the last declaration."""
        self.phone.data = last.phone if last else firm.contact_phone
        self.offices.data = last.offices if last else ""
        self.no_controller.data = bool(last and last.no_controller)
        self.kept.data = [str(row.id) for row in parties]
        for tie in ties:
            self.ties.append_entry(
                {
                    "code": tie.authority_code,
                    "name": tie.authority_name,
                    "kind": tie.kind.value,
                    "note": tie.note,
                }
            )
        self.rows()

    def rows(self) -> None:
        """Offer some rows to write a tie in."""
        for _ in range(TIE_ROWS):
            if len(self.ties) < MOST_TIES:
                self.ties.append_entry()

    def facts(self) -> DeclarationFacts:
        """Return what was declared."""
        ties = [row.form for row in self.ties if not row.form.is_blank]
        return DeclarationFacts(
            signer_name=self.signer_name.data or "",
            phone=self.phone.data or "",
            offices=self.offices.data or "",
            legal_id=self.legal_id.data or "",
            account=self.account.data or "",
            no_controller=bool(self.no_controller.data),
            kept=tuple(int(value) for value in self.kept.data or []),
            parties=tuple(row.form.facts() for row in self.parties if not row.form.is_blank),
            ties=tuple(
                TieFacts(
                    code=row.code.data or "",
                    name=row.name.data or "",
                    kind=TieKind(row.kind.data),
                    note=row.note.data or "",
                )
                for row in ties
            ),
        )


def in_words(row: DeclaredParty) -> str:
    """Return a party in one line, as its own firm sees it."""
    role = gettext(label_of(row.role).text)
    whole, part = divmod(row.share_bp, BP)
    share = f"　{whole}.{part:02d}%" if row.share_bp else ""
    return f"{role}　{row.shown}{share}"


class CaseForm(MarketForm):
    """Why firms seem to stand under one controller."""

    ground = choice(_l("认定理由"), [])
    facts = long_text(
        _l("事实和依据"),
        LONGEST,
        hint=_l("告知各机构的内容，机构将看到全文；不要写自然人的证件号码。至少 20 个字。"),
    )

    def offer(self) -> None:
        """Offer the grounds."""
        self.ground.choices = to_choose(labelled(Ground))


class StatementForm(MarketForm):
    """What a firm says to it."""

    statement = long_text(
        _l("陈述意见"), LONGEST, hint=_l("只能提交一次，提交后不能修改。至少 20 个字。")
    )


class DecideForm(MarketForm):
    """What is decided, and why."""

    outcome = choice(
        _l("决定"),
        [("", _l("请选择")), ("confirm", _l("认定为关联组")), ("reject", _l("不予认定"))],
    )
    decision = long_text(
        _l("决定的理由"), LONGEST, hint=_l("对各机构的意见逐条回应。至少 20 个字。")
    )


class ObjectionForm(MarketForm):
    """Why a group is wrong."""

    text = long_text(
        _l("异议的事实和理由"), LONGEST, hint=_l("写明事实、理由和证据。至少 20 个字。")
    )


class SanctionObjectionForm(ObjectionForm):
    """Why a firm is not reached by a case; after an answer also what is new since."""

    new_facts = long_text(
        _l("新的事实或者证据"),
        1000,
        optional=True,
        hint=_l("上次异议答复以后形成或者取得的，写明名称和出具单位。至少 20 个字。"),
    )
    new_on = day(_l("形成或者取得的日期"), optional=True)


class LinkForm(MarketForm):
    """What a firm says of a tie that another declared."""

    outcome = choice(
        _l("答复"),
        [
            ("", _l("请选择")),
            ("confirm", _l("确认：确与本机构为同一控制人或者同一法定代表人")),
            ("deny", _l("否认：不是")),
        ],
    )
    text = long_text(
        _l("说明"), LONGEST, optional=True, hint=_l("否认的，写明事实和证据，至少 20 个字。")
    )


class AnswerForm(MarketForm):
    """What a firm's objection is answered."""

    outcome = choice(
        _l("答复"), [("", _l("请选择")), ("uphold", _l("采纳异议")), ("reject", _l("不予采纳"))]
    )
    answer = long_text(_l("答复的理由"), LONGEST, hint=_l("机构将看到全文。至少 20 个字。"))
