"""Reading the catalogue."""

from datetime import date

from market.catalogue.aliases import names
from market.catalogue.files import current_catalogue
from market.catalogue.rules import Group, Item
from market.errors import MissingError, msgid


class UnknownItemError(MissingError):
    """No item of that code is in force on the day."""

    sentence = msgid(
        "服务事项清单中没有编码%(code)s，或该事项在%(day)s不适用。请从事项清单中选择。"
    )

    def __init__(self, code: str, day: date) -> None:
        super().__init__(code=code, day=day)


def all_items(day: date) -> tuple[Item, ...]:
    """Return the items in force on a day, in order of code."""
    return tuple(current_catalogue().on(day).values())


def item(code: str, day: date) -> Item:
    """Return the item with a code as it stands on a day.

    Raises:
        UnknownItemError: No such item is in force on the day.
    """
    found = current_catalogue().on(day).get(code)
    if found is None:
        raise UnknownItemError(code, day)
    return found


def groups() -> tuple[Group, ...]:
    """Return the top groups, in order of code."""
    return current_catalogue().groups()


def incompatible_items(of: Item, day: date) -> tuple[Item, ...]:
    """Return the items one firm must not do on the same project as ``of``.

    It does not matter which of the two entries names the other.
    """
    return tuple(
        other
        for other in all_items(day)
        if other.code in of.incompatible_with or of.code in other.incompatible_with
    )


def are_incompatible(one: Item, other: Item) -> bool:
    """Say whether one firm must not do both items on the same project."""
    return other.code in one.incompatible_with or one.code in other.incompatible_with


def search(text: str, day: date) -> tuple[Item, ...]:
    """Return the items whose code, names, scope or qualifications contain every word.

    A short name that everybody uses (``market/catalogue/words``) finds its items too.
    """
    words = text.casefold().split()
    return tuple(found for found in all_items(day) if all(_has(found, word) for word in words))


def grouped(items: tuple[Item, ...]) -> tuple[tuple[Group, tuple[Item, ...]], ...]:
    """Return items under their groups; groups without an item are left out."""
    by_group = (
        (group, tuple(i for i in items if i.group.code == group.code)) for group in groups()
    )
    return tuple((group, members) for group, members in by_group if members)


def _has(found: Item, word: str) -> bool:
    haystack = _haystack(found)
    return word in haystack or names(found.code, word, haystack)


def _haystack(of: Item) -> str:
    needs = (need.name for need in of.qualifications)
    words = (of.code, of.name_zh, of.name_en, of.scope, of.result_zh, of.group.name_zh, *needs)
    return "\n".join(words).casefold()
