"""What people do with contracts. Each action changes state, and says so in the journal."""

from market.contracts import authorities, ties
from market.contracts.actions.filing import (
    ContractFacts,
    confirm,
    file,
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
from market.contracts.signing import queries as signing
from market.contracts.signing.record import close_gone
from market.contracts.staffing import actions as staffing
from market.explanations import following
from market.firms import staff_ties
from market.firms.ties import provide
from market.needs import hindrances
from market.supervision import offices

__all__ = [
    "ContractFacts",
    "accept",
    "accept_by_silence",
    "confirm",
    "deliver",
    "file",
    "hand_over",
    "refile",
    "return_filing",
    "return_work",
    "subject_of",
]

provide(ties.of_firm)
offices.provide(authorities.of_numbers)
hindrances.provide_again(signing.obstructed)
following.provide(close_gone)
staff_ties.provide(staffing.held_by)
