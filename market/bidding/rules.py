"""The rules of a live session: when it ends, what may be bid, and who is lowest.

Pure functions, no I/O. A session is a function of its terms and of the bids in their order, so
that anybody replays it from the log. Instants are whole seconds, as the log has them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.needs.prices import (
    QuoteUnit,
    discount_of,
    greatest_discount,
    least_discount,
    percent,
    price_at,
    yuan,
)


class Phase(StrEnum):
    """What may be done in a session now."""

    BEFORE = "before"
    RUNNING = "running"
    OVER = "over"


class BidderState(StrEnum):
    """Where an enrolment stands in a session."""

    SILENT = "silent"
    BEATEN = "beaten"
    LOWEST = "lowest"
    JUDGED = "judged"
    WITHDRAWN = "withdrawn"


class BidMove(StrEnum):
    """What can be done: a firm bids, and in the end time judges."""

    BID = "bid"
    JUDGE = "judge"


P, S, M = Phase, BidderState, BidMove
MOVES: Final[Mapping[tuple[Phase, BidderState, BidMove], BidderState]] = MappingProxyType(
    {
        # A bid that is taken is the lowest. Nobody takes one back, or bids against itself.
        (P.RUNNING, S.SILENT, M.BID): S.LOWEST,
        (P.RUNNING, S.BEATEN, M.BID): S.LOWEST,
        (P.OVER, S.SILENT, M.JUDGE): S.JUDGED,
        (P.OVER, S.BEATEN, M.JUDGE): S.JUDGED,
        (P.OVER, S.LOWEST, M.JUDGE): S.JUDGED,
    }
)


class IllegalBidMoveError(MarketError):
    """What the session's phase or the bidder's state does not allow."""

    sentence = msgid("现在不能出价。请刷新页面查看竞价所处的时段和本机构的出价状态。")


class AboveCeilingError(MarketError):
    """The first bid is above the ceiling."""

    sentence = msgid("出价高于服务费上限，没有采用。请按页面给出的金额或更低的金额出价。")

    def __init__(self, field: str) -> None:
        super().__init__(field=field)


class NotLowEnoughError(MarketError):
    """The bid is not lower than the lowest one by the step."""

    sentence = msgid("出价不够低，没有采用：现在最高可以出 %(most)s。请按页面最新的金额出价。")

    def __init__(self, field: str, most: str) -> None:
        super().__init__(field=field, most=most)


class BelowFloorError(MarketError):
    """The bid is below the floor."""

    sentence = msgid("出价低于下限 %(least)s，没有采用。请提高出价。")

    def __init__(self, field: str, least: str) -> None:
        super().__init__(field=field, least=least)


class OffStepError(MarketError):
    """The amount is not what a whole discount makes of the ceiling."""

    sentence = msgid("本公告按下浮率出价，下浮率须为万分之一的整数倍，没有采用。请填写下浮率。")

    def __init__(self) -> None:
        super().__init__(field="discount_bp")


def advance(now: Phase, state: BidderState, move: BidMove) -> BidderState:
    """Return the state a move leads an enrolment to.

    Args:
        now: What may be done now.
        state: Where the enrolment stands.
        move: What is to be done.

    Raises:
        IllegalBidMoveError: The phase or the state does not allow it.

    Source: docs/adr/0040-live-bidding.md.
    """
    try:
        return MOVES[now, state, move]
    except KeyError:
        raise IllegalBidMoveError from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a notice fixed of a session, and when it began: the instant that its CLOSE tells."""

    start_at: datetime
    hard_end_at: datetime
    ceiling_fen: int
    floor_fen: int | None
    unit: QuoteUnit
    step_fen: int
    step_bp: int
    countdown: timedelta
    least: timedelta

    @property
    def lowest_fen(self) -> int:
        """The least amount that can be bid."""
        if self.unit is QuoteUnit.AMOUNT:
            return self.floor_fen or 1
        return price_at(self.ceiling_fen, greatest_discount(self.ceiling_fen, self.floor_fen))

    @property
    def field(self) -> str:
        """The field of the form in which a firm states its bid."""
        return "amount_fen" if self.unit is QuoteUnit.AMOUNT else "discount_bp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """One bid that was taken."""

    enrolment: int
    amount_fen: int
    at: datetime


def ends_at(session: Session, bids: Sequence[Bid]) -> datetime:
    """Return when a session ends, if nobody bids any more.

    Args:
        session: What the notice fixed.
        bids: Every bid that was taken, in order.

    Returns:
        Each bid starts the countdown anew up to the first one at the floor, that one included;
        never beyond the latest end, nor before the least time is over.

    Source: handbook domain.md 3 (网上竞价); docs/adr/0040-live-bidding.md.
    """
    if not bids:
        return session.hard_end_at
    lowest = session.lowest_fen
    at_floor = (number for number, bid in enumerate(bids) if bid.amount_fen == lowest)
    last = bids[next(at_floor, len(bids) - 1)]
    end = max(last.at + session.countdown, session.start_at + session.least)
    return min(end, session.hard_end_at)


def lowest_of(bids: Sequence[Bid]) -> int | None:
    """Return the lowest amount in fen that was bid; None before the first bid.

    Args:
        bids: Every bid that was taken, in order.

    Source: docs/adr/0040-live-bidding.md.
    """
    return min((bid.amount_fen for bid in bids), default=None)


def holders(bids: Sequence[Bid]) -> frozenset[int]:
    """Return the enrolments that hold the lowest bid: one, or all that are at the floor.

    Args:
        bids: Every bid that was taken, in order.

    Source: docs/adr/0040-live-bidding.md.
    """
    least = lowest_of(bids)
    return frozenset(bid.enrolment for bid in bids if bid.amount_fen == least)


def next_fen(session: Session, lowest_fen: int | None) -> int:
    """Return the most that may be bid now, in fen.

    Args:
        session: What the notice fixed.
        lowest_fen: The lowest bid so far; None before the first.

    Returns:
        The ceiling at first; then the lowest bid less the step, but never below the floor, at
        which others may bid too.

    Source: handbook domain.md 3 (最小降幅、到底价后随机); docs/adr/0040-live-bidding.md.
    """
    if lowest_fen is None:
        return session.ceiling_fen
    if session.unit is QuoteUnit.AMOUNT:
        return max(session.lowest_fen, lowest_fen - session.step_fen)
    most = greatest_discount(session.ceiling_fen, session.floor_fen)
    now = discount_of(session.ceiling_fen, lowest_fen)
    return price_at(session.ceiling_fen, most if now is None else min(most, now + session.step_bp))


def check_bid(session: Session, lowest_fen: int | None, amount_fen: int) -> None:
    """Refuse an amount that may not be bid now.

    Args:
        session: What the notice fixed.
        lowest_fen: The lowest bid so far; None before the first.
        amount_fen: What is to be bid, in fen.

    Raises:
        MarketError: The first rule that is broken, with what may be bid.

    Source: docs/adr/0040-live-bidding.md.
    """
    off_step = discount_of(session.ceiling_fen, amount_fen) is None
    if amount_fen > session.ceiling_fen:
        raise AboveCeilingError(session.field)
    if amount_fen < session.lowest_fen:
        raise BelowFloorError(session.field, in_unit(session, session.lowest_fen))
    if session.unit is QuoteUnit.DISCOUNT and off_step:
        raise OffStepError
    most = next_fen(session, lowest_fen)
    if amount_fen > most:
        raise NotLowEnoughError(session.field, in_unit(session, most))


# Platform default: a bid that takes off more than a fifth at once is asked about in red.
LARGE_DROP_BP: Final = 2_000


def is_large_drop(from_fen: int, amount_fen: int) -> bool:
    """Return whether a bid is so far below the price before it that it may be a slip of the hand.

    Args:
        from_fen: The lowest bid so far, or the ceiling.
        amount_fen: What is to be bid.

    Source: platform default.
    """
    return (from_fen - amount_fen) * 10_000 > from_fen * LARGE_DROP_BP


def in_unit(session: Session, amount_fen: int) -> str:
    """Return an amount in words, with its discount where the notice is about discounts."""
    found = discount_of(session.ceiling_fen, amount_fen)
    if session.unit is QuoteUnit.AMOUNT or found is None:
        return yuan(amount_fen)
    return f"{yuan(amount_fen)}（下浮 {percent(found)}）"


def phase(session: Session | None, bids: Sequence[Bid], now: datetime) -> Phase:
    """Return what may be done in a session now.

    Args:
        session: The session; None as long as CLOSE is not logged.
        bids: Every bid that was taken, in order.
        now: The instant.

    Source: docs/adr/0040-live-bidding.md.
    """
    if session is None or now < session.start_at:
        return Phase.BEFORE
    return Phase.RUNNING if now < ends_at(session, bids) else Phase.OVER


def faults(session: Session, bids: Sequence[Bid]) -> list[int]:
    """Replay a session: return the numbers, from 1, of the bids that broke its rules.

    Args:
        session: What the notice fixed.
        bids: Every bid that the log tells of, in order.

    Source: docs/adr/0040-live-bidding.md.
    """
    return [
        n for n in range(1, len(bids) + 1) if not _is_sound(session, bids[: n - 1], bids[n - 1])
    ]


def _is_sound(session: Session, before: Sequence[Bid], bid: Bid) -> bool:
    in_time = phase(session, before, bid.at) is Phase.RUNNING
    in_order = not before or before[-1].at <= bid.at
    try:
        check_bid(session, lowest_of(before), bid.amount_fen)
    except MarketError:
        return False
    return in_time and in_order and bid.enrolment not in holders(before)


def most_for(session: Session, lowest_fen: int | None, limit_fen: int | None) -> int | None:
    """Return the most that one firm may bid now, in fen; None if it may bid nothing at all.

    Args:
        session: What the notice fixed.
        lowest_fen: The lowest bid so far; None before the first.
        limit_fen: What the firm's own published fee gives, in fen; None where nothing binds.

    Returns:
        What anybody may bid, or what the firm published if that is less: by discount, the
        greatest price of a whole basis point that is not above it. Below the floor is nothing.

    Source: docs/adr/0040-live-bidding.md; docs/adr/0041-award-within-the-published-fee.md.
    """
    most = next_fen(session, lowest_fen)
    if limit_fen is None or limit_fen >= most:
        return most
    if limit_fen < session.lowest_fen:
        return None
    if session.unit is QuoteUnit.AMOUNT:
        return limit_fen
    return price_at(session.ceiling_fen, least_discount(session.ceiling_fen, limit_fen))


class Verdict(StrEnum):
    """What became of an enrolment in a session."""

    LOWEST = "lowest"
    HIGHER = "higher"
    NO_BID = "no_bid"
    # It held the lowest bid and was not on the list: by its own doing, or for another reason.
    LEFT = "left"
    LOST = "lost"


def verdicts(bids: Sequence[Bid], eligible: Sequence[int]) -> dict[int, Verdict]:
    """Judge the enrolments that meet every other rule by their last bids.

    Args:
        bids: Every bid that was taken, in order.
        eligible: The sequence numbers of these enrolments.

    Returns:
        The lowest of their bids. Whether that is the lowest of the session ``gone`` says; by
        the first notices with live bidding it did not matter.

    Source: docs/adr/0040-live-bidding.md.
    """
    last = last_bids(bids)
    least = min((last[each] for each in eligible if each in last), default=None)
    return {
        each: Verdict.NO_BID
        if each not in last
        else Verdict.LOWEST
        if last[each] == least
        else Verdict.HIGHER
        for each in eligible
    }


def gone(bids: Sequence[Bid], eligible: Collection[int]) -> frozenset[int]:
    """Return who held the lowest bid when a session ended and meets the rules no longer.

    Args:
        bids: Every bid that was taken, in order.
        eligible: The sequence numbers of the enrolments that meet every other rule.

    Returns:
        If it is anybody, the session has failed: else a firm could drive the others out with a
        bid that it never means to keep, and leave the place to a friend near the ceiling.

    Source: docs/adr/0040-live-bidding.md.
    """
    return holders(bids) - frozenset(eligible)


def last_bids(bids: Sequence[Bid]) -> dict[int, int]:
    """Return the last bid of each enrolment in fen.

    Args:
        bids: Every bid that was taken, in order.

    Source: docs/adr/0040-live-bidding.md.
    """
    return {bid.enrolment: bid.amount_fen for bid in bids}
