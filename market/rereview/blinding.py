"""What experts must not read: who the sides and the reviewer are, and which contract it is."""

from typing import Final

from market.accounts.model import Organisation, User
from market.contracts.model import Contract, Deliverable, Review
from market.db import UnitOfWork
from market.firms.model import Firm, FirmStaff
from market.needs.queries import by_id as need_by_id
from market.scoring import naming
from market.scoring.blind import names_of_firm

HIDDEN: Final = "［已隐去］"
WHOLE: Final = "［本条含有可识别单位或人员的内容，已整条隐去］"
_SHORTEST: Final = 2


def names_about(
    work: UnitOfWork, contract: Contract, deliverable: Deliverable, review: Review, reviewer_id: int
) -> tuple[str, ...]:
    """Return what would tell an expert whose work it is, and who returned it."""
    need = need_by_id(work, contract.need_id)
    firm = work.session.get_one(Firm, contract.firm_id)
    organisations = {contract.owner_org_id, contract.firm_org_id, reviewer_id}
    found = [*names_of_firm(firm), contract.number, need.number, contract.title, need.title]
    for org_id in sorted(organisations):
        one = work.session.get_one(Organisation, org_id)
        found += [one.name, one.code]
    found += sorted(persons_of(work, deliverable, review))
    return tuple(name for name in found if name and len(name) >= _SHORTEST)


def persons_of(work: UnitOfWork, deliverable: Deliverable, review: Review) -> frozenset[str]:
    """Return the names of who signed and handed in the work, and of who returned it."""
    ids = {deliverable.submitted_by_id, review.reviewed_by_id} - {None}
    names = {work.session.get_one(User, one).name for one in ids}
    if deliverable.signer_staff_id is not None:
        names.add(work.session.get_one(FirmStaff, deliverable.signer_staff_id).name)
    return frozenset(names)


def masked(text: str, names: tuple[str, ...]) -> str:
    """Return a text without names; nothing of it where something telling is left.

    Args:
        text: What somebody wrote who need not hide anything.
        names: As ``names_about`` gave them.
    """
    for name in sorted(set(names), key=len, reverse=True):
        text = text.replace(name, HIDDEN)
    return WHOLE if telling(text, names) else text


def telling(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return what in a text tells whose work it is, as ``market.scoring.naming`` finds it."""
    return naming.telling(text.replace(HIDDEN, "。"), naming.names_of(names))
