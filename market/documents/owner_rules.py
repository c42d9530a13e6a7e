"""The rules of an owner's entry, and of whom it lets buy for it. Pure functions, no I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid


class OwnerNature(StrEnum):
    """What kind of body an owner is."""

    AGENCY = "agency"
    INSTITUTION = "institution"
    STATE_COMPANY = "state-company"
    PRIVATE_COMPANY = "private-company"
    SOCIAL = "social"
    OTHER = "other"


class OwnerState(StrEnum):
    """How far an owner's own registration has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CHECKED = "checked"


class OwnerMove(StrEnum):
    """What can be done to an owner's registration."""

    SUBMIT = "submit"
    RETURN = "return"
    PASS = "pass"  # noqa: S105 - a move, not a password


class OwnerReason(StrEnum):
    """Why an owner's registration was sent back."""

    FACTS_WRONG = "facts-wrong"
    NOT_ENTITLED = "not-entitled"
    LICENCE_UNPROVEN = "licence-unproven"
    LETTER_UNPROVEN = "letter-unproven"
    TRUSTEE_UNPROVEN = "trustee-unproven"
    OTHER = "other"


class BuyerDeed(StrEnum):
    """What an authorised person may do for an owner."""

    POST = "post"
    APPROVE = "approve"


MOVES: Final[Mapping[tuple[OwnerState, OwnerMove], OwnerState]] = MappingProxyType(
    {
        (OwnerState.DRAFT, OwnerMove.SUBMIT): OwnerState.SUBMITTED,
        (OwnerState.RETURNED, OwnerMove.SUBMIT): OwnerState.SUBMITTED,
        (OwnerState.SUBMITTED, OwnerMove.RETURN): OwnerState.RETURNED,
        (OwnerState.SUBMITTED, OwnerMove.PASS): OwnerState.CHECKED,
    }
)
EDITABLE: Final = frozenset({OwnerState.DRAFT, OwnerState.RETURNED})

STATE_WORDS: Final[Mapping[OwnerState, str]] = MappingProxyType(
    {
        OwnerState.DRAFT: msgid("填报中"),
        OwnerState.SUBMITTED: msgid("待运营核对"),
        OwnerState.RETURNED: msgid("已退回"),
        OwnerState.CHECKED: msgid("已核对"),
    }
)


class IllegalOwnerMoveError(MarketError):
    """The registration's state does not allow the move."""

    sentence = msgid("单位登记当前为“%(state)s”，不能办理此步骤。请刷新页面，按页面提示办理。")

    def __init__(self, state: OwnerState) -> None:
        super().__init__(state=STATE_WORDS[state])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How far one authority reaches; no items mean all."""

    deeds: frozenset[BuyerDeed]
    items: frozenset[str]
    ceiling_fen: int
    from_on: date
    to_on: date


class Shortfall(StrEnum):
    """Which part of an authority does not reach."""

    NONE = "none"
    DEED = "deed"
    TERM = "term"
    ITEM = "item"
    CEILING = "ceiling"


def advance(state: OwnerState, move: OwnerMove) -> OwnerState:
    """Return the state of a registration after a move.

    Args:
        state: Where it stands.
        move: What is done to it.

    Returns:
        The new state.

    Raises:
        IllegalOwnerMoveError: The state does not allow the move.

    Source: platform default; handbook domain.md 2.3, step 0.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalOwnerMoveError(state) from None


def shortfall(
    scopes: Iterable[Scope], deed: BuyerDeed, item_code: str, ceiling_fen: int, day: date
) -> Shortfall | None:
    """Say why none of a person's authorities covers a deed.

    Args:
        scopes: The authorities that were given and not taken back.
        deed: What the person would do.
        item_code: For which service item.
        ceiling_fen: At most for how much, in fen.
        day: The day on which it is done, in Beijing.

    Returns:
        None if one authority covers all of it; else what is missing in the one that reaches
        farthest, in the order deed, term, item, ceiling.

    Source: platform default; handbook domain.md 2.3, step 0 (委托授权书).
    """
    steps = list(Shortfall)
    farthest = Shortfall.NONE
    for one in scopes:
        fits = {
            Shortfall.DEED: deed in one.deeds,
            Shortfall.TERM: one.from_on <= day <= one.to_on,
            Shortfall.ITEM: not one.items or item_code in one.items,
            Shortfall.CEILING: ceiling_fen <= one.ceiling_fen,
        }
        lacking = next((part for part, fit in fits.items() if not fit), None)
        if lacking is None:
            return None
        farthest = max(farthest, lacking, key=steps.index)
    return farthest
