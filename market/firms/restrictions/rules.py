"""Which measure bears on a firm for an item at an instant. Pure functions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.firms.rules import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """One measure: what it makes of the firm, for which groups of items, from when until when."""

    standing: Standing
    groups: frozenset[str]
    from_at: datetime
    until_at: datetime


def covers(groups: frozenset[str], item_code: str) -> bool:
    """Whether a measure reaches an item.

    Args:
        groups: Codes of groups of items; none means every item.
        item_code: Such as ``ZJ-03-001``.

    Returns:
        True also for a code that has no group in it: what cannot be told apart is barred.

    Source: handbook domain.md 7.2, "scoped to the same service types by default"; platform default.
    """
    parts = item_code.split("-")
    return not groups or len(parts) < 2 or parts[1] in groups  # noqa: PLR2004 - ZJ, group, serial


def bears(
    measures: Collection[Bearing], item_code: str, at: datetime
) -> tuple[Standing, datetime | None]:
    """Return the standing that a firm has for an item, and until when.

    Args:
        measures: All measures against the firm that were not lifted, in any order.
        item_code: The item.
        at: The instant, aware.

    Returns:
        The gravest that runs then and reaches the item, then the longest; active without an end
        if there is none.

    Source: handbook domain.md 7.2; platform default.
    """
    running = [
        one
        for one in measures
        if one.from_at <= at < one.until_at and covers(one.groups, item_code)
    ]
    if not running:
        return Standing.ACTIVE, None
    worst = max(running, key=lambda one: (one.standing is Standing.BLACKLISTED, one.until_at))
    return worst.standing, worst.until_at


class SanctionState(StrEnum):
    """Where a measure stands at an instant: time alone begins and ends it."""

    WAITING = "waiting"
    RUNNING = "running"
    OVER = "over"
    LIFTED = "lifted"


class SanctionMove(StrEnum):
    """What people can do to a measure that was ordered."""

    CHANGE = "change"
    LIFT = "lift"


_S, _M = SanctionState, SanctionMove
SANCTION_MOVES: Final[Mapping[tuple[SanctionState, SanctionMove], SanctionState]] = (
    MappingProxyType(
        {
            (_S.WAITING, _M.CHANGE): _S.WAITING,
            (_S.RUNNING, _M.CHANGE): _S.RUNNING,
            (_S.WAITING, _M.LIFT): _S.LIFTED,
            (_S.RUNNING, _M.LIFT): _S.LIFTED,
            # A decision found wrong is void also when its term is over, or was repaired.
            (_S.OVER, _M.LIFT): _S.LIFTED,
            (_S.LIFTED, _M.LIFT): _S.LIFTED,
        }
    )
)


class SanctionOverError(MarketError):
    """The measure has ended: nothing about it changes any more."""

    sentence = msgid("该措施已经终止，不能再更正。请刷新页面查看最新状态。")


def state_of(
    from_at: datetime, until_at: datetime, lifted_at: datetime | None, at: datetime
) -> SanctionState:
    """Return where a measure stands at an instant.

    Args:
        from_at: Its first instant, aware.
        until_at: The first instant after its term, aware.
        lifted_at: When it was lifted, if it was.
        at: The instant asked about, aware.

    Source: handbook domain.md 7.2, "expiry automatic"; platform default.
    """
    if lifted_at is not None and lifted_at <= at:
        return SanctionState.LIFTED
    if at >= until_at:
        return SanctionState.OVER
    return SanctionState.RUNNING if at >= from_at else SanctionState.WAITING


def advance_sanction(state: SanctionState, move: SanctionMove) -> SanctionState:
    """Return the state a move leads a measure to.

    Args:
        state: Where it stands.
        move: What is done to it.

    Raises:
        SanctionOverError: It has ended.

    Source: handbook domain.md 7.2; platform default.
    """
    try:
        return SANCTION_MOVES[state, move]
    except KeyError:
        raise SanctionOverError from None
