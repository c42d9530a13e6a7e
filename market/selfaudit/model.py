"""Runs of the self-audit, the seals of rows, and what was found, as they are stored."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant


class AuditRun(Base):
    """One comparison of every row of record. Its AUDIT entry in the log says the same."""

    __tablename__ = "audit_run"
    __table_args__ = (RECORD,)

    id: Mapped[Id]
    at: Mapped[Instant]
    # How many entries of the log, and how many rows, were compared.
    size: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column(BigInteger)
    seals: Mapped[int] = mapped_column(BigInteger)
    # Over the digest of the run before and every seal of this one, in their order.
    digest: Mapped[str] = mapped_column(String(64))
    submission_id: Mapped[int] = mapped_column(BigInteger, unique=True)


class AuditSeal(Base):
    """The digest of a row of record, taken at the first run that saw it.

    The run's digest, which is in the log, commits to it: neither the row nor its seal can be
    changed later without the other, nor both without the log. ``marks`` has a few bytes for
    each column, by which the column that differs is named.
    """

    __tablename__ = "audit_seal"
    __table_args__ = (UniqueConstraint("table_name", "row_key"), RECORD)

    run_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audit_run.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    table_name: Mapped[str] = mapped_column(String(63))
    row_key: Mapped[str] = mapped_column(String(200))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    marks: Mapped[str] = mapped_column(Text)


class AuditDifference(Base):
    """One row that a run found to differ from what the log says of it."""

    __tablename__ = "audit_difference"
    __table_args__ = (Index(None, "run_id"), RECORD)

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_run.id"))
    table_name: Mapped[str] = mapped_column(String(63))
    row_key: Mapped[str] = mapped_column(String(200))
    column_name: Mapped[str] = mapped_column(String(63))
    what: Mapped[str] = mapped_column(Text)
