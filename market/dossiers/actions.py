"""Archiving a contract: its papers are listed by hash, and the list's hash goes into the log."""

from market.calendar import provisional_calendar
from market.clock import beijing_day
from market.contracts.model import Contract
from market.contracts.rules import OVER
from market.db import UnitOfWork
from market.dossiers import queries
from market.dossiers.journal import DossierMade
from market.dossiers.model import Dossier, DossierFile
from market.dossiers.paper import index_of
from market.dossiers.parts import case_of, gathered
from market.dossiers.rules import (
    REASON_SHORTEST,
    ArchivedError,
    NoReasonError,
    NothingArchivedError,
    NotOverError,
    digest_of,
    manifest,
)
from market.installation import Installation


def archive(work: UnitOfWork, here: Installation, contract: Contract) -> Dossier:
    """Make the first version: either side may once the service is over, and time does at last.

    Raises:
        NotOverError: The service goes on.
        ArchivedError: There is one.
    """
    _lock(work, contract)
    if contract.state not in OVER:
        raise NotOverError
    if queries.versions_of(work, contract):
        raise ArchivedError
    return _make(work, here, contract, version_no=1, why="")


def archive_again(work: UnitOfWork, here: Installation, contract: Contract, why: str) -> Dossier:
    """Make another version, with what came since, for an authority that says why.

    Raises:
        NoReasonError: It does not.
        NothingArchivedError: There is no version yet.
    """
    if len(why.strip()) < REASON_SHORTEST:
        raise NoReasonError
    _lock(work, contract)
    versions = queries.versions_of(work, contract)
    if not versions:
        raise NothingArchivedError
    return _make(work, here, contract, version_no=versions[0].version_no + 1, why=why.strip())


def archive_when_due(work: UnitOfWork, here: Installation, contract_id: int) -> int:
    """Archive a contract whose term for it is over; return 1, or 0 if it is not yet due."""
    contract = work.session.get_one(Contract, contract_id)
    _lock(work, contract)
    over_at = contract.accepted_at or contract.ended_at
    if contract.state not in OVER or over_at is None or queries.versions_of(work, contract):
        return 0
    due_at = provisional_calendar().due_at(beijing_day(over_at), queries.DUE_WORKING_DAYS)
    if due_at > work.now:
        return 0
    _make(work, here, contract, version_no=1, why="")
    return 1


def _lock(work: UnitOfWork, contract: Contract) -> None:
    work.session.refresh(contract, with_for_update=True)


def _make(
    work: UnitOfWork, here: Installation, contract: Contract, *, version_no: int, why: str
) -> Dossier:
    case = case_of(work, here, contract)
    found = gathered(case)
    parts = [part for one in found for part in one.parts]
    parts.append(index_of(case, found, version_no=version_no))
    listed = manifest({part.path: part.digest for part in parts})
    dossier = Dossier(
        contract_id=contract.id,
        version_no=version_no,
        why=why,
        made_at=work.now,
        made_by_id=work.actor.user_id,
        list_text=listed,
        list_digest=digest_of(listed.encode()),
    )
    work.session.add(dossier)
    work.session.flush()
    work.session.add_all(
        DossierFile(
            dossier_id=dossier.id,
            path=part.path,
            digest=part.digest,
            stored_file_id=part.stored_file_id,
            body=part.body,
        )
        for part in parts
    )
    work.record(
        DossierMade(
            contract=contract.number,
            version=version_no,
            files=len(parts),
            list_digest=dossier.list_digest,
            why=why,
        )
    )
    return dossier
