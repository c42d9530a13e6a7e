"""The rules of a sealed quote: what is committed to, when it opens, and which one is lowest.

Pure functions, no I/O.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.needs.prices import QuoteUnit, discount_of
from market.quotes.mean import allot

FORMAT: Final = "zjcs/quote/v1"
SALT_DIGITS: Final = 64
# A hundred billion yuan: beyond any need, within 53 bits.
MOST_FEN: Final = 10**13
_PERCENT: Final = 100


def opening_text(*, notice: str, firm: str, amount_fen: int, salt_hex: str) -> str:
    """Return the text whose SHA-256 is the commitment: five lines, each with its line end.

    Args:
        notice: The number of the notice.
        firm: The credit code of the firm: a commitment that somebody else copies does not open.
        amount_fen: The quote in fen.
        salt_hex: 32 random bytes in lower-case hex: without them amounts could be tried out.

    Raises:
        ValueError: The amount or the salt has another form.

    Source: docs/adr/0037-sealed-quotes.md.
    """
    if len(salt_hex) != SALT_DIGITS or set(salt_hex) - set("0123456789abcdef"):
        raise ValueError("a salt has 64 lower-case hexadecimal digits")
    if not 0 < amount_fen <= MOST_FEN:
        raise ValueError("a quote is a positive amount in fen")
    return f"{FORMAT}\n{notice}\n{firm}\n{amount_fen}\n{salt_hex}\n"


def commitment(*, notice: str, firm: str, amount_fen: int, salt_hex: str) -> str:
    """Return the commitment to a quote, in hex.

    Args:
        notice: The number of the notice.
        firm: The credit code of the firm.
        amount_fen: The quote in fen.
        salt_hex: 32 random bytes in lower-case hex.

    Raises:
        ValueError: The amount or the salt has another form.

    Source: docs/adr/0037-sealed-quotes.md.
    """
    text = opening_text(notice=notice, firm=firm, amount_fen=amount_fen, salt_hex=salt_hex)
    return hashlib.sha256(text.encode()).hexdigest()


class Phase(StrEnum):
    """What may be done with quotes now."""

    SEALING = "sealing"
    WAITING = "waiting"
    OPENING = "opening"
    OVER = "over"


def phase(
    *, is_open: bool, is_closed: bool, now: datetime, close_at: datetime, opening_by_at: datetime
) -> Phase:
    """Return what may be done with the quotes of a draw.

    Args:
        is_open: Whether the draw takes enrolments, by its state.
        is_closed: Whether the draw's CLOSE is logged and its list is not frozen.
        now: The instant.
        close_at: When enrolment closes.
        opening_by_at: Until when quotes are opened.

    Returns:
        ``WAITING`` between the closing second and the logging of CLOSE: nothing is opened
        before everybody can see that nothing more was sealed.

    Source: docs/adr/0037-sealed-quotes.md; platform default.
    """
    if is_open:
        return Phase.SEALING if now < close_at else Phase.WAITING
    if is_closed and now < opening_by_at:
        return Phase.OPENING
    return Phase.OVER


class QuoteState(StrEnum):
    """Where an enrolment's quote stands."""

    NONE = "none"
    SEALED = "sealed"
    OPENED = "opened"
    JUDGED = "judged"
    WITHDRAWN = "withdrawn"


class QuoteMove(StrEnum):
    """What can be done with a quote: by its firm, and in the end by time."""

    SEAL = "seal"
    OPEN = "open"
    WITHDRAW = "withdraw"
    JUDGE = "judge"


P, S, M = Phase, QuoteState, QuoteMove
MOVES: Final[Mapping[tuple[Phase, QuoteState, QuoteMove], QuoteState]] = MappingProxyType(
    {
        (P.SEALING, S.NONE, M.SEAL): S.SEALED,
        # Until the close a firm may seal another quote; the last one counts.
        (P.SEALING, S.SEALED, M.SEAL): S.SEALED,
        (P.SEALING, S.NONE, M.WITHDRAW): S.WITHDRAWN,
        (P.SEALING, S.SEALED, M.WITHDRAW): S.WITHDRAWN,
        (P.OPENING, S.SEALED, M.OPEN): S.OPENED,
        (P.OVER, S.NONE, M.JUDGE): S.JUDGED,
        (P.OVER, S.SEALED, M.JUDGE): S.JUDGED,
        (P.OVER, S.OPENED, M.JUDGE): S.JUDGED,
        # No move leads back from OPENED, and none opens before the close.
    }
)


class IllegalQuoteMoveError(MarketError):
    """What the quote's state or the time does not allow."""

    sentence = msgid("现在不能办理报价的这一步。请刷新页面查看所处时段和报价状态。")


def advance(now: Phase, state: QuoteState, move: QuoteMove) -> QuoteState:
    """Return the state a move leads a quote to.

    Args:
        now: What may be done now.
        state: Where the quote stands.
        move: What is to be done.

    Raises:
        IllegalQuoteMoveError: The phase or the state does not allow it.

    Source: docs/adr/0037-sealed-quotes.md.
    """
    try:
        return MOVES[now, state, move]
    except KeyError:
        raise IllegalQuoteMoveError from None


