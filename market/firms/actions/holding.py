"""Taking what the State's data platform holds, and letting a firm start from it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import select

from market.db import UnitOfWork
from market.errors import ConflictError, MissingError
from market.firms import queries_held
from market.firms.actions.qualifications import QualificationFacts, add_qualification
from market.firms.held import HeldError, HeldLicence, parse
from market.firms.model import Firm, FirmQualification
from market.firms.model_held import HeldOrigin, HeldRecord

LARGEST: Final = 200_000


class LicenceSource(Protocol):
    """Whatever hands over what the State holds: one file for each firm."""

    def files(self) -> Iterable[tuple[str, bytes]]:
        """Return each file's name and bytes."""


@dataclass(frozen=True, slots=True)
class LicenceFolder:
    """The folder that the city's data platform writes: ``*.json``. Nothing is asked of anybody."""

    folder: Path

    def files(self) -> Iterable[tuple[str, bytes]]:
        """Return the files in order of their names; of one too large, enough to refuse it."""
        for path in sorted(self.folder.glob("*.json")):
            with path.open("rb") as stream:
                yield path.name, stream.read(LARGEST + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of the files: new ones, known ones, and those refused with their reasons."""

    fresh: int
    known: int
    refused: tuple[tuple[str, str], ...]


def take(work: UnitOfWork, source: LicenceSource) -> Taken:
    """Keep what the State holds; a file that cannot be read is refused alone.

    What was taken before stays: a later verification shows what was known on which day.
    """
    fresh = known = 0
    refused: list[tuple[str, str]] = []
    for name, content in source.files():
        try:
            is_new = _take_one(work, content)
        except HeldError as error:
            refused.append((name, str(error)))
        else:
            fresh, known = fresh + is_new, known + (not is_new)
    return Taken(fresh=fresh, known=known, refused=tuple(refused))


def _take_one(work: UnitOfWork, content: bytes) -> bool:
    if len(content) > LARGEST:
        raise HeldError("文件", f"超过 {LARGEST} 字节")
    held, digest = parse(content), hashlib.sha256(content).hexdigest()
    if held.as_of_on > work.today:
        raise HeldError("as_of_on", "晚于今天")
    same = select(HeldRecord.id).where(HeldRecord.code == held.code, HeldRecord.digest == digest)
    if work.session.scalar(same) is not None:
        return False
    work.session.add(
        HeldRecord(
            code=held.code,
            origin=HeldOrigin.STATE,
            source=held.source,
            as_of_on=held.as_of_on,
            digest=digest,
            content=content.decode(),
            taken_at=work.now,
        )
    )
    work.session.flush()
    return True


def adopt(work: UnitOfWork, firm: Firm, record_id: int, place: int) -> FirmQualification:
    """State a licence as the State holds it; it is checked like every other.

    Raises:
        ConflictError: Newer data came since the page was shown.
        MissingError: There is no such licence.
        As ``add_qualification``.
    """
    record = queries_held.latest(work, firm.code)
    if record is None:
        raise MissingError
    if record.id != record_id:
        raise ConflictError
    licences = queries_held.read(record).licences
    if not 0 <= place < len(licences):
        raise MissingError
    return add_qualification(work, firm, _as_stated(licences[place]))


def _as_stated(licence: HeldLicence) -> QualificationFacts:
    return QualificationFacts(**{one.name: getattr(licence, one.name) for one in fields(licence)})
