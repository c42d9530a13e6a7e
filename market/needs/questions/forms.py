"""The forms of questions and answers."""

from flask_babel import lazy_gettext as _l

from market.needs.questions.actions import LONGEST
from market.web.forms import MarketForm, long_text


class AskForm(MarketForm):
    """A question about a notice."""

    text = long_text(
        _l("问题"),
        LONGEST,
        hint=_l("与答复一起公布，不显示提问单位。请不要写出单位名称。"),
        public=True,
    )


class AnswerForm(MarketForm):
    """The owner's answer."""

    text = long_text(
        _l("答复"),
        LONGEST,
        hint=_l("提交后立即公布，不能更改。答复只能说明公告；要改变公告内容的，请办理变更。"),
        public=True,
    )
