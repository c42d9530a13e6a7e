"""Finding what waits about cards: to be answered, judged, spoken about, taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select

from market.accounts.model import Organisation, User
from market.clocks.card_rules import CardState
from market.clocks.kinds import CARD_JUDGING
from market.clocks.model import Card, Clock
from market.clocks.rules import CardStage, ClockState
from market.db import UnitOfWork
from market.duties import by_another
from market.supervision import offices
from market.supervision.model import CardWithdrawal, Interview
from market.supervision.queries import MOST_TODOS, STANDING, TO_JUDGE
from market.supervision.rules import RECORDED, InterviewState, WithdrawalState

# Whose each is shows only once it is read; so many that stand open are looked at.
MOST_LOOKED_AT: Final = 1_000


@dataclass(frozen=True, slots=True)
class ToJudge:
    """A card to judge, its party, and by when."""

    card: Card
    party: str
    due_at: datetime | None


def to_answer(work: UnitOfWork) -> list[Card]:
    """Return the cards that the actor's organisation has to answer; a warning needs no reply."""
    return list(
        work.session.scalars(
            select(Card)
            .where(
                Card.org_id == work.actor.org_id,
                Card.state.in_((CardState.ISSUED, CardState.UNANSWERED)),
            )
            .order_by(Card.reply_by_at.is_(None), Card.reply_by_at, Card.id)
            .limit(MOST_TODOS)
        )
    )


def to_judge(work: UnitOfWork, org_id: int | None, *, others: bool) -> list[ToJudge]:
    """Return the cards whose judgement an office sees to, and of ``others`` what is overdue.

    What cannot be judged while another office decides whether it is taken back is left out.

    The steps that the actor took, and the office's own cards, are left out. What is counted in
    public is whole; what reminds of the others' work has an end.
    """
    running = and_(
        Clock.number == Card.number,
        Clock.kind == CARD_JUDGING.code,
        Clock.state == ClockState.RUNNING,
    )
    ours = or_(Clock.id.is_(None), Clock.holder_org_id == org_id)
    if others:
        ours = or_(ours, Clock.due_at < work.now)
    rows = work.session.execute(
        select(Card, Organisation.name, Clock.due_at)
        .join(Organisation, Organisation.id == Card.org_id)
        .outerjoin(Clock, running)
        .where(
            Card.state.in_(TO_JUDGE),
            Card.org_id != org_id,
            or_(Card.issued_by_id.is_(None), by_another(work, Card.issued_by_id)),
            ~_waits(work),
            ours,
        )
        .order_by(Clock.due_at.is_(None), Clock.due_at, Card.id)
        .limit(MOST_TODOS if others else None)
    )
    return [ToJudge(card, name, due_at) for card, name, due_at in rows]


def to_interview(work: UnitOfWork) -> list[tuple[Card, str]]:
    """Return the supervised cards whose party the actor's office has still to invite."""
    met = (InterviewState.INVITED, *RECORDED)
    found = _named(
        work,
        Card.stage == CardStage.SUPERVISE,
        Card.state.in_([s for s in STANDING if s is not CardState.CLOSED]),
        ~exists().where(Interview.card_id == Card.id, Interview.state.in_(met)),
        most=MOST_LOOKED_AT,
    )
    ours = offices.interviewers_of(work, [card for card, _ in found])
    return [row for row in found if ours[row[0].id] == work.actor.org_id][:MOST_TODOS]


def to_record(work: UnitOfWork) -> list[tuple[Interview, Card]]:
    """Return the interviews of the actor's office whose time has come, and no record is there."""
    rows = work.session.execute(
        select(Interview, Card)
        .join(Card, Card.id == Interview.card_id)
        .join(User, User.id == Interview.invited_by_id)
        .where(
            Interview.state == InterviewState.INVITED,
            Interview.meet_at <= work.now,
            User.organisation_id == work.actor.org_id,
        )
        .order_by(Interview.meet_at, Interview.id)
        .limit(MOST_TODOS)
    )
    return [(one, card) for one, card in rows]


def our_interviews(work: UnitOfWork) -> list[tuple[Interview, Card]]:
    """Return the interviews to which the actor's organisation is invited."""
    rows = work.session.execute(
        select(Interview, Card)
        .join(Card, Card.id == Interview.card_id)
        .where(Interview.state == InterviewState.INVITED, Card.org_id == work.actor.org_id)
        .order_by(Interview.meet_at, Interview.id)
    )
    return [(one, card) for one, card in rows]


def to_decide(work: UnitOfWork) -> list[tuple[CardWithdrawal, Card]]:
    """Return the proposals to take back a card that the actor may decide."""
    rows = work.session.execute(
        select(CardWithdrawal, Card)
        .join(Card, Card.id == CardWithdrawal.card_id)
        .join(User, User.id == CardWithdrawal.proposed_by_id)
        .where(
            CardWithdrawal.state == WithdrawalState.PROPOSED,
            User.organisation_id != work.actor.org_id,
            Card.org_id != work.actor.org_id,
            or_(Card.issued_by_id.is_(None), by_another(work, Card.issued_by_id)),
        )
        .order_by(CardWithdrawal.id)
        .limit(MOST_TODOS)
    )
    return [(proposal, card) for proposal, card in rows]


def _waits(work: UnitOfWork) -> ColumnElement[bool]:
    """Return the condition that another office has a term to decide whether a card goes."""
    return exists().where(
        CardWithdrawal.card_id == Card.id,
        CardWithdrawal.state == WithdrawalState.PROPOSED,
        CardWithdrawal.decide_by_at > work.now,
    )


def _named(
    work: UnitOfWork, *conditions: ColumnElement[bool], most: int = MOST_TODOS
) -> list[tuple[Card, str]]:
    rows = work.session.execute(
        select(Card, Organisation.name)
        .join(Organisation, Organisation.id == Card.org_id)
        .where(Card.org_id != work.actor.org_id, *conditions)
        .order_by(Card.id)
        .limit(most)
    )
    return [(card, name) for card, name in rows]
