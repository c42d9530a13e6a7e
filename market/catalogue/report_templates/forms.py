"""The forms of the templates of progress reports."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from market.catalogue.report_templates.actions import TemplateFacts
from market.catalogue.report_templates.rules import LONGEST
from market.catalogue.rules import Item
from market.web.forms import MarketForm, choice, long_text


class TemplateForm(MarketForm):
    """What an operator writes."""

    item_code = choice(_l("服务事项"), [])
    text = long_text(
        _l("要求报告的内容"),
        LONGEST,
        hint=_l("一行一项，以冒号结尾，例如“已完成的钻孔数和进尺：”。机构照此填写，可以增删。"),
    )
    why = long_text(
        _l("理由"), 500, hint=_l("为什么与平台模板或者上一版不同，复核的同事据此核对。")
    )

    def offer(self, items: Sequence[Item]) -> None:
        """Offer the items."""
        self.item_code.choices = [
            ("", gettext("请选择")),
            *((one.code, f"{one.code} {one.name_zh}") for one in items),
        ]

    def facts(self) -> TemplateFacts:
        """Return what was typed; the form has been checked."""
        return TemplateFacts(
            item_code=str(self.item_code.data),
            text=str(self.text.data or ""),
            why=str(self.why.data or ""),
        )
