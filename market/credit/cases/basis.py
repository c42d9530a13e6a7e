"""On what a case rests: cards that somebody judged, and that nobody has taken back since.

Nothing is proposed or decided on a card that nobody has judged (docs/adr/0113). Where a card is
taken back, or a breach found wrong, after the decision, time notices: the authority has a term to
say whether the decision stands, and everybody reads meanwhile that it is looked at again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from market.calendar import binding_until
from market.clocks.card_rules import CardState
from market.clocks.model import Card
from market.credit.cases.errors import (
    BasisGoneError,
    BasisInQuestionError,
    UnjudgedBasisError,
)
from market.credit.cases.model import Case, CaseBreach
from market.credit.cases.rules import CaseState
from market.credit.model import Breach, BreachAnnulment
from market.credit.sources import CARD
from market.db import UnitOfWork
from market.firms.restrictions import questioned as restrictions
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
        UnjudgedBasisError, BasisGoneError, BasisInQuestionError: They name the cards.
    """
    ids = work.session.scalars(
        select(CaseBreach.breach_id).where(CaseBreach.case_id == case.id)
    ).all()
    _lock_cards(work, ids)  # Nobody takes one back, or proposes to, at this moment.
    waiting = _cards(work, ids, *UNJUDGED)
    if waiting:
        raise UnjudgedBasisError(waiting)
    gone = _cards(work, ids, CardState.WITHDRAWN)
    if gone or work.session.scalar(select(exists().where(BreachAnnulment.breach_id.in_(ids)))):
        raise BasisGoneError(gone)
    asked = in_question(work, case)
    if asked:
        raise BasisInQuestionError([one.number for one in asked], max(one.by_at for one in asked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A card of a case that somebody proposed to take back, and by when that is to be decided."""

    number: str
    by_at: datetime


def in_question(work: UnitOfWork, case: Case) -> list[Question]:
    """Return the cards of a case of which nobody has decided yet whether they are taken back.

    Also where the term to decide is over: the proposal stands (docs/adr/0114), and nobody is
    judged on a card that an authority calls wrong.
    """
    rows = work.session.execute(
        select(Card.number, CardWithdrawal.decide_by_at)
        .join(CardWithdrawal, CardWithdrawal.card_id == Card.id)
        .join(Breach, and_(Breach.source == CARD, Breach.source_id == Card.id))
        .join(CaseBreach, CaseBreach.breach_id == Breach.id)
        .where(CaseBreach.case_id == case.id, CardWithdrawal.state == WithdrawalState.PROPOSED)
        .order_by(Card.id)
    )
    return [Question(number=number, by_at=by_at) for number, by_at in rows]


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


def _lock_cards(work: UnitOfWork, breach_ids: Sequence[int]) -> None:
    cards = select(Breach.source_id).where(Breach.source == CARD, Breach.id.in_(breach_ids))
    work.session.execute(
        select(Card.id).where(Card.id.in_(cards)).order_by(Card.id).with_for_update()
    ).all()


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


def resting_on(work: UnitOfWork, card: Card) -> Sequence[int]:
    """Return the decisions that rest on a card, and bear, will, or wait for two people."""
    return work.session.scalars(
        select(CaseBreach.case_id)
        .join(Breach, Breach.id == CaseBreach.breach_id)
        .join(Case, Case.id == CaseBreach.case_id)
        .where(
            Breach.source == CARD,
            Breach.source_id == card.id,
            Case.state == CaseState.DECIDED,
            or_(Case.ends_at.is_(None), Case.ends_at > work.now),
        )
        .order_by(CaseBreach.case_id)
    ).all()


def overdue(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    """Return the decisions that nobody looked at again in time, and nobody was told of."""
    return work.session.scalars(
        select(Case.id)
        .where(
            Case.state == CaseState.DECIDED,
            Case.basis_by_at <= binding_until(work.now),
            Case.basis_late_at.is_(None),
            Case.id > (after or 0),
        )
        .order_by(Case.id)
        .limit(limit)
    ).all()


def under_review(work: UnitOfWork, firm_id: int) -> Sequence[str]:
    """Return the cases of a firm whose decisions lost something they rest on."""
    return work.session.scalars(
        select(Case.number)
        .where(
            Case.firm_id == firm_id,
            Case.state == CaseState.DECIDED,
            Case.basis_by_at.is_not(None),
        )
        .order_by(Case.id)
    ).all()


def end_review(case: Case) -> None:
    """Two people have said since then what becomes of the decision: it waits no longer."""
    case.basis_by_at = case.basis_late_at = None


restrictions.provide(under_review)
