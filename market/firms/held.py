"""What the State holds of a firm: read from its data platform's files, compared with the firm's.

Pure functions, no I/O. The platform writes one JSON file for each firm (docs/operate.md); what
cannot be read is refused with its reason and never guessed.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from market.catalogue.rules import QualificationKind
from market.codes import CreditCodeError, credit_code
from market.errors import MarketError, msgid
from market.firms.entry import FactField, FactValue
from market.firms.rules import FirmNature

E = TypeVar("E", bound=StrEnum)

KINDS: Final[Mapping[str, QualificationKind]] = {
    "行政许可": QualificationKind.LICENCE,
    "备案或登记": QualificationKind.FILING,
    "信用平台登记": QualificationKind.CREDIT_PLATFORM,
}
NATURES: Final[Mapping[str, FirmNature]] = {
    "企业": FirmNature.ENTERPRISE,
    "事业单位": FirmNature.INSTITUTION,
    "社会组织": FirmNature.SOCIAL,
}
_TEXTS: Final = {
    FactField.NAME: 200,
    FactField.LEGAL_REPRESENTATIVE: 50,
    FactField.REGISTERING_AUTHORITY: 100,
    FactField.REGISTERED_ADDRESS: 200,
    FactField.BUSINESS_SCOPE: 2000,
}
# A firm may leave these empty; what it does not state cannot be false.
_OPTIONAL: Final = {
    FactField.REGISTERED_CAPITAL_FEN,
    FactField.REGISTERING_AUTHORITY,
    FactField.REGISTERED_ADDRESS,
}
_DAYS: Final = (FactField.REGISTERED_ON, FactField.BUSINESS_UNTIL_ON)
_HEAD: Final = {"code", "source", "as_of_on", "licences", "nature", "registered_capital_fen"}
_LICENCE: Final = {"kind": 20, "name": 100, "number": 60, "issuer": 100}
_LICENCE_MAY: Final = {"major": 100, "grade": 10}
_LICENCE_DAYS: Final = ("valid_from_on", "valid_to_on")


class HeldError(MarketError):
    """A file of the data platform that cannot be read."""

    sentence = msgid("数据文件的“%(key)s”有误：%(why)s。请由数据平台更正后重新导出。")

    def __init__(self, key: str, why: str) -> None:
        super().__init__(key=key, why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLicence:
    """A licence, filing or registration: as the State holds it, or as a firm states it."""

    kind: QualificationKind
    name: str
    number: str
    issuer: str
    valid_from_on: date
    valid_to_on: date | None = None
    major: str = ""
    grade: str = "不分级"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the State holds of one firm, from which source and of which day."""

    code: str
    source: str
    as_of_on: date
    facts: Mapping[FactField, FactValue]
    licences: tuple[HeldLicence, ...]


class LicencePart(StrEnum):
    """What of a stated licence differs from what the State holds."""

    ABSENT = "absent"
    NAME = "name"
    MAJOR = "major"
    GRADE = "grade"
    ISSUER = "issuer"
    VALID_FROM_ON = "valid_from_on"
    VALID_TO_ON = "valid_to_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDifference:
    """A fact that the firm states otherwise than the State holds it."""

    field: FactField
    stated: FactValue
    held: FactValue


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceDifference:
    """A licence that the firm states otherwise, or that the State does not hold."""

    number: str
    name: str
    part: LicencePart
    stated: str = ""
    held: str = ""


def parse(content: bytes) -> Held:
    """Read one file of the data platform.

    Args:
        content: UTF-8 JSON, one object.

    Returns:
        What it says of one firm.

    Raises:
        HeldError: It cannot be read; the first thing that is wrong.

    Source: platform default (the format is this platform's own).
    """
    try:
        data = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise HeldError("文件", "不是 UTF-8 的 JSON") from None
    data = _object(data, "文件", _HEAD | {f.value for f in (*_TEXTS, *_DAYS)})
    facts: dict[FactField, FactValue] = {
        field: text
        for field, longest in _TEXTS.items()
        if (text := _text(data, field.value, longest, optional=field is not FactField.NAME))
    }
    facts |= {field: day for field in _DAYS if (day := _day(data, field.value, optional=True))}
    if (nature := _text(data, "nature", 10, optional=True)) != "":
        facts[FactField.NATURE] = _one_of(NATURES, nature, "nature")
    if (fen := data.get("registered_capital_fen")) is not None:
        facts[FactField.REGISTERED_CAPITAL_FEN] = _fen(fen)
    day = _day(data, "as_of_on")
    licences = data.get("licences", [])
    if not isinstance(licences, list):
        raise HeldError("licences", "应为列表")
    return Held(
        code=_code(data),
        source=_text(data, "source", 100),
        as_of_on=day or date.min,
        facts=facts,
        licences=tuple(map(_licence, licences)),
    )


