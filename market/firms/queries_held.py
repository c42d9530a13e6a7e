"""Finding what the State's data platform told of a firm."""

from dataclasses import dataclass, fields

from sqlalchemy import select

from market.db import UnitOfWork
from market.firms import held as rules
from market.firms import queries
from market.firms.entry import FactField
from market.firms.held import FactDifference, Held, HeldLicence, LicenceDifference
from market.firms.model import Firm
from market.firms.model_held import HeldOrigin, HeldRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A firm beside what the State holds of it; ``prefilled`` is what its form began with."""

    record: HeldRecord
    facts: list[FactDifference]
    licences: list[LicenceDifference]
    prefilled: HeldRecord | None

    @property
    def count(self) -> int:
        """How many differences there are."""
        return len(self.facts) + len(self.licences)


def latest(work: UnitOfWork, code: str) -> HeldRecord | None:
    """Return what a firm's form begins with: the newest of the State's, else another city's."""
    return _newest(work, code, HeldOrigin.STATE) or _newest(work, code, HeldOrigin.CITY)


def _newest(work: UnitOfWork, code: str, origin: HeldOrigin) -> HeldRecord | None:
    return work.session.scalar(
        select(HeldRecord)
        .where(HeldRecord.code == code, HeldRecord.origin == origin)
        .order_by(HeldRecord.as_of_on.desc(), HeldRecord.id.desc())
        .limit(1)
    )


def read(record: HeldRecord) -> Held:
    """Return what a record says; it was read once when it was taken."""
    return rules.parse(record.content.encode())


def stated(work: UnitOfWork, firm: Firm) -> list[HeldLicence]:
    """Return the licences that a firm states, in the form in which they are compared."""
    names = [one.name for one in fields(HeldLicence)]
    return [
        HeldLicence(**{name: getattr(row, name) for name in names})
        for row in queries.qualifications(work, firm.id)
    ]


def comparison(work: UnitOfWork, firm: Firm) -> Comparison | None:
    """Compare a firm with the newest of what the State holds of it; None if it holds nothing."""
    record = _newest(work, firm.code, HeldOrigin.STATE)
    if record is None:
        return None
    held = read(record)
    began = firm.held_record_id
    return Comparison(
        record=record,
        facts=rules.fact_differences({one: getattr(firm, one.value) for one in FactField}, held),
        licences=rules.licence_differences(stated(work, firm), held),
        prefilled=work.session.get_one(HeldRecord, began) if began else None,
    )
