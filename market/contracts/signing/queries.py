"""Finding the cases in which nobody signed. What is not the actor's is missing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select

from market.accounts.model import Organisation
from market.calendar import binding_until
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.contracts.signing.errors import ObstructedError
from market.contracts.signing.model import SigningCase
from market.contracts.signing.rules import OPEN, Fault, SigningState
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.queries.finding import GONE_AWARDS
from market.draws.rules import AwardState
from market.duties import by_another
from market.errors import MarketError, MissingError, msgid
from market.needs.model import Need
from market.needs.record.queries import Counter
from market.needs.scope import within

MOST: Final = 100


def cases_of(work: UnitOfWork, award_id: int) -> Sequence[SigningCase]:
    """Return every case of an award, the latest first."""
    return work.session.scalars(
        select(SigningCase).where(SigningCase.award_id == award_id).order_by(SigningCase.id.desc())
    ).all()


def open_case(work: UnitOfWork, award_id: int) -> SigningCase | None:
    """Return the case of an award that is not over, held against every other change."""
    return work.session.scalar(
        select(SigningCase)
        .where(SigningCase.award_id == award_id, SigningCase.state.in_(OPEN))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def award_by_number(work: UnitOfWork, number: str) -> Award:
    """Return an award by its number.

    Raises:
        MissingError: There is none.
    """
    found = work.session.scalar(select(Award).where(Award.number == number))
    if found is None:
        raise MissingError
    return found


def may_go(work: UnitOfWork, award_id: int) -> bool:
    """Whether the last finding about an award was the owner's fault."""
    cases = cases_of(work, award_id)
    return bool(cases) and cases[0].fault is Fault.OWNER


def to_speak(work: UnitOfWork) -> list[tuple[SigningCase, Need, Award]]:
    """Return the hearings in which the actor's organisation has said nothing yet."""
    org_id = work.actor.org_id
    silent = ((SigningCase.owner_org_id == org_id) & SigningCase.owner_stated_at.is_(None)) | (
        (SigningCase.firm_org_id == org_id) & SigningCase.firm_stated_at.is_(None)
    )
    return _rows(work, SigningState.HEARING, silent)


def to_propose(work: UnitOfWork) -> list[tuple[SigningCase, Need, Award]]:
    """Return the cases that were heard and for which nothing is proposed."""
    return _rows(work, SigningState.TO_FIND)


def to_propose_late(work: UnitOfWork) -> list[tuple[SigningCase, Need, Award]]:
    """Return the cases for which an officer of the actor's authority proposes what to find."""
    return _rows(work, SigningState.ESCALATED, within(work))


def to_find(work: UnitOfWork) -> list[tuple[SigningCase, Need, Award]]:
    """Return the cases in the actor's scope in which another person has proposed what to find."""
    return _rows(
        work,
        SigningState.PROPOSED,
        by_another(work, SigningCase.proposed_by_id),
        within(work),
    )


def late(work: UnitOfWork) -> list[tuple[SigningCase, Need, Award]]:
    """Return the cases that an authority has not found in its time."""
    is_due = SigningCase.due_at <= work.now
    escalated = _rows(work, SigningState.ESCALATED, is_due)
    return escalated + _rows(work, SigningState.PROPOSED, is_due)


def _rows(
    work: UnitOfWork, state: SigningState, *more: ColumnElement[bool]
) -> list[tuple[SigningCase, Need, Award]]:
    rows = work.session.execute(
        select(SigningCase, Need, Award)
        .join(Need, Need.id == SigningCase.need_id)
        .join(Award, Award.id == SigningCase.award_id)
        .where(SigningCase.state == state, *more)
        .order_by(SigningCase.due_at, SigningCase.id)
        .limit(MOST)
    )
    return [(case, need, award) for case, need, award in rows]


def heard_ids(work: UnitOfWork, now: datetime, limit: int, after_id: int = 0) -> Sequence[int]:
    """Return the hearings whose time is over, by id."""
    return _due_ids(work, SigningState.HEARING, now, limit, after_id)


def unproposed_ids(work: UnitOfWork, now: datetime, limit: int, after_id: int = 0) -> Sequence[int]:
    """Return the cases for which the operator proposed nothing in time, by id."""
    return _due_ids(work, SigningState.TO_FIND, now, limit, after_id)


def _due_ids(
    work: UnitOfWork, state: SigningState, now: datetime, limit: int, after_id: int
) -> Sequence[int]:
    """Return the cases whose time in a state is over; none runs while the award stands still."""
    return work.session.scalars(
        select(SigningCase.id)
        .join(Award, Award.id == SigningCase.award_id)
        .where(
            Award.state == AwardState.UNSIGNED,
            SigningCase.state == state,
            SigningCase.due_at <= binding_until(now),
            SigningCase.id > after_id,
        )
        .order_by(SigningCase.id)
        .limit(limit)
    ).all()


def gone_ids(work: UnitOfWork, limit: int, after_id: int = 0) -> Sequence[int]:
    """Return the cases, not over, of awards that ended otherwise, by id."""
    return work.session.scalars(
        select(SigningCase.id)
        .join(Award, Award.id == SigningCase.award_id)
        .where(
            SigningCase.state.in_(OPEN),
            Award.state.in_(GONE_AWARDS),
            SigningCase.id > after_id,
        )
        .order_by(SigningCase.id)
        .limit(limit)
    ).all()


def of_owner(work: UnitOfWork, owner: Organisation, since: datetime) -> Sequence[Counter]:
    """Count an owner's faults that nobody signed, and contracts it did not confirm in time."""
    found = work.session.scalar(
        select(func.count(SigningCase.id)).where(
            SigningCase.owner_org_id == owner.id,
            SigningCase.fault == Fault.OWNER,
            SigningCase.decided_at >= since,
        )
    )
    late = work.session.scalar(
        select(func.count(Contract.id)).where(
            Contract.owner_org_id == owner.id,
            Contract.filed_by_org_id == Contract.firm_org_id,
            Contract.filed_at >= since,
            or_(
                (Contract.state == ContractState.FILED) & (Contract.act_by_at <= work.now),
                exists().where(SigningCase.award_id == Contract.award_id, SigningCase.firm_filed),
            ),
        )
    )
    return [
        Counter(label=msgid("无正当理由不签约"), count=found or 0),
        Counter(label=msgid("逾期未确认合同"), count=late or 0),
    ]


def obstructed(work: UnitOfWork, need: Need) -> MarketError | None:
    """Return why a need must not be announced again, if its owner did not sign with a winner."""
    found = select(SigningCase.id).where(
        SigningCase.need_id == need.id, SigningCase.fault == Fault.OWNER
    )
    return ObstructedError() if work.session.scalar(found.limit(1)) is not None else None
