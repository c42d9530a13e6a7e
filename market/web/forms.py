"""What all forms share: plain-language errors, money, digits, and refusals next to their field."""

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    Field,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import DateField, FileField, IntegerField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import ListWidget, RadioInput

from market.errors import MarketError
from market.money import plain_decimal
from market.personal import personal_in
from market.plain import has_controls, is_plain_name, visible
from market.web.errors import sentence_of


class MarketForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A form whose ``refuse`` shows an action's refusal beside the field it concerns."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask_wtf ships no types
        """What is sent as a form is read as one; JSON, of whatever types and depth, is not."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:  # noqa: ANN401 - Flask-WTF's own
            """Return what was sent: files where files are asked for, and text elsewhere."""
            sent = request.form if request.is_json else super().wrap_formdata(form, formdata)
            if not isinstance(sent, CombinedMultiDict):
                return sent
            wanted = {field.name for field in form if isinstance(field, FileField)}
            files = [(n, file) for n, file in request.files.items(multi=True) if n in wanted]
            return CombinedMultiDict([MultiDict(files), request.form])

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:  # noqa: ANN401 - WTForms' own
            """Return a field that holds only what can be seen, wherever somebody writes words."""
            field = super().bind_field(form, unbound_field, options)
            if isinstance(field, StringField) and not isinstance(field, PasswordField):
                field.filters = (_visible, *field.filters)
            return field  # type: ignore[no-any-return]  # WTForms' stubs leave it open

    def refuse(self, error: MarketError) -> None:
        """Add the refusal to its field, or to the whole form."""
        words = sentence_of(error)
        field = self._fields.get(error.field) if error.field else None
        if field is None:
            self.form_errors.append(words)
        else:
            field.errors = [*field.errors, words]


def required() -> DataRequired:
    """A field that may not be empty or blank."""
    return DataRequired(message=_l("请填写此项。"))


def chosen() -> InputRequired:
    """A choice that must be made."""
    return InputRequired(message=_l("请选择一项。"))


def at_most(characters: int) -> Length:
    """A text of limited length."""
    return Length(max=characters, message=_l("最多 %(max)d 个字。"))


def between(lowest: int, highest: int) -> NumberRange:
    """A whole number within limits."""
    return NumberRange(lowest, highest, message=_l("请填写 %(min)s 到 %(max)s 之间的整数。"))


def text(
    label: str, characters: int, *, hint: str = "", optional: bool = False, public: bool = False
) -> StringField:
    """A line of text; of one that everybody will read, ``public`` says so beside the field."""
    first = Optional() if optional else required()
    checks = [first, at_most(characters), no_controls, *([nothing_personal] if public else [])]
    shown = _for_everybody(hint) if public else hint
    return StringField(label, checks, description=shown, filters=[_strip])


def name_text(label: str, characters: int, *, hint: str = "") -> StringField:
    """The name of a person or an organisation."""
    return StringField(
        label, [required(), at_most(characters), plain_name], description=hint, filters=[_strip]
    )


def long_text(
    label: str, characters: int, *, hint: str = "", optional: bool = False, public: bool = False
) -> TextAreaField:
    """Some lines of text; of those that everybody will read, ``public`` says so."""
    first = Optional() if optional else required()
    checks = [first, at_most(characters), no_controls, *([nothing_personal] if public else [])]
    shown = _for_everybody(hint) if public else hint
    return TextAreaField(label, checks, description=shown, filters=[_strip])


def _for_everybody(hint: str) -> str:
    """Return the hint of a text that everybody will read."""
    if not hint:
        return _l("将对外公开，请勿填写个人信息。")  # type: ignore[no-any-return]  # Babel ships no types
    return _l("%(hint)s将对外公开，请勿填写个人信息。", hint=hint)  # type: ignore[no-any-return]


def day(label: str, *, hint: str = "", optional: bool = False) -> "Day":
    """A calendar day."""
    first = Optional() if optional else InputRequired(message=_l("请填写此项。"))
    return Day(label, [first], description=hint)


def whole(
    label: str, lowest: int, highest: int, *, hint: str = "", optional: bool = False
) -> "Whole":
    """A whole number."""
    first = Optional() if optional else InputRequired(message=_l("请填写此项。"))
    return Whole(label, [first, between(lowest, highest)], description=hint)


def choice(label: str, choices: Sequence[tuple[str, str]], *, hint: str = "") -> "Choice":
    """One of several."""
    offered = [SelectChoice(value, words) for value, words in choices]
    return Choice(label, [chosen()], choices=offered, description=hint)


def radios(
    label: str, choices: Sequence[tuple[str, str]], *, hint: str = "", default: str | None = None
) -> "RadioChoice":
    """One of several, all of them shown with their words; ``default`` is chosen at first."""
    offered = [SelectChoice(value, words) for value, words in choices]
    return RadioChoice(label, [chosen()], choices=offered, description=hint, default=default)


def no_controls(form: object, field: Field) -> None:
    """Refuse control characters, and those that make a text read as what it is not."""
    del form
    if field.data and has_controls(field.data):
        raise ValidationError(_l("含有不能保存的控制字符，请删除后重新填写。"))


def nothing_personal(form: object, field: Field) -> None:
    """Refuse what identifies or reaches a person in words that everybody will read."""
    del form
    if field.data and (found := personal_in(field.data)):
        raise ValidationError(
            gettext(
                "这段文字将对外公开，其中含有%(what)s，不能提交。请删去，确需提供的放入不公开的材料。",
                what=gettext(found),
            )
        )


def plain_name(form: object, field: Field) -> None:
    """Refuse what is no name: a formula, markup, or something hidden."""
    del form
    if field.data and not is_plain_name(field.data):
        raise ValidationError(
            _l("名称不能以 =、+、-、@ 开头，也不能含有 <、> 或不可见字符。请照登记的名称填写。")
        )


def _visible(value: Any) -> Any:  # noqa: ANN401 - a field of money holds a number
    """Drop what nobody sees before anything is checked, counted or kept."""
    return visible(value) if isinstance(value, str) else value


def _strip(value: str | None) -> str | None:
    """Drop blanks around a text; a line ends with one character, as the browser counted it."""
    return visible(value).replace("\r\n", "\n") if value else value


class Day(DateField):
    """A date field whose complaint is in plain words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read ``YYYY-MM-DD``."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("请按 2026-01-31 的格式填写日期。")) from None


