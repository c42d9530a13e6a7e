"""What a value of the rules says to a reader: amounts in yuan, terms with their unit, words."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from flask_babel import gettext, ngettext

from market.access import OrgKind
from market.affiliations.rules import Ground as AffiliationGround
from market.affiliations.rules import TicketRule
from market.affiliations.sanctions.rules import Reach
from market.catalogue.rules import QualificationKind
from market.clocks.card_rules import Trigger
from market.clocks.rules import CardStage
from market.credit.ledgers.rules import OwnerFault
from market.credit.rules import REPORTED, BreachKind, Evidence, Measure
from market.direct.funds_rules import Funds
from market.direct.rules import DirectGround
from market.documents.owner_rules import OwnerNature
from market.documents.rules import DocKind
from market.draws.rules import AlternatesKind, DrawMode
from market.errors import msgid
from market.firms.rules import FirmNature
from market.labels import label_of
from market.money import yuan
from market.needs.checks.rules import TITLES, Ground, Severity
from market.needs.labels import METHODS
from market.needs.methods import Method
from market.regulations import Clause
from market.web.language import words

Value = int | str | bool

NEVER: Final = "never"
SEVERITIES: Final[Mapping[Severity, str]] = MappingProxyType(
    {
        Severity.BLOCK: msgid("须删改"),
        Severity.JUSTIFY: msgid("须说明"),
        Severity.NOTE: msgid("提示"),
    }
)
GAMES: Final[Mapping[str, str]] = MappingProxyType({"cwl-kl8": msgid("公开彩票号码（福彩快乐8）")})
# Values that are members of an enum, by ``section.key``.
KINDS: Final[Mapping[str, type[StrEnum]]] = MappingProxyType(
    {
        "case.hearing_measures": Measure,
        "draw.alternates": AlternatesKind,
        "draw.contributors": OrgKind,
        "draw.modes": DrawMode,
        "firm.required": DocKind,
        "grounds.allowed": DirectGround,
        **{f"evidence.{each}": Evidence for each in REPORTED},
        "listing.direct_breaches": BreachKind,
        "owner.required": DocKind,
        "private_funds.kinds": Funds,
        "private_funds.owner_natures": OwnerNature,
        "promise.kinds": QualificationKind,
        "promise.natures": FirmNature,
        "sanctions.affiliates": Reach,
        "tickets.allowed": TicketRule,
        "tickets.rule": TicketRule,
        **{f"trigger.{each}": CardStage for each in Trigger},
    }
)
# Sections whose keys are members of an enum.
KEYS: Final[Mapping[str, type[StrEnum]]] = MappingProxyType(
    {
        "abandoned": DocKind,
        "kept": DocKind,
        "card_points": Trigger,
        "evidence": BreachKind,
        "owner_points": OwnerFault,
        "points": BreachKind,
        "refused": DocKind,
        "strength": AffiliationGround,
        "superseded": DocKind,
        "trigger": Trigger,
    }
)
RETENTION: Final = "document-retention"
_HOUR: Final = 60


def named(section: str, key: str) -> str:
    """Return what the program calls a key that is a member of one of its enums, or ``""``."""
    if section == "forbids" and key in set(Ground):
        return words(TITLES[Ground(key)])
    kind = KEYS.get(section)
    if kind is not None and key in set(kind):
        return words(label_of(kind(key)))
    return gettext("其他") if kind is DocKind and key == "other" else ""


def told(subject: str, path: str, clause: Clause, items: Mapping[str, str]) -> list[str]:
    """Return a clause's value in words, one text for each of several.

    Args:
        subject: What its instrument is about.
        path: ``section.key``.
        clause: The clause.
        items: Names of service items by code.
    """
    values: tuple[Value, ...] = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    return [_one(subject, path, value, items) for value in values]


def _one(subject: str, path: str, value: Value, items: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    if isinstance(value, str):
        return _word(path, value, items)
    key = path.rpartition(".")[2]
    if subject == RETENTION:
        key = "days"
    if "_bp" in key:
        return _percent(value)
    if "percent" in key:
        return f"{value}%"
    parts = key.split("_")
    for unit, shown in UNITS.items():
        if unit in parts:
            return shown(value, parts)
    return str(value)


def _word(path: str, value: str, items: Mapping[str, str]) -> str:
    kind = KINDS.get(path)
    if kind is not None and value in set(kind):
        return words(label_of(kind(value)))
    if path == "methods.allowed" and value in set(Method):
        return words(METHODS[Method(value)].name)
    if value in set(Severity) and path.rpartition(".")[2].endswith(("severity", "mention")):
        return words(SEVERITIES[Severity(value)])
    if value in GAMES:
        return words(GAMES[value])
    if value == NEVER:
        return str(gettext("不要求"))
    return f"{value} {items[value]}" if value in items else value


def _percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def _days(number: int, parts: list[str]) -> str:
    if "working" in parts:
        return str(ngettext("%(num)s 个工作日", "%(num)s 个工作日", number))
    return str(ngettext("%(num)s 天", "%(num)s 天", number))


def _minutes(number: int, _parts: list[str]) -> str:
    if number and number % _HOUR == 0:
        return _hours(number // _HOUR, [])
    return str(ngettext("%(num)s 分钟", "%(num)s 分钟", number))


def _hours(number: int, _parts: list[str]) -> str:
    return str(ngettext("%(num)s 小时", "%(num)s 小时", number))


def _seconds(number: int, _parts: list[str]) -> str:
    if number and number % _HOUR == 0:
        return _minutes(number // _HOUR, [])
    return str(ngettext("%(num)s 秒", "%(num)s 秒", number))


UNITS: Final[Mapping[str, Callable[[int, list[str]], str]]] = MappingProxyType(
    {
        "fen": lambda number, _parts: f"¥{yuan(number)}",
        "days": _days,
        "months": lambda number, _parts: ngettext("%(num)s 个月", "%(num)s 个月", number),
        "years": lambda number, _parts: ngettext("%(num)s 年", "%(num)s 年", number),
        "hours": _hours,
        "minutes": _minutes,
        "seconds": _seconds,
    }
)
