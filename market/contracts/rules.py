"""The rules of a contract: which moves its life allows, and what its price may be.

Pure functions, no I/O.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.money import yuan


class ContractState(StrEnum):
    """Where a contract stands between its filing and the accepted deliverable."""

    FILED = "filed"
    RETURNED = "returned"
    IN_FORCE = "in-force"
    RUNNING = "running"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    TERMINATED = "terminated"
    # It was in force and ended before the service was done: by agreement, by an authority, or
    # because its award was annulled.
    ENDED = "ended"


class ContractMove(StrEnum):
    """What can be done to a contract."""

    CONFIRM = "confirm"
    RETURN = "return"
    REFILE = "refile"
    HAND_OVER = "hand-over"
    DELIVER = "deliver"
    ACCEPT = "accept"
    REWORK = "rework"
    # The return of a deliverable was overturned: it stands as handed in.
    RESTORE = "restore"
    TERMINATE = "terminate"
    END = "end"


class ModelUse(StrEnum):
    """Whether a contract follows a model contract of its service, as the sides say."""

    FOLLOWED = "followed"
    ADAPTED = "adapted"
    OTHER = "other"
    # The service had no model contract when the contract was filed.
    NONE = "none"


S, M = ContractState, ContractMove
CONTRACT_MOVES: Mapping[tuple[ContractState, ContractMove], ContractState] = MappingProxyType(
    {
        (S.FILED, M.CONFIRM): S.IN_FORCE,
        (S.FILED, M.RETURN): S.RETURNED,
        (S.RETURNED, M.REFILE): S.FILED,
        (S.IN_FORCE, M.HAND_OVER): S.RUNNING,
        (S.RUNNING, M.DELIVER): S.DELIVERED,
        (S.DELIVERED, M.ACCEPT): S.ACCEPTED,
        (S.DELIVERED, M.REWORK): S.RUNNING,
        (S.RUNNING, M.RESTORE): S.DELIVERED,
        # The award lapsed before the other side confirmed: nothing was agreed.
        (S.FILED, M.TERMINATE): S.TERMINATED,
        (S.RETURNED, M.TERMINATE): S.TERMINATED,
        (S.IN_FORCE, M.END): S.ENDED,
        (S.RUNNING, M.END): S.ENDED,
        (S.DELIVERED, M.END): S.ENDED,
    }
)


# In force and not yet over: what may still be ended.
LIVE: Final = frozenset({S.IN_FORCE, S.RUNNING, S.DELIVERED})
# Performed, or ended: nothing that is found about its award undoes it any more.
OVER: Final = frozenset({S.ACCEPTED, S.ENDED})


class ReturnReason(StrEnum):
    """Why a deliverable is returned: a closed list, each with its meaning. Platform default."""

    INCOMPLETE = "incomplete"
    NONCONFORMING = "nonconforming"
    WRONG_BASIS = "wrong-basis"
    DATA_ERROR = "data-error"
    FORMAT = "format"
    UNSIGNED = "unsigned"


class IllegalContractMoveError(MarketError):
    """The contract's state does not allow the move."""

    sentence = msgid("合同当前状态不能办理此操作，可能他人已经办理。请刷新页面查看最新状态。")


class PriceError(MarketError):
    """The price exceeds the award."""

    sentence = msgid("合同金额不得高于中选金额 %(yuan)s 元。请核对合同金额。")

    def __init__(self, award_fen: int) -> None:
        super().__init__(field="price_fen", yuan=yuan(award_fen))


class PriceMissingError(MarketError):
    """The price is not a positive amount."""

    sentence = msgid("合同金额须大于 0 元。请按合同填写。")

    def __init__(self) -> None:
        super().__init__(field="price_fen")


class ModelUseMissingError(MarketError):
    """The service has a model contract, and it is not said whether this one follows it."""

    sentence = msgid("该事项有合同示范文本。请说明所签合同是否采用了示范文本。")

    def __init__(self) -> None:
        super().__init__(field="model_use")


def judged_use(said: ModelUse, *, has_model: bool) -> ModelUse:
    """Return what is kept of whether a contract follows a model.

    Args:
        said: What the filing side says; ``NONE`` if it says nothing.
        has_model: Whether the service has a model contract today.

    Returns:
        What it says, or ``NONE`` where there is nothing to follow.

    Raises:
        ModelUseMissingError: There is a model, and the side says nothing.

    Source: platform default; a model contract is a suggestion and binds nobody.
    """
    if not has_model:
        return ModelUse.NONE
    if said is ModelUse.NONE:
        raise ModelUseMissingError
    return said


def advance(state: ContractState, move: ContractMove) -> ContractState:
    """Return the state a move leads a contract to.

    Raises:
        IllegalContractMoveError: The state does not allow the move.

    Source: handbook domain.md 2.3 steps 12 to 17; a platform default.
    """
    try:
        return CONTRACT_MOVES[state, move]
    except KeyError:
        raise IllegalContractMoveError from None


def check_price(price_fen: int, award_fen: int) -> None:
    """Refuse a price that is not positive or exceeds the award.

    Args:
        price_fen: Of the contract, in fen.
        award_fen: Of the award, in fen.

    Raises:
        PriceMissingError: The price is not positive.
        PriceError: The price exceeds the award.

    Source: handbook domain.md 10.1 row 13: a hard stop of the platform.
    """
    if price_fen <= 0:
        raise PriceMissingError
    if price_fen > award_fen:
        raise PriceError(award_fen)
