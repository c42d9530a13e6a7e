"""Giving a card: the one place where cards of every trigger come into being, each once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from market import regulations
from market.accounts.queries import organisation
from market.calendar import UnknownYearError, end_of, provisional_calendar
from market.clock import beijing_day
from market.clocks.card_rules import CardState, Trigger
from market.clocks.journal import CardIssued
from market.clocks.messages import CARD_GIVEN
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.db import UnitOfWork
from market.messages.actions import tell
from market.numbers import next_number
from market.rulebook import apply

SUBJECT: Final = "supervision"
SERIES: Final = "JC"
REPLY_DAYS: Final = "card.reply_working_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What a card says: to whom it is given, what about, and why.

    ``subject`` is what other features know it by, ``number`` its public number; ``once`` is the
    key under which it is given no second time.
    """

    trigger: Trigger
    stage: CardStage
    org_id: int
    subject: str
    number: str
    cause: str
    reached_at: datetime
    once: str
    title: str = ""
    clock_id: int | None = None
    evidence: str = ""
    by_hand: bool = False
    is_public: bool = True


def issue(work: UnitOfWork, facts: CardFacts) -> Card | None:
    """Give a card; none if it was given before. A database constraint says so as well."""
    if work.session.scalar(select(Card.id).where(Card.once == facts.once)) is not None:
        return None
    rules = apply(work, SUBJECT)
    card = Card(
        number=next_number(work, SERIES),
        clock_id=facts.clock_id,
        subject=facts.subject,
        subject_number=facts.number,
        title=facts.title,
        trigger=facts.trigger,
        stage=facts.stage,
        org_id=facts.org_id,
        reached_at=facts.reached_at,
        issued_at=work.now,
        issued_by_id=work.user_id if facts.by_hand else None,
        issued_by_org_id=work.org_id if facts.by_hand else None,
        cause=facts.cause[:500],
        evidence=facts.evidence,
        regulation_id=rules.id,
        once=facts.once,
        is_public=facts.is_public,
        state=CardState.ISSUED,
    )
    set_reply_term(work, card)
    work.session.add(card)
    work.session.flush()
    work.record(
        CardIssued(
            card=card.number,
            about=card.subject_number,
            trigger=card.trigger,
            stage=card.stage,
            organisation=organisation(work, card.org_id).code,
            reached_at=card.reached_at,
        )
    )
    tell(
        work,
        CARD_GIVEN,
        org_id=card.org_id,
        path=f"/cards/{card.number}",
        once=card.once,
        number=card.number,
        about=card.title or card.subject_number,
        stage=card.stage,
        trigger=card.trigger,
        cause=card.cause,
    )
    return card


def set_reply_term(work: UnitOfWork, card: Card) -> None:
    """Say by when the party may reply; where no notice names the days, look again tomorrow."""
    rules = regulations.current().by_id(card.regulation_id)
    calendar = provisional_calendar()
    try:
        last_on = calendar.add_working_days(beijing_day(card.issued_at), rules.integer(REPLY_DAYS))
    except UnknownYearError:
        last_on = None
    if last_on is None or calendar.is_provisional(last_on):
        card.reply_by_at, card.next_check_at = None, end_of(work.today)
    else:
        card.reply_by_at = card.next_check_at = end_of(last_on)
