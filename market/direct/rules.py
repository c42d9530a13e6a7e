"""When an owner may name a firm without a draw, and which moves its choice allows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, assert_never

from market.direct.errors import (
    DirectCapError,
    DirectCeilingError,
    GroundAmountError,
    GroundNotAllowedError,
    IllegalDirectMoveError,
    SmallEarlierError,
    SmallPublishedError,
)


class DirectGround(StrEnum):
    """Why a firm is named without a draw: a closed list. Handbook domain.md 2.4 and 3."""

    SMALL_AMOUNT = "small_amount"
    PRIVATE_FUNDS = "private_funds"
    SINGLE_APPLICANT = "single_applicant"
    EMERGENCY = "emergency"


class DirectState(StrEnum):
    """Where a direct choice stands; once it is named, its award goes on."""

    PROPOSED = "proposed"
    CHECK = "check"
    RETURNED = "returned"
    NAMED = "named"
    WITHDRAWN = "withdrawn"


class DirectMove(StrEnum):
    """What can be done to a direct choice."""

    APPROVE = "approve"
    SEND_BACK = "send-back"
    RETURN = "return"
    RESUBMIT = "resubmit"
    NAME = "name"
    WITHDRAW = "withdraw"


DIRECT_MOVES: Final[Mapping[tuple[DirectState, DirectMove], DirectState]] = MappingProxyType(
    {
        (DirectState.PROPOSED, DirectMove.APPROVE): DirectState.CHECK,
        (DirectState.PROPOSED, DirectMove.SEND_BACK): DirectState.RETURNED,
        (DirectState.PROPOSED, DirectMove.WITHDRAW): DirectState.WITHDRAWN,
        (DirectState.CHECK, DirectMove.NAME): DirectState.NAMED,
        (DirectState.CHECK, DirectMove.RETURN): DirectState.RETURNED,
        (DirectState.CHECK, DirectMove.WITHDRAW): DirectState.WITHDRAWN,
        (DirectState.RETURNED, DirectMove.RESUBMIT): DirectState.PROPOSED,
        (DirectState.RETURNED, DirectMove.WITHDRAW): DirectState.WITHDRAWN,
        # No move leaves NAMED: what follows is the award's, and nobody takes a name back.
    }
)
OPEN: Final = frozenset({DirectState.PROPOSED, DirectState.CHECK, DirectState.RETURNED})


def advance(state: DirectState, move: DirectMove) -> DirectState:
    """Return the state a move leads a direct choice to.

    Args:
        state: Where it stands.
        move: What is to be done.

    Raises:
        IllegalDirectMoveError: The state does not allow the move.

    Source: handbook domain.md 3 (直接选取); the table is a platform default.
    """
    try:
        return DIRECT_MOVES[state, move]
    except KeyError:
        raise IllegalDirectMoveError from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one instrument, in fen and numbers of choices.

    Attributes:
        grounds: The grounds it allows.
        up_to_fen: The highest price of each ground.
        months: Over how many months choices are counted.
        pair: How many choices, and how much, of one owner and the firms of one controller.
        owner: How many direct choices, and how much, of one owner; emergencies not counted.
        emergency: How many emergencies, and how much, of one owner.
        public_words: Words that show that the money is not private.
        owner_natures: The kinds of bodies whose own money is private.
        private_funds: The kinds of money that are private.
    """

    grounds: frozenset[DirectGround]
    up_to_fen: Mapping[DirectGround, int]
    months: int
    pair: "Sum"
    owner: "Sum"
    emergency: "Sum"
    public_words: tuple[str, ...]
    owner_natures: tuple[str, ...]
    private_funds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """How many choices there were, and their prices together, in fen."""

    count: int = 0
    fen: int = 0


class CapOf(StrEnum):
    """Of whom a cap counts the choices."""

    PAIR = "pair"
    OWNER = "owner"
    EMERGENCY = "emergency"


