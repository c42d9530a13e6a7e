"""Whether an amount or a time is far from what is usual: a slip of the keyboard, mostly. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_UNITS: Final = {"": 100, "万": 100 * 10**4, "亿": 100 * 10**8}
_INVESTMENT: Final = re.compile(
    r"(?:投资|概算|估算|造价|预算|建安费)[^\d，,。；;]{0,6}([\d,]{1,15})(?:\.(\d{1,6}))?(万|亿)?元"
)
PERCENT: Final = 100


def investment_of(scale: str) -> int | None:
    """Return the largest investment that a project's scale names, in fen.

    Args:
        scale: As it was typed, such as ``总投资300万元``.

    Returns:
        None if it names none.

    Source: platform default.
    """
    found = _INVESTMENT.finditer(unicodedata.normalize("NFKC", scale).replace(" ", ""))
    amounts = [_fen(*match.groups()) for match in found]
    return max(amounts, default=None)


def _fen(whole: str, decimals: str | None, unit: str | None) -> int:
    behind = decimals or ""
    digits = int((whole.replace(",", "") or "0") + behind)
    return digits * _UNITS[unit or ""] // int("1" + "0" * len(behind))


def median(amounts: Sequence[int]) -> int:
    """Return the middle amount, the lower of two.

    Args:
        amounts: In fen, at least one.

    Source: platform default.
    """
    return sorted(amounts)[(len(amounts) - 1) // 2]


def is_above(amount: int, base: int, percent: int) -> bool:
    """Say whether an amount is more than so many percent of another.

    Args:
        amount: In fen.
        base: In fen.
        percent: How many hundredths of ``base``.

    Source: platform default.
    """
    return amount * PERCENT > base * percent


def is_far_below(days: int, limit: int, percent: int) -> bool:
    """Say whether a time is less than so many percent of the catalogue's.

    Args:
        days: Working days.
        limit: The catalogue's.
        percent: How many hundredths of ``limit``.

    Source: platform default.
    """
    return days * PERCENT < limit * percent
