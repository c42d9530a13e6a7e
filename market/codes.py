"""Numbers that identify: 统一社会信用代码, telephone numbers, identity numbers. Pure functions.

Sources: GB 32100-2015 (with amendment 1 of 2016), GB 11714-1997, GB/T 17710-2008, GB 11643-1999.
"""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from market.errors import MarketError, msgid

# I, O, S, V and Z are left out: they look like 1, 0, 5, U and 2.
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH: Final = 18
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
# The body is an organisation code (GB 11714), whose own values run over the whole alphabet.
_BODY_VALUES: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BODY_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_BODY_CHECKS: Final = "0123456789X"

REGISTRIES: Final = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监督管理",
    "A": "中央军委改革和编制办公室",
    "N": "农业农村",
    "Y": "其他",
}
# GB/T 2260: 10 is the nation, the rest are provinces.
PROVINCES: Final = frozenset(
    str(number)
    for numbers in (
        range(10, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82),
    )
    for number in numbers
)


class CreditCodeError(MarketError):
    """The text is not a 统一社会信用代码."""


class CodeLengthError(CreditCodeError):
    """It does not have 18 characters."""

    sentence = msgid(
        "统一社会信用代码应为18位，您填写了%(length)s位。请对照营业执照或法人登记证重新填写。"
    )

    def __init__(self, length: int) -> None:
        super().__init__(length=length)


class CodeCharacterError(CreditCodeError):
    """A character is outside the alphabet."""

    sentence = msgid(
        "统一社会信用代码第%(place)s位“%(character)s”不是允许的字符："
        "只能是数字和大写字母，不含 I、O、S、V、Z。请核对。"
    )

    def __init__(self, place: int, character: str) -> None:
        super().__init__(place=place, character=character)


class CodeRegistryError(CreditCodeError):
    """Position 1 names no registering authority."""

    sentence = msgid(
        "统一社会信用代码第1位“%(character)s”不是已知的登记管理部门代码。请对照证照核对。"
    )

    def __init__(self, character: str) -> None:
        super().__init__(character=character)


class CodeRegionError(CreditCodeError):
    """Positions 3 to 8 are no administrative division."""

    sentence = msgid("统一社会信用代码第3至8位“%(region)s”不是行政区划码。请对照证照核对。")

    def __init__(self, region: str) -> None:
        super().__init__(region=region)


class CodeCheckError(CreditCodeError):
    """Position 18 is not the check character of the first 17."""

    sentence = msgid("统一社会信用代码的校验码不符，可能有一位填错或两位颠倒。请对照证照逐位核对。")


class CodeBodyError(CreditCodeError):
    """Position 17 is not the check character of the organisation code inside."""

    sentence = msgid(
        "统一社会信用代码第9至17位（组织机构代码）的校验码不符。请对照证照逐位核对；"
        "证照确实如此的，请联系运营机构。"
    )


class PhoneError(MarketError):
    """The text is not a telephone number."""

    sentence = msgid("“%(number)s”不是有效的电话号码。请填写11位手机号，或带区号的座机号。")

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


class IdNumberError(MarketError):
    """The text is not a citizen's identity number. The sentence does not repeat it."""

    sentence = msgid("身份证号码不正确。请对照居民身份证填写18位号码，末位为 X 的填 X。")


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A 统一社会信用代码 taken apart, with everything that is wrong with it."""

    text: str
    errors: tuple[CreditCodeError, ...]

    @property
    def is_valid(self) -> bool:
        """Whether both check characters are right and every part is one."""
        return not self.errors

    @property
    def registry(self) -> str:
        """The registering authority's character."""
        return self.text[:1]

    @property
    def prefix(self) -> str:
        """Registering authority and kind of organisation, such as 91 for a company."""
        return self.text[:2]

    @property
    def region(self) -> str:
        """The division of the registering authority."""
        return self.text[2:8]

    @property
    def body(self) -> str:
        """The organisation code, its own check character included."""
        return self.text[8:17]


def normalise(text: str) -> str:
    """Return a code as it is stored: half-width, upper case, without spaces and hyphens.

    Args:
        text: What a person typed or a spreadsheet holds.

    Returns:
        The text with typing habits removed; nothing is guessed (O stays O).
    """
    return re.sub(r"[\s\-‐-―]", "", unicodedata.normalize("NFKC", text)).upper()


def read_credit_code(text: str) -> CreditCode:
    """Take a 统一社会信用代码 apart and list what is wrong with it.

    Both check characters must be right. The standard builds positions 9 to 17 by GB 11714
    without exception, so a wrong inner check is an error like the outer one; a firm whose
    licence really bears such a code is sent to the operator.

    Args:
        text: The code as typed.

    Returns:
        The normalised code and its errors, none if it is valid.

    Source: GB 32100-2015 sections 4 and 5; GB 11714-1997 section 5.
    """
    code = normalise(text)
    if len(code) != LENGTH:
        return CreditCode(code, (CodeLengthError(len(code)),))
    for place, character in enumerate(code, start=1):
        if character not in ALPHABET:
            return CreditCode(code, (CodeCharacterError(place, character),))
    errors: list[CreditCodeError] = []
    if code[0] not in REGISTRIES:
        errors.append(CodeRegistryError(code[0]))
    if not code[2:8].isdigit() or code[2:4] not in PROVINCES:
        errors.append(CodeRegionError(code[2:8]))
    if code[17] != check_character(code[:17]):
        errors.append(CodeCheckError())
    if code[16] != body_check_character(code[8:16]):
        errors.append(CodeBodyError())
    return CreditCode(code, tuple(errors))


