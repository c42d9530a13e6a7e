"""What a reader typed in an address, read as a question to the calculator. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from market.tariffs.errors import (
    NegativeBaseError,
    NoBaseError,
    NoVariantError,
    OtherVariantError,
    UnreadableNumberError,
    UnreadableUnitError,
    VariantOpenError,
)
from market.tariffs.numbers import NotANumberError, read_number
from market.tariffs.rules import Asked, PartAsked, Standard, Variant
from market.tariffs.steps import FEN_PER_WAN, FEN_PER_YUAN

MOST_PARTS: Final = 6
_PARTS: Final = frozenset(str(number) for number in range(1, MOST_PARTS + 1))
UNITS: Final[Mapping[str, int]] = MappingProxyType({"wan": FEN_PER_WAN, "yuan": FEN_PER_YUAN})

Typed = Mapping[str, Sequence[str]]


def first(typed: Typed, name: str) -> str:
    """Return what was typed in a field, without blanks around it; nothing is ``""``.

    Args:
        typed: Every field with all its values.
        name: The field.

    Returns:
        Its first value.

    Source:
        Platform default.
    """
    values = typed.get(name, ())
    return values[0].strip() if values else ""


def field_of(name: str, number: int) -> str:
    """Return the name of a field of the n-th part: the first part's has no number.

    Args:
        name: The field's name in the first part.
        number: Which part, from 1.

    Returns:
        Its name in the address.

    Source:
        Platform default.
    """
    return name if number == 1 else f"{name}-{number}"


def parts_shown(standard: Standard, typed: Typed) -> int:
    """Return how many parts the form shows.

    Args:
        standard: The table; most know one part only.
        typed: Every field with all its values.

    Returns:
        From 1 to ``MOST_PARTS``.

    Source:
        Platform default.
    """
    if not standard.several_parts:
        return 1
    text = first(typed, "parts")
    shown = int(text) if text in _PARTS else 1
    return min(shown + 1, MOST_PARTS) if first(typed, "more") else shown


def variant_asked(standard: Standard, typed: Typed) -> Variant:
    """Return the column asked for, or the first.

    Args:
        standard: The table.
        typed: Every field with all its values.

    Returns:
        One of the table's columns.

    Raises:
        UnknownVariantError: The address names one that there is not.

    Source:
        Platform default.
    """
    code = first(typed, "variant")
    return standard.variant(code) if code else standard.variants[0]


def variant_of_item(standard: Standard, typed: Typed, item_code: str) -> Variant:
    """Return the column asked for, or the first that is the item's.

    Args:
        standard: The table.
        typed: Every field with all its values.
        item_code: The item that is to be priced.

    Returns:
        A column that is the standard of the item.

    Raises:
        UnknownVariantError: The address names one that there is not.
        OtherVariantError: It names one of another service.
        NoVariantError: The table has none for the item.

    Source:
        The table's file (``items`` of each column).
    """
    own = standard.variants_for(item_code)
    if not own:
        raise NoVariantError
    code = first(typed, "variant")
    wanted = standard.variant(code) if code else own[0]
    if wanted not in own:
        raise OtherVariantError(wanted.name.zh)
    return wanted


def require_variant(standard: Standard, typed: Typed, item_code: str) -> None:
    """Refuse a question that does not say which of the item's columns it means.

    Args:
        standard: The table.
        typed: Every field with all its values.
        item_code: The item that is to be priced.

    Raises:
        UnknownVariantError, OtherVariantError, NoVariantError: See ``variant_of_item``.
        VariantOpenError: The item has several columns, and none is named.

    Source:
        Platform default: what binds an award is stated, and never the first of a list.
    """
    variant_of_item(standard, typed, item_code)
    own = standard.variants_for(item_code)
    # A question without a column means the table's first, here as everywhere it is computed.
    if not first(typed, "variant") and (len(own) > 1 or own[0] != standard.variants[0]):
        raise VariantOpenError("、".join(one.name.zh for one in own))


def asked(standard: Standard, variant: Variant, typed: Typed) -> Asked:
    """Read a whole question.

    Args:
        standard: The table.
        variant: The column.
        typed: Every field with all its values; an amount is in the unit that ``unit`` names.

    Returns:
        The question, in fen.

    Raises:
        CalculationError: Something cannot be read; the error names its field.

    Source:
        Platform default.
    """
    scale = unit_asked(typed)
    parts = [
        part
        for number in range(1, parts_shown(standard, typed) + 1)
        if (part := _part(standard, variant, typed, number, scale)) is not None
    ]
    if not parts:
        raise NoBaseError
    return Asked(
        variant=variant.code,
        parts=tuple(parts),
        float_bp=_basis_points(typed, "float"),
        discount_bp=_basis_points(typed, "discount"),
    )


def unit_asked(typed: Typed) -> int:
    """Return how many fen one unit of the amounts typed is.

    Args:
        typed: Every field with all its values; without ``unit`` it is ten thousand yuan.

    Returns:
        1 000 000 for ten thousand yuan, 100 for yuan.

    Raises:
        UnreadableUnitError: It is neither.

    Source:
        Issue 4, Fees: amounts are entered with the unit stated.
    """
    unit = first(typed, "unit") or "wan"
    if unit not in UNITS:
        raise UnreadableUnitError
    return UNITS[unit]


def amount_asked(typed: Typed, name: str, scale: int) -> Fraction | None:
    """Return an amount or a quantity, or none if the field was left empty.

    Args:
        typed: Every field with all its values.
        name: The field.
        scale: What one unit of it is worth.

    Returns:
        The number times the scale, exact.

    Raises:
        UnreadableNumberError: It is no plain number.
        NegativeBaseError: It is below zero.

    Source:
        Platform default.
    """
    text = first(typed, name)
    if not text:
        return None
    number = _number(text, name)
    if number < 0:
        raise NegativeBaseError(name)
    return number * scale


def _part(
    standard: Standard, variant: Variant, typed: Typed, number: int, scale: int
) -> PartAsked | None:
    def amount(name: str, one: int) -> Fraction | None:
        return amount_asked(typed, field_of(name, number), one)

    base = amount("base", 1 if variant.counts else scale)
    if base is None:
        return None
    chosen = {
        factor.code: values
        for factor in variant.factors
        if (values := _values(typed, field_of(f"f-{factor.code}", number), joined=factor.joined))
    }
    part = PartAsked(
        base=base,
        price_fen=amount("price", FEN_PER_YUAN) if variant.asks_price else None,
        chosen=MappingProxyType(chosen),
        extras=tuple(
            extra.code
            for extra in variant.extras
            if first(typed, field_of(f"x-{extra.code}", number))
        ),
    )
    if variant.performance is not None:
        part = replace(part, change_fen=amount("change", scale) or Fraction(0))
    if standard.equipment_share_bp is not None:
        part = replace(part, equipment_fen=amount("equipment", scale))
    return part


def _values(typed: Typed, name: str, *, joined: bool) -> tuple[str, ...]:
    texts = [text.strip() for text in typed.get(name, ())]
    if joined:
        texts = [word for text in texts for word in text.replace("、", " ").split()]
    return tuple(text for text in texts if text)


def _basis_points(typed: Typed, name: str) -> int:
    text = first(typed, name)
    if not text:
        return 0
    points = _number(text.lstrip("+").rstrip("%％"), name) * 100
    if points.denominator != 1:
        raise UnreadableNumberError(text, name)
    return int(points)


def _number(text: str, name: str) -> Fraction:
    try:
        return read_number(text)
    except NotANumberError:
        raise UnreadableNumberError(text, name) from None
