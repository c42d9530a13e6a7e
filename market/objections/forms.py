"""The forms of objections to a result."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import Optional

from market.accounts.forms import several
from market.labels import label_of
from market.objections.rules import Fact, Ground, Outcome
from market.web.forms import Choice, MarketForm, choice, long_text, radios, text

LONGEST = 4000
_LEAST = _l("至少 20 个字。")


class ObjectionForm(MarketForm):
    """Why a result should not stand."""

    ground = choice(_l("理由"), [])
    more = several(
        _l("同时提出的其他理由"),
        hint=_l("对同一中选结果应当一次提出全部理由，可以多选。"),
    )
    title = text(
        _l("新的事实由什么证明"),
        100,
        hint=_l("再次提出时必填，例如：资信平台查询截图。不写自然人的姓名和证件号码。"),
        optional=True,
    )
    file = FileField(
        _l("证明新事实的材料"),
        description=_l(
            "再次提出时必填：PDF、Word（docx）、Excel（xlsx）或图片，最大 20 MB，不得加密。"
        ),
    )
    text = long_text(
        _l("事实、理由和证据"),
        LONGEST,
        hint=_l("写明事实、理由和证据的来源；只有运营机构和主管部门可以看到全文。至少 20 个字。"),
    )

    def offer(self, grounds: Iterable[Ground]) -> None:
        """Offer the grounds on which the reader may object, in their order."""
        allowed = set(grounds)
        self.ground.choices = [
            SelectChoice("", gettext("请选择")),
            *(
                SelectChoice(one.value, gettext(label_of(one).text))
                for one in Ground
                if one in allowed
            ),
        ]
        self.more.choices = [
            (one.value, gettext(label_of(one).text)) for one in Ground if one in allowed
        ]


class OutcomeForm(MarketForm):
    """What is answered or proposed, and why."""

    outcome = radios(_l("结论"), [])
    clause = text(
        _l("依据的规定和条款"),
        200,
        hint=_l("认为成立的必须填写：规定的名称和条款。"),
        optional=True,
        public=True,
    )
    ground = Choice(
        _l("成立的理由"),
        [Optional()],
        choices=[],
        default="",
        description=_l("提出了几项理由的，认为成立的必须选择是哪一项成立。"),
    )
    fact = Choice(
        _l("查明的事实"),
        [Optional()],
        choices=[],
        default="",
        description=_l("以程序不合规定取消的必须选择。"),
    )
    text = long_text(
        _l("理由"),
        LONGEST,
        hint=_l("至少 20 个字。认为成立的处理意见，作出决定以后才公开。"),
        public=True,
    )

    def offer(
        self,
        outcomes: Iterable[Outcome],
        facts: Iterable[Fact] = Fact,
        grounds: Iterable[Ground] = Ground,
    ) -> None:
        """Offer what the rules allow."""
        self.outcome.choices = [
            SelectChoice(one.value, gettext(label_of(one).text)) for one in outcomes
        ]
        self.ground.choices = [
            SelectChoice("", gettext("请选择")),
            *(SelectChoice(one.value, gettext(label_of(one).text)) for one in grounds),
        ]
        self.fact.choices = [
            SelectChoice("", gettext("请选择")),
            *(SelectChoice(one.value, gettext(label_of(one).text)) for one in facts),
        ]


class EvidenceForm(MarketForm):
    """A piece of evidence, and what it shows."""

    title = text(
        _l("证明什么"), 100, hint=_l("例如：资信平台查询截图。不写自然人的姓名和证件号码。")
    )
    file = FileField(
        _l("证据文件"),
        [FileRequired(message=_l("请选择要上传的文件。"))],
        description=_l("PDF、Word（docx）、Excel（xlsx）或图片，最大 20 MB，不得加密。"),
    )


class ComplainForm(MarketForm):
    """Why the answer does not satisfy."""

    text = long_text(
        _l("投诉的事实和理由"),
        LONGEST,
        hint=_l("写明对答复哪一点不服；只有运营机构和主管部门可以看到全文。至少 20 个字。"),
    )


class RefuseForm(MarketForm):
    """Why a complaint is not taken up."""

    text = long_text(_l("不予受理的理由"), LONGEST, hint=_LEAST, public=True)


class DecideForm(MarketForm):
    """Whether the second person agrees with what was proposed, and why."""

    agree = radios(
        _l("决定"), [("yes", _l("同意处理意见，作出决定")), ("no", _l("不同意，退回重新办理"))]
    )
    text = long_text(_l("决定的理由"), LONGEST, hint=_LEAST, public=True)


class StateForm(MarketForm):
    """What somebody who would lose by what is proposed says to it."""

    said = long_text(
        _l("陈述意见"),
        LONGEST,
        hint=_l(
            "对拟认定的事实、依据和结论逐项说明，写明可以核对的来源；"
            "只有运营机构、主管部门和监督部门可以看到全文，不告知提出人。至少 20 个字。"
        ),
    )
    file = FileField(
        _l("证据（可以不交）"),
        description=_l(
            "与陈述同样保密；多份的合并成一份，也可以分几次提交：PDF、Word（docx）、Excel（xlsx）"
            "或图片，最大 20 MB，不得加密。"
        ),
    )
    is_last = BooleanField(
        _l("不再补充，同意提前决定"),
        description=_l(
            "不勾选的，陈述期满以前可以继续补充，期满以前不会决定成立。勾选后不能再补充。"
        ),
    )


class TakeBackForm(MarketForm):
    """Why whoever proposed takes it back."""

    why_taken_back = long_text(_l("撤回的理由"), LONGEST, hint=_LEAST, public=True)
