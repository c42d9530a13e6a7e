"""Interviews (约谈): the party is invited, spoken to, and what was said is recorded."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from market import regulations
from market.calendar import provisional_calendar
from market.clock import beijing, beijing_day
from market.clocks import cards
from market.clocks.card_rules import CardState, IllegalCardMoveError
from market.clocks.model import Card
from market.db import UnitOfWork
from market.errors import MissingError
from market.messages.actions import tell
from market.rulebook import apply
from market.salts import salted
from market.supervision import queries
from market.supervision.errors import InterviewOpenError, NotYetHeldError, TooSoonError
from market.supervision.journal import InterviewMoved
from market.supervision.messages import INTERVIEW_CALLED
from market.supervision.model import Interview
from market.supervision.record import foreign, words_of
from market.supervision.rules import InterviewMove, InterviewState, advance_interview

NOTICE: Final = "interview.invite_working_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """When and where a party is spoken to, and of what."""

    meet_on: date
    hour: int
    place: str
    topic: str


def invite(work: UnitOfWork, card: Card, facts: Invitation) -> Interview:
    """Invite the party to an interview (约谈).

    Raises:
        OwnCardError: It is their own organisation's card.
        InterviewOpenError: It is invited already.
        TooSoonError: The party would have too little time.
        WordsShortError: The topic says nothing.
        IllegalCardMoveError: The card was taken back or closed.
    """
    card = foreign(work, card)
    if card.state in {CardState.WITHDRAWN, CardState.CLOSED}:
        raise IllegalCardMoveError
    if queries.open_interview(work, card) is not None:
        raise InterviewOpenError
    days = apply(work, cards.SUBJECT).integer(NOTICE)
    first_on = earliest_on(work)
    if facts.meet_on < first_on:
        raise TooSoonError(first_on, days)
    one = Interview(
        card_id=card.id,
        sequence=len(queries.interviews_of(work, card)) + 1,
        meet_at=beijing(facts.meet_on, facts.hour),
        place=facts.place,
        topic=words_of(facts.topic, "topic"),
        state=InterviewState.INVITED,
        invited_at=work.now,
        invited_by_id=work.user_id,
    )
    work.session.add(one)
    _say_interview(work, card, one, one.topic)
    tell(
        work,
        INTERVIEW_CALLED,
        org_id=card.org_id,
        path=f"/cards/{card.number}",
        once=f"{card.number}:{one.sequence}",
        number=card.number,
        at=one.meet_at,
        place=one.place,
        topic=one.topic,
    )
    return one


def earliest_on(work: UnitOfWork) -> date:
    """Return the first day for an interview that is called today: whole days lie between."""
    days = regulations.in_force(cards.SUBJECT, work.today).integer(NOTICE)
    return beijing_day(provisional_calendar().due_at(work.today, days))


def record_interview(
    work: UnitOfWork, card: Card, deed: InterviewMove, record: str, result: str = ""
) -> None:
    """Record what became of an interview: held, missed by the party, or called off.

    Raises:
        MissingError: Nobody was invited.
        OwnCardError: It is their own organisation's card.
        NotYetHeldError: Its time has not come.
        WordsShortError: Nothing is recorded, or an interview was held and nothing agreed.
    """
    card = foreign(work, card)
    one = queries.open_interview(work, card)
    if one is None:
        raise MissingError
    if deed is not InterviewMove.CALL_OFF and work.now < one.meet_at:
        raise NotYetHeldError
    words = words_of(record, "record")
    one.state = advance_interview(one.state, deed)
    held = deed is InterviewMove.HOLD
    one.record, one.result = words, words_of(result, "result") if held else result.strip() or None
    one.recorded_at, one.recorded_by_id = work.now, work.user_id
    _say_interview(work, card, one, words)


def call_off_open(work: UnitOfWork, card: Card) -> None:
    """Call off the interview about a card that was taken back."""
    one = queries.open_interview(work, card)
    if one is not None:
        one.state = advance_interview(one.state, InterviewMove.CALL_OFF)
        one.recorded_at, one.recorded_by_id = work.now, work.user_id
        _say_interview(work, card, one, "")


def _say_interview(work: UnitOfWork, card: Card, one: Interview, text: str) -> None:
    work.record(
        InterviewMoved(
            card=card.number,
            sequence=one.sequence,
            meet_at=one.meet_at,
            state=one.state,
            text_digest=salted(work, card.number, text),
        )
    )
