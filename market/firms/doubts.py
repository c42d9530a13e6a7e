"""A doubt about a verified past project: put to the firm, heard, decided by another person. Pure.

One person verified the project; one person alone does not take that back.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.clock import BEIJING
from market.errors import MarketError, msgid


class DoubtState(StrEnum):
    """Where a doubt stands between its opening and its end."""

    HEARING = "hearing"
    UPHELD = "upheld"
    DROPPED = "dropped"


class DoubtMove(StrEnum):
    """What can be done to a doubt."""

    STATE = "state"
    UPHOLD = "uphold"
    DROP = "drop"


_S, _M = DoubtState, DoubtMove
MOVES: Final[Mapping[tuple[DoubtState, DoubtMove], DoubtState]] = MappingProxyType(
    {
        (_S.HEARING, _M.STATE): _S.HEARING,
        (_S.HEARING, _M.UPHOLD): _S.UPHELD,
        (_S.HEARING, _M.DROP): _S.DROPPED,
    }
)
SHORTEST: Final = 10


class DoubtMovedError(MarketError):
    """The doubt's state does not allow the move."""

    sentence = msgid("这项复核已经作出决定，不能再办理。请刷新页面查看结果。")


class DoubtOpenError(MarketError):
    """The project is in doubt already."""

    sentence = msgid("这项业绩正在复核（%(number)s）。请等复核决定作出后再办理。")

    def __init__(self, number: str) -> None:
        super().__init__(number=number)


class NotVerifiedError(MarketError):
    """Only what was verified is put in doubt."""

    sentence = msgid("只有已核实的业绩需要复核；还没有核实的，请直接登记核对结果。")


class DoubtWordsError(MarketError):
    """The facts, the statement or the reasons are missing."""

    sentence = msgid("请写明事实和理由（至少 %(least)s 个字）。")

    def __init__(self, field: str) -> None:
        super().__init__(field=field, least=SHORTEST)


class StatedBeforeError(MarketError):
    """A firm states its view once."""

    sentence = msgid("贵机构已经陈述过意见，不能再次提交。请等待复核决定。")


class StatedLateError(MarketError):
    """The time to state a view is over."""

    sentence = msgid("陈述意见的期限已满，不能再提交。请等待复核决定。")


class DoubtHeardError(MarketError):
    """The firm may still state its view."""

    sentence = msgid("机构陈述意见的期限到 %(until)s 为止，期满或者陈述以前不能作出决定。")

    def __init__(self, until: datetime) -> None:
        super().__init__(until=f"{until.astimezone(BEIJING):%Y-%m-%d %H:%M}")


def advance(state: DoubtState, move: DoubtMove) -> DoubtState:
    """Return the state after a move.

    Args:
        state: Where the doubt stands.
        move: What is to be done.

    Raises:
        DoubtMovedError: The state does not allow the move.

    Source: platform default.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise DoubtMovedError from None


def may_be_decided(*, stated: bool, state_by_at: datetime, now: datetime) -> bool:
    """Return whether the firm was heard, or could have been.

    Args:
        stated: Whether it has stated its view.
        state_by_at: When its term ends.
        now: The instant.

    Source: the regulation's ``doubt.hearing_working_days``; a platform default.
    """
    return stated or now >= state_by_at


def words_of(typed: str, field: str) -> str:
    """Return what somebody wrote as it is kept.

    Args:
        typed: The words.
        field: Where they were typed.

    Raises:
        DoubtWordsError: There are too few.

    Source: platform default.
    """
    words = typed.strip()
    if len(words) < SHORTEST:
        raise DoubtWordsError(field)
    return words
