"""The rules of a declaration that a cause is over: whose turn it is; silence decides nothing."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from market.errors import MarketError, msgid


class OverState(StrEnum):
    """Where a declaration stands."""

    DECLARED = "declared"
    ESCALATED = "escalated"
    GRANTED = "granted"
    REFUSED = "refused"
    MOOT = "moot"


class OverMove(StrEnum):
    """What becomes of a declaration."""

    AGREE = "agree"
    DISPUTE = "dispute"
    LAPSE = "lapse"
    GRANT = "grant"
    REFUSE = "refuse"
    OVERTAKE = "overtake"


OVER_MOVES: Mapping[tuple[OverState, OverMove], OverState] = MappingProxyType(
    {
        (OverState.DECLARED, OverMove.AGREE): OverState.GRANTED,
        # Whoever gains by the suspension has no last word on it: the operator has.
        (OverState.DECLARED, OverMove.DISPUTE): OverState.ESCALATED,
        (OverState.DECLARED, OverMove.LAPSE): OverState.ESCALATED,
        # It ended by itself before a single day was at stake.
        (OverState.DECLARED, OverMove.OVERTAKE): OverState.MOOT,
        (OverState.ESCALATED, OverMove.GRANT): OverState.GRANTED,
        (OverState.ESCALATED, OverMove.REFUSE): OverState.REFUSED,
    }
)


class IllegalOverMoveError(MarketError):
    """The declaration was answered or decided."""

    sentence = msgid("此项声明已经答复或者已经决定。请刷新页面查看最新状态。")


class DayError(MarketError):
    """The day lies outside those on which the cause can have been over."""

    sentence = msgid("条件具备之日只能是 %(first)s 至 %(last)s 之间的一天。请核对后重新填写。")

    def __init__(self, *, field: str, first_on: date, last_on: date) -> None:
        super().__init__(field=field, first=first_on.isoformat(), last=last_on.isoformat())


def advance(state: OverState, move: OverMove) -> OverState:
    """Return the state a move leads a declaration to.

    Args:
        state: Where it stands.
        move: What becomes of it.

    Returns:
        Where it stands then.

    Raises:
        IllegalOverMoveError: It is not open to that move.

    Source: platform default; docs/adr/0080.
    """
    try:
        return OVER_MOVES[state, move]
    except KeyError:
        raise IllegalOverMoveError from None


def check_day(day: date, *, field: str, first_on: date, last_on: date) -> None:
    """Refuse a day on which the cause cannot have been over.

    Args:
        day: Since when the condition is met.
        field: The form's field.
        first_on: The first possible day.
        last_on: The last: today.

    Raises:
        DayError: It is another one; it says which are possible.

    Source: platform default, ``late_entry.most_working_days``; docs/adr/0059.
    """
    if not first_on <= day <= last_on:
        raise DayError(field=field, first_on=first_on, last_on=last_on)
