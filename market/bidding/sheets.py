"""The sheet that is published with the list: the session, every bid, and whose they were."""

import json
from typing import Final

from sqlalchemy import select

from market.bidding import queries
from market.bidding.model import BidVerdict
from market.bidding.queries import Held
from market.bidding.rules import Verdict, last_bids
from market.db import UnitOfWork
from market.draws.model import Enrolment
from market.needs.prices import QuoteUnit, discount_of
from market.quotes.rules import is_abnormally_low

BIDS: Final = "zjcs/bids/v1"


def of_bids(work: UnitOfWork, of: Held) -> bytes:
    """Return the sheet of a session: each firm's last bid, the lowest first, and all bids."""
    last, rows = last_bids(of.bids), _judged(work, of)
    valid = [last[each.sequence] for _, each in rows if each.sequence in last]
    quotes = [
        _line(of, each, last[each.sequence])
        | {
            "verdict": verdict.value,
            "abnormal_low": is_abnormally_low(
                last[each.sequence], valid, of.terms.abnormal_low_percent
            ),
        }
        for verdict, each in rows
        if each.sequence in last
    ]
    body = {
        "format": BIDS,
        "notice": of.number,
        "draw": of.draw.draw_hash,
        "selection": of.terms.method.value,
        "unit": of.terms.unit.value,
        "ceiling_fen": of.terms.ceiling_fen,
        "floor_fen": of.terms.floor_fen,
        "abnormal_low_percent": of.terms.abnormal_low_percent,
        "start": int(of.session.start_at.timestamp()) if of.session else None,
        "end": int(of.end_at.timestamp()),
        "hard_end": int(of.hard_end_at.timestamp()),
        "quotes": sorted(quotes, key=lambda line: (line["amount_fen"], line["firm"])),
        "without": [
            {"enrolment": each.sequence, "verdict": verdict.value}
            for verdict, each in rows
            if each.sequence not in last
        ],
        "bids": _bids(work, of),
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _judged(work: UnitOfWork, of: Held) -> list[tuple[Verdict, Enrolment]]:
    rows = work.session.execute(
        select(BidVerdict.verdict, Enrolment)
        .join(Enrolment, Enrolment.id == BidVerdict.enrolment_id)
        .where(BidVerdict.draw_id == of.draw.id)
        .order_by(Enrolment.sequence)
    )
    return [(verdict, enrolment) for verdict, enrolment in rows]


def _line(of: Held, enrolment: Enrolment, amount_fen: int) -> dict[str, object]:
    """Return a firm's last bid, and what opens the commitment of its enrolment."""
    by_discount = of.terms.unit is QuoteUnit.DISCOUNT
    discount = {"discount_bp": discount_of(of.terms.ceiling_fen, amount_fen)}
    return (discount if by_discount else {}) | {
        "enrolment": enrolment.sequence,
        "enrol_salt": enrolment.salt.hex(),
        "firm": enrolment.firm_code,
        "amount_fen": amount_fen,
    }


def _bids(work: UnitOfWork, of: Held) -> list[dict[str, object]]:
    return [
        {
            "number": row.number,
            "enrolment": bid.enrolment,
            "amount_fen": bid.amount_fen,
            "at": int(bid.at.timestamp()),
        }
        for bid, row in queries.rows_of(work, of.draw)
    ]
