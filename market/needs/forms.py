"""The forms of needs."""

from collections.abc import Mapping
from typing import Any, Final

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FieldList, Form, FormField, ValidationError

from market import codes
from market.affiliations import tickets
from market.catalogue.rules import Item
from market.errors import MarketError
from market.labels import label_of
from market.needs.actions import NeedFacts
from market.needs.labels import METHODS, MODES, UNITS, ModeWords
from market.needs.methods import Method, is_scored
from market.needs.prices import QuoteUnit
from market.needs.record.rules import CancelGround
from market.needs.rules import DEMONSTRATION_MODE
from market.regulations import Regulation
from market.tariffs import inputs
from market.web.errors import sentence_of
from market.web.forms import (
    MarketForm,
    RadioChoice,
    choice,
    chosen,
    long_text,
    money,
    text,
    whole,
)

MOST_RECUSALS: Final = 10
# Made anew for every page, or about the form and not about the need.
NOT_KEPT: Final = frozenset({"csrf_token", "request_key", "move", "version", "sketch"})
BLANK_ROWS: Final = 2
USUAL_MODE: Final = "D2"  # handbook lottery.md section 10: the embedded default
MOST_DAYS: Final = 999
MOST_STAFF: Final = 99
MOST_ALTERNATES: Final = 9


class RecusalForm(Form):
    """One firm that may not take part, and why; a row left blank counts for nothing."""

    code = text(_l("统一社会信用代码"), 40, optional=True)
    reason = text(_l("回避原因"), 500, optional=True, public=True)

    @property
    def is_blank(self) -> bool:
        """Whether nobody wrote anything in the row."""
        return not self.code.data and not self.reason.data

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """Ask for both halves of a row, and for a code that is one."""
        fine = super().validate(extra_validators)
        if not fine or self.is_blank:
            return fine
        if not self.reason.data:
            self.reason.errors = [gettext("请写明该机构应当回避的原因。")]
        if not self.code.data:
            self.code.errors = [gettext("请填写应当回避的机构的统一社会信用代码。")]
            return False
        try:
            self.code.data = codes.credit_code(self.code.data)
        except codes.CreditCodeError as error:
            self.code.errors = [sentence_of(error)]
        return not self.code.errors and not self.reason.errors


