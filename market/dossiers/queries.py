"""Finding dossiers, and the contracts that wait for theirs."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select

from market.contracts.model import Contract
from market.contracts.rules import OVER
from market.db import LogMention, UnitOfWork
from market.documents.model import Document, DocumentErasure
from market.dossiers.model import Dossier, DossierFile
from market.errors import MissingError
from market.files import StoredFile

# So many working days after the end a dossier is due (handbook step 21); never fewer days.
DUE_WORKING_DAYS: Final = 5
OVER_AT: Final = func.coalesce(Contract.accepted_at, Contract.ended_at)


def versions_of(work: UnitOfWork, contract: Contract) -> Sequence[Dossier]:
    """Return the versions of a contract's dossier, the latest first."""
    return work.session.scalars(
        select(Dossier)
        .where(Dossier.contract_id == contract.id)
        .order_by(Dossier.version_no.desc())
    ).all()


def version(work: UnitOfWork, contract: Contract, version_no: int) -> Dossier:
    """Return one version.

    Raises:
        MissingError: There is none.
    """
    found = work.session.scalar(
        select(Dossier).where(Dossier.contract_id == contract.id, Dossier.version_no == version_no)
    )
    if found is None:
        raise MissingError
    return found


def files_of(work: UnitOfWork, dossier: Dossier) -> Sequence[DossierFile]:
    """Return the files of a version, in the order of its list."""
    return work.session.scalars(
        select(DossierFile).where(DossierFile.dossier_id == dossier.id).order_by(DossierFile.path)
    ).all()


def mentions_of(work: UnitOfWork, numbers: Sequence[str]) -> Sequence[int]:
    """Return the submissions of the log's entries that name one of these numbers."""
    return work.session.scalars(
        select(LogMention.submission_id)
        .where(LogMention.number.in_(numbers))
        .distinct()
        .order_by(LogMention.submission_id)
    ).all()


def erasure_of(work: UnitOfWork, digest: str) -> DocumentErasure | None:
    """Return that the bytes of a digest were deleted by their retention rule, the last time."""
    return work.session.scalar(
        select(DocumentErasure)
        .join(Document, Document.id == DocumentErasure.document_id)
        .join(StoredFile, StoredFile.id == Document.file_id)
        .where(StoredFile.digest == digest)
        .order_by(DocumentErasure.id.desc())
        .limit(1)
    )


def waiting_ids(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    """Return contracts that are over for so many days at least and have no dossier."""
    return work.session.scalars(
        select(Contract.id)
        .where(
            *_without_dossier(),
            work.now - timedelta(days=DUE_WORKING_DAYS) >= OVER_AT,
            Contract.id > (after or 0),
        )
        .order_by(Contract.id)
        .limit(limit)
    ).all()


def _without_dossier() -> list[ColumnElement[bool]]:
    return [
        Contract.state.in_(OVER),
        ~exists().where(Dossier.contract_id == Contract.id),
    ]