class Verdict(StrEnum):
    """What became of an enrolment's quote."""

    LOWEST = "lowest"
    HIGHER = "higher"
    ABOVE_CEILING = "above_ceiling"
    ABOVE_DISCLOSED = "above_disclosed"
    BELOW_FLOOR = "below_floor"
    NOT_OPENED = "not_opened"
    NOT_SEALED = "not_sealed"
    OFF_STEP = "off_step"
    NEAREST = "nearest"
    NOT_NEAREST = "not_nearest"


VALID: Final = frozenset({Verdict.LOWEST, Verdict.HIGHER, Verdict.NEAREST, Verdict.NOT_NEAREST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What one enrolment did: whether it sealed, and what it opened, in fen."""

    is_sealed: bool
    opened_fen: int | None = None
    # The most that the firm's own published fee lets it quote, where that can be computed.
    limit_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Which quotes count: not above the ceiling, not below the floor, and in the notice's unit."""

    ceiling_fen: int
    floor_fen: int | None = None
    unit: QuoteUnit = QuoteUnit.AMOUNT

    def has(self, amount_fen: int) -> bool:
        """Whether an amount can be stated in the unit: any, or what a whole discount makes."""
        by_amount = self.unit is QuoteUnit.AMOUNT
        return by_amount or discount_of(self.ceiling_fen, amount_fen) is not None


def verdicts(quotes: Mapping[int, Quote], bounds: Bounds) -> dict[int, Verdict]:
    """Judge the quotes of a draw of which the lowest is selected, all at once.

    Args:
        quotes: By enrolment, those that meet every other rule.
        bounds: Which quotes count.

    Returns:
        One verdict for each enrolment. Those that share the lowest amount are all ``LOWEST``:
        among them the draw decides, never the order in which they came.

    Source: handbook domain.md 3 (quote bidding); platform default.
    """
    first = {key: _own_verdict(quote, bounds) for key, quote in quotes.items()}
    counting = [quotes[key].opened_fen for key, verdict in first.items() if verdict is None]
    least = min((fen for fen in counting if fen is not None), default=None)
    return {
        key: verdict or (Verdict.LOWEST if quotes[key].opened_fen == least else Verdict.HIGHER)
        for key, verdict in first.items()
    }


def mean_verdicts(
    quotes: Mapping[int, Quote],
    bounds: Bounds,
    *,
    codes: Mapping[int, str],
    coefficients_bp: Sequence[int],
    trim_from: int,
) -> dict[int, Verdict]:
    """Judge the quotes of a draw by the mean price: who is nearest to some coefficient's target.

    Args:
        quotes: By enrolment, those that meet every other rule.
        bounds: Which quotes count.
        codes: The firm's code of each enrolment.
        coefficients_bp: The equally likely coefficients.
        trim_from: From how many quotes on the mean leaves out the highest and the lowest.

    Source: handbook domain.md 3 (均价选取); docs/adr/0038-mean-price-by-tickets.md.
    """
    found = {key: _own_verdict(quote, bounds) for key, quote in quotes.items()}
    valid = {
        codes[key]: fen
        for key, quote in quotes.items()
        if found[key] is None and (fen := quote.opened_fen) is not None
    }
    tickets = allot(valid, coefficients_bp, trim_from=trim_from).tickets if valid else {}
    return {
        key: verdict or (Verdict.NEAREST if codes[key] in tickets else Verdict.NOT_NEAREST)
        for key, verdict in found.items()
    }


def _own_verdict(quote: Quote, bounds: Bounds) -> Verdict | None:
    """Return why a quote does not count; None if it does."""
    if not quote.is_sealed:
        return Verdict.NOT_SEALED
    if quote.opened_fen is None:
        return Verdict.NOT_OPENED
    if quote.opened_fen > bounds.ceiling_fen:
        return Verdict.ABOVE_CEILING
    if quote.limit_fen is not None and quote.opened_fen > quote.limit_fen:
        return Verdict.ABOVE_DISCLOSED
    if bounds.floor_fen is not None and quote.opened_fen < bounds.floor_fen:
        return Verdict.BELOW_FLOOR
    return None if bounds.has(quote.opened_fen) else Verdict.OFF_STEP


def is_abnormally_low(amount_fen: int, valid_fen: Sequence[int], percent: int) -> bool:
    """Return whether a valid quote lies below a share of the mean of all valid quotes.

    Args:
        amount_fen: The quote.
        valid_fen: Every valid quote, this one among them.
        percent: The share in hundredths; zero flags nothing.

    Source: the regulation's ``quote.abnormal_low_percent``; platform default.
    """
    return amount_fen * len(valid_fen) * _PERCENT < sum(valid_fen) * percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Merit:
    """What a firm is ranked by: its credit score, then its completed contracts of the item."""

    score: int
    completed: int


def shortlisted(merits: Mapping[int, Merit], most: int) -> frozenset[int]:
    """Return who is in the first places by merit, with everybody who equals the last of them.

    Args:
        merits: By enrolment, those that meet every other rule.
        most: How many places there are.

    Source: the regulation's ``merit.shortlist``; platform default.
    """
    if len(merits) <= most:
        return frozenset(merits)
    if most < 1:
        return frozenset()
    order = sorted(((merit.score, merit.completed) for merit in merits.values()), reverse=True)
    last = order[most - 1]
    return frozenset(key for key, merit in merits.items() if (merit.score, merit.completed) >= last)
