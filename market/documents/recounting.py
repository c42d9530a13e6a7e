"""The term of the operator's check of an owner's registration."""

from typing import Final

from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.documents.model import OwnerRegistration
from market.documents.owner_rules import OwnerState
from market.errors import msgid
from market.holidays.terms import About, Term, declare_term


def _about(work: UnitOfWork, row: OwnerRegistration) -> About:
    owner = organisation(work, row.organisation_id)
    # The clock of the check tells both sides (``timing``).
    return About(number=owner.code, title=owner.name, path="/owner", org_ids=())


CHECK: Final = declare_term(
    Term(
        kind="owner-check",
        name=msgid("业主登记的核对期限"),
        model=OwnerRegistration,
        at=OwnerRegistration.check_due_at,
        runs=OwnerRegistration.state == OwnerState.SUBMITTED,
        about=_about,
    )
)
