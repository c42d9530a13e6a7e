"""Finding cards, what was replied and decided, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from market.accounts.model import Organisation, User
from market.clock import beijing
from market.clocks.card_rules import CardState
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.db import UnitOfWork
from market.errors import MissingError
from market.supervision.model import CardDecision, CardReply, CardWithdrawal, Interview
from market.supervision.rules import InterviewState, WithdrawalState
from market.sweeping import Due, due_rows

STANDING: Final = tuple(state for state in CardState if state is not CardState.WITHDRAWN)
TO_JUDGE: Final = (CardState.REPLIED, CardState.UNANSWERED)
MOST_TODOS: Final = 50


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card with its party, and what it replied."""

    card: Card
    party: Organisation
    reply: CardReply | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The number of a card that was taken back, when, and by whose decision."""

    number: str
    decided_at: datetime
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list of cards is narrowed to."""

    stage: CardStage | None = None
    state: CardState | None = None
    words: str = ""
    overdue_days: int = 0


def by_number(work: UnitOfWork, number: str) -> Card:
    """Return a card by its public number."""
    card = work.session.scalar(select(Card).where(Card.number == number))
    if card is None:
        raise MissingError
    return card


def public_card(work: UnitOfWork, number: str, *, sees_all: bool) -> Card:
    """Return a card; one about what is not public, to its party and to officials alone."""
    card = by_number(work, number)
    if not card.is_public and not (sees_all or card.org_id == work.actor.org_id):
        raise MissingError
    return card


def own_card(work: UnitOfWork, number: str) -> Card:
    """Return a card of the actor's organisation."""
    card = work.session.scalar(
        select(Card).where(Card.number == number, Card.org_id == work.actor.org_id)
    )
    if card is None:
        raise MissingError
    return card


