"""Finding quotes. What is read here is compared with the log first: a row is a copy."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from market import log
from market.db import UnitOfWork
from market.draws import methods
from market.draws import queries as draws
from market.draws.errors import UnverifiableError
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState
from market.firms import queries as firms
from market.journal import PREFIX
from market.needs.methods import Terms, is_quoted
from market.quotes.errors import NotInDrawError, NotQuotedError
from market.quotes.journal import QuoteOpened, QuoteSealed
from market.quotes.model import QuoteOpening, QuoteSeal, QuoteVerdict
from market.quotes.rules import VALID, Phase, Quote, QuoteState, commitment, phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A draw whose firms quote, with what its notice fixed."""

    draw: Draw
    number: str
    terms: Terms
    opening_by_at: datetime


def quoted(work: UnitOfWork, draw: Draw) -> Quoted:
    """Return what the notice of a draw fixed of its quotes.

    Raises:
        NotQuotedError: Its method has none.
        UnverifiableError: The notice is not the one that was logged.
    """
    terms = methods.terms_of(work, draw)
    until = methods.opening_by_at(work, draw)
    if not is_quoted(terms.method) or until is None:
        raise NotQuotedError
    number = draws.number_of(work, draw)
    return Quoted(draw=draw, number=number, terms=terms, opening_by_at=until)


def phase_of(work: UnitOfWork, of: Quoted) -> Phase:
    """Return what may be done with the quotes of a draw now."""
    draw = of.draw
    is_closed = draw.state is DrawState.CLOSED and draws.has_entry(work, draw, "close")
    return phase(
        is_open=draw.state is DrawState.OPEN or (draw.state is DrawState.CLOSED and not is_closed),
        is_closed=is_closed,
        now=work.now,
        close_at=draw.enrol_close_at,
        opening_by_at=of.opening_by_at,
    )


def own_enrolment(work: UnitOfWork, draw: Draw) -> Enrolment:
    """Return the enrolment of the actor's own firm.

    Raises:
        NotInDrawError: It has none, or took it back.
    """
    enrolment = draws.enrolment_of(work, draw, firms.own(work))
    if enrolment is None or enrolment.state is EnrolmentState.WITHDRAWN:
        raise NotInDrawError
    return enrolment


def seals_of(work: UnitOfWork, enrolment: Enrolment) -> Sequence[QuoteSeal]:
    """Return the commitments of an enrolment, the first one first."""
    return work.session.scalars(
        select(QuoteSeal)
        .where(QuoteSeal.enrolment_id == enrolment.id)
        .order_by(QuoteSeal.number, QuoteSeal.id)
    ).all()


def opening_of(work: UnitOfWork, enrolment: Enrolment) -> QuoteOpening | None:
    """Return what opened an enrolment's quote."""
    return work.session.scalar(
        select(QuoteOpening).where(QuoteOpening.enrolment_id == enrolment.id)
    )


def verdict_of(work: UnitOfWork, enrolment: Enrolment) -> QuoteVerdict | None:
    """Return what was found of an enrolment's quote."""
    return work.session.scalar(
        select(QuoteVerdict).where(QuoteVerdict.enrolment_id == enrolment.id)
    )


def state_of(work: UnitOfWork, enrolment: Enrolment) -> QuoteState:
    """Return where an enrolment's quote stands."""
    if enrolment.state is EnrolmentState.WITHDRAWN:
        return QuoteState.WITHDRAWN
    if verdict_of(work, enrolment) is not None:
        return QuoteState.JUDGED
    if opening_of(work, enrolment) is not None:
        return QuoteState.OPENED
    return QuoteState.SEALED if seals_of(work, enrolment) else QuoteState.NONE


def counts_of(work: UnitOfWork, draw: Draw) -> tuple[int, int]:
    """Return how many enrolments sealed a quote, and how many opened it: numbers, not who."""
    sealed = work.session.scalar(
        select(func.count(QuoteSeal.enrolment_id.distinct()))
        .join(Enrolment, Enrolment.id == QuoteSeal.enrolment_id)
        .where(QuoteSeal.draw_id == draw.id, Enrolment.state != EnrolmentState.WITHDRAWN)
    )
    opened = work.session.scalar(
        select(func.count(QuoteOpening.id)).where(QuoteOpening.draw_id == draw.id)
    )
    return sealed or 0, opened or 0


def counting_seal(work: UnitOfWork, draw: Draw, enrolment: Enrolment) -> QuoteSeal | None:
    """Return the commitment that counts, the last one; None if there is none.

    Raises:
        UnverifiableError: The rows are not what the log says, or were logged after the close.
    """
    seals = seals_of(work, enrolment)
    for number, seal in enumerate(seals, 1):
        said = _logged(work, seal.submission_id, QuoteSealed.kind)
        wanted = (draw.draw_hash, enrolment.sequence, number, seal.commitment)
        if seal.number != number or said != wanted or not _is_before_close(work, draw, seal):
            raise UnverifiableError("quote_seal", [seal.id])
    return seals[-1] if seals else None


