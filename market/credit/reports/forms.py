"""The forms of a reported breach, one for each step."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.fields import FileField

from market.credit.cases.forms import LONGEST_TEXT, NOTHING
from market.web.forms import MarketForm, choice, long_text


class StateForm(MarketForm):
    """What a firm says to a reported breach, and what shows it."""

    statement = long_text(
        _l("陈述意见"), LONGEST_TEXT,
        hint=_l("写明事实、理由和证据。期满前可以补充，已提交的不能修改。至少 20 个字。"),
    )  # fmt: skip
    file = FileField(
        _l("证据（可以不交）"),
        description=_l(
            "只有本单位和办理机关可以看到；多份的合并成一份：PDF、Word（docx）、Excel（xlsx）或图片，"
            "最大 20 MB，不得加密。"
        ),
    )
    is_last = BooleanField(_l("我单位不再补充，同意期满前办理"))


class TakeBackForm(MarketForm):
    """Why a report is taken back, or undone."""

    why = long_text(_l("理由"), LONGEST_TEXT, hint=_l("机构将看到全文。至少 20 个字。"))


class DecideReportForm(MarketForm):
    """Whether a reported breach is confirmed, and why."""

    outcome = choice(
        _l("确认意见"),
        [NOTHING, ("confirm", _l("确认，计入信用记录")), ("drop", _l("不予登记"))],
    )
    decision = long_text(
        _l("理由"), LONGEST_TEXT,
        hint=_l("对机构的陈述逐条回应；机构将看到全文。至少 20 个字。"),
    )  # fmt: skip


class AnswerUndoForm(MarketForm):
    """Whether a confirmed report is undone."""

    outcome = choice(
        _l("确认意见"), [NOTHING, ("undo", _l("同意撤销，不再计分")), ("keep", _l("不同意撤销"))]
    )
    why = long_text(
        _l("不同意的理由"), LONGEST_TEXT, hint=_l("不同意的必须填写，至少 20 个字。"), optional=True
    )
