"""On what a case rests: cards that somebody judged, and that nobody has taken back since.

Nothing is proposed or decided on a card that nobody has judged (docs/adr/0113). Where a card is
taken back, or a breach found wrong, after the decision, time notices: the authority has a term to
say whether the decision stands, and everybody reads meanwhile that it is looked at again.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from market.accounts.queries import operator_id
from market.calendar import provisional_calendar
from market.clocks.card_rules import CardState
from market.clocks.model import Card
from market.credit.cases.errors import BasisGoneError, UnjudgedBasisError
from market.credit.cases.messages import BASIS_GONE
from market.credit.cases.model import Case, CaseBreach
from market.credit.cases.record import firm_of, rules_of
from market.credit.cases.rules import CaseState
from market.credit.model import Breach, BreachAnnulment
from market.credit.sources import CARD
from market.db import UnitOfWork
from market.messages.actions import tell
from market.supervision.model import CardWithdrawal
from market.supervision.rules import WithdrawalState

UNJUDGED: Final = (CardState.ISSUED, CardState.REPLIED, CardState.UNANSWERED)
TERM: Final = "case.basis_working_days"


def require_judged(work: UnitOfWork, breaches: Sequence[Breach]) -> None:
    """Refuse to rest a case on a card that nobody has judged.

    Raises:
        UnjudgedBasisError: It names the cards.
    """
    numbers = _cards(work, [breach.id for breach in breaches], *UNJUDGED)
    if numbers:
        raise UnjudgedBasisError(numbers)


def require_standing(work: UnitOfWork, case: Case) -> None:
    """Refuse to decide a measure on what is not judged, or was taken back since it was proposed.

    Raises:
        UnjudgedBasisError, BasisGoneError: They name the cards.
    """
    ids = work.session.scalars(
        select(CaseBreach.breach_id).where(CaseBreach.case_id == case.id)
    ).all()
    waiting = _cards(work, ids, *UNJUDGED)
    if waiting:
        raise UnjudgedBasisError(waiting)
    gone = _cards(work, ids, CardState.WITHDRAWN)
    if gone or work.session.scalar(select(exists().where(BreachAnnulment.breach_id.in_(ids)))):
        raise BasisGoneError(gone)


def gone_of(work: UnitOfWork, case: Case) -> list[str]:
    """Return the numbers of the cards of a case that were taken back."""
    ids = select(CaseBreach.breach_id).where(CaseBreach.case_id == case.id)
    return _cards(work, work.session.scalars(ids).all(), CardState.WITHDRAWN)


def _cards(work: UnitOfWork, breach_ids: Sequence[int], *states: CardState) -> list[str]:
    found = (
        select(Card.number)
        .join(Breach, Breach.source_id == Card.id)
        .where(Breach.source == CARD, Breach.id.in_(breach_ids), Card.state.in_(states))
        .order_by(Card.id)
    )
    return list(work.session.scalars(found))


def due(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    """Return the decisions that bear, or will, of which something was taken back unnoticed."""
    return work.session.scalars(
        select(Case.id)
        .where(
            Case.state == CaseState.DECIDED,
            Case.ends_at > work.now,
            _lost_something(),
            Case.id > (after or 0),
        )
        .order_by(Case.id)
        .limit(limit)
    ).all()


def _lost_something() -> ColumnElement[bool]:
    """A card was taken back, or a breach found wrong, since somebody last looked."""
    since = func.coalesce(Case.basis_seen_at, Case.decided_at)
    taken_back = exists().where(
        CardWithdrawal.card_id == Breach.source_id,
        CardWithdrawal.state == WithdrawalState.GRANTED,
        CardWithdrawal.decided_at > since,
    )
    wrong = exists().where(
        BreachAnnulment.breach_id == Breach.id, BreachAnnulment.annulled_at > since
    )
    taken_back, wrong = taken_back.correlate(Case, Breach), wrong.correlate(Case, Breach)
    return (
        exists()
        .where(
            CaseBreach.case_id == Case.id,
            Breach.id == CaseBreach.breach_id,
            or_(and_(Breach.source == CARD, taken_back), wrong),
        )
        .correlate(Case)
    )


def look(work: UnitOfWork, case_id: int) -> int:
    """Begin the authority's term to look at a decision again, and tell everybody it concerns."""
    case = work.session.scalars(
        select(Case)
        .where(Case.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if case_id not in due(work, case_id - 1, 1):
        return 0
    case.basis_seen_at = work.now
    case.basis_by_at = provisional_calendar().due_at(work.today, rules_of(case).integer(TERM))
    told = {case.proposed_by_org_id, firm_of(work, case).organisation_id, operator_id(work)}
    for org_id in sorted(each for each in told if each is not None):
        tell(
            work,
            BASIS_GONE,
            org_id=org_id,
            path=f"/credit/cases/{case.number}",
            once=f"{case.number}:basis:{org_id}:{work.now.isoformat()}",
            number=case.number,
            until=case.basis_by_at,
        )
    return 1


def end_review(case: Case) -> None:
    """Two people have said since then what becomes of the decision: it waits no longer."""
    case.basis_by_at = None
