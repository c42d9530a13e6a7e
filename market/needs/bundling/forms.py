"""The forms of bundling."""

from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from market.money import yuan
from market.needs.model import Need
from market.web.forms import MarketForm, money, text

_LONGEST = 15
NOTHING = -1


def _number(text: object) -> int:
    """Return the number of a draft; what no database could hold names nothing."""
    said = str(text)
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _LONGEST else NOTHING


class _Boxes(SelectMultipleField):
    """Some of several, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401 - WTForms' own signature
        """Leave what may be joined to the action: it names what is wrong."""


class BundleForm(MarketForm):
    """Which drafts are joined, and what the whole is called."""

    title = text(_l("打包后的需求名称"), 200, hint=_l("将作为采购公告的标题。"), public=True)
    drafts = _Boxes(_l("要合并的草稿"), coerce=_number)


class PartsForm(MarketForm):
    """What each part of a bundle may cost."""

    ceilings = FieldList(money(_l("部分上限")))

    def offer(self, parts_fen: list[int]) -> None:
        """Show one amount for each part."""
        for fen in parts_fen:
            self.ceilings.append_entry(fen)

    def typed_fen(self) -> list[int]:
        """Return the amounts; the form has been checked."""
        return [cast("int", field.data) for field in self.ceilings]


def words_for(need: Need) -> str:
    """Return how a draft is called beside its box."""
    return f"{need.number} {need.title}（{need.project_name}，{yuan(need.ceiling_fen)} 元）"
