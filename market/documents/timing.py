"""The clock of the operator's check of an owner; while it is mended, the owner has the time."""

from market import regulations
from market.accounts import queries as accounts
from market.accounts.queries import organisation
from market.clocks import turns
from market.clocks.kinds import OPERATOR_CHECK
from market.clocks.rules import Party
from market.db import UnitOfWork
from market.documents.model import OwnerRegistration
from market.documents.owner_rules import OwnerState
from market.errors import msgid


def follow(work: UnitOfWork, row: OwnerRegistration) -> None:
    """Start, hand over or stop the clock of the check as a registration has just moved."""
    about = f"owner-check:{row.organisation_id}"
    match row.state:
        case OwnerState.SUBMITTED:
            _begin(work, row, about)
        case OwnerState.RETURNED:
            turns.hand(work, about, Party.OWNER, msgid("退回补正，业主补正中"))
        case _:
            turns.end(work, about, msgid("平台审核已办结"))


def _begin(work: UnitOfWork, row: OwnerRegistration, about: str) -> None:
    owner, rules = (
        organisation(work, row.organisation_id),
        regulations.current().by_id(row.regulation_id),
    )
    turns.begin(
        work,
        OPERATOR_CHECK,
        about,
        number=owner.code,
        title=msgid("业主登记核对"),
        holder=Party.REVIEWER,
        holder_org_id=accounts.operator_id(work),
        other_org_id=owner.id,
        limit=rules.integer("owner.check_working_days"),
        regulation=rules,
    )
