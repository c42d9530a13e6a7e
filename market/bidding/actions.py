"""Placing a bid: the draw is locked first, and only then is the clock read."""

from dataclasses import replace

from market.bidding import queries
from market.bidding.errors import (
    AboveDisclosedError,
    BiddingNotYetError,
    BiddingOverError,
    LowestAlreadyError,
    NoLongerEligibleError,
)
from market.bidding.journal import BidPlaced
from market.bidding.model import LiveBid
from market.bidding.queries import Held
from market.bidding.rules import (
    BidderState,
    BidMove,
    IllegalBidMoveError,
    Phase,
    advance,
    check_bid,
    lowest_of,
)
from market.clock import Clock
from market.db import UnitOfWork
from market.draws import queries as draws
from market.draws.eligibility import in_words
from market.draws.model import Draw, Enrolment
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.firms.queries import own
from market.journal import encode
from market.needs.queries import by_id as need_by_id

BY_FIRM = "firm"


def bid(work: UnitOfWork, draw: Draw, amount_fen: int, clock: Clock) -> LiveBid:
    """Take a bid of the actor's firm, at the instant at which it came to its turn.

    A request may wait for the lock while others bid. Its instant is therefore not that of the
    unit of work but that of the lock: no bid is taken at a time at which everybody could see
    that the session was over.

    Raises:
        NotBiddenError: The notice's method has no live bidding.
        NotInSessionError: The firm is not enrolled.
        BiddingNotYetError, BiddingOverError: It is not the time.
        LowestAlreadyError: The firm holds the lowest bid.
        NoLongerEligibleError: It would not be on the list.
        AboveDisclosedError: It is more than the firm itself published.
        MarketError: The amount may not be bid now; the error says what may.
    """
    of = queries.held(work, draws.locked(work, draw.id))
    work = replace(work, now=clock().replace(microsecond=0))
    if of.bids and work.now < of.bids[-1].at:
        work = replace(work, now=of.bids[-1].at)  # Another server's clock is ahead.
    enrolment = require_bid(work, of, amount_fen)
    number = len(of.bids) + 1
    entry = BidPlaced(
        draw=of.draw.draw_hash,
        number=number,
        enrolment=enrolment.sequence,
        amount_fen=amount_fen,
    )
    row = LiveBid(
        draw_id=of.draw.id,
        enrolment_id=enrolment.id,
        number=number,
        amount_fen=amount_fen,
        submission_id=work.submit(encode(entry, by=BY_FIRM, at=work.now)),
        at=work.now,
        by_id=work.user_id,
    )
    work.session.add(row)
    work.session.flush()
    return row


def require_bid(work: UnitOfWork, of: Held, amount_fen: int) -> Enrolment:
    """Return the enrolment of the actor's firm if the amount may be bid now; it writes nothing.

    Raises:
        MarketError: As ``bid`` says.
    """
    require_authority(work, Deed.ENROL, need_by_id(work, of.draw.need_id).item_code)
    enrolment = queries.own_enrolment(work, of.draw)
    _refuse(of, of.phase_at(work.now), queries.state_of(work, of, enrolment))
    _still_meets(work, of.draw)
    check_bid_of(of, amount_fen)
    _within_published(work, of, amount_fen)
    return enrolment


def _still_meets(work: UnitOfWork, draw: Draw) -> None:
    """Refuse a bid of a firm that would not be on the list: it would only drive others out."""
    need = need_by_id(work, draw.need_id)
    if found := draws.failures_of(work, need, own(work), draw):
        raise NoLongerEligibleError(in_words(found))


def _within_published(work: UnitOfWork, of: Held, amount_fen: int) -> None:
    """Refuse a bid above what the firm's own published fee gives by the notice's inputs."""
    limit_fen = queries.limit_of(work, of, own(work))
    if of.session is not None and limit_fen is not None and amount_fen > limit_fen:
        raise AboveDisclosedError(of.session.field, limit_fen)


def check_bid_of(of: Held, amount_fen: int) -> None:
    """Refuse an amount that may not be bid now.

    Raises:
        IllegalBidMoveError: The session has not begun.
        MarketError: The first rule that is broken.
    """
    if of.session is None:
        raise IllegalBidMoveError
    check_bid(of.session, lowest_of(of.bids), amount_fen)


def _refuse(of: Held, now: Phase, state: BidderState) -> None:
    """Say in the words of the time, and of the state, why no bid is taken."""
    match now:
        case Phase.BEFORE:
            raise BiddingNotYetError(of.draw.enrol_close_at)
        case Phase.OVER:
            raise BiddingOverError(of.end_at)
        case Phase.RUNNING:
            if state is BidderState.LOWEST:
                raise LowestAlreadyError
    advance(now, state, BidMove.BID)
