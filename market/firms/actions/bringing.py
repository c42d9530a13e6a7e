"""A registration goes to another city's market, and one of another city's is taken as a start."""

import hashlib

from sqlalchemy import select

from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.firms import queries, queries_held
from market.firms.checks import QualificationState
from market.firms.elsewhere import (
    AnotherFirmError,
    NotARegistrationError,
    NotListedHereError,
    body_of,
    written,
)
from market.firms.entry import FactField
from market.firms.held import HeldError, parse
from market.firms.model import Firm
from market.firms.model_held import HeldOrigin, HeldRecord
from market.firms.rules import STATE_WORDS, FirmState


def handed_out(work: UnitOfWork, firm: Firm, market: str) -> str:
    """Return a registration as the text to be signed: what this city's operator has checked.

    Raises:
        NotListedHereError: The firm is not listed here.
    """
    if firm.state is not FirmState.LISTED:
        raise NotListedHereError(STATE_WORDS[firm.state])
    confirmed = {
        (row.kind, row.number, row.valid_from_on)
        for row in queries.qualifications(work, firm.id)
        if row.state is QualificationState.CONFIRMED
    }
    return written(
        {one: getattr(firm, one.value) for one in FactField},
        [
            one
            for one in queries_held.stated(work, firm)
            if (one.kind, one.number, one.valid_from_on) in confirmed
        ],
        code=firm.code,
        source=market,
        as_of_on=work.today.isoformat(),
    )


def bring(work: UnitOfWork, organisation: Organisation, text: str, city: str) -> HeldRecord:
    """Take a registration that another city signed as the start of one here; it is checked here.

    Raises:
        NotARegistrationError: It cannot be read, or is of a day to come.
        AnotherFirmError: It is another firm's.
    """
    content = body_of(text)
    try:
        held = parse(content)
    except HeldError:
        raise NotARegistrationError from None
    if held.as_of_on > work.today:
        raise NotARegistrationError
    if held.code != organisation.code:
        raise AnotherFirmError(held.code)
    digest = hashlib.sha256(content).hexdigest()
    same = select(HeldRecord).where(HeldRecord.code == held.code, HeldRecord.digest == digest)
    if (known := work.session.scalar(same)) is not None:
        return known
    record = HeldRecord(
        code=held.code,
        origin=HeldOrigin.CITY,
        source=city,
        as_of_on=held.as_of_on,
        digest=digest,
        content=content.decode(),
        taken_at=work.now,
    )
    work.session.add(record)
    work.session.flush()
    return record
