"""What is left to do about a service that was referred (移送): by when, and where it is done."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import current_app, url_for
from sqlalchemy import select

from market.access import OrgKind, Permission
from market.accounts.queries import organisation
from market.calendar import provisional_calendar
from market.clocks.card_rules import CardState
from market.clocks.counting import last_day_before
from market.clocks.model import Card, Clock
from market.clocks.rules import CardStage
from market.db import UnitOfWork
from market.regulations import current
from market.web.links import link_to

# Of the ids of cards, those of which something has become.
Outcomes = Callable[[UnitOfWork, Collection[int]], Iterable[int]]
_PROVIDERS: Final[dict[tuple[str, str], Outcomes]] = {}
OVER: Final = frozenset({CardState.CLOSED, CardState.WITHDRAWN})
_ABOUT: Final = frozenset(
    {Permission.CASE_PROPOSE, Permission.CARD_DECIDE, Permission.SUSPENSION_DECIDE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """A referral that has no outcome yet, and the pages on which it gets one."""

    number: str
    by_at: datetime
    case_url: str | None
    card_url: str | None


def provide(function: Outcomes) -> None:
    """Register who knows what has become of referrals elsewhere, such as a case."""
    _PROVIDERS[function.__module__, function.__qualname__] = function


def open_of(work: UnitOfWork, cards: Iterable[Card]) -> Sequence[Card]:
    """Return the referrals among cards of which nothing has become."""
    found = [one for one in cards if one.stage is CardStage.REFER and one.state not in OVER]
    ids = [one.id for one in found]
    done = {key for function in _PROVIDERS.values() for key in function(work, ids)} if ids else ()
    return [one for one in found if one.id not in done]


def all_open(work: UnitOfWork) -> list[tuple[Card, Clock]]:
    """Return the referrals of which nothing has become, also where the work has come meanwhile."""
    rows = work.session.execute(
        select(Card, Clock)
        .join(Clock, Clock.id == Card.clock_id)
        .where(Card.stage == CardStage.REFER, Card.state.not_in(OVER))
        .order_by(Card.id)
    )
    clocks = {row.Card: row.Clock for row in rows}
    return [(card, clocks[card]) for card in open_of(work, clocks)]


def by_at(card: Card) -> datetime:
    """Return by when something must have become of a referral, by the rules of its card."""
    days = current().by_id(card.regulation_id).integer("card.refer_working_days")
    return provisional_calendar().due_at(last_day_before(card.reached_at), days)


def of_clock(work: UnitOfWork, clock: Clock, cards: Iterable[Card]) -> Referral | None:
    """Return the referral of a clock for those who have to do with it."""
    card = next(iter(open_of(work, cards)), None)
    if card is None or not _ABOUT & work.actor.permissions:
        return None
    return Referral(
        number=card.number,
        by_at=by_at(card),
        case_url=_case_url(work, clock),
        card_url=link_to("supervision.show", card.number),
    )


def _case_url(work: UnitOfWork, clock: Clock) -> str | None:
    """Return where a case is proposed against the firm, for those who may."""
    holder = organisation(work, clock.holder_org_id)
    may = Permission.CASE_PROPOSE in work.actor.permissions and holder.kind == OrgKind.FIRM
    if not may or "credit.propose" not in current_app.view_functions:
        return None
    return url_for("credit.propose", firm=holder.code)
