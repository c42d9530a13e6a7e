"""The forms of notices of holidays."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from market.holidays.rules import ImportMove
from market.labels import label_of
from market.web.forms import MarketForm, long_text, radios


class ImportForm(MarketForm):
    """The file of a notice."""

    file = FileField(
        _l("通知文件（CSV）"),
        [FileRequired(message=_l("请选择通知文件。"))],
        description=_l(
            "开头几行写标题、文号、发布日期、来源和年份，其后每行一天。可以下载样例对照。"
        ),
    )


class DecisionForm(MarketForm):
    """What becomes of an imported notice."""

    move = radios(_l("结论"), [])
    words = long_text(_l("理由"), 500, optional=True, hint=_l("不通过的，至少写 5 个字。"))

    def offer(self, moves: Sequence[ImportMove]) -> None:
        """Offer the moves that the reader may make."""
        self.move.choices = [(move.value, gettext(label_of(move).text)) for move in moves]
