"""A firm's standing: moved by decisions of credit cases, ended by time."""

from datetime import datetime

from market.db import UnitOfWork
from market.errors import msgid
from market.firms.errors import WrongStandingError
from market.firms.journal import StandingMoved
from market.firms.model import Firm, StandingChange
from market.firms.rules import Standing
from market.firms.schedule import reschedule
from market.labels import label_of


def set_standing(
    work: UnitOfWork, firm: Firm, standing: Standing, until_at: datetime | None, case_number: str
) -> StandingChange:
    """Suspend or blacklist a firm until an instant, as a case decided.

    Raises:
        WrongStandingError: ``ACTIVE`` is not set but lifted.
        ValueError: The term is over before it begins.
    """
    if standing is Standing.ACTIVE:
        raise WrongStandingError(label_of(standing).text)
    if until_at is not None and until_at <= work.now:
        raise ValueError(f"a sanction until {until_at} set at {work.now}")
    return _change(work, firm, standing, until_at, case_number=case_number, why="")


def lift_standing(work: UnitOfWork, firm: Firm, why: str) -> StandingChange:
    """End a suspension or a blacklisting before its time.

    Raises:
        WrongStandingError: The firm is active.
    """
    if firm.standing is Standing.ACTIVE:
        raise WrongStandingError(label_of(firm.standing).text)
    return _change(work, firm, Standing.ACTIVE, None, case_number="", why=why)


def end_standing(work: UnitOfWork, firm: Firm) -> bool:
    """Make a firm active again if the term of its sanction is over."""
    over = firm.standing_until_at is not None and firm.standing_until_at <= work.now
    if firm.standing is Standing.ACTIVE or not over:
        return False
    _change(work, firm, Standing.ACTIVE, None, case_number="", why=msgid("期限届满"))
    return True


def _change(
    work: UnitOfWork,
    firm: Firm,
    standing: Standing,
    until_at: datetime | None,
    *,
    case_number: str,
    why: str,
) -> StandingChange:
    change = StandingChange(
        firm_id=firm.id,
        standing=standing,
        until_at=until_at,
        case_number=case_number,
        why=why,
        changed_at=work.now,
        changed_by=work.actor.name,
    )
    work.session.add(change)
    work.record(
        StandingMoved(
            firm=firm.code,
            before=firm.standing,
            standing=standing,
            until=until_at,
            case=case_number,
        )
    )
    firm.standing = standing
    firm.standing_until_at = until_at
    reschedule(work, firm)
    return change
