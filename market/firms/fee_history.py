"""The versions of a fee over time: which one counts, what became of the others. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol, TypeVar


class Version(Protocol):
    """What the course of a version depends on."""

    @property
    def version_no(self) -> int:
        """Its number, from 1."""

    @property
    def valid_from_on(self) -> date:
        """The first day on which it counts."""

    @property
    def valid_to_on(self) -> date | None:
        """The last day on which it counts; None for no end."""

    @property
    def published_at(self) -> datetime:
        """When everybody could read it."""


V = TypeVar("V", bound=Version)


class VersionState(StrEnum):
    """What a version of a fee is on a day."""

    COMING = "coming"
    IN_FORCE = "in-force"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


def state_of(version: Version, later: Iterable[Version], day: date) -> VersionState:
    """Return what a version is on a day.

    Args:
        version: The version.
        later: Every version published after it.
        day: The Beijing day asked about.

    Returns:
        ``SUPERSEDED`` from the day on which a later version begins, and at once if that is not
        after its own first day; ``EXPIRED`` after its own last day.

    Source: issue 4, Fees (validity, versions): a later version counts from its day; platform
    default.
    """
    reached = max(day, version.valid_from_on)
    if any(one.version_no > version.version_no and one.valid_from_on <= reached for one in later):
        return VersionState.SUPERSEDED
    if day < version.valid_from_on:
        return VersionState.COMING
    if version.valid_to_on is not None and day > version.valid_to_on:
        return VersionState.EXPIRED
    return VersionState.IN_FORCE


def in_force(versions: Iterable[V], day: date, known_by: datetime | None = None) -> V | None:
    """Return the version that counts on a day: the latest that has begun, unless it has ended.

    A version that has ended is not followed by the one before it: that one was superseded.

    Args:
        versions: All of one firm and item.
        day: The Beijing day asked about.
        known_by: Leave out what was published after this instant; None leaves out nothing.

    Source: issue 4, Fees: validity that ended is no disclosure; changes never touch running
    needs; platform default.
    """
    begun = [
        one
        for one in versions
        if one.valid_from_on <= day and (known_by is None or one.published_at <= known_by)
    ]
    last = max(begun, key=lambda one: one.version_no, default=None)
    if last is None or (last.valid_to_on is not None and day > last.valid_to_on):
        return None
    return last


@dataclass(frozen=True, slots=True)
class Difference:
    """One column in which two versions differ."""

    column: str
    before: object
    after: object


COMPARED: Final = (
    "basis",
    "standard_id",
    "basis_document",
    "kind",
    "amount_fen",
    "rate_ppm",
    "rate_base",
    "brackets",
    "unit_price_fen",
    "unit",
    "discount_bp",
    "discount_to_bp",
    "min_fee_fen",
    "max_fee_fen",
    "extra_charges",
    "valid_to_on",
)


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> list[Difference]:
    """Return in which columns two versions differ, in the order of the form.

    Args:
        before: The columns of the earlier version.
        after: Those of the later one.

    Source: issue 4, Fees: history visible.
    """
    return [
        Difference(name, before[name], after[name])
        for name in COMPARED
        if before[name] != after[name]
    ]