def credit_code(text: str, *, field: str = "credit_code") -> str:
    """Return a valid 统一社会信用代码 as it is stored.

    Args:
        text: The code as typed.
        field: The form field to blame.

    Returns:
        18 characters.

    Raises:
        CreditCodeError: The first thing that is wrong with it.

    Source: GB 32100-2015.
    """
    code = read_credit_code(text)
    for error in code.errors:
        error.field = field
        raise error
    return code.text


def check_character(first_17: str) -> str:
    """Return the 18th character of a code.

    Args:
        first_17: Positions 1 to 17.

    Returns:
        The character that makes the weighted sum a multiple of 31.

    Source: GB 32100-2015 section 5, GB/T 17710 MOD 31.
    """
    total = sum(ALPHABET.index(c) * w for c, w in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def body_check_character(first_8: str) -> str:
    """Return the ninth character of an organisation code.

    Args:
        first_8: The organisation code without its check character.

    Returns:
        A digit, or X for ten.

    Source: GB 11714-1997 section 5.
    """
    total = sum(_BODY_VALUES.index(c) * w for c, w in zip(first_8, _BODY_WEIGHTS, strict=True))
    return _BODY_CHECKS[-total % 11]


def make_code(prefix: str, region: str, body: str) -> str:
    """Return a well-formed code for demonstrations and tests, both check characters right.

    Args:
        prefix: Registering authority and kind, such as 91.
        region: Six digits of GB/T 2260.
        body: Eight characters of the alphabet.

    Returns:
        18 characters.

    Raises:
        ValueError: The parts do not make a code.
    """
    first_17 = prefix + region + body + body_check_character(body)
    code = first_17 + check_character(first_17)
    if errors := read_credit_code(code).errors:
        raise ValueError(f"{prefix} {region} {body}: {errors[0]}")
    return code


_MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE: Final = re.compile(r"0\d{2,3}\d{7,8}|[48]00\d{7}", re.ASCII)
_HOTLINE: Final = re.compile(r"1\d{4}|9\d{4,5}", re.ASCII)


def mobile(text: str, *, field: str = "mobile") -> str:
    """Return a mainland mobile number as 11 digits.

    Args:
        text: The number as typed, +86 allowed.
        field: The form field to blame.

    Returns:
        11 digits.

    Raises:
        PhoneError: It is not one.
    """
    number = normalise(text).removeprefix("+86")
    if not _MOBILE.fullmatch(number):
        raise _blame(PhoneError(text), field)
    return number


def phone(text: str, *, field: str = "phone", hotline: bool = False) -> str:
    """Return a mobile, landline or service number as digits.

    Args:
        text: The number as typed; a landline needs its area code.
        field: The form field to blame.
        hotline: Whether short public numbers such as 12345 will do.

    Returns:
        Digits only.

    Raises:
        PhoneError: It is not a number one can dial.
    """
    number = re.sub(r"[()（）]", "", normalise(text)).removeprefix("+86")
    kinds = (_MOBILE, _LANDLINE, _HOTLINE) if hotline else (_MOBILE, _LANDLINE)
    if not any(kind.fullmatch(number) for kind in kinds):
        raise _blame(PhoneError(text), field)
    return number


def phone_shown(number: str) -> str:
    """Return a number as people read it: a landline's area code apart from the rest.

    Args:
        number: Digits, as ``phone`` returns them; anything else is returned as it is.

    Returns:
        Such as ``0839-7200045``, ``010-65551234`` or ``400-810-1234``.

    Source: platform default; area codes of three digits are 010 and 02x.
    """
    if not _LANDLINE.fullmatch(number):
        return number
    if not number.startswith("0"):
        return f"{number[:3]}-{number[3:6]}-{number[6:]}"
    area = 3 if number[1] in "12" else 4
    return f"{number[:area]}-{number[area:]}"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A citizen's identity number. Keep only ``masked`` and ``digest``; never the number."""

    number: str
    birth_on: date

    @property
    def masked(self) -> str:
        """The number as screens may show it."""
        return f"{self.number[:4]}{'*' * 10}{self.number[-4:]}"

    def digest(self, key: bytes) -> str:
        """Return a keyed digest by which one person is recognised again.

        A plain hash would not do: the numbers are few enough to try them all.
        """
        return hmac.new(key, self.number.encode("ascii"), hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        return f"IdNumber({self.masked})"


def id_number(text: str, *, field: str = "id_number") -> IdNumber:
    """Return a citizen's identity number that is well formed.

    Args:
        text: The number as typed.
        field: The form field to blame.

    Returns:
        The number and the birthday it carries.

    Raises:
        IdNumberError: Length, division, birthday or check character is wrong.

    Source: GB 11643-1999 sections 4 and 5 (MOD 11-2).
    """
    number = normalise(text)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number) or number[:2] not in PROVINCES:
        raise _blame(IdNumberError(), field)
    try:
        birth_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise _blame(IdNumberError(), field) from None
    total = sum(int(c) * pow(2, 17 - place, 11) for place, c in enumerate(number[:17]))
    if number[17] != "0123456789X"[(1 - total) % 11]:
        raise _blame(IdNumberError(), field)
    return IdNumber(number, birth_on)


def _blame(error: MarketError, field: str) -> MarketError:
    error.field = field
    return error