def locked(work: UnitOfWork, card_id: int) -> Card:
    """Return a card as it stands now, locked until the transaction ends."""
    card = work.session.scalar(
        select(Card)
        .where(Card.id == card_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if card is None:
        raise MissingError
    return card


def reply_of(work: UnitOfWork, card: Card) -> CardReply | None:
    """Return what the party replied."""
    return work.session.scalar(select(CardReply).where(CardReply.card_id == card.id))


def decisions_of(work: UnitOfWork, card: Card) -> Sequence[CardDecision]:
    """Return what was decided about a card, the first first."""
    return work.session.scalars(
        select(CardDecision).where(CardDecision.card_id == card.id).order_by(CardDecision.id)
    ).all()


def interviews_of(work: UnitOfWork, card: Card) -> Sequence[Interview]:
    """Return the interviews about a card, the first first."""
    return work.session.scalars(
        select(Interview).where(Interview.card_id == card.id).order_by(Interview.id)
    ).all()


def open_interview(work: UnitOfWork, card: Card) -> Interview | None:
    """Return the interview to which the party is invited."""
    return work.session.scalar(
        select(Interview).where(
            Interview.card_id == card.id, Interview.state == InterviewState.INVITED
        )
    )


def withdrawals_of(work: UnitOfWork, card: Card) -> Sequence[CardWithdrawal]:
    """Return the proposals to take back a card, the first first."""
    return work.session.scalars(
        select(CardWithdrawal).where(CardWithdrawal.card_id == card.id).order_by(CardWithdrawal.id)
    ).all()


def open_withdrawal(work: UnitOfWork, card: Card) -> CardWithdrawal | None:
    """Return the proposal that waits for a decision."""
    return work.session.scalar(
        select(CardWithdrawal).where(
            CardWithdrawal.card_id == card.id, CardWithdrawal.state == WithdrawalState.PROPOSED
        )
    )


def due_withdrawals(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the proposals whose term to be decided is over, the earliest first."""
    return due_rows(
        work,
        CardWithdrawal.next_check_at,
        CardWithdrawal.id,
        CardWithdrawal.state == WithdrawalState.PROPOSED,
        after=after,
        limit=limit,
    )


def office_of(work: UnitOfWork, proposal: CardWithdrawal) -> int:
    """Return the organisation of who proposed to take back a card."""
    return work.session.get_one(User, proposal.proposed_by_id).organisation_id


def withdrawn(work: UnitOfWork, org_id: int | None = None) -> list[TakenBack]:
    """Return the latest cards taken back, without their parties: no gap is unexplained."""
    chosen = (
        select(Card.number, CardWithdrawal.decided_at, Organisation.name)
        .join(CardWithdrawal, CardWithdrawal.card_id == Card.id)
        .join(User, User.id == CardWithdrawal.decided_by_id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(
            Card.state == CardState.WITHDRAWN,
            Card.is_public.is_(True),
            CardWithdrawal.state == WithdrawalState.GRANTED,
        )
        .order_by(CardWithdrawal.decided_at.desc(), Card.id.desc())
        .limit(MOST_TODOS)
    )
    if org_id is not None:
        chosen = chosen.where(Card.org_id == org_id)
    return [
        TakenBack(number, at, office)
        for number, at, office in work.session.execute(chosen)
        if at is not None
    ]


def cards(
    work: UnitOfWork,
    asked: Asked,
    *,
    limit: int,
    offset: int,
    org_id: int | None = None,
    every: bool = False,
) -> list[CardRow]:
    """Return cards with party, reply and outcome, the latest first.

    Not ``every``: without those that were taken back, and those about what is not public.
    """
    decided = (
        select(CardDecision.text)
        .where(CardDecision.card_id == Card.id)
        .order_by(CardDecision.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(Card, Organisation, CardReply, decided)
        .join(Organisation, Organisation.id == Card.org_id)
        .join(CardReply, CardReply.card_id == Card.id, isouter=True)
        .where(*_chosen(work, asked, org_id=org_id, every=every))
        .order_by(Card.issued_at.desc(), Card.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [CardRow(*row) for row in rows]


def count(work: UnitOfWork, asked: Asked, *, org_id: int | None = None, every: bool = False) -> int:
    """Return how many cards such a list has."""
    chosen = (
        select(func.count(Card.id))
        .join(Organisation, Organisation.id == Card.org_id)
        .where(*_chosen(work, asked, org_id=org_id, every=every))
    )
    return work.session.scalar(chosen) or 0


def count_withdrawn(work: UnitOfWork, org_id: int | None = None) -> int:
    """Return how many cards were taken back: they are counted and not named.

    Of one organisation only those that were public as its own: nobody learns from a number whose
    an official's card was that nobody upheld.
    """
    chosen = select(func.count(Card.id)).where(Card.state == CardState.WITHDRAWN)
    if org_id is not None:
        chosen = chosen.where(Card.org_id == org_id, Card.is_named.is_(True))
    return work.session.scalar(chosen) or 0


def count_by_state(work: UnitOfWork) -> dict[CardState, int]:
    """Return how many cards stand where."""
    rows = work.session.execute(select(Card.state, func.count(Card.id)).group_by(Card.state))
    counts = dict.fromkeys(CardState, 0)
    for state, number in rows:
        counts[state] = number
    return counts


def due_cards(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
    """Return the cards whose reply term is over or unknown, the earliest first."""
    waits = Card.state == CardState.ISSUED
    return due_rows(work, Card.next_check_at, Card.id, waits, after=after, limit=limit)


def stages_between(
    work: UnitOfWork, from_on: date, to_on: date
) -> Mapping[int, Sequence[CardStage]]:
    """Return the stages of the cards given from one day to the eve of another, by organisation."""
    rows = work.session.execute(
        select(Card.org_id, Card.stage)
        .where(
            and_(Card.issued_at >= beijing(from_on), Card.issued_at < beijing(to_on)),
            Card.state != CardState.WITHDRAWN,
        )
        .order_by(Card.org_id, Card.id)
    )
    found: dict[int, list[CardStage]] = {}
    for org_id, stage in rows:
        found.setdefault(org_id, []).append(stage)
    return found


def _chosen(
    work: UnitOfWork, asked: Asked, *, org_id: int | None, every: bool
) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if not every:
        chosen += [Card.state.in_(STANDING), Card.is_public.is_(True)]
    # What is not upheld yet is found by its number alone: its party is not named.
    named = true() if every else Card.is_named.is_(True)
    if asked.state is not None:
        chosen.append(Card.state == asked.state)
    if asked.stage is not None:
        chosen.append(Card.stage == asked.stage)
    if org_id is not None:
        chosen += [Card.org_id == org_id, named]
    if asked.words:
        told = or_(
            Organisation.name.contains(asked.words, autoescape=True),
            Organisation.code == asked.words.upper(),
            Card.subject_number == asked.words.upper(),
        )
        chosen.append(or_(Card.number == asked.words.upper(), and_(named, told)))
    if asked.overdue_days:
        chosen.append(Card.reached_at <= _days_ago(work.now, asked.overdue_days))
        chosen.append(Card.state.in_([s for s in STANDING if s is not CardState.CLOSED]))
    return chosen


def _days_ago(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)