class NeedForm(MarketForm):
    """What an owner says of a need; the item is chosen before."""

    title = text(
        _l("需求名称"), 200, hint=_l("将作为采购公告的标题，写明项目和所需服务。"), public=True
    )
    project_name = text(_l("所属项目名称"), 200)
    project_code = text(
        _l("投资项目代码"),
        50,
        optional=True,
        hint=_l("投资项目在线审批监管平台的项目代码；尚未取得代码的可不填。"),
    )
    scale = long_text(_l("项目规模"), 500, hint=_l("例如建筑面积、总投资、工程量。"), public=True)
    content = long_text(
        _l("服务内容和要求"),
        5000,
        hint=_l("不得指定或变相指定机构，不得提出与服务无关的业绩、规模、所在地等要求。"),
        public=True,
    )
    funding_source = text(_l("资金来源"), 100, hint=_l("例如：市级财政资金100%。"))
    ceiling_fen = money(_l("服务费上限"), hint=_l("不超过批复金额；合同价不得高于此数。"))
    service_working_days = whole(_l("服务时限"), 1, MOST_DAYS)
    staff_required = whole(_l("执业人员数"), 0, MOST_STAFF)
    alternates = whole(
        _l("候补家数"),
        0,
        MOST_ALTERNATES,
        hint=_l("中选机构放弃或逾期未签约时，按同一次摇号的顺序递补，不再重摇。"),
    )
    fresh_alternates = BooleanField(
        _l("递补时另行抽取"),
        description=_l(
            "勾选后不预先排出候补次序：中选机构退出时，以之后场次的随机值另行抽取递补机构，"
            "最多递补候补家数所填的次数。谁会得益事先无人知道。"
        ),
    )
    method = RadioChoice(_l("选取方式"), [chosen()], default=Method.LOTTERY)
    floor_fen = money(
        _l("报价下限"),
        optional=True,
        hint=_l("只用于报价和竞价的方式：低于此数的报价无效。不设下限的留空。"),
    )
    quote_unit = RadioChoice(
        _l("报价方式"),
        [chosen()],
        default=QuoteUnit.AMOUNT,
        description=_l("只用于报价和竞价的方式；其他方式请保留“按金额”。"),
    )
    criteria = long_text(
        _l("评审标准"),
        1000,
        optional=True,
        hint=_l(
            "只用于专家综合评分：每行一项，写成“名称：分值”，2 至 12 项，分值为整数，合计 100。"
            "价格不评分；不得以所在地、本地业绩、企业规模或性质等作为标准。"
        ),
    )
    fee_bases = long_text(
        _l("计费参数"),
        1000,
        optional=True,
        hint=_l(
            "每行一个，例如“项目总投资：3000 万元”“建筑面积：12000 平方米”。按机构公开的收费计算"
            "本项目的收费用，中选价不高于该收费；留空的，只有固定金额的收费可以比较。"
        ),
    )
    fee_standard = text(
        _l("按标准计算的收费"),
        1000,
        optional=True,
        hint=_l("机构按标准下浮收费时使用：粘贴“收费标准与计算器”算出结果后的网址。"),
    )
    # Shown only where the rules allow the condition.
    projects_required = whole(
        _l("已核实的同类业绩"),
        0,
        MOST_STAFF,
        optional=True,
        hint=_l("项数；只计运营机构核实的，不分所在地。不要求的填 0。"),
    )
    # What is left open is what the rules in force say (``affiliations.tickets.chosen``).
    tickets = RadioChoice(
        _l("同一控制人的机构"),
        [],
        default="",
        validate_choice=False,
        description=_l("经认定受同一控制人控制的机构同时报名时怎样处理，将在公告中公开。"),
    )
    mode = RadioChoice(_l("摇号的随机源"), [chosen()])
    contact_name = text(_l("联系人"), 50, hint=_l("将在公告页面公开，不写入公告原文。"))
    contact_phone = text(
        _l("联系电话"), 30, hint=_l("将在公告页面公开，不写入公告原文；座机请带区号。")
    )
    recusals = FieldList(FormField(RecusalForm), max_entries=MOST_RECUSALS + 1)

    def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **keywords)
        self.describe_modes(is_witnessed=True, is_demonstration=True)
        self.describe_methods({})
        self.quote_unit.choices = [
            (unit.value, f"{gettext(words.name)}：{gettext(words.line)}")
            for unit, words in UNITS.items()
        ]

    def describe_methods(self, hindered: Mapping[str, MarketError]) -> None:
        """Say at each method why it cannot be chosen, if it cannot; what is chosen stays."""
        self.method.choices = [
            (
                method.value,
                f"{gettext(words.name)}：{gettext(words.line)}{_cannot(hindered.get(method))}",
                {"disabled": True} if method in hindered and self.method.data != method else {},
            )
            for method, words in METHODS.items()
        ]

    def describe_modes(self, *, is_witnessed: bool, is_demonstration: bool) -> None:
        """Say what each source of entropy is worth, with witnesses of the log or without.

        The source that the platform alone knows beforehand is offered in demonstrations only.
        """
        self.mode.choices = [
            (mode, f"{gettext(words.name)}：{_line(words, is_witnessed=is_witnessed)}")
            for mode, words in MODES.items()
            if is_demonstration or mode != DEMONSTRATION_MODE
        ]

    def offer_criteria(self, rules: Regulation) -> None:
        """Fill in what the rules in force offer a panel to score by, where nothing is written."""
        self.criteria.data = self.criteria.data or "\n".join(rules.texts("scored.criteria"))

    def offer_tickets(self, rules: Regulation) -> None:
        """Offer what the rules in force allow for firms of one controller; the usual is chosen."""
        self.tickets.choices = [
            (rule.value, gettext(label_of(rule).text)) for rule in tickets.allowed(rules)
        ]
        self.tickets.data = self.tickets.data or tickets.usual(rules).value

    def validate_contact_phone(self, field: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Keep a number that can be dialled, as digits."""
        try:
            field.data = codes.phone(field.data, field="contact_phone")
        except codes.PhoneError as error:
            raise ValidationError(sentence_of(error)) from None

    @property
    def fee_inputs(self) -> tuple[str, str]:
        """What fees are to be computed from, as far as it is typed."""
        return self.fee_bases.data or "", self.fee_standard.data or ""

    def validate_fee_bases(self, field: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Keep the bases in their one form."""
        try:
            field.data = inputs.written(inputs.read_bases(field.data or ""))
        except inputs.BasesError as error:
            raise ValidationError(sentence_of(error)) from None

    def validate_fee_standard(self, field: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Keep the calculation in its one form, without the rest of its address."""
        try:
            question = inputs.read_question(field.data or "")
        except inputs.QuestionError as error:
            raise ValidationError(sentence_of(error)) from None
        field.data = question.address if question else ""

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """Check every field, and the recusals against one another."""
        fine: bool = super().validate(extra_validators)
        if len(self.recusals) > MOST_RECUSALS:
            self.form_errors.append(gettext("回避机构最多填写 %(most)s 家。", most=MOST_RECUSALS))
            fine = False
        written = [code for code, _ in self._recusals()]
        for code in sorted({code for code in written if written.count(code) > 1}):
            self.form_errors.append(
                gettext("回避机构 %(code)s 填写了不止一次，请合并为一行。", code=code)
            )
            fine = False
        return fine

    def typed(self) -> list[tuple[str, str]]:
        """Return what was sent, field by field, whether or not it is right."""
        sent = request.form.items(multi=True)
        return [(name, value) for name, value in sent if name not in NOT_KEPT]

    def take_up(self, typed: list[tuple[str, str]]) -> None:
        """Fill in what was typed before, exactly as it was left."""
        self.process(formdata=MultiDict(typed))

    def start(self, item: Item, contact_name: str, most_alternates: int) -> None:
        """Fill in what the catalogue and the account already say."""
        self.service_working_days.data = item.time_limit_working_days
        self.staff_required.data = item.staff.count if item.staff else 0
        self.alternates.data = most_alternates
        self.mode.data = USUAL_MODE
        self.contact_name.data = contact_name
        self.blank_rows()

    def fill(self, facts: NeedFacts) -> None:
        """Fill in what was said before."""
        for name in NeedFacts.__slots__:
            if name not in {"recusals", "item_code"}:
                self._fields[name].data = getattr(facts, name)
        for code, reason in facts.recusals:
            self.recusals.append_entry({"code": code, "reason": reason})
        self.blank_rows()

    def blank_rows(self) -> None:
        """Offer some rows to write a recusal in."""
        room = min(BLANK_ROWS, MOST_RECUSALS - len(self.recusals))
        for _ in range(room):
            self.recusals.append_entry()

    def facts(self, item_code: str) -> NeedFacts:
        """Return what was typed. Call it on a form that is valid."""
        typed: dict[str, Any] = {
            name: self._fields[name].data
            for name in NeedFacts.__slots__
            if name not in {"recusals", "item_code"}
        }
        # The list that a new form offers is meant for one method only.
        if not is_scored(typed["method"]):
            typed["criteria"] = ""
        for name in ("project_code", "criteria", "fee_bases", "fee_standard", "tickets"):
            typed[name] = typed[name] or ""
        typed["projects_required"] = typed["projects_required"] or 0
        return NeedFacts(item_code=item_code, recusals=tuple(self._recusals()), **typed)

    def typed_recusals(self) -> dict[str, str]:
        """Return the recusals as far as they are typed; a code that is none names nobody."""
        return {_code_in(code): reason for code, reason in self._recusals() if code}

    def _recusals(self) -> list[tuple[str, str]]:
        rows = [row.form for row in self.recusals if not row.form.is_blank]
        return [(row.code.data or "", row.reason.data or "") for row in rows]


def _cannot(found: MarketError | None) -> str:
    return gettext("（现在不能选：%(reason)s）", reason=sentence_of(found)) if found else ""


def _line(words: ModeWords, *, is_witnessed: bool) -> str:
    more = gettext(words.unwitnessed) if words.unwitnessed and not is_witnessed else ""
    return f"{gettext(words.line)}{more}"


class JustifyForm(MarketForm):
    """Why one finding of the checks stays; several of them stand on one page."""

    text = long_text(
        _l("公开说明"), 1000, hint=_l("写清楚为什么完成本服务必须如此，写入公告。"), public=True
    )

    @classmethod
    def about(cls, key: str, *, sent: bool = False) -> "JustifyForm":
        """Return the form about a finding, as it was sent or empty."""
        return cls(prefix=_prefix_of(key)) if sent else cls(formdata=None, prefix=_prefix_of(key))

    def is_about(self, key: str) -> bool:
        """Whether the form is about a finding."""
        return self.text.name.startswith(_prefix_of(key))


def _code_in(typed: str) -> str:
    try:
        return codes.credit_code(typed)
    except codes.CreditCodeError:
        return typed


def _prefix_of(key: str) -> str:
    return f"k{key[:12]}-"


class ReasonForm(MarketForm):
    """A refusal or a withdrawal, and why."""

    reason = long_text(_l("理由"), 1000, hint=_l("至少 5 个字。对方将看到这段文字。"))


class WithdrawForm(ReasonForm):
    """A need taken back whose notice was read: the ground counts in its owner's record."""

    ground = choice(_l("取消原因"), [])

    def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **keywords)
        self.ground.choices = ground_choices()


def ground_choices() -> list[tuple[str, str]]:
    """Return the grounds of a cancellation to choose from; none is chosen beforehand."""
    first = [("", str(gettext("请选择")))]
    return first + [(one.value, str(gettext(label_of(one).text))) for one in CancelGround]


class DeedForm(MarketForm):
    """A button: nothing to fill in, but a refusal must be shown somewhere."""
