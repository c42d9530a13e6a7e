"""Imports as they are stored: what was read from a file, until it is taken over or given up.

The file itself is not kept. What it said about a person is kept as far as the market keeps it
anyway (of an identity number a keyed digest), and the rows are deleted when the import ends.
"""

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from market.db import Base, Id, Instant
from market.sheets import labels as labels  # noqa: PLC0414 - importing declares the labels
from market.sheets.rules import ImportState


class SheetImport(Base):
    """One file that somebody uploaded."""

    __tablename__ = "sheet_import"
    __table_args__ = (
        Index("ix_sheet_import_organisation_id", "organisation_id"),
        Index("ix_sheet_import_state_uploaded_at", "state", "uploaded_at"),
        Index("ix_sheet_import_entered_by_org_id", "entered_by_org_id"),
    )

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(String(32))
    # None: the command line.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # Entered by the operator: for which organisation, and by whom of which organisation.
    for_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    entered_by_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    offered_at: Mapped[Instant | None]
    # What the organisation answered when it did not take it.
    answer: Mapped[str] = mapped_column(String(500), default="")
    # Why the operator took it back.
    withdrawal: Mapped[str] = mapped_column(String(500), default="")
    file_sha256: Mapped[str] = mapped_column(String(64))
    encoding: Mapped[str] = mapped_column(String(40))
    state: Mapped[ImportState] = mapped_column(default=ImportState.PREVIEWED)
    rows: Mapped[int]
    # How many rows would change something, when the file was read.
    fresh: Mapped[int]
    # How far it has come: rows gone through, of these taken over, and refused after all.
    gone_through: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    # How many problems there are in all; the first of them as JSON.
    problem_count: Mapped[int]
    problems: Mapped[str] = mapped_column(Text, default="[]")
    uploaded_at: Mapped[Instant]
    confirmed_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class SheetImportRow(Base):
    """One row that waits to be taken over; ``payload`` is JSON."""

    __tablename__ = "sheet_import_row"

    import_id: Mapped[int] = mapped_column(ForeignKey("sheet_import.id"), primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[str] = mapped_column(Text)
