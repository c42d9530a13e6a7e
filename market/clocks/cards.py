"""Giving a card: the one place where cards of every trigger come into being, each once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from market import regulations
from market.accounts.queries import organisation_codes
from market.bulk import among, insert_all
from market.calendar import UnknownYearError, end_of, provisional_calendar
from market.clock import beijing_day
from market.clocks.card_rules import CardState, Trigger
from market.clocks.journal import CardIssued
from market.clocks.messages import CARD_GIVEN
from market.clocks.model import Card
from market.clocks.rules import CardStage
from market.db import UnitOfWork
from market.messages.actions import Told, tell_all
from market.numbers import next_numbers
from market.regulations import Regulation
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


Follow = Callable[[UnitOfWork, Card], object]

# Keyed by where they come from: an application assembled twice provides everything once.
_TERM_SET: Final[dict[tuple[str, str], Follow]] = {}


def provide(function: Follow) -> None:
    """Register what is done once it is known by when a card may be answered."""
    _TERM_SET[function.__module__, function.__qualname__] = function


def tell_term(work: UnitOfWork, card: Card) -> None:
    """Let what goes along with a card know by when it may be answered."""
    for function in _TERM_SET.values():
        function(work, card)


def issue(work: UnitOfWork, facts: CardFacts) -> Card | None:
    """Give a card; none if it was given before. A database constraint says so as well."""
    if not issue_all(work, [facts]):
        return None
    return work.session.scalars(select(Card).where(Card.once == facts.once)).one()


def issue_all(work: UnitOfWork, facts: Sequence[CardFacts]) -> int:
    """Give cards, in this order, but none that was given before; return how many.

    Few statements however many there are: their rows, entries and messages are written together.
    """
    once = [one.once for one in facts]
    known = set(work.session.scalars(select(Card.once).where(among(work, Card.once, once))))
    new = [one for one in facts if one.once not in known]
    if not new:
        return 0
    rules = apply(work, SUBJECT)
    numbers = next_numbers(work, SERIES, len(new))
    common = {
        "issued_at": work.now,
        "regulation_id": rules.id,
        "state": CardState.ISSUED,
        "version": 1,
        **_reply_term(work, rules, work.now),
    }
    rows = [_row(work, one, number) | common for one, number in zip(new, numbers, strict=True)]
    insert_all(work, Card, rows)
    _begin_replies(work, rows)
    _say_given(work, rows)
    return len(new)


def _row(work: UnitOfWork, facts: CardFacts, number: str) -> dict[str, Any]:
    return {
        "number": number,
        "clock_id": facts.clock_id,
        "subject": facts.subject,
        "subject_number": facts.number,
        "title": facts.title,
        "trigger": facts.trigger,
        "stage": facts.stage,
        "org_id": facts.org_id,
        "reached_at": facts.reached_at,
        "issued_by_id": work.user_id if facts.by_hand else None,
        "issued_by_org_id": work.org_id if facts.by_hand else None,
        "cause": facts.cause[:500],
        "evidence": facts.evidence,
        "once": facts.once,
        "is_public": facts.is_public,
        "is_named": not facts.by_hand,
    }


def _begin_replies(work: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Let the time to reply begin; a yellow card, a warning, asks for no reply."""
    once = [row["once"] for row in rows if row["stage"] is not CardStage.YELLOW]
    if once:
        asked = select(Card).where(among(work, Card.once, once)).order_by(Card.id)
        for card in work.session.scalars(asked).all():
            tell_term(work, card)


def _say_given(work: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Tell the log of cards, and the parties."""
    codes = organisation_codes(work, {row["org_id"] for row in rows})
    work.record_all(
        [
            CardIssued(
                card=row["number"],
                about=_log_name(row) if row["is_named"] else None,
                trigger=row["trigger"],
                stage=row["stage"],
                organisation=codes[row["org_id"]] if row["is_named"] else None,
                reached_at=row["reached_at"],
            )
            for row in rows
        ]
    )
    tell_all(work, CARD_GIVEN, [_told(row) for row in rows])


def _log_name(row: dict[str, Any]) -> str:
    """Return how the log names what a card is about; what is not public, by a bare number."""
    if row["is_public"] or row["clock_id"] is None:
        return str(row["subject_number"])
    return f"clock:{row['clock_id']}"


def _told(row: dict[str, Any]) -> Told:
    return Told(
        org_id=row["org_id"],
        path=f"/cards/{row['number']}",
        once=row["once"],
        values={
            "number": row["number"],
            "about": row["title"] or row["subject_number"],
            "stage": row["stage"],
            "trigger": row["trigger"],
            "cause": row["cause"],
        },
    )


def set_reply_term(work: UnitOfWork, card: Card) -> None:
    """Say by when the party may reply."""
    rules = regulations.current().by_id(card.regulation_id)
    term = _reply_term(work, rules, card.issued_at)
    card.reply_by_at, card.next_check_at = term["reply_by_at"], term["next_check_at"]


def _reply_term(
    work: UnitOfWork, rules: Regulation, issued_at: datetime
) -> dict[str, datetime | None]:
    """Return by when a party may reply; where the calendar ends before it, look again tomorrow."""
    days = rules.integer(REPLY_DAYS)
    try:
        by_at = provisional_calendar().due_at(beijing_day(issued_at), days)
    except UnknownYearError:
        return {"reply_by_at": None, "next_check_at": end_of(work.today)}
    return {"reply_by_at": by_at, "next_check_at": by_at}
