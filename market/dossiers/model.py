"""Dossiers as they are stored: versions that are only ever added."""

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db import RECORD, Base, Id, Instant


class Dossier(Base):
    """One version of a contract's dossier: its list of hashes, whose own hash is in the log."""

    __tablename__ = "dossier"
    __table_args__ = (UniqueConstraint("contract_id", "version_no"), RECORD)

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    version_no: Mapped[int]
    # Why it was made again; empty for the first one.
    why: Mapped[str] = mapped_column(String(500))
    made_at: Mapped[Instant]
    # None: the term ended, and time made it.
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    list_text: Mapped[str] = mapped_column(Text)
    list_digest: Mapped[str] = mapped_column(String(64))


class DossierFile(Base):
    """One file of a version: an upload, by its id, or the exact bytes that were made for it."""

    __tablename__ = "dossier_file"
    __table_args__ = (UniqueConstraint("dossier_id", "path"), RECORD)

    id: Mapped[Id]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    path: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
