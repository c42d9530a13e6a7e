"""The forms of the texts of model contracts."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, ValidationError

from market.catalogue.attached import ModelContract
from market.catalogue.contract_texts.actions import TextFacts
from market.catalogue.contract_texts.rules import TextMove
from market.catalogue.rules import Item
from market.labels import label_of
from market.web.forms import MarketForm, choice, long_text, radios, text

OWN: Final = "own"


class TextForm(MarketForm):
    """What an operator uploads."""

    item_code = choice(_l("服务事项"), [])
    model_id = choice(
        _l("哪一份示范文本"), [], hint=_l("清单列出的官方示范文本，或者本平台编制的文本。")
    )
    title = text(
        _l("文本名称"), 200, optional=True, hint=_l("本平台编制的文本填写；官方示范文本用其原名。")
    )
    source = text(
        _l("文本来源"),
        300,
        hint=_l("从何处取得，例如发布机关网站的文件名称和日期；复核的同事据此核对。"),
    )
    file = FileField(
        _l("文件"),
        [FileRequired(message=_l("请选择要上传的文件。"))],
        description=_l("PDF 或 Word（docx），最大 20 MB，不得加密。"),
    )

    def offer(self, items: Sequence[Item], models: Sequence[ModelContract]) -> None:
        """Offer the items, and the models that the catalogue cites."""
        chosen = gettext("请选择")
        self.item_code.choices = [
            ("", chosen),
            *((one.code, f"{one.code} {one.name_zh}") for one in items),
        ]
        self.model_id.choices = [
            ("", chosen),
            *((model.id, model.name) for model in models),
            (OWN, gettext("本平台编制的文本")),
        ]

    def validate_title(self, field: Field) -> None:
        """A text of the platform's own has a name."""
        if self.model_id.data == OWN and not field.data:
            raise ValidationError(gettext("请填写文本名称。"))

    def facts(self) -> TextFacts:
        """Return what was typed; the form has been checked."""
        own = self.model_id.data == OWN
        return TextFacts(
            item_code=str(self.item_code.data),
            model_id="" if own else str(self.model_id.data),
            title=str(self.title.data or ""),
            source=str(self.source.data),
        )


class TextDecisionForm(MarketForm):
    """What becomes of a text."""

    move = radios(_l("结论"), [])
    words = long_text(_l("理由"), 500, optional=True, hint=_l("不通过或停用的，至少写 5 个字。"))

    def offer(self, moves: Sequence[TextMove]) -> None:
        """Offer the moves that the text's state allows."""
        self.move.choices = [(move.value, gettext(label_of(move).text)) for move in moves]
