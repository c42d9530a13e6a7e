"""The forms of ratings, of appeals against them, and of call-backs."""

import re
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from market.accounts.forms import several
from market.clock import beijing
from market.labels import label_of
from market.ratings.covers.model import OBJECTION_LONGEST, WHY_LONGEST
from market.ratings.covers.rules import CoverGround
from market.ratings.labels import WORDS
from market.ratings.reviews.rules import CallAnswer, Finding
from market.ratings.rules import (
    COMMENT_LONGEST,
    Content,
    Dimension,
    Rated,
    Scores,
    WhyLow,
)
from market.web.forms import MarketForm, RadioChoice, day, long_text, radios, text

_SCORES = [
    ("5", _l("5 很满意")),
    ("4", _l("4 满意")),
    ("3", _l("3 一般")),
    ("2", _l("2 不满意")),
    ("1", _l("1 很不满意")),
]
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])", re.ASCII)


class RatingForm(MarketForm):
    """Five scores, why they are low, and words."""

    quality = radios(_l("质量"), _SCORES)
    timeliness = radios(_l("时效"), _SCORES)
    attitude = radios(_l("态度"), _SCORES)
    money = radios(_l("收费付款"), _SCORES)
    conduct = radios(_l("规范"), _SCORES)
    reasons = several(_l("低分原因"), hint=_l("综合得分不高于差评线的，至少勾选一项。"))
    comment = long_text(
        _l("评价内容"), COMMENT_LONGEST, hint=_l("差评至少写 10 个字。"), optional=True, public=True
    )

    def offer(self, of: Rated) -> None:
        """Offer the words for the side that is rated, and the closed list of reasons."""
        for dimension in Dimension:
            field: RadioChoice = self[dimension.value]
            field.label.text = gettext(WORDS[of][dimension])
        self.reasons.choices = [(why.value, gettext(label_of(why).text)) for why in WhyLow]

    def content(self) -> Content:
        """Return what was filled in."""
        scores = {each.value: int(self[each.value].data) for each in Dimension}
        return Content(
            scores=Scores(**scores),
            reasons=tuple(WhyLow(code) for code in self.reasons.data or []),
            comment=self.comment.data or "",
        )


class AppealForm(MarketForm):
    """Why a bad rating is wrong."""

    text = long_text(_l("申诉的事实和理由"), 1000, hint=_l("至少 10 个字。"), public=True)


class ProposeForm(MarketForm):
    """What to find of a bad rating, and why."""

    finding = radios(_l("核查意见"), [])
    text = long_text(_l("查明的情况和理由"), 1000, hint=_l("至少 10 个字。"), public=True)

    def offer(self) -> None:
        """Offer the closed list of findings."""
        self.finding.choices = [(each.value, gettext(label_of(each).text)) for each in Finding]


class DecideForm(MarketForm):
    """Another person agrees, or sends it back."""

    agree = radios(_l("决定"), [("yes", _l("同意核查意见")), ("no", _l("退回重新核查"))])
    text = long_text(_l("理由"), 1000, hint=_l("至少 10 个字。"), public=True)


class CoverForm(MarketForm):
    """What in the words of a rating names or reaches a person."""

    ground = radios(_l("隐藏的理由"), [(one.value, _l(label_of(one).text)) for one in CoverGround])
    why = long_text(
        _l("哪些内容是个人信息"),
        WHY_LONGEST,
        hint=_l("至少 5 个字。只有运营机构和监督机构可见，不公开。"),
    )


class CoverAnswerForm(MarketForm):
    """Another person covers the words, or leaves them."""

    agree = radios(_l("决定"), [("yes", _l("同意，立即隐藏文字")), ("no", _l("不同意，文字保留"))])
    reason = long_text(
        _l("理由"),
        WHY_LONGEST,
        hint=_l("至少 10 个字，并告知评价方；请勿重复要隐藏的内容。"),
        public=True,
    )


class CoverObjectionForm(MarketForm):
    """Why nothing in covered words is personal."""

    text = long_text(
        _l("异议的事实和理由"),
        OBJECTION_LONGEST,
        hint=_l("至少 10 个字。只能提出一次，运营机构和监督机构可以看到。"),
    )


class CoverRulingForm(MarketForm):
    """What the supervisor finds of that."""

    uphold = radios(
        _l("决定"), [("yes", _l("异议成立，恢复公开")), ("no", _l("异议不成立，维持隐藏"))]
    )
    reason = long_text(
        _l("理由"), WHY_LONGEST, hint=_l("至少 10 个字；请勿重复隐藏的内容。"), public=True
    )


class CallForm(MarketForm):
    """One call: when, whom, and what was answered."""

    called_on = day(_l("联系日期"))
    called_at = text(_l("联系时间"), 5, hint=_l("24 小时制，例如 14:30。"))
    whom = text(_l("联系人"), 50, hint=_l("姓名或者职务，不公开。"))
    answer = radios(_l("结果"), [])
    note = long_text(_l("对方意见"), 500, hint=_l("不公开。"), optional=True)

    def offer(self) -> None:
        """Offer the closed list of answers."""
        self.answer.choices = [(each.value, gettext(label_of(each).text)) for each in CallAnswer]

    def validate_called_at(self, field: Any) -> None:  # noqa: ANN401 - WTForms' own signature
        """Refuse what is no time of a day."""
        if not _CLOCK.fullmatch(field.data or ""):
            raise ValidationError(gettext("请按 14:30 的格式填写时间。"))

    def moment(self) -> datetime:
        """Return when the call was made."""
        found = _CLOCK.fullmatch(self.called_at.data or "")
        if found is None or self.called_on.data is None:
            raise LookupError("the form was not checked")
        return beijing(self.called_on.data, int(found[1]), int(found[2]))