class Whole(IntegerField):
    """An integer field whose complaint is in plain words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read an integer small enough for any database."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("请填写整数。")) from None
        if self.data is not None and abs(self.data) >= 2**63:
            self.data = None
            raise ValueError(_l("数字太大。"))


class Choice(SelectField):
    """A select whose complaint is in plain words."""

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401 - WTForms' own signature
        """Refuse a value that was not offered."""
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(_l("请从列表中选择。")) from None


class RadioChoice(Choice):
    """One of several, all of them shown with their words."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


class Money(StringField):
    """An amount in yuan on the screen, in integer fen in ``data``."""

    highest_fen = 10**13  # a hundred billion yuan: beyond any need, within 53 bits

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(self.data) / 100:.2f}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read yuan with at most two decimals; commas and ¥ are allowed."""
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        yuan = plain_decimal(unicodedata.normalize("NFKC", typed).lstrip("¥ "))
        if yuan is None:
            raise ValueError(_l("请用数字填写金额，例如 12500.00 或 12,500.00（单位：元）。"))
        fen = yuan * 100
        if fen != fen.to_integral_value():
            raise ValueError(_l("金额最多保留两位小数。"))
        if not 0 <= fen <= self.highest_fen:
            raise ValueError(_l("金额须在 0 到 1000 亿元之间。"))
        self.data = int(fen)  # type: ignore[assignment]  # the stubs know StringField's text only


def money(label: str, *, hint: str = "", optional: bool = False) -> Money:
    """An amount in yuan."""
    first = Optional() if optional else InputRequired(message=_l("请填写此项。"))
    return Money(label, [first], description=hint)
