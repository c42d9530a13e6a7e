"""The forms of complaints."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import Optional

from market.accounts.model import Organisation
from market.complaints.opening_rules import Purpose
from market.complaints.rules import (
    AbuseReason,
    Against,
    Matter,
    Outcome,
    Refusal,
    Remedy,
    Target,
)
from market.labels import label_of
from market.objections.rules import Fact
from market.web.forms import Choice, MarketForm, choice, day, long_text, radios, text

LONGEST: Final = 4000
_SHOWN = _l("投诉人和被投诉方会看到，不要写能认出投诉人的内容。至少 20 个字。")


def words_of(members: Iterable[StrEnum]) -> list[SelectChoice]:
    """Return members of an enum with their words."""
    return [SelectChoice(one.value, gettext(label_of(one).text)) for one in members]


class FileComplaintForm(MarketForm):
    """What somebody complains about."""

    target = choice(_l("投诉什么"), [])
    ref = text(
        _l("编号或者代码"),
        40,
        optional=True,
        hint=_l(
            "需求 XQ-、合同 HT- 开头；投诉机构或者业主的，填统一社会信用代码；"
            "投诉主管部门的，填其名称。其他事项不填。"
        ),
    )
    against = choice(_l("投诉谁"), [])
    matter = choice(_l("反映的问题"), [])
    name = text(
        _l("姓名"), 60, optional=True, hint=_l("实名的，与联系电话一起填；匿名的，都不填。")
    )
    contact = text(_l("联系电话"), 60, optional=True)
    text = long_text(
        _l("事实和理由"),
        LONGEST,
        hint=_l(
            "什么时间、什么事、有什么证据。加密保存，只有办理的人登记用途后才能看。至少 20 个字。"
        ),
    )

    def offer(self) -> None:
        """Offer what there is to choose."""
        for field, kind in ((self.target, Target), (self.against, Against), (self.matter, Matter)):
            field.choices = [SelectChoice("", gettext("请选择")), *words_of(kind)]


class EnterForm(FileComplaintForm):
    """What somebody says on the telephone, entered by the operator."""

    received_on = day(_l("来电日期"), hint=_l("受理期限从来电的次日起算。"))


class FollowForm(MarketForm):
    """The number and the code that a complainant was given."""

    number = text(_l("受理编号"), 24, hint=_l("TS- 开头。"))
    code = text(_l("查询码"), 40, hint=_l("提交时给出的 16 位字母和数字。"))


class OpenForm(MarketForm):
    """For what somebody looks at what identifies the complainant."""

    purpose = choice(_l("用途"), [])
    words = text(_l("说明"), 300, hint=_l("写明为什么现在需要看，记入查看记录。至少 5 个字。"))

    def offer(self) -> None:
        """Offer what there is to choose."""
        self.purpose.choices = [SelectChoice("", gettext("请选择")), *words_of(Purpose)]


class GiveForm(MarketForm):
    """To which authority a complaint goes."""

    authority = choice(_l("主管部门"), [])

    def offer(self, authorities: Sequence[Organisation]) -> None:
        """Offer the authorities that may decide it."""
        found = [SelectChoice(str(each.id), each.name) for each in authorities]
        self.authority.choices = [SelectChoice("", gettext("请选择")), *found]


class TransferForm(GiveForm):
    """To which other authority a complaint is passed on, and why."""

    why_passed = long_text(_l("转办的理由"), 500)


class VerifyForm(MarketForm):
    """How the complainant was reached."""

    how = long_text(_l("怎么核实的"), 500, hint=_l("例如：按所留电话联系到本人。不写姓名和号码。"))


class RefuseForm(MarketForm):
    """Why a complaint is not taken up, and where to go instead."""

    why = choice(_l("不予受理的原因"), [])
    text = long_text(_l("理由，以及可以向哪里反映"), LONGEST, hint=_SHOWN)

    def offer(self) -> None:
        """Offer what there is to choose."""
        self.why.choices = [SelectChoice("", gettext("请选择")), *words_of(Refusal)]


class AskForm(MarketForm):
    """What the other side is told."""

    statement = long_text(
        _l("投诉要点"),
        LONGEST,
        hint=_l("被投诉方会看到：用自己的话写，不照抄原文，不写能认出投诉人的内容。至少 20 个字。"),
    )


class HearForm(MarketForm):
    """What the firm is told that would lose its award and is not accused."""

    told = long_text(
        _l("告知中选机构的要点"),
        LONGEST,
        hint=_l(
            "中选机构会看到：写明可能取消中选的事实和理由，不写能认出投诉人的内容。至少 20 个字。"
        ),
    )


class ReplyForm(MarketForm):
    """What somebody has to say to it."""

    text = long_text(
        _l("说明"), LONGEST, hint=_l("事实、理由和证据。提交后不能更改。至少 20 个字。")
    )


class AnswerForm(ReplyForm):
    """What an accused, or the award's firm, has to say, and what shows it."""

    is_last = BooleanField(
        _l("不再补充，同意提前决定"),
        description=_l("不勾选的，期限届满以前可以继续补充。勾选后不能再补充。"),
    )
    file = FileField(
        _l("证据（可以不交）"),
        description=_l(
            "只有本单位和办理机关可以看到；多份的合并成一份，也可以分几次提交：PDF、Word（docx）、Excel（xlsx）或图片，"
            "最大 20 MB，不得加密。"
        ),
    )


