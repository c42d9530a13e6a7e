"""What a member of a log entry may hold, and how it looks in JSON.

A member is a dataclass field whose metadata names its kind. A kind checks in both directions,
so an entry that breaks its schema can neither be read nor be made.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol, Self

from lottery.encoding import MAX_INTEGER, JsonValue, unhex
from lottery.errors import EntryError

_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:@/-]{0,63}")
_REASON = re.compile(r"[a-z][a-z0-9_]{0,63}")
# Unicode calls these control characters (category Cc).
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# GB 32100-2015: 18 characters, never I, O, S, V or Z.
_FIRM = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_LONGEST_TEXT = 200


class Kind(Protocol):
    """One sort of member. Both methods raise ValueError with a reason."""

    def to_json(self, value: Any) -> JsonValue:  # noqa: ANN401 - what a caller may pass is checked
        """Return the JSON form of a valid value."""

    def from_json(self, value: JsonValue) -> Any:  # noqa: ANN401 - each kind has its own type
        """Return the value of a valid JSON form."""


class _Same(ABC):
    """A kind whose value is its own JSON form."""

    def to_json(self, value: JsonValue) -> JsonValue:
        """Return the value, checked."""
        self.check(value)
        return value

    def from_json(self, value: JsonValue) -> JsonValue:
        """Return the value, checked."""
        self.check(value)
        return value

    @abstractmethod
    def check(self, value: object) -> None:
        """Raise ValueError if this is no value of the kind."""


@dataclass(frozen=True, slots=True)
class Whole(_Same):
    """A whole number within bounds."""

    least: int = 0
    most: int = MAX_INTEGER

    def check(self, value: object) -> None:
        """Raise ValueError unless this is a whole number within the bounds."""
        if type(value) is not int or not self.least <= value <= self.most:
            raise ValueError(f"expected a whole number from {self.least} to {self.most}")


@dataclass(frozen=True, slots=True)
class Flag(_Same):
    """True or false."""

    def check(self, value: object) -> None:
        """Raise ValueError unless this is true or false."""
        if type(value) is not bool:
            raise ValueError("expected true or false")


@dataclass(frozen=True, slots=True)
class Hex(_Same):
    """Bytes of one length, as lower-case hexadecimal text."""

    size: int

    def check(self, value: object) -> None:
        """Raise ValueError unless this is so many bytes in hexadecimal."""
        if not isinstance(value, str):
            raise ValueError(f"expected {2 * self.size} characters 0-9a-f")  # noqa: TRY004 - of data
        unhex(value, self.size)


@dataclass(frozen=True, slots=True)
class Pattern(_Same):
    """Text that fully matches a pattern."""

    pattern: re.Pattern[str]
    described: str

    def check(self, value: object) -> None:
        """Raise ValueError unless this is text of the pattern."""
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise ValueError(f"expected {self.described}")


@dataclass(frozen=True, slots=True)
class Text(_Same):
    """One line of text in any script."""

    def check(self, value: object) -> None:
        """Raise ValueError unless this is one line of at most 200 characters."""
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TEXT:
            raise ValueError(f"expected 1 to {_LONGEST_TEXT} characters")
        if _CONTROL.search(value):
            raise ValueError("expected no control characters")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed set of words."""

    allowed: tuple[StrEnum, ...]

    def to_json(self, value: object) -> JsonValue:
        """Return the word."""
        return str(self._find(value))

    def from_json(self, value: JsonValue) -> StrEnum:
        """Return the member of the set."""
        return self._find(value)

    def _find(self, value: object) -> StrEnum:
        for word in self.allowed:
            if isinstance(value, str) and word == value:
                return word
        raise ValueError(f"expected one of {', '.join(self.allowed)}")


@dataclass(frozen=True, slots=True)
class Maybe:
    """Null, or a value of another kind."""

    kind: Kind

    def to_json(self, value: object) -> JsonValue:
        """Return null or the inner form."""
        return None if value is None else self.kind.to_json(value)

    def from_json(self, value: JsonValue) -> object:
        """Return None or the inner value."""
        return None if value is None else self.kind.from_json(value)


