"""How the public log holds a text that is not public: by the digest of a secret salt and the text.

Short standard sentences could be guessed from a plain digest. The salt is kept here, under the
public number of what the text is about, and is given with the text to whoever may read that:
with both anybody can compute the digest again, and find it in the log.
"""

import hashlib
import secrets
from collections.abc import Iterable
from typing import Final, NamedTuple

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from market.db import RECORD, Base, Id, Instant, UnitOfWork
from market.journal import Salted

SALT_BYTES: Final = 32
NOTHING: Final = Salted("")


class TextSalt(Base):
    """What opens one digest of the log. ``about`` is a public number; the text is elsewhere."""

    __tablename__ = "text_salt"
    __table_args__ = (Index(None, "about"), RECORD)

    id: Mapped[Id]
    about: Mapped[str] = mapped_column(String(64))
    salt: Mapped[str] = mapped_column(String(2 * SALT_BYTES))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    salted_at: Mapped[Instant]


class Opening(NamedTuple):
    """A salt, and the digest that it gives with its text."""

    salt: str
    digest: str


def digest_of(salt_hex: str, text: str) -> Salted:
    """Return what the log holds of a text: SHA-256 over the salt's bytes and the text in UTF-8."""
    return Salted(hashlib.sha256(bytes.fromhex(salt_hex) + text.encode()).hexdigest())


def salted(work: UnitOfWork, about: str, text: str) -> Salted:
    """Return the digest of a text for the log and keep its salt; empty where nothing was written.

    Args:
        work: The unit of work that writes the text.
        about: The public number under which the text is read, such as a case's.
        text: The words exactly as they are kept.
    """
    if not text:
        return NOTHING
    salt = secrets.token_hex(SALT_BYTES)
    digest = digest_of(salt, text)
    work.session.add(TextSalt(about=about, salt=salt, digest=digest, salted_at=work.now))
    return digest


def openings_of(session: Session, about: str) -> list[Opening]:
    """Return every salt kept under a number, the oldest first."""
    asked = select(TextSalt.salt, TextSalt.digest).where(TextSalt.about == about)
    return [Opening(*row) for row in session.execute(asked.order_by(TextSalt.id))]


def opening_of(openings: Iterable[Opening], text: str) -> Opening | None:
    """Return which of them opens with a text; the last, where it was written more than once."""
    found = [one for one in openings if digest_of(one.salt, text) == one.digest]
    return found[-1] if found else None
