"""What both pages of a session show of it, and the small public state that tells of a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from market import log
from market.bidding import queries
from market.bidding.queries import Held
from market.bidding.rules import Bid, Phase, holders, lowest_of, next_fen
from market.db import UnitOfWork
from market.needs.prices import QuoteUnit, discount_of

# The latest bids; the log and the sheet have them all.
MOST_ROWS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One bid as a page shows it."""

    number: int
    bid: Bid
    index: int | None
    discount_bp: int | None
    is_lowest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A session as it stands now. What may be bid next is None when nothing may be."""

    held: Held
    phase: Phase
    end_at: datetime
    lowest_fen: int | None
    lowest_bp: int | None
    next_fen: int | None
    next_bp: int | None
    at_floor: bool
    rows: Sequence[Row]
    bids: int
    holders: int

    @property
    def by_discount(self) -> bool:
        """Whether firms state discounts."""
        return self.held.terms.unit is QuoteUnit.DISCOUNT


def live_of(work: UnitOfWork, of: Held, *, rows: bool = True) -> Live:
    """Return a session as it stands at the instant of the work, with its bids if they are shown."""
    ceiling = of.terms.ceiling_fen
    lowest, now = lowest_of(of.bids), of.phase_at(work.now)
    further = next_fen(of.session, lowest) if of.session and now is Phase.RUNNING else None
    return Live(
        held=of,
        phase=now,
        end_at=of.end_at,
        lowest_fen=lowest,
        lowest_bp=None if lowest is None else discount_of(ceiling, lowest),
        next_fen=further,
        next_bp=None if further is None else discount_of(ceiling, further),
        at_floor=lowest is not None and of.session is not None and lowest == of.session.lowest_fen,
        rows=_rows(work, of) if rows else (),
        bids=len(of.bids),
        holders=len(holders(of.bids)),
    )


def _rows(work: UnitOfWork, of: Held) -> list[Row]:
    """Return the latest bids, the last one first."""
    lowest = lowest_of(of.bids)
    return [
        Row(
            number=row.number,
            bid=bid,
            index=log.index_of(work, row.submission_id),
            discount_bp=discount_of(of.terms.ceiling_fen, bid.amount_fen),
            is_lowest=bid.amount_fen == lowest,
        )
        for bid, row in reversed(queries.rows_of(work, of.draw)[-MOST_ROWS:])
    ]


def state_of(live: Live) -> dict[str, Any]:
    """Return what changes of a session: what a page, or anybody's program, follows."""
    of = live.held
    last = of.bids[-1] if of.bids else None
    return {
        "notice": of.number,
        "draw": of.draw.draw_hash,
        "state": of.draw.state,
        "phase": live.phase,
        "bids": live.bids,
        "lowest_fen": live.lowest_fen,
        "next_fen": live.next_fen,
        "last": None if last is None else {"enrolment": last.enrolment, "fen": last.amount_fen},
        "end": int(live.end_at.timestamp()),
        "hard_end": int(of.hard_end_at.timestamp()),
    }
