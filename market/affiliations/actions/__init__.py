"""What is done about affiliations: declared, put to the firms, decided, objected to, undone."""

from market.affiliations.actions.declaring import (
    DeclarationFacts,
    PartyFacts,
    TieFacts,
    declare,
)
from market.affiliations.actions.grouping import decide, open_case, state
from market.affiliations.actions.objecting import answer, object_to

__all__ = [
    "DeclarationFacts",
    "PartyFacts",
    "TieFacts",
    "answer",
    "decide",
    "declare",
    "object_to",
    "open_case",
    "state",
]
