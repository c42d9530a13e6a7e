"""What experts must not read: who the sides and the reviewer are, and which contract it is."""

import re
from typing import Final

from market.accounts.model import Organisation, User
from market.contracts.model import Contract, Deliverable, Review
from market.db import UnitOfWork
from market.firms.model import Firm, FirmStaff
from market.needs.queries import by_id as need_by_id
from market.rereview.disputable import Disputable
from market.rereview.model import Rereview
from market.scoring import naming
from market.scoring.blind import names_of_firm

HIDDEN: Final = "［已隐去］"
SENTENCE: Final = "［本句含有可识别单位或人员的内容，已隐去］"
WHOLE: Final = "［本条含有可识别单位或人员的内容，已整条隐去］"
_SHORTEST: Final = 2
_MARKS: Final = "，。；：！？、,;:!?"
_CLAUSE: Final = re.compile(rf"[^{_MARKS}\n]*[{_MARKS}\n]+|[^{_MARKS}\n]+")


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


def names_of_return(work: UnitOfWork, found: Disputable) -> tuple[str, ...]:
    """Return what would tell an expert whose work a disputable return is about."""
    return names_about(work, found.contract, found.deliverable, found.review, found.reviewer_org_id)


def names_of_rereview(work: UnitOfWork, row: Rereview) -> tuple[str, ...]:
    """Return what would tell an expert whose work is looked at again."""
    return names_about(
        work,
        work.session.get_one(Contract, row.contract_id),
        work.session.get_one(Deliverable, row.deliverable_id),
        work.session.get_one(Review, row.review_id),
        row.reviewer_org_id,
    )


def persons_of(work: UnitOfWork, deliverable: Deliverable, review: Review) -> frozenset[str]:
    """Return the names of who signed and handed in the work, and of who returned it."""
    ids = {deliverable.submitted_by_id, review.reviewed_by_id} - {None}
    names = {work.session.get_one(User, one).name for one in ids}
    if deliverable.signer_staff_id is not None:
        names.add(work.session.get_one(FirmStaff, deliverable.signer_staff_id).name)
    return frozenset(names)


def masked(text: str, names: tuple[str, ...]) -> str:
    """Return a text without names: word for word, else clause for clause, else nothing of it.

    Args:
        text: What somebody wrote who need not hide anything.
        names: As ``names_about`` gave them.
    """
    for name in _words(names):
        text = re.sub(_between(name), HIDDEN, text, flags=re.IGNORECASE)
    text = naming.without_numbers(text, HIDDEN)
    if not telling(text, names):
        return text
    # A clause ends where a comma or a full stop is; what tells stands within one of them.
    clauses = _CLAUSE.findall(text)
    text = "".join(_without(one) if telling(one, names) else one for one in clauses)
    return WHOLE if telling(text, names) else text


def _between(name: str) -> str:
    """Return the pattern of a name; marks and blanks may stand between a long one's characters."""
    bare = re.sub(r"[\W_]+", "", name)
    if len(bare) <= naming.SHORT_NAME:
        return r"\s*".join(map(re.escape, name))
    return r"[\W_]*".join(bare)


def _words(names: tuple[str, ...]) -> list[str]:
    """Return what is hidden wherever it stands, the longest first.

    A name of two characters under which a firm is known is also part of other words: where it
    tells, its clause is hidden.
    """
    found = set(names) | {one for one in naming.names_of(names) if len(one) >= naming.SHORT_NAME}
    return sorted(found, key=lambda one: (-len(one), one))


def _without(clause: str) -> str:
    """Return what stands for a clause, with the mark and the blanks at its end."""
    return SENTENCE + clause[len(clause.rstrip(_MARKS + " \t\r\n")) :]


def telling(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return what in a text tells whose work it is, as ``market.scoring.naming`` finds it."""
    for hidden in (HIDDEN, SENTENCE):
        text = text.replace(hidden, "。")
    return naming.telling(text, naming.names_of(names))
