"""Sealing a quote before the close, and opening it after. Each is locked, judged and logged."""

import re
from typing import Final

from market.db import UnitOfWork
from market.draws import queries as draws
from market.draws.model import Draw
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.journal import Entry, encode
from market.needs.queries import by_id as need_by_id
from market.quotes import queries
from market.quotes.errors import (
    NotSealedError,
    OpenedAlreadyError,
    OpeningNotYetError,
    OpeningOverError,
    OpeningRefusedError,
    SealingClosedError,
    SealRefusedError,
    TooManySealsError,
)
from market.quotes.journal import QuoteOpened, QuoteSealed
from market.quotes.model import QuoteOpening, QuoteSeal
from market.quotes.queries import Quoted
from market.quotes.rules import Phase, QuoteMove, QuoteState, advance, commitment

BY_FIRM: Final = "firm"
_COMMITMENT: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def seal(work: UnitOfWork, draw: Draw, commitment_hex: str) -> QuoteSeal:
    """Take the commitment to the quote of the actor's firm; the last one before the close counts.

    Raises:
        NotQuotedError: The notice's method has no quotes.
        NotInDrawError: The firm is not enrolled.
        SealingClosedError: The closing second has come.
        SealRefusedError: It is no commitment.
        TooManySealsError: It sealed too often.
    """
    of = queries.quoted(work, draws.locked(work, draw.id))
    require_authority(work, Deed.ENROL, need_by_id(work, of.draw.need_id).item_code)
    enrolment = queries.own_enrolment(work, of.draw)
    now = queries.phase_of(work, of)
    if now is not Phase.SEALING:
        raise SealingClosedError(of.draw.enrol_close_at)
    if not _COMMITMENT.fullmatch(commitment_hex):
        raise SealRefusedError
    advance(now, queries.state_of(work, enrolment), QuoteMove.SEAL)
    number = len(queries.seals_of(work, enrolment)) + 1
    if number > of.terms.most_seals:
        raise TooManySealsError(of.terms.most_seals)
    entry = QuoteSealed(
        draw=of.draw.draw_hash,
        enrolment=enrolment.sequence,
        number=number,
        commitment=commitment_hex,
    )
    row = QuoteSeal(
        draw_id=of.draw.id,
        enrolment_id=enrolment.id,
        number=number,
        commitment=commitment_hex,
        submission_id=_say(work, entry),
        sealed_at=work.now,
        sealed_by_id=work.user_id,
    )
    work.session.add(row)
    work.session.flush()
    return row


def open_quote(work: UnitOfWork, draw: Draw, amount_fen: int, salt_hex: str) -> QuoteOpening:
    """Open the quote of the actor's firm, after the close is logged and in time.

    Raises:
        NotQuotedError: The notice's method has no quotes.
        NotInDrawError: The firm is not enrolled.
        OpeningNotYetError, OpeningOverError: It is not the time.
        NotSealedError: There is nothing to open.
        OpenedAlreadyError: It has been opened.
        OpeningRefusedError: Amount and salt do not give the commitment.
        UnverifiableError: The commitment's row is not what was logged.
    """
    of = queries.quoted(work, draws.locked(work, draw.id))
    require_authority(work, Deed.ENROL, need_by_id(work, of.draw.need_id).item_code)
    enrolment = queries.own_enrolment(work, of.draw)
    now, state = queries.phase_of(work, of), queries.state_of(work, enrolment)
    _refuse(of, now, state)
    advance(now, state, QuoteMove.OPEN)
    sealed = queries.counting_seal(work, of.draw, enrolment)
    if sealed is None:
        raise NotSealedError
    if _commitment(of, enrolment.firm_code, amount_fen, salt_hex) != sealed.commitment:
        raise OpeningRefusedError
    entry = QuoteOpened(
        draw=of.draw.draw_hash,
        enrolment=enrolment.sequence,
        number=sealed.number,
        commitment=sealed.commitment,
    )
    row = QuoteOpening(
        draw_id=of.draw.id,
        enrolment_id=enrolment.id,
        seal_id=sealed.id,
        amount_fen=amount_fen,
        salt=salt_hex,
        submission_id=_say(work, entry),
        opened_at=work.now,
        opened_by_id=work.user_id,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _refuse(of: Quoted, now: Phase, state: QuoteState) -> None:
    """Say in the words of the time, and of the state, why a quote is not opened."""
    if now in {Phase.SEALING, Phase.WAITING}:
        raise OpeningNotYetError(of.draw.enrol_close_at)
    if state is QuoteState.OPENED:
        raise OpenedAlreadyError
    if now is Phase.OVER:
        raise OpeningOverError(of.opening_by_at)
    if state is QuoteState.NONE:
        raise NotSealedError


def _commitment(of: Quoted, firm: str, amount_fen: int, salt_hex: str) -> str:
    try:
        return commitment(notice=of.number, firm=firm, amount_fen=amount_fen, salt_hex=salt_hex)
    except ValueError:
        raise OpeningRefusedError from None


def _say(work: UnitOfWork, entry: Entry) -> int:
    """Tell the log without the account: whose it is can be read there, and with it who enrolled."""
    return work.submit(encode(entry, by=BY_FIRM, at=work.now))