@dataclass(frozen=True, slots=True)
class Tuple:
    """A list of values of one kind, which may have to differ from one another."""

    kind: Kind
    most: int
    least: int = 0
    distinct: bool = False

    def to_json(self, value: object) -> JsonValue:
        """Return the list of inner forms."""
        if not isinstance(value, tuple):
            raise ValueError("expected a tuple")  # noqa: TRY004 - of data
        return list(self._counted([self.kind.to_json(item) for item in value]))

    def from_json(self, value: JsonValue) -> tuple[object, ...]:
        """Return the tuple of inner values."""
        if not isinstance(value, list):
            raise ValueError("expected a list")  # noqa: TRY004 - of data
        self._counted(value)
        return tuple(self.kind.from_json(item) for item in value)

    def _counted(self, items: list[JsonValue]) -> list[JsonValue]:
        if not self.least <= len(items) <= self.most:
            raise ValueError(f"expected {self.least} to {self.most} items")
        if self.distinct and any(item in items[:place] for place, item in enumerate(items)):
            raise ValueError("expected items that differ from one another")
        return items


@dataclass(frozen=True, slots=True)
class Record:
    """An object with exactly the members of a dataclass, one of several chosen by ``mode``."""

    classes: Mapping[str, type[Any]]

    @classmethod
    def of(cls, only: type[Any]) -> Self:
        """Return the kind of objects that have no ``mode``."""
        return cls({"": only})

    def to_json(self, value: object) -> JsonValue:
        """Return the object."""
        if type(value) not in self.classes.values():
            raise ValueError("expected an object of another sort")
        return members_to_json(value)

    def from_json(self, value: JsonValue) -> object:
        """Return the dataclass."""
        if not isinstance(value, dict):
            raise ValueError("expected an object")  # noqa: TRY004 - of data
        mode = "" if "" in self.classes else value.get("mode")
        if not isinstance(mode, str) or mode not in self.classes:
            raise ValueError(f"mode: expected one of {', '.join(self.classes)}")
        return members_from_json(self.classes[mode], value)


class Checked:
    """A dataclass that refuses to exist with a member outside its kind."""

    __slots__ = ()
    what: ClassVar[str]

    def __post_init__(self) -> None:
        try:
            members_to_json(self)
            self.check_together()
        except ValueError as error:
            raise EntryError(self.what, str(error)) from None

    def check_together(self) -> None:
        """Raise ValueError if members do not fit one another."""


def members_to_json(value: Any) -> dict[str, JsonValue]:  # noqa: ANN401 - any dataclass of kinds
    """Return the members of a dataclass as a JSON object.

    Raises:
        ValueError: A member is not of its kind.
    """
    result: dict[str, JsonValue] = {}
    for name, kind, attribute in _members(type(value)):
        try:
            result[name] = kind.to_json(getattr(value, attribute))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return result


def members_from_json(cls: type[Any], members: Mapping[str, JsonValue]) -> Any:  # noqa: ANN401 - a cls
    """Return a dataclass made of the members of a JSON object.

    Raises:
        ValueError: A member is missing, unknown or not of its kind.
    """
    table = _members(cls)
    known = {name for name, _, _ in table}
    if unknown := sorted(set(members) - known):
        raise ValueError(f"{unknown[0][:40]}: no such member")
    values: dict[str, object] = {}
    for name, kind, attribute in table:
        if name not in members:
            raise ValueError(f"{name}: missing")
        try:
            values[attribute] = kind.from_json(members[name])
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return cls(**values)


def _members(cls: type[Any]) -> list[tuple[str, Kind, str]]:
    """Return name in JSON, kind and attribute of every member."""
    return [
        (item.metadata.get("name", item.name), item.metadata["kind"], item.name)
        for item in fields(cls)
    ]


def of_kind(kind: Kind, name: str | None = None) -> dict[str, object]:
    """Return the metadata of a dataclass field that is a member of an entry.

    Args:
        kind: What it may hold.
        name: Its name in JSON, where that is not a Python name.
    """
    return {"kind": kind} if name is None else {"kind": kind, "name": name}


INSTANT: Final = of_kind(Whole())
COUNT: Final = of_kind(Whole())
DIGEST: Final = of_kind(Hex(32))
TOKEN_KIND: Final = Pattern(_TOKEN, "1 to 64 characters 0-9 A-Z a-z . _ : @ / -")
TOKEN: Final = of_kind(TOKEN_KIND)
REASON: Final = of_kind(Pattern(_REASON, "a reason code such as too_few_enrolments"))
FIRM_KIND: Final = Pattern(_FIRM, "an 18-character unified social credit code")
FIRM: Final = of_kind(FIRM_KIND)
TEXT: Final = of_kind(Text())
