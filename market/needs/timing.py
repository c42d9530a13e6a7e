"""The clock of the operator's check of a need; the time to mend it is the owner's."""

from market import regulations
from market.accounts import queries as accounts
from market.clocks import turns
from market.clocks.kinds import OPERATOR_CHECK
from market.clocks.rules import Party
from market.db import UnitOfWork
from market.errors import msgid
from market.needs.limits import CHECK_LIMIT, SUBJECT
from market.needs.model import Need
from market.needs.rules import NeedState


def follow(work: UnitOfWork, need: Need, was: NeedState) -> None:
    """Start, hand over or stop the clock of the check as a need moves from a state."""
    about = f"need-check:{need.id}"
    match was, need.state:
        case _, NeedState.CHECK:
            _begin(work, need, about)
        case NeedState.CHECK, NeedState.RETURNED:
            turns.hand(work, about, Party.OWNER, msgid("审核退回，业主修改中"))
        case NeedState.CHECK, _:
            turns.end(work, about, msgid("平台审核已办结"))
        case NeedState.RETURNED, NeedState.WITHDRAWN | NeedState.DIRECT | NeedState.FAILED:
            turns.end(work, about, msgid("需求不再送审"))
        case _:
            pass


def _begin(work: UnitOfWork, need: Need, about: str) -> None:
    rules = regulations.in_force(SUBJECT, work.today)
    turns.begin(
        work,
        OPERATOR_CHECK,
        about,
        number=need.number,
        title=need.title,
        holder=Party.REVIEWER,
        holder_org_id=accounts.operator_id(work),
        other_org_id=need.owner_org_id,
        limit=rules.integer(CHECK_LIMIT),
        regulation=rules,
    )