def fact_differences(stated: Mapping[FactField, FactValue], held: Held) -> list[FactDifference]:
    """List the facts that the firm states otherwise than the State holds them.

    Args:
        stated: The firm's facts.
        held: What the State holds; what it does not hold cannot differ.

    Returns:
        In the order of ``FactField``. Width of characters and blanks do not count, nor what the
        firm was free to leave empty and did.

    Source: platform default.
    """
    return [
        FactDifference(field=field, stated=stated.get(field), held=held.facts[field])
        for field in FactField
        if field in held.facts
        and (stated.get(field) or field not in _OPTIONAL)
        and _plain(stated.get(field)) != _plain(held.facts[field])
    ]


def licence_differences(stated: Iterable[HeldLicence], held: Held) -> list[LicenceDifference]:
    """List what the State holds otherwise of the licences that a firm states, or not at all.

    Args:
        stated: The firm's licences. A licence is found by its kind, number and first day, else
            by kind and number.
        held: What the State holds.

    Returns:
        One difference for each part, licence by licence.

    Source: platform default.
    """
    found: list[LicenceDifference] = []
    for one in stated:
        same = [h for h in held.licences if h.kind is one.kind and _same(h.number, one.number)]
        if not same:
            absent = LicencePart.ABSENT
            found.append(LicenceDifference(number=one.number, name=one.name, part=absent))
            continue
        nearest = next((h for h in same if h.valid_from_on == one.valid_from_on), same[-1])
        found += _parts(one, nearest)
    return found


def not_stated(stated: Sequence[HeldLicence], held: Held) -> list[tuple[int, HeldLicence]]:
    """List the licences that the State holds and the firm has not stated, with their places.

    Args:
        stated: The firm's licences.
        held: What the State holds.

    Returns:
        Each with its place in ``held.licences``.

    Source: platform default.
    """
    return [
        (place, licence)
        for place, licence in enumerate(held.licences)
        if not any(
            one.kind is licence.kind
            and _same(one.number, licence.number)
            and one.valid_from_on == licence.valid_from_on
            for one in stated
        )
    ]


def _parts(one: HeldLicence, held: HeldLicence) -> list[LicenceDifference]:
    return [
        LicenceDifference(
            number=one.number,
            name=one.name,
            part=part,
            stated=_shown(getattr(one, part.value)),
            held=_shown(getattr(held, part.value)),
        )
        for part in LicencePart
        if part is not LicencePart.ABSENT
        and _plain(getattr(one, part.value)) != _plain(getattr(held, part.value))
    ]


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _plain(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return "".join(unicodedata.normalize("NFKC", value).split()).casefold()
    return value or None


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _licence(value: object) -> HeldLicence:
    data = _object(value, "licences", {*_LICENCE, *_LICENCE_MAY, *_LICENCE_DAYS})
    texts = {key: _text(data, key, longest) for key, longest in _LICENCE.items()}
    may = {key: _text(data, key, most, optional=True) for key, most in _LICENCE_MAY.items()}
    kind = _one_of(KINDS, texts.pop("kind"), "kind")
    from_on, to_on = _day(data, "valid_from_on"), _day(data, "valid_to_on", optional=True)
    if to_on is not None and from_on is not None and to_on < from_on:
        raise HeldError("valid_to_on", "早于有效期起")
    return HeldLicence(
        kind=kind,
        valid_from_on=from_on or date.min,
        valid_to_on=to_on,
        name=texts["name"],
        number=texts["number"],
        issuer=texts["issuer"],
        major=may["major"],
        grade=may["grade"] or "不分级",
    )


def _object(value: object, key: str, known: set[str]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise HeldError(key, "应为一个对象")
    if unknown := sorted(set(value) - known):
        raise HeldError("、".join(unknown)[:60], "不认识的字段")
    return value


def _text(data: Mapping[str, object], key: str, longest: int, *, optional: bool = False) -> str:
    value = data.get(key)
    if value is None and optional:
        return ""
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise HeldError(key, f"应为不超过 {longest} 字的文字")
    return value.strip()


def _day(data: Mapping[str, object], key: str, *, optional: bool = False) -> date | None:
    value = data.get(key)
    if value is None and optional:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise HeldError(key, "应为 2026-01-31 这样的日期") from None


def _fen(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**53:
        raise HeldError("registered_capital_fen", "应为以分为单位的正整数")
    return value


def _one_of(words: Mapping[str, E], text: str, key: str) -> E:
    if text not in words:
        raise HeldError(key, f"只能是 {'、'.join(words)} 之一")
    return words[text]


def _code(data: Mapping[str, object]) -> str:
    try:
        return credit_code(_text(data, "code", 18))
    except CreditCodeError:
        raise HeldError("code", "不是统一社会信用代码") from None