def quote_of(work: UnitOfWork, of: Quoted, enrolment: Enrolment) -> Quote:
    """Return what an enrolment quoted, recomputed from what it opened against the log.

    Raises:
        UnverifiableError: A row does not open what was committed to in the log.
    """
    seal = counting_seal(work, of.draw, enrolment)
    opening = opening_of(work, enrolment)
    if opening is None:
        return Quote(is_sealed=seal is not None)
    if seal is None or opening.seal_id != seal.id or not _opens(of, enrolment, opening, seal):
        raise UnverifiableError("quote_opening", [opening.id])
    said = _logged(work, opening.submission_id, QuoteOpened.kind)
    if said != (of.draw.draw_hash, enrolment.sequence, seal.number, seal.commitment):
        raise UnverifiableError("quote_opening", [opening.id])
    return Quote(is_sealed=True, opened_fen=opening.amount_fen)


def valid_quotes(work: UnitOfWork, of: Quoted) -> dict[str, int]:
    """Return the valid quotes of a judged draw in fen, by the firm's code, read against the log.

    Raises:
        UnverifiableError: A row does not open what was committed to in the log.
    """
    rows = work.session.scalars(
        select(Enrolment)
        .join(QuoteVerdict, QuoteVerdict.enrolment_id == Enrolment.id)
        .where(QuoteVerdict.draw_id == of.draw.id, QuoteVerdict.verdict.in_(VALID))
    )
    quotes = {row.firm_code: quote_of(work, of, row).opened_fen for row in rows}
    return {code: fen for code, fen in quotes.items() if fen is not None}


def check_rows(work: UnitOfWork, of: Quoted) -> None:
    """Require that the rows of a draw's quotes are those that the log tells of: none is missing.

    A quote whose row were taken away would look as if it had never been sealed, or opened.

    Raises:
        UnverifiableError: A row or an entry has no counterpart; it names the submissions.
    """
    draw = of.draw
    opened, closed = (
        draws.index_of(work, draws.entries_of(work, draw, kind)[0].submission_id)
        for kind in ("notice", "close")
    )
    logged = set(_told(work, draw, QuoteSealed.kind, opened, closed))
    logged |= set(_told(work, draw, QuoteOpened.kind, closed, None))
    stored = {
        (submission_id, sequence)
        for model in (QuoteSeal, QuoteOpening)
        for submission_id, sequence in work.session.execute(
            select(model.submission_id, Enrolment.sequence)
            .join(Enrolment, Enrolment.id == model.enrolment_id)
            .where(Enrolment.draw_id == draw.id)
        )
    }
    if logged != stored:
        raise UnverifiableError("quote_seal", sorted(logged ^ stored))


def _told(
    work: UnitOfWork, draw: Draw, kind: str, first: int, end: int | None
) -> Iterator[tuple[int, int]]:
    """Yield submission and enrolment of each entry of a kind that is about a draw."""
    signs = f'"draw":"{draw.draw_hash}"'.encode(), f'"t":"{PREFIX}{kind}"'.encode()
    for submission_id, body in log.entries_between(work, first, end):
        if all(sign in body for sign in signs):
            yield submission_id, int(json.loads(body)["enrolment"])


def _opens(of: Quoted, enrolment: Enrolment, opening: QuoteOpening, seal: QuoteSeal) -> bool:
    try:
        found = commitment(
            notice=of.number,
            firm=enrolment.firm_code,
            amount_fen=opening.amount_fen,
            salt_hex=opening.salt,
        )
    except ValueError:
        return False
    return found == seal.commitment


def _logged(
    work: UnitOfWork, submission_id: int, kind: str
) -> tuple[object, object, object, object] | None:
    """Return what an entry says in the log; None if it is not there, or another one."""
    body = log.body_of(work, submission_id)
    if body is None:
        return None
    try:
        said = json.loads(body)
        if said["t"] != PREFIX + kind:
            return None
        return said["draw"], said["enrolment"], said["number"], said["commitment"]
    except (ValueError, LookupError, TypeError):
        return None


def _is_before_close(work: UnitOfWork, draw: Draw, seal: QuoteSeal) -> bool:
    """Whether a commitment lies before CLOSE in the log: its row alone says nothing."""
    close = draws.entries_of(work, draw, "close")
    if not close:
        return True
    at = draws.index_of(work, seal.submission_id)
    return at < draws.index_of(work, close[0].submission_id)
