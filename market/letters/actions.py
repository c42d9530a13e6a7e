"""Issuing letters and withdrawing them."""

import json
import secrets
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.access import OrgKind
from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.letters.errors import WithdrawnAlreadyError
from market.letters.journal import LetterIssued, LetterWithdrawn
from market.letters.kinds import LetterKind
from market.letters.model import Letter, LetterFileDue, LetterWithdrawal
from market.letters.remedies.queries import words_of
from market.letters.rules import CODE_LENGTH, code_from, content_digest
from market.numbers import next_number

LONGEST_TITLE: Final = 120


def issue(
    work: UnitOfWork,
    kind: LetterKind,
    *,
    org_id: int,
    subject: str,
    title: str,
    paragraphs: Sequence[str],
    remedies: str | None = None,
    by_operator: bool = False,
    recipient: str | None = None,
) -> Letter:
    """Issue a letter to an organisation; its number follows the last one of its kind and year.

    ``subject`` says what it is about (``credit_case:12``); ``remedies`` are those of its kind
    unless others are given. It is issued by the actor's organisation, or by the operator's where a
    job acts or ``by_operator`` says so. ``recipient`` stands for somebody
    who must not be known by name; ``org_id`` only keeps it then. Its PDF is rendered afterwards,
    the same for everybody.

    Raises:
        RemediesMissingError: It can be contested, and its issuer has not confirmed where and until
            when.
        ValueError: It says nothing, or its title is too long.
    """
    body = [text.strip() for text in paragraphs if text.strip()]
    if not body or not 0 < len(title) <= LONGEST_TITLE:
        raise ValueError("a letter has a title and says something")
    keeper = work.session.get_one(Organisation, org_id)
    by_org_id = None if by_operator else work.actor.org_id
    if remedies is None:
        remedies = words_of(work, by_org_id) if kind.contestable else kind.remedies
    letter = Letter(
        number=next_number(work, kind.series),
        kind=kind.code,
        subject=subject,
        org_id=org_id,
        recipient=keeper.name if recipient is None else recipient,
        recipient_code=keeper.code if recipient is None else "",
        issuer=_issuer(work, by_org_id),
        title=title,
        paragraphs_json=json.dumps(body, ensure_ascii=False),
        remedies=remedies,
        code=code_from(secrets.token_bytes(CODE_LENGTH)),
        issued_at=work.now,
        issued_on=work.today,
        issued_by_id=work.actor.user_id,
    )
    letter.digest = digest_of(letter)
    work.session.add(letter)
    work.session.flush()
    work.session.add(LetterFileDue(letter_id=letter.id, next_check_at=work.now))
    work.record(LetterIssued(letter=letter.number, letter_kind=kind.code, digest=letter.digest))
    return letter


def digest_of(letter: Letter) -> str:
    """Return the digest of what a letter says, as the log has it."""
    return content_digest(
        number=letter.number,
        kind=letter.kind,
        title=letter.title,
        recipient=letter.recipient,
        recipient_code=letter.recipient_code,
        issuer=letter.issuer,
        issued_on=letter.issued_on,
        paragraphs=letter.paragraphs,
        remedies=letter.remedies,
        code=letter.code,
    )


def withdraw(
    work: UnitOfWork, letter: Letter, *, reason: str, replaced_by: Letter | None = None
) -> None:
    """Withdraw a letter: whoever checks it sees that it stands no longer, and why.

    Raises:
        WithdrawnAlreadyError: It was withdrawn before.
    """
    if work.session.get(LetterWithdrawal, letter.id) is not None:
        raise WithdrawnAlreadyError(letter.number)
    work.session.add(
        LetterWithdrawal(
            letter_id=letter.id,
            reason=reason,
            replaced_by_id=replaced_by.id if replaced_by else None,
            withdrawn_at=work.now,
            withdrawn_by_id=work.actor.user_id,
        )
    )
    try:
        work.session.flush()
    except IntegrityError:
        raise WithdrawnAlreadyError(letter.number) from None
    work.record(
        LetterWithdrawn(
            letter=letter.number, replaced_by=replaced_by.number if replaced_by else None
        )
    )


def _issuer(work: UnitOfWork, org_id: int | None) -> str:
    """Return the name of whoever issues a letter: an organisation, or else the operator."""
    wanted = select(Organisation.name).order_by(Organisation.id).limit(1)
    if org_id is not None:
        return work.session.scalars(wanted.where(Organisation.id == org_id)).one()
    return work.session.scalar(wanted.where(Organisation.kind == OrgKind.OPERATOR)) or ""
