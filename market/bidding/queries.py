"""Finding sessions and their bids. What decides is compared with the log first."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from market import log
from market.bidding.errors import NotBiddenError, NotInSessionError
from market.bidding.journal import BidPlaced
from market.bidding.model import BidVerdict, LiveBid
from market.bidding.rules import Bid, BidderState, Phase, Session, ends_at, faults, holders, phase
from market.db import UnitOfWork
from market.draws import methods
from market.draws import queries as draws
from market.draws.errors import UnverifiableError
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState
from market.firms import queries as firms
from market.firms.model import Firm
from market.journal import PREFIX
from market.needs.methods import Terms, is_bid


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A draw with live bidding, as it stands: its terms, its session once begun, its bids."""

    draw: Draw
    number: str
    terms: Terms
    hard_end_at: datetime
    session: Session | None
    bids: tuple[Bid, ...]

    def phase_at(self, now: datetime) -> Phase:
        """What may be done at an instant."""
        if self.draw.state not in {DrawState.OPEN, DrawState.CLOSED}:
            return Phase.OVER
        return phase(self.session, self.bids, now)

    @property
    def end_at(self) -> datetime:
        """When the session ends, if nobody bids any more."""
        return ends_at(self.session, self.bids) if self.session else self.hard_end_at


def held(work: UnitOfWork, draw: Draw) -> Held:
    """Return the session of a draw.

    Raises:
        NotBiddenError: Its method has none.
        UnverifiableError: The notice is not the one that was logged.
    """
    terms = methods.terms_of(work, draw)
    until = methods.list_waits_until(work, draw)
    if not is_bid(terms.method) or until is None:
        raise NotBiddenError
    return Held(
        draw=draw,
        number=draws.number_of(work, draw),
        terms=terms,
        hard_end_at=until,
        session=_session(work, draw, terms, until),
        bids=tuple(bid for bid, _ in rows_of(work, draw)),
    )


def _session(work: UnitOfWork, draw: Draw, terms: Terms, until: datetime) -> Session | None:
    """Return the session, which begins at the instant that CLOSE tells; None before."""
    close = draws.entries_of(work, draw, "close")
    if not close:
        return None
    return Session(
        start_at=datetime.fromtimestamp(json.loads(close[0].body)["at"], UTC),
        hard_end_at=until,
        ceiling_fen=terms.ceiling_fen,
        floor_fen=terms.floor_fen,
        unit=terms.unit,
        step_fen=terms.step_fen,
        step_bp=terms.step_bp,
        countdown=timedelta(seconds=terms.countdown_seconds),
        least=timedelta(minutes=terms.bidding_least_minutes),
    )


def rows_of(work: UnitOfWork, draw: Draw) -> Sequence[tuple[Bid, LiveBid]]:
    """Return the bids of a draw in the order in which they were taken, each with its row."""
    rows = work.session.execute(
        select(LiveBid, Enrolment.sequence)
        .join(Enrolment, Enrolment.id == LiveBid.enrolment_id)
        .where(LiveBid.draw_id == draw.id)
        .order_by(LiveBid.number)
    )
    return [
        (Bid(enrolment=sequence, amount_fen=row.amount_fen, at=row.at), row)
        for row, sequence in rows
    ]


def own_enrolment(work: UnitOfWork, draw: Draw) -> Enrolment:
    """Return the enrolment of the actor's own firm.

    Raises:
        NotInSessionError: It has none, or took it back.
    """
    enrolment = draws.enrolment_of(work, draw, firms.own(work))
    if enrolment is None or enrolment.state is EnrolmentState.WITHDRAWN:
        raise NotInSessionError
    return enrolment


def limit_of(work: UnitOfWork, of: Held, firm: Firm) -> int | None:
    """Return the most that a firm's own publication lets it bid, in fen; None if nothing binds.

    It does not change while the session runs: the version that counts was in force at the notice,
    or at the enrolment (docs/adr/0041).
    """
    return methods.binding_fen(work, of.draw, of.terms, firm) if of.terms.is_strict else None


def verdict_of(work: UnitOfWork, enrolment: Enrolment) -> BidVerdict | None:
    """Return what became of an enrolment."""
    return work.session.get(BidVerdict, enrolment.id)


def state_of(work: UnitOfWork, of: Held, enrolment: Enrolment) -> BidderState:
    """Return where an enrolment stands in the session."""
    if enrolment.state is EnrolmentState.WITHDRAWN:
        return BidderState.WITHDRAWN
    if verdict_of(work, enrolment) is not None:
        return BidderState.JUDGED
    if enrolment.sequence in holders(of.bids):
        return BidderState.LOWEST
    has_bid = any(bid.enrolment == enrolment.sequence for bid in of.bids)
    return BidderState.BEATEN if has_bid else BidderState.SILENT


def check_rows(work: UnitOfWork, of: Held) -> None:
    """Require that the bids stored are those that the log tells of, and that they kept the rules.

    The log is read from the notice to the list: what comes after it belongs to no session.

    Raises:
        UnverifiableError: A row or an entry has no counterpart, or a bid broke a rule.
    """
    draw, rows = of.draw, rows_of(work, of.draw)
    stored = [_told(row.submission_id, row.number, bid) for bid, row in rows]
    first = draws.index_of(work, draws.entries_of(work, draw, "notice")[0].submission_id)
    close = draws.index_of(work, draws.entries_of(work, draw, "close")[0].submission_id)
    frozen = draws.entries_of(work, draw, "freeze")
    end = draws.index_of(work, frozen[0].submission_id) if frozen else None
    early = list(_logged(work, draw, first, close))
    if early or stored != list(_logged(work, draw, close, end)):
        raise UnverifiableError("live_bid", [draw.id])
    if of.session is None or (broken := faults(of.session, of.bids)):
        raise UnverifiableError("live_bid", broken if of.session else [draw.id])


Told = tuple[int, int, int, int, int]


def _told(submission_id: int, number: int, bid: Bid) -> Told:
    return submission_id, number, bid.enrolment, bid.amount_fen, int(bid.at.timestamp())


def _logged(work: UnitOfWork, draw: Draw, first: int, end: int | None) -> Iterator[Told]:
    """Yield what the log tells of the bids of a draw, in its order."""
    signs = f'"draw":"{draw.draw_hash}"'.encode(), f'"t":"{PREFIX}{BidPlaced.kind}"'.encode()
    for submission_id, body in log.entries_between(work, first, end):
        if all(sign in body for sign in signs):
            said = json.loads(body)
            yield submission_id, said["number"], said["enrolment"], said["amount_fen"], said["at"]
