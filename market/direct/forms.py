"""The forms of direct choices."""

from typing import Any, Final, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, ValidationError

from market import codes
from market.direct.actions import ChoiceFacts, EmergencyFacts
from market.direct.emergency_rules import EmergencyGround, Opinion
from market.direct.funds_rules import Funds
from market.direct.published import Inputs
from market.direct.rules import DirectGround
from market.labels import label_of
from market.tariffs import inputs
from market.web.errors import sentence_of
from market.web.forms import MarketForm, RadioChoice, chosen, long_text, money, text

_KINDS: Final = _l("PDF、Word（docx）、Excel（xlsx）或图片，最大 20 MB，不得加密。")


class NamingForm(MarketForm):
    """Who is named, at what price, and why: said in public."""

    firm_code = text(
        _l("机构的统一社会信用代码"), 40, hint=_l("可在机构名录中查到；须已入驻并登记本事项。")
    )
    price_fen = money(
        _l("价格"),
        hint=_l(
            "不超过需求的服务费上限，也不高于该机构公开的收费按下列参数算出的金额；"
            "明显低于该金额的，结果公布后由机构说明成本，说明成立前不能签订合同。"
        ),
    )
    fee_bases = long_text(
        _l("计费参数"),
        1000,
        optional=True,
        hint=_l(
            "该机构的公开收费不是固定金额的，每行填一个计费参数，例如“项目总投资：3000 万元”。"
            "算不出公开收费的，不能直接选取。全文公开。"
        ),
    )
    fee_standard = text(
        _l("按标准计算的收费"),
        1000,
        optional=True,
        hint=_l("该机构按标准下浮收费的，粘贴“收费标准与计算器”算出结果后的网址。"),
    )
    reason = long_text(
        _l("公开理由"), 2000, hint=_l("写明为什么不摇号、为什么选这家机构。"), public=True
    )

    def suggest(self, price_fen: int) -> None:
        """Fill in the highest price that could be agreed."""
        self.process(data={"price_fen": price_fen})

    @property
    def fee_inputs(self) -> Inputs:
        """What the firm's published fee is to be computed from, as far as it is typed."""
        return Inputs(bases=self.fee_bases.data or "", standard=self.fee_standard.data or "")

    def validate_fee_bases(self, field: Field) -> None:
        """Keep the bases in their one form."""
        try:
            field.data = inputs.written(inputs.read_bases(field.data or ""))
        except inputs.BasesError as error:
            raise ValidationError(sentence_of(error)) from None

    def validate_fee_standard(self, field: Field) -> None:
        """Keep the calculation in its one form, without the rest of its address."""
        try:
            question = inputs.read_question(field.data or "")
        except inputs.QuestionError as error:
            raise ValidationError(sentence_of(error)) from None
        field.data = question.address if question else ""

    def validate_firm_code(self, field: Field) -> None:
        """Keep a code that is one."""
        try:
            field.data = codes.credit_code(field.data, field="firm_code")
        except codes.CreditCodeError as error:
            raise ValidationError(sentence_of(error)) from None


class ChoiceForm(NamingForm):
    """A direct choice and its ground."""

    ground = RadioChoice(_l("直接选取的情形"), [chosen()])
    funds = RadioChoice(
        _l("资金性质"), [chosen()], description=_l("按批复或者预算如实选择，将公开。")
    )

    def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **keywords)
        self.ground.choices = [
            (one.value, gettext(label_of(one).text))
            for one in DirectGround
            if one is not DirectGround.EMERGENCY
        ]
        self.funds.choices = [(one.value, gettext(label_of(one).text)) for one in Funds]

    def facts(self) -> ChoiceFacts:
        """Return what was typed; the form has been checked."""
        return ChoiceFacts(
            firm_code=self.firm_code.data or "",
            ground=DirectGround(self.ground.data),
            price_fen=cast("int", self.price_fen.data),
            reason=self.reason.data or "",
            funds=Funds(self.funds.data),
            inputs=self.fee_inputs,
        )


class EmergencyForm(NamingForm):
    """What happened, and who is commissioned at once."""

    ground = RadioChoice(_l("应急情形"), [chosen()])
    why_no_draw = long_text(
        _l("为什么不能等候摇号"), 2000, hint=_l("对照上面的最短摇号时间说明。"), public=True
    )

    def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **keywords)
        self.ground.choices = [(one.value, gettext(label_of(one).text)) for one in EmergencyGround]

    def facts(self) -> EmergencyFacts:
        """Return what was typed; the form has been checked."""
        return EmergencyFacts(
            firm_code=self.firm_code.data or "",
            ground=EmergencyGround(self.ground.data),
            price_fen=cast("int", self.price_fen.data),
            reason=self.reason.data or "",
            why_no_draw=self.why_no_draw.data or "",
            inputs=self.fee_inputs,
        )


class FilingForm(MarketForm):
    """The after-filing of an emergency: what happened, with the evidence."""

    filing = long_text(_l("事实和经过"), 2000, hint=_l("写明险情、处置和委托经过。"), public=True)
    file = FileField(
        _l("证明材料"),
        [FileRequired(message=_l("请选择要上传的文件。"))],
        description=_KINDS,
    )


class ReasonForm(MarketForm):
    """A refusal or a withdrawal, and why."""

    reason = long_text(_l("理由"), 1000, hint=_l("至少 5 个字。对方将看到这段文字。"))


class OpinionForm(MarketForm):
    """What the operator finds of an emergency."""

    opinion = RadioChoice(_l("审查意见"), [chosen()])
    reason = long_text(
        _l("理由"), 2000, hint=_l("逐项写明核对了什么材料、结论是什么。"), public=True
    )

    def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **keywords)
        self.opinion.choices = [(one.value, gettext(label_of(one).text)) for one in Opinion]


class DecisionForm(MarketForm):
    """What the supervisor decides of an emergency."""

    decision = RadioChoice(_l("复核结论"), [chosen()])
    reason = long_text(_l("理由"), 2000, hint=_l("写明认可或者不认可的依据。"), public=True)

    def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **keywords)
        self.decision.choices = [
            ("accept", gettext("认可：情形属实，可以不经摇号委托")),
            ("reject", gettext("不认可：计入业主档案")),
        ]


class DeclineForm(MarketForm):
    """Why a firm that was named does not take the work."""

    reason = long_text(_l("理由"), 500, hint=_l("至少 5 个字。不接受直接选取不计入信用记录。"))


class DeedForm(MarketForm):
    """A button: nothing to fill in, but a refusal must be shown somewhere."""
