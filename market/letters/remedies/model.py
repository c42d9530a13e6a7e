"""What an authority's decisions say of review and suit, as it is stored."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Id, Instant
from market.letters.remedies.rules import (
    BASIS_LONGEST,
    BODY_LONGEST,
    REASON_LONGEST,
    TERM_LONGEST,
    Stated,
    in_words,
)


class RemedyClause(Base):
    """One version of what an authority's decisions say of review and suit.

    One person of the authority enters it, another confirms it against the text of the law; the
    latest that was confirmed is printed. The platform knows no authority's terms.
    """

    __tablename__ = "remedy_clause"
    __table_args__ = (
        CheckConstraint("decided_by_id <> proposed_by_id", name="decided_by_another"),
        Index(None, "org_id", "confirmed", "id"),
    )

    id: Mapped[Id]
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    review_body: Mapped[str] = mapped_column(String(BODY_LONGEST))
    review_term: Mapped[str] = mapped_column(String(TERM_LONGEST))
    court: Mapped[str] = mapped_column(String(BODY_LONGEST))
    court_term: Mapped[str] = mapped_column(String(TERM_LONGEST))
    basis: Mapped[str] = mapped_column(String(BASIS_LONGEST))
    # None while it waits for the second person.
    confirmed: Mapped[bool | None]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[Instant]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    reason: Mapped[str | None] = mapped_column(String(REASON_LONGEST))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def words(self) -> str:
        """Return what a letter prints."""
        return in_words(
            Stated(
                review_body=self.review_body,
                review_term=self.review_term,
                court=self.court,
                court_term=self.court_term,
                basis=self.basis,
            )
        )
