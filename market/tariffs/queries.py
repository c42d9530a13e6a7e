"""Which fee tables there are on a day, and which of them an item or a firm's fee names."""

from datetime import date
from typing import Final

from market.catalogue.rules import Item
from market.firms import fee_standards
from market.firms.fee_standards import Listed
from market.tariffs.errors import UnknownTableError
from market.tariffs.files import current_standards
from market.tariffs.rules import Standard, Standing

_BRACKETS: Final = str.maketrans("〔〕［］【】（）()", "[][][][][]")


def all_standards(day: date) -> tuple[Standard, ...]:
    """Return the tables that apply on a day, the former standards of the State first."""
    weight = list(Standing).index
    found = current_standards().on(day).values()
    return tuple(sorted(found, key=lambda one: (weight(one.standing), one.id)))


def standard(table: str, day: date) -> Standard:
    """Return a table by its id.

    Raises:
        UnknownTableError: None of that id applies on the day.
    """
    found = current_standards().on(day).get(table)
    if found is None:
        raise UnknownTableError(table[:60])
    return found


def for_item(item: Item, day: date) -> tuple[Standard, ...]:
    """Return the tables for an item.

    A table says which items it is for; one that says nothing is for those that name its document.
    """
    number = _plain(item.fee.number)
    return tuple(
        one
        for one in all_standards(day)
        if item.code in one.items
        or (not one.items and number and number == _plain(one.document.number))
    )


def named_in(text: str, item_code: str, day: date) -> Standard | None:
    """Return the table whose document a text names by its number, or none.

    Of several that share the number it is the item's own; of several documents, the last named.
    """
    plain = _plain(text)
    places = [
        (item_code in one.items, plain.rfind(number), one)
        for one in all_standards(day)
        if (number := _plain(one.document.number)) and number in plain
    ]
    return max(places, key=lambda place: place[:2])[2] if places else None


def listed(day: date) -> list[Listed]:
    """Return the tables of a day as firms may name them."""
    return [
        Listed(
            one.id, one.name.zh, " ".join(filter(None, (one.document.title, one.document.number)))
        )
        for one in all_standards(day)
    ]


def _plain(number: str) -> str:
    """Return a document's number as it is compared: brackets of one kind, no blanks."""
    return "".join(number.translate(_BRACKETS).split())


fee_standards.provide(listed)
