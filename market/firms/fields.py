"""Fields that the forms of firms have and no other form needs."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import StopValidation

from market.firms.entry import CURRENCIES
from market.labels import label_of
from market.money import plain_decimal
from market.web.forms import Choice, MarketForm, at_most, no_controls

OTHER: Final = "other"
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")


def labelled(kind: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - any labelled enum
    """Return the values of an enum with their words."""
    return [(member.value, gettext(label_of(member).text)) for member in kind]


def to_choose(choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return choices none of which is made yet: what nobody chose is not stated."""
    return [("", gettext("请选择")), *choices]


def an_email(form: object, field: Field) -> None:
    """Refuse what cannot be an address."""
    del form
    if field.data and not _EMAIL.fullmatch(field.data):
        raise ValidationError(gettext("请填写有效的电子邮箱，例如 office@example.com。"))


def currency() -> Choice:
    """The currency of an amount; whoever chooses none means yuan."""
    offered = [SelectChoice(one, one) for one in CURRENCIES]
    return Choice(_l("币种"), [], choices=offered, default=CURRENCIES[0])


class NeededForOther:
    """Ask for a name where the list, the field before, says "other"; else it may stay empty."""

    field_flags: ClassVar = {"optional": True}

    def __init__(self, listed: str) -> None:
        self._listed = listed

    def __call__(self, form: MarketForm, field: Field) -> None:
        """Stop with a complaint, or without one where nothing is needed."""
        if field.data:
            return
        chosen = form[self._listed].data or ""
        if chosen == OTHER or chosen.endswith("|"):
            raise StopValidation(gettext("请填写名称。"))
        raise StopValidation


def other(
    label: str, characters: int, listed: str, *, hint: str = _l("上一项选“其他”时填写。")
) -> StringField:
    """A name that is in no list."""
    return StringField(
        label,
        [NeededForOther(listed), at_most(characters), no_controls],
        description=hint,
        filters=[lambda value: value.strip() if value else ""],
    )


class Scaled(StringField):
    """A decimal on the screen, an integer number of small units in ``data``."""

    def __init__(self, label: str, *, scale: int, lowest: int, highest: int, **more: Any) -> None:  # noqa: ANN401 - WTForms' own signature
        self.scale, self.lowest, self.highest = scale, lowest, highest
        super().__init__(label, **more)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(self.data) / self.scale:f}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a decimal that is a whole number of small units."""
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        number = plain_decimal(unicodedata.normalize("NFKC", typed))
        if number is None:
            raise ValueError(gettext("请填写数字，例如 12.5。"))
        units = number * self.scale
        if units != units.to_integral_value():
            places = len(str(self.scale)) - 1
            raise ValueError(gettext("最多保留 %(places)s 位小数。", places=places))
        if not self.lowest <= units <= self.highest:
            lowest, highest = (f"{Decimal(n) / self.scale:f}" for n in (self.lowest, self.highest))
            words = gettext("请填写 %(low)s 到 %(high)s 之间的数。", low=lowest, high=highest)
            raise ValueError(words)
        self.data = int(units)  # type: ignore[assignment]  # text on the screen, a number here
