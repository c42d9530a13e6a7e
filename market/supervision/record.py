"""What every deed about a card shares: whose it is, what is written."""

from functools import partial
from typing import Final

from market.clocks.model import Card
from market.db import UnitOfWork
from market.reasons import long_enough
from market.supervision import queries
from market.supervision.errors import OwnCardError, WordsShortError

SHORTEST: Final = 10


def foreign(work: UnitOfWork, card: Card) -> Card:
    """Lock a card that is not the actor's own."""
    if card.org_id == work.org_id:
        raise OwnCardError
    return queries.locked(work, card.id)


def words_of(text: str, field: str) -> str:
    """Return what was written.

    Raises:
        WordsShortError: It says nothing.
    """
    return long_enough(text, SHORTEST, partial(WordsShortError, field, SHORTEST))
