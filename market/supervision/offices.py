"""Which office sees to a card: that it is judged, and that its party is spoken to.

Nobody else's workbench lists it, so that no office believes another to be about it. Others may
act all the same, and judges everywhere are reminded of what is overdue (docs/adr/0102).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from sqlalchemy import select

from market.access import ROLES, Permission
from market.accounts import queries as accounts
from market.accounts.model import User, UserRole
from market.clocks.model import Card
from market.db import UnitOfWork

Find = Callable[[UnitOfWork, Collection[str]], Mapping[str, int]]

JUDGES: Final = tuple(role for role, (_, may) in ROLES.items() if Permission.CARD_DECIDE in may)

# Keyed by where they come from: an application assembled twice provides everything once.
_FINDS: Final[dict[tuple[str, str], Find]] = {}


def provide(find: Find) -> None:
    """Register how the authorities are found that answer for public numbers of a feature."""
    _FINDS[find.__module__, find.__qualname__] = find


def judge_of(work: UnitOfWork, card: Card) -> int | None:
    """Return who sees to it that a card is judged: who gave it, or the operator for what time did.

    The party of a card never is; the operator's own are the supervisor's. Nor is an office of
    which nobody but who gave the card may judge: then it is the next one's, and at last that of
    any office with a judge.
    """
    chosen = (card.issued_by_org_id, accounts.operator_id(work), accounts.supervisor_id(work))
    for one in chosen:
        if one is None or one == card.org_id:
            continue
        if one != card.issued_by_org_id or _judging_office(work, card, one) is not None:
            return one
    return _judging_office(work, card)


def _judging_office(work: UnitOfWork, card: Card, org_id: int | None = None) -> int | None:
    """Return an office, or the one that is asked about, with somebody who may judge a card."""
    chosen = (
        select(User.organisation_id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(
            UserRole.role.in_(JUDGES),
            accounts.is_there(),
            User.organisation_id != card.org_id,
        )
        .order_by(User.organisation_id)
        .limit(1)
    )
    if card.issued_by_id is not None:
        chosen = chosen.where(User.id != card.issued_by_id)
    if org_id is not None:
        chosen = chosen.where(User.organisation_id == org_id)
    return work.session.scalar(chosen)


def interviewers_of(work: UnitOfWork, cards: Iterable[Card]) -> dict[int, int | None]:
    """Return who speaks to the parties of cards, by the cards' ids.

    It is the authority of the item that a card is about; where there is none, or it is its own
    card, whoever sees to its judgement.
    """
    listed = list(cards)
    numbers = {card.subject_number for card in listed}
    found: dict[str, int] = {}
    for find in _FINDS.values():
        found |= find(work, numbers)
    return {card.id: _interviewer(work, card, found.get(card.subject_number)) for card in listed}


def _interviewer(work: UnitOfWork, card: Card, authority_id: int | None) -> int | None:
    if authority_id is not None and authority_id != card.org_id:
        return authority_id
    return judge_of(work, card)
