"""Amounts as sentences name them: integer fen, never a float. Pure."""

import re
from decimal import Decimal
from typing import Final

_PLAIN: Final = re.compile(r"-?(?:\d{1,18}|\d{1,3}(?:[,，]\d{3}){1,5})(?:\.\d{0,9})?", re.ASCII)
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿", "亿亿")
_GROUP: Final = 10_000
_LEAST_FULL: Final = 1_000


def plain_decimal(typed: str) -> Decimal | None:
    """Return a number typed in figures; None for anything else, such as ``1e4``.

    Args:
        typed: Digits, a point, and commas between groups of three.

    Source: platform default.
    """
    if not _PLAIN.fullmatch(typed):
        return None
    return Decimal(typed.replace(",", "").replace("，", ""))


def yuan(fen: int) -> str:
    """Return an amount in yuan, exact to the fen.

    Args:
        fen: An amount; what is owed the other way round is negative.

    Returns:
        Such as ``98,000.00``, or ``−1.50``.

    Source: platform default.
    """
    mark = "−" if fen < 0 else ""
    return f"{mark}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def short_yuan(fen: int) -> str:
    """Return an amount in yuan, without the fen where there are none.

    Args:
        fen: An amount.

    Returns:
        Such as ``98,000``, or ``98,000.50``.

    Source: platform default.
    """
    return yuan(fen).removesuffix(".00")


def capitals(fen: int) -> str:
    """Return an amount in the capitals of Chinese documents, which no slip of a zero survives.

    Args:
        fen: An amount; a negative one begins with 负.

    Returns:
        Such as ``壹拾亿元整``, ``壹仟零伍元零叁分`` or ``伍角整``.

    Source: 支付结算办法（银发〔1997〕393号）附一 正确填写票据和结算凭证的基本规定.
    """
    whole, rest = divmod(abs(fen), 100)
    jiao, cents = divmod(rest, 10)
    said = f"{_integer(whole)}元" if whole or not rest else ""
    if jiao:
        said += f"{_DIGITS[jiao]}角"
    elif cents and whole:
        said += "零"
    said += f"{_DIGITS[cents]}分" if cents else "整"
    return f"负{said}" if fen < 0 else said


def _integer(whole: int) -> str:
    if not whole:
        return _DIGITS[0]
    groups: list[int] = []
    while whole:
        whole, group = divmod(whole, _GROUP)
        groups.append(group)
    said, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = True
            continue
        if said and (gap or group < _LEAST_FULL):
            said += _DIGITS[0]
        said += _thousands(group) + _GROUPS[place]
        gap = False
    return said


def _thousands(group: int) -> str:
    said, gap = "", False
    for place in range(len(_PLACES) - 1, -1, -1):
        digit = group // 10**place % 10
        if digit:
            said += (_DIGITS[0] if gap and said else "") + _DIGITS[digit] + _PLACES[place]
        gap = not digit
    return said
