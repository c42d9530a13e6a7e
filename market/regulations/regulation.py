"""One instrument: its values, each with its source, looked up by ``section.key``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from market.errors import MarketError, msgid

PLATFORM_DEFAULT: Final = "platform default"

Value = int | str | bool | tuple[str, ...] | tuple[int, ...]


class NoRegulationError(MarketError):
    """Not exactly one instrument is in force on the day."""

    sentence = msgid(
        "%(day)s没有唯一有效的“%(subject)s”规则（找到%(found)s件）。"
        "请联系运营机构核对规则文件的施行与废止日期。"
    )

    def __init__(self, subject: str, day: date, found: int) -> None:
        super().__init__(subject=subject, day=day, found=found)


class NoClauseError(MarketError):
    """The instrument fixes no such value."""

    sentence = msgid("规则“%(title)s”没有“%(key)s”这一项。请联系运营机构补充规则文件。")

    def __init__(self, title: str, key: str) -> None:
        super().__init__(title=title, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One value and where it comes from: a clause of the instrument, or the platform itself.

    ``confirm`` marks what nobody has checked against the official text yet; ``supplied_by`` names
    the shipped file that says what a city's older file does not.
    """

    value: Value
    clause: str = ""
    source: str = ""
    note: str = ""
    confirm: bool = False
    supplied_by: str = ""

    @property
    def is_platform_default(self) -> bool:
        """Whether no law fixes the value."""
        return self.source == PLATFORM_DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """One instrument. Values are looked up by ``section.key``; a missing one is loud."""

    id: str
    subject: str
    title: str
    issuer: str
    document_number: str
    source: str
    effective_from: date
    repeals: tuple[str, ...]
    clauses: Mapping[str, Clause]
    digest: str
    file: str
    shipped: bool = False

    def __getitem__(self, key: str) -> Value:
        return self._clause(key).value

    def __contains__(self, key: str) -> bool:
        return key in self.clauses

    def integer(self, key: str) -> int:
        """Return a number.

        Raises:
            NoClauseError: The instrument has no number under the key.
        """
        value = self[key]
        if isinstance(value, bool) or not isinstance(value, int):
            raise NoClauseError(self.title, key)
        return value

    def flag(self, key: str) -> bool:
        """Return an on/off clause.

        Raises:
            NoClauseError: The instrument has no such clause under the key.
        """
        value = self[key]
        if not isinstance(value, bool):
            raise NoClauseError(self.title, key)
        return value

    def text(self, key: str) -> str:
        """Return a text.

        Raises:
            NoClauseError: The instrument has no text under the key.
        """
        value = self[key]
        if not isinstance(value, str):
            raise NoClauseError(self.title, key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts.

        Raises:
            NoClauseError: The instrument has no list of texts under the key.
        """
        value = self[key]
        if not isinstance(value, tuple):
            raise NoClauseError(self.title, key)
        return tuple(item for item in value if isinstance(item, str))

    def integers(self, key: str) -> tuple[int, ...]:
        """Return a list of numbers.

        Raises:
            NoClauseError: The instrument has no list of numbers under the key.
        """
        value = self[key]
        if not isinstance(value, tuple):
            raise NoClauseError(self.title, key)
        return tuple(item for item in value if isinstance(item, int))

    def clause_of(self, key: str) -> str:
        """Return where a value comes from: the clause's number, or ``platform default``.

        Raises:
            NoClauseError: The instrument has no such value.
        """
        clause = self._clause(key)
        return clause.clause or clause.source

    def _clause(self, key: str) -> Clause:
        try:
            return self.clauses[key]
        except KeyError:
            raise NoClauseError(self.title, key) from None
