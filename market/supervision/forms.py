"""The forms of supervision."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from market.clocks.card_rules import Trigger
from market.labels import label_of
from market.supervision.rules import InterviewMove
from market.web.forms import MarketForm, choice, day, long_text, radios, text, whole

LONGEST = 1000
_LEAST = _l("至少 10 个字。")


class ReplyForm(MarketForm):
    """What the responsible party says of a card."""

    text = long_text(
        _l("说明"),
        2000,
        hint=_l("写明原因、经过和整改措施；只有本单位和办理机关可以看到。至少 10 个字。"),
    )
    file = FileField(
        _l("依据（可以不交）"),
        description=_l("PDF、Word（docx）、Excel（xlsx）或图片，最大 20 MB，不得加密。"),
    )


class WordsForm(MarketForm):
    """Why a card is upheld, or how what it is about was mended."""

    text = long_text(_l("理由和依据"), LONGEST, hint=_LEAST, public=True)


class WithdrawForm(MarketForm):
    """Why a card was wrong."""

    reason = long_text(
        _l("此牌错在哪里"),
        LONGEST,
        hint=_l("由另一单位的人决定；撤销后不计入任何统计。至少 10 个字。"),
    )


class DecideForm(MarketForm):
    """Whether the second person agrees."""

    agree = radios(_l("决定"), [("yes", _l("同意撤销")), ("no", _l("不予撤销"))])
    text = long_text(_l("理由"), LONGEST, hint=_l("至少 10 个字。"), public=True)


class InviteForm(MarketForm):
    """When, where and of what the party is spoken to."""

    meet_on = day(_l("约谈日期"))
    hour = whole(_l("时间（几点）"), 8, 18)
    place = text(_l("地点"), 200)
    topic = long_text(_l("约谈内容"), LONGEST, hint=_l("至少 10 个字。"))


class RecordForm(MarketForm):
    """What became of an interview."""

    outcome = radios(
        _l("约谈情况"),
        [
            (InterviewMove.HOLD, _l("已约谈")),
            (InterviewMove.MISS, _l("对方未到场")),
            (InterviewMove.CALL_OFF, _l("取消约谈")),
        ],
    )
    record = long_text(_l("约谈记录"), 2000, hint=_l("不对外公开。至少 10 个字。"))
    result = long_text(
        _l("约定的整改措施"),
        LONGEST,
        hint=_l("已约谈的必填，写明对方承诺做什么、何时做到，至少 10 个字。"),
        optional=True,
    )


class GiveForm(MarketForm):
    """A card given by an official, with evidence."""

    trigger = choice(_l("亮牌情形"), [])
    code = text(_l("责任单位"), 18, hint=_l("统一社会信用代码。"))
    number = text(_l("所涉编号"), 24, hint=_l("合同、公告或者投诉的编号。"))
    happened_on = day(_l("发生日期"))
    cause = long_text(_l("事由"), 500, hint=_LEAST, public=True)
    evidence = long_text(
        _l("证据"), LONGEST, hint=_l("写明来源，只有责任单位和办理机关可以看到。至少 10 个字。")
    )

    def offer(self) -> None:
        """Offer every trigger but time, which a clock's ladder sees to."""
        self.trigger.choices = [
            ("", gettext("请选择")),
            *(
                (each.value, gettext(label_of(each).text))
                for each in Trigger
                if each is not Trigger.TIME
            ),
        ]
