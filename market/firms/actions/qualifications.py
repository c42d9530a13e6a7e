"""What a firm is licensed, filed or registered for."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from market.catalogue.rules import QualificationKind
from market.db import UnitOfWork
from market.firms import materials, queries
from market.firms.checks import COUNTED, QualificationState
from market.firms.errors import (
    DuplicateQualificationError,
    ExpiredError,
    FutureDayError,
    NotEditableError,
    PromiseKindError,
    QualificationInUseError,
    TermError,
)
from market.firms.journal import QualificationEntered, QualificationRemoved
from market.firms.model import Firm, FirmQualification
from market.firms.rules import CHANGEABLE, STATE_WORDS

CERTIFIED: Final = "qualification"
"""As what documents are about a qualification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationFacts:
    """What a certificate says."""

    kind: QualificationKind
    name: str
    major: str = ""
    grade: str
    number: str
    issuer: str
    valid_from_on: date
    valid_to_on: date | None = None


def require_changeable(firm: Firm) -> None:
    """Refuse additions while the operator checks, or after the firm has left.

    Raises:
        NotEditableError: It is so.
    """
    if firm.state not in CHANGEABLE:
        raise NotEditableError(STATE_WORDS[firm.state])


def add_qualification(work: UnitOfWork, firm: Firm, facts: QualificationFacts) -> FirmQualification:
    """Add a qualification, or its renewal with a new term; the operator confirms it later.

    Raises:
        NotEditableError: The registration is being checked.
        PromiseKindError: A promise is signed, not stated.
        FutureDayError: It was issued on a day to come.
        TermError: Its term ends before it begins.
        ExpiredError: Its term is over.
        DuplicateQualificationError: It was stated before.
    """
    require_changeable(firm)
    check_term(facts, work.today)
    known = select(FirmQualification.id).where(
        FirmQualification.firm_id == firm.id,
        FirmQualification.kind == facts.kind,
        FirmQualification.number == facts.number,
        FirmQualification.valid_from_on == facts.valid_from_on,
    )
    if work.session.scalar(known) is not None:
        raise DuplicateQualificationError(facts.number)
    row = FirmQualification(
        firm_id=firm.id,
        state=QualificationState.PENDING,
        entered_at=work.now,
        entered_by_id=work.user_id,
        **asdict(facts),
    )
    work.session.add(row)
    work.record(_entry(firm, facts))
    return row


def _entry(firm: Firm, facts: QualificationFacts) -> QualificationEntered:
    return QualificationEntered(
        firm=firm.code,
        qualification_kind=facts.kind,
        name=facts.name,
        major=facts.major,
        grade=facts.grade,
        number=facts.number,
        valid_from_on=facts.valid_from_on,
        valid_to_on=facts.valid_to_on,
    )


def remove_qualification(work: UnitOfWork, firm: Firm, row: FirmQualification) -> None:
    """Take back a qualification that nobody has confirmed.

    Raises:
        NotEditableError: The registration is being checked.
        QualificationInUseError: It was confirmed.
    """
    require_changeable(firm)
    if row.state in COUNTED:
        raise QualificationInUseError
    materials.drop(work, CERTIFIED, row.id)
    work.session.delete(row)
    work.record(
        QualificationRemoved(
            firm=firm.code,
            qualification_kind=row.kind,
            name=row.name,
            number=row.number,
            valid_from_on=row.valid_from_on,
        )
    )


def describe(row: FirmQualification) -> str:
    """Return a qualification in one line, as a check's subject."""
    return " ".join(filter(None, (row.name, row.major, row.grade, row.number)))


def expired(work: UnitOfWork, firm: Firm) -> list[FirmQualification]:
    """List the qualifications whose term is over today."""
    return [
        row
        for row in queries.qualifications(work, firm.id)
        if row.valid_to_on is not None and row.valid_to_on < work.today
    ]


def check_term(facts: QualificationFacts, today: date) -> None:
    """Refuse a certificate whose days cannot count.

    Raises:
        PromiseKindError: A promise is signed, not stated.
        FutureDayError: It was issued on a day to come.
        TermError: Its term ends before it begins.
        ExpiredError: Its term is over.
    """
    if facts.kind is QualificationKind.PROMISE:
        raise PromiseKindError
    if facts.valid_from_on > today:
        raise FutureDayError(facts.valid_from_on, "valid_from_on")
    if facts.valid_to_on is not None:
        if facts.valid_to_on < facts.valid_from_on:
            raise TermError(facts.valid_from_on, facts.valid_to_on)
        if facts.valid_to_on < today:
            raise ExpiredError(facts.valid_to_on, today)