class ProposeForm(MarketForm):
    """What is proposed, on what it rests, and what follows."""

    outcome = radios(_l("处理意见"), [])
    remedy = radios(_l("对中选结果"), [], default=Remedy.NONE.value)
    clause = text(
        _l("依据的规定和条款"),
        200,
        optional=True,
        hint=_l("成立或者部分成立的必须填写。"),
        public=True,
    )
    fact = Choice(
        _l("查明的事实"),
        [Optional()],
        choices=[],
        default="",
        description=_l("以程序不合规定取消中选的必须选择。"),
    )
    measures = long_text(
        _l("处理措施"), 1000, optional=True, hint=_l("责令改正、移送等，没有的不填。")
    )
    reasons = long_text(_l("理由"), LONGEST, hint=_SHOWN)

    def offer(self) -> None:
        """Offer what there is to choose."""
        self.outcome.choices = words_of(Outcome)
        self.remedy.choices = words_of(Remedy)
        self.fact.choices = [SelectChoice("", gettext("请选择")), *words_of(Fact)]


class DecideForm(MarketForm):
    """Whether the second person agrees with what was proposed, and why."""

    agree = radios(
        _l("决定"), [("yes", _l("同意处理意见，作出决定")), ("no", _l("不同意，退回重新办理"))]
    )
    text = long_text(_l("意见"), LONGEST, hint=_l("只在单位内部留存。至少 20 个字。"))


class TakeBackForm(MarketForm):
    """Why whoever proposed takes it back."""

    why_taken_back = long_text(
        _l("撤回的理由"), LONGEST, hint=_l("只在单位内部留存。至少 20 个字。")
    )


class AbuseForm(MarketForm):
    """Why a complaint was a malicious one."""

    reason = choice(_l("恶意的情形"), [])
    evidence = long_text(
        _l("证据"),
        LONGEST,
        hint=_l("投诉不成立本身不是恶意；写明明知不实或者受雇的证据。至少 20 个字。"),
    )

    def offer(self) -> None:
        """Offer what there is to choose."""
        self.reason.choices = [SelectChoice("", gettext("请选择")), *words_of(AbuseReason)]


class JudgeAbuseForm(MarketForm):
    """Whether another person confirms it."""

    confirm = radios(_l("决定"), [("yes", _l("认定并记录")), ("no", _l("不予认定"))])
    text = long_text(_l("理由"), LONGEST, hint=_SHOWN)


class TakeBackAbuseForm(MarketForm):
    """Why whoever proposed a finding takes it back."""

    why_taken_back = long_text(_l("撤回的理由"), 500, hint=_l("投诉人会看到。至少 5 个字。"))


class UndoAbuseForm(MarketForm):
    """Why a finding is withdrawn."""

    text = long_text(_l("撤销的理由"), 500)


class ImportForm(MarketForm):
    """A list of the hotline."""

    file = FileField(
        _l("12345 转办清单（CSV 或者 Excel）"),
        [FileRequired(message=_l("请选择文件。"))],
        description=_l("第一行是表头，其后每行一件。可以下载样例对照。"),
    )
