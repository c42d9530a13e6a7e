"""The clock of the operator's check of a registration; the time to mend it is the firm's."""

from market import regulations
from market.accounts import queries as accounts
from market.clocks import turns
from market.clocks.kinds import OPERATOR_CHECK
from market.clocks.rules import Party
from market.db import UnitOfWork
from market.errors import msgid
from market.firms.model import Firm
from market.firms.rules import FirmState


def follow(work: UnitOfWork, firm: Firm, was: FirmState) -> None:
    """Start, hand over or stop the clock of the check as a registration moves from a state.

    What the operator imported itself is its own list: there nobody waits for anybody.
    """
    about = f"firm-check:{firm.id}"
    match was, firm.state:
        case _, FirmState.SUBMITTED if not firm.imported:
            _begin(work, firm, about)
        case FirmState.SUBMITTED, FirmState.RETURNED:
            turns.hand(work, about, Party.FIRM, msgid("退回补正，机构补正中"))
        case FirmState.SUBMITTED, _:
            turns.end(work, about, msgid("平台审核已办结"))
        case FirmState.RETURNED, _:
            turns.end(work, about, msgid("改以告知承诺方式入驻"))
        case _:
            pass


def _begin(work: UnitOfWork, firm: Firm, about: str) -> None:
    if firm.regulation_id is None or firm.term_working_days is None:
        return
    turns.begin(
        work,
        OPERATOR_CHECK,
        about,
        number=firm.code,
        title=msgid("机构入驻审核"),
        holder=Party.REVIEWER,
        holder_org_id=accounts.operator_id(work),
        other_org_id=firm.organisation_id,
        limit=firm.term_working_days,
        regulation=regulations.current().by_id(firm.regulation_id),
    )
