"""The sheet that is published with the list: every quote, or every firm's merit, to recompute.

Exact bytes, canonical JSON; their digest is in the log.
"""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws import queries as draws
from market.draws.model import Draw, Enrolment
from market.needs.methods import Terms
from market.needs.prices import QuoteUnit, discount_of
from market.quotes import queries
from market.quotes.mean import Allotment
from market.quotes.model import QuoteOpening, QuoteVerdict
from market.quotes.queries import Quoted
from market.quotes.rules import VALID, Merit, is_abnormally_low

FILE: Final = "selection.json"
QUOTES: Final = "zjcs/quotes/v1"
MERITS: Final = "zjcs/merits/v1"
COEFFICIENTS: Final = "zjcs/coefficients/v1"


def of_quotes(work: UnitOfWork, of: Quoted) -> bytes:
    """Return the sheet of a draw's quotes: those opened with all that opens them, lowest first."""
    rows = _judged(work, of.draw)
    openings = {
        row.enrolment_id: row
        for row in work.session.scalars(
            select(QuoteOpening).where(QuoteOpening.draw_id == of.draw.id)
        )
    }
    valid = [openings[v.enrolment_id].amount_fen for v, _ in rows if v.verdict in VALID]
    opened, without = [], []
    for verdict, enrolment in rows:
        opening = openings.get(enrolment.id)
        if opening is None:
            without.append({"enrolment": enrolment.sequence, "verdict": verdict.verdict.value})
            continue
        low = verdict.verdict in VALID and is_abnormally_low(
            opening.amount_fen, valid, of.terms.abnormal_low_percent
        )
        opened.append(_line(work, of, enrolment, opening) | _found(verdict, is_low=low))
    body = {
        "format": QUOTES,
        "notice": of.number,
        "draw": of.draw.draw_hash,
        "selection": of.terms.method.value,
        "unit": of.terms.unit.value,
        "ceiling_fen": of.terms.ceiling_fen,
        "floor_fen": of.terms.floor_fen,
        "abnormal_low_percent": of.terms.abnormal_low_percent,
        "valid": len(valid),
        "sum_fen": sum(valid),
        "quotes": sorted(opened, key=lambda line: (line["amount_fen"], line["firm"])),
        "without": without,
    }
    return _canonical(body)


def _judged(work: UnitOfWork, draw: Draw) -> list[tuple[QuoteVerdict, Enrolment]]:
    rows = work.session.execute(
        select(QuoteVerdict, Enrolment)
        .join(Enrolment, Enrolment.id == QuoteVerdict.enrolment_id)
        .where(QuoteVerdict.draw_id == draw.id)
        .order_by(Enrolment.sequence)
    )
    return [(verdict, enrolment) for verdict, enrolment in rows]


def _line(
    work: UnitOfWork, of: Quoted, enrolment: Enrolment, opening: QuoteOpening
) -> dict[str, object]:
    """Return what anybody needs to open both commitments: the enrolment's and the quote's."""
    seal = queries.counting_seal(work, of.draw, enrolment)
    discount = discount_of(of.terms.ceiling_fen, opening.amount_fen)
    by_discount = of.terms.unit is QuoteUnit.DISCOUNT
    return ({"discount_bp": discount} if by_discount else {}) | {
        "enrolment": enrolment.sequence,
        "enrol_salt": enrolment.salt.hex(),
        "firm": enrolment.firm_code,
        "amount_fen": opening.amount_fen,
        "salt": opening.salt,
        "commitment": seal.commitment if seal else "",
        "sealed_index": draws.index_of(work, seal.submission_id) if seal else None,
    }


def _found(verdict: QuoteVerdict, *, is_low: bool) -> dict[str, object]:
    return {"verdict": verdict.verdict.value, "abnormal_low": is_low}


def of_mean(of: Quoted, allotted: Allotment) -> bytes:
    """Return the snapshot of tickets: every coefficient, its target, its firms and their numbers.

    Targets are exact: a fraction of fen. Tickets are numbered from 0, as in the protocol.
    """
    body = {
        "format": COEFFICIENTS,
        "notice": of.number,
        "draw": of.draw.draw_hash,
        "mean_fen": _exact(allotted.mean),
        "dropped_fen": list(allotted.dropped_fen),
        "tickets_each": allotted.scale,
        "exact": allotted.is_exact,
        "coefficients": [
            {
                "coefficient_bp": share.coefficient_bp,
                "target_fen": _exact(share.target),
                "firms": [
                    {"firm": firm, "first": share.first[firm], "tickets": share.tickets}
                    for firm in share.firms
                ],
            }
            for share in allotted.shares
        ],
        "firms": [{"firm": firm, "tickets": n} for firm, n in sorted(allotted.tickets.items())],
    }
    return _canonical(body)


def _exact(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"


def of_merits(
    number: str, draw: Draw, terms: Terms, ranked: Sequence[tuple[Enrolment, Merit]]
) -> bytes:
    """Return the sheet of what firms were ranked by, the first place first."""
    order = sorted(ranked, key=lambda row: (-row[1].score, -row[1].completed, row[0].firm_code))
    body = {
        "format": MERITS,
        "notice": number,
        "draw": draw.draw_hash,
        "shortlist": terms.shortlist,
        "firms": [
            {
                "enrolment": enrolment.sequence,
                "enrol_salt": enrolment.salt.hex(),
                "firm": enrolment.firm_code,
                "score": merit.score,
                "completed": merit.completed,
                "listed": enrolment.reason_code is None,
            }
            for enrolment, merit in order
        ],
    }
    return _canonical(body)


def _canonical(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
