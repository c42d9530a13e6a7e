"""What people do with contracts. Each action changes state, and says so in the journal."""

from market.contracts import ties
from market.contracts.actions.filing import (
    ContractFacts,
    confirm,
    file,
    lapse_unsigned,
    refile,
    return_filing,
)
from market.contracts.actions.record import subject_of
from market.contracts.actions.service import (
    accept,
    accept_by_silence,
    deliver,
    hand_over,
    return_work,
)
from market.firms.ties import provide

__all__ = [
    "ContractFacts",
    "accept",
    "accept_by_silence",
    "confirm",
    "deliver",
    "file",
    "hand_over",
    "lapse_unsigned",
    "refile",
    "return_filing",
    "return_work",
    "subject_of",
]

provide(ties.of_firm)
