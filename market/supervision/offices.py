"""Which office sees to a card: that it is judged, and that its party is spoken to.

Nobody else's workbench lists it, so that no office believes another to be about it. Others may
act all the same, and judges everywhere are reminded of what is overdue (docs/adr/0102).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from market.accounts import queries as accounts
from market.clocks.model import Card
from market.db import UnitOfWork

Find = Callable[[UnitOfWork, Collection[str]], Mapping[str, int]]

# Keyed by where they come from: an application assembled twice provides everything once.
_FINDS: Final[dict[tuple[str, str], Find]] = {}


def provide(find: Find) -> None:
    """Register how the authorities are found that answer for public numbers of a feature."""
    _FINDS[find.__module__, find.__qualname__] = find


def judge_of(work: UnitOfWork, card: Card) -> int | None:
    """Return who sees to it that a card is judged: who gave it, or the operator for what time did.

    The party of a card never is; the operator's own are the supervisor's.
    """
    chosen = (card.issued_by_org_id, accounts.operator_id(work), accounts.supervisor_id(work))
    return next((one for one in chosen if one is not None and one != card.org_id), None)


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
