"""What is done about affiliations: declared, put to the firms, decided, objected to, undone."""

from market.affiliations.actions.declaring import (
    DeclarationFacts,
    PartyFacts,
    TieFacts,
    declare,
)
from market.affiliations.actions.grouping import decide, open_case, state
from market.affiliations.actions.linking import answer_link
from market.affiliations.actions.objecting import NewFacts, answer, object_to, takes_two

__all__ = [
    "DeclarationFacts",
    "NewFacts",
    "PartyFacts",
    "TieFacts",
    "answer",
    "answer_link",
    "decide",
    "declare",
    "object_to",
    "open_case",
    "state",
    "takes_two",
]
