"""What a base of a fee may be called, so that an owner can type it in the same words. Pure."""

import re
from typing import Final

MONEY_UNITS: Final = ("元", "万元", "亿元")
# A unit as it stands in a line: it does not begin like a number.
UNIT: Final = r"[^\d\s,，.]\S*"
_NOT_IN_A_NAME: Final = frozenset("\n;；:：")
_NOT_IN_A_UNIT: Final = frozenset("()（）;；:：")


def is_name(name: str) -> bool:
    """Return whether an owner can type a name: a line would be read otherwise with some signs.

    Args:
        name: What a fee calls its base.

    Source: market.tariffs.inputs, whose lines are "name: number unit"; platform default.
    """
    return not _NOT_IN_A_NAME & set(name)


def is_unit(unit: str) -> bool:
    """Return whether a quantity can be counted in a unit: it is no money, and can be typed.

    Args:
        unit: What a firm or an owner wrote.

    Source: market.tariffs.inputs; platform default.
    """
    typed = re.fullmatch(UNIT, unit) is not None
    return typed and unit not in MONEY_UNITS and not _NOT_IN_A_UNIT & set(unit)
