"""Finding letters: one's own, those an official may read, and whatever is checked by its code."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from market.access import Permission
from market.db import UnitOfWork
from market.errors import MissingError
from market.letters.errors import NotReadyError
from market.letters.model import Letter, LetterFile, LetterWithdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A letter, whether it stands, and the digest of its file once that is made."""

    letter: Letter
    withdrawal: LetterWithdrawal | None
    replaced_by: str | None
    file_digest: str | None


def of_subject(work: UnitOfWork, subject: str) -> Sequence[Letter]:
    """Return the letters about something, the first one first."""
    return work.session.scalars(
        select(Letter).where(Letter.subject == subject).order_by(Letter.id)
    ).all()


def own_count(work: UnitOfWork) -> int:
    """Return how many letters the actor's organisation got."""
    wanted = select(func.count(Letter.id)).where(Letter.org_id == work.actor.org_id)
    return work.session.scalar(wanted) or 0


def own(work: UnitOfWork, *, limit: int, offset: int) -> list[Standing]:
    """Return a part of the letters to the actor's organisation, the newest first."""
    rows = work.session.scalars(
        select(Letter)
        .where(Letter.org_id == work.actor.org_id)
        .order_by(Letter.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [standing(work, letter) for letter in rows.all()]


def standing(work: UnitOfWork, letter: Letter) -> Standing:
    """Return how a letter stands."""
    gone = work.session.get(LetterWithdrawal, letter.id)
    other = work.session.get(Letter, gone.replaced_by_id) if gone and gone.replaced_by_id else None
    digest = select(LetterFile.digest).where(LetterFile.letter_id == letter.id)
    return Standing(
        letter=letter,
        withdrawal=gone,
        replaced_by=other.number if other else None,
        file_digest=work.session.scalar(digest),
    )


def file_of(work: UnitOfWork, number: str) -> bytes:
    """Return the PDF of a letter to the actor's organisation, or of any for an official.

    Raises:
        MissingError: There is none that the actor may read.
        NotReadyError: It is being made.
    """
    wanted = select(Letter).where(Letter.number == number)
    if Permission.OVERSIGHT_READ not in work.actor.permissions:
        wanted = wanted.where(Letter.org_id == work.actor.org_id)
    letter = work.session.scalar(wanted)
    if letter is None:
        raise MissingError
    made = work.session.get(LetterFile, letter.id)
    if made is None:
        raise NotReadyError(number)
    return made.content


def checked(work: UnitOfWork, number: str, code: str) -> Standing | None:
    """Return the letter with a number and a code; None without saying which was wrong."""
    letter = work.session.scalar(select(Letter).where(Letter.number == number))
    if letter is None or not hmac.compare_digest(letter.code.encode(), code.encode()):
        return None
    return standing(work, letter)


def by_file(work: UnitOfWork, digest: str) -> Standing | None:
    """Return the letter whose file has a digest."""
    letter = work.session.scalar(
        select(Letter)
        .join(LetterFile, LetterFile.letter_id == Letter.id)
        .where(LetterFile.digest == digest)
    )
    return standing(work, letter) if letter else None