def cap_of(ground: DirectGround) -> CapOf:
    """Return which of the owner's caps counts a ground, beside that of owner and firm.

    Args:
        ground: Why the firm is named.

    Source: platform default (caps.*).
    """
    match ground:
        case DirectGround.EMERGENCY:
            return CapOf.EMERGENCY
        case DirectGround.SMALL_AMOUNT | DirectGround.PRIVATE_FUNDS | DirectGround.SINGLE_APPLICANT:
            return CapOf.OWNER
        case _:
            assert_never(ground)


def check_price(
    ground: DirectGround, price_fen: int, ceiling_fen: int, limits: Limits, source: str
) -> None:
    """Refuse a ground that the rules do not allow, or a price beyond what it allows.

    Args:
        ground: Why the firm is named.
        price_fen: The price, in fen.
        ceiling_fen: The need's ceiling, in fen.
        limits: Those of the instrument in force.
        source: Its title, as the refusal names it.

    Raises:
        GroundNotAllowedError: The instrument does not know the ground.
        GroundAmountError: The price is above what the ground allows.
        DirectCeilingError: The price is nothing, or above the need's ceiling.

    Source: the regulation's ``grounds.allowed`` and ``amounts``; platform default.
    """
    if ground not in limits.grounds:
        raise GroundNotAllowedError(source)
    if not 0 < price_fen <= ceiling_fen:
        raise DirectCeilingError(ceiling_fen)
    if price_fen > limits.up_to_fen[ground]:
        raise GroundAmountError(limits.up_to_fen[ground], source)


def check_small(
    price_fen: int,
    published_fen: int | None,
    earlier: Sequence["Earlier"],
    limits: Limits,
    source: str,
) -> None:
    """Refuse to call small what a low price or a division into stages only makes look small.

    Args:
        price_fen: The price, in fen.
        published_fen: What the firm's published fee gives for the project; None if not computable.
        earlier: What the owner gave the firm of the same project in the period before.
        limits: Those of the instrument in force.
        source: Its title, as the refusal names it.

    Raises:
        SmallPublishedError: The firm's own fee for the project is above the limit.
        SmallEarlierError: The price and the earlier ones together are above it.

    Source: the regulation's ``amounts.small_up_to_fen`` and ``caps.months``; platform default.
    """
    most_fen = limits.up_to_fen[DirectGround.SMALL_AMOUNT]
    if published_fen is not None and published_fen > most_fen:
        raise SmallPublishedError(published_fen, most_fen, source)
    earlier_fen = sum(one.price_fen for one in earlier)
    if earlier and earlier_fen + price_fen > most_fen:
        numbers = "、".join(one.number for one in earlier)
        raise SmallEarlierError(numbers, earlier_fen, Sum(limits.months, most_fen), source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An award that the owner gave the firm before: its number, title, price and day."""

    number: str
    title: str
    price_fen: int
    published_at: datetime


def check_cap(of: CapOf, used: Sum, price_fen: int, limits: Limits, source: str) -> None:
    """Refuse a choice that, with those of the period before, goes beyond a cap.

    Args:
        of: Which cap.
        used: The choices of the period, without the new one.
        price_fen: The price of the new one, in fen.
        limits: Those of the instrument in force.
        source: Its title, as the refusal names it.

    Raises:
        DirectCapError: The number or the sum would go beyond the cap.

    Source: the regulation's ``caps``; platform default. Handbook domain.md 10.1 rows 1 and 21.
    """
    most = most_of(of, limits)
    if used.count + 1 > most.count or used.fen + price_fen > most.fen:
        raise DirectCapError(of.value, limits.months, used, most, source)


def most_of(of: CapOf, limits: Limits) -> Sum:
    """Return what a cap allows in the period.

    Args:
        of: Which cap.
        limits: Those of the instrument in force.

    Source: the regulation's ``caps``; platform default.
    """
    match of:
        case CapOf.PAIR:
            return limits.pair
        case CapOf.OWNER:
            return limits.owner
        case CapOf.EMERGENCY:
            return limits.emergency
        case _:
            assert_never(of)
