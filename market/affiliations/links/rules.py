"""Whom a declared tie binds, and the way of what is put to the other firm. Pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.affiliations.rules import common
from market.errors import ConflictError, msgid


class LinkState(StrEnum):
    """What the other firm says of a tie that one firm declared alone."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DENIED = "denied"


class LinkMove(StrEnum):
    """What can be done to it."""

    ASK = "ask"
    CONFIRM = "confirm"
    DENY = "deny"


# Asked again where the tie was taken back and is declared anew; a denial stands.
LINK_MOVES: Final[Mapping[tuple[LinkState, LinkMove], LinkState]] = MappingProxyType(
    {
        (LinkState.ASKED, LinkMove.ASK): LinkState.ASKED,
        (LinkState.CONFIRMED, LinkMove.ASK): LinkState.ASKED,
        (LinkState.ASKED, LinkMove.CONFIRM): LinkState.CONFIRMED,
        (LinkState.ASKED, LinkMove.DENY): LinkState.DENIED,
    }
)


class IllegalLinkMoveError(ConflictError):
    """It was answered before."""

    sentence = msgid("这项关联申报已经答复过，不能重复办理。情况有变化的，请联系运营机构核查。")


def advance(state: LinkState, move: LinkMove) -> LinkState:
    """Return the state a move leads to.

    Raises:
        IllegalLinkMoveError: The state does not allow the move.

    Source: a platform default.
    """
    try:
        return LINK_MOVES[state, move]
    except KeyError:
        raise IllegalLinkMoveError from None


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """Since when a firm claims a key; what is smaller is nearer to the firm, or was said before.

    Attributes:
        steps: 0 for the firm's own code, 1 for what it declares itself, more for what those
            declare whom it names as its controllers.
        said: The declarations on the way there, the latest first.
    """

    steps: int
    said: tuple[int, ...] = ()


OWN: Final = Said(0)


def sides(first: Mapping[str, Said], second: Mapping[str, Said]) -> tuple[bool, bool, bool] | None:
    """Return which of two firms a tie that they declare binds at once.

    Whoever claims the common key later, or through others, made the tie and is bound. The other
    said the same before, or nothing at all, and is asked.

    Args:
        first: By key, since when the one firm claims it.
        second: The same of the other.

    Returns:
        Whether the first is bound, whether the second is, and whether each of them claims a
        common key by what it declares; None if they have nothing in common.

    Source: docs/adr/0101-one-firm-alone-binds-itself.md; a platform default.
    """
    keys = common(first, second)
    if not keys:
        return None
    return (
        any(first[key] >= second[key] for key in keys),
        any(second[key] >= first[key] for key in keys),
        any(OWN not in (first[key], second[key]) for key in keys),
    )
