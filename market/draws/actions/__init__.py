"""What people and time do with draws; ``jobs`` calls what time does."""

from market.draws import failing, ties
from market.draws.actions import branches, calling_off, contributions, keys, numbers, phi
from market.draws.actions.awards import confirm, decline, lapse, offer, signed
from market.draws.actions.changing import change_notice
from market.draws.actions.enrolling import enrol, withdraw
from market.draws.actions.excluding import (
    decide_exclusion,
    object_to_exclusion,
    propose_exclusion,
)
from market.draws.actions.keys import register_trustee_key
from market.draws.actions.numbers import type_numbers
from market.draws.actions.phi import (
    submit_phi_round,
    submit_supervisor_proof,
    submit_trustee_proof,
)
from market.draws.actions.publishing import publish
from market.draws.actions.withdrawing import ask_withdrawal, withdraw_need
from market.firms import activity, at_stake
from market.firms.ties import provide

__all__ = [
    "ask_withdrawal",
    "branches",
    "calling_off",
    "change_notice",
    "confirm",
    "contributions",
    "decide_exclusion",
    "decline",
    "enrol",
    "keys",
    "lapse",
    "numbers",
    "object_to_exclusion",
    "offer",
    "phi",
    "propose_exclusion",
    "publish",
    "register_trustee_key",
    "signed",
    "submit_phi_round",
    "submit_supervisor_proof",
    "submit_trustee_proof",
    "type_numbers",
    "withdraw",
    "withdraw_need",
]

provide(ties.of_firm)
activity.provide(ties.last_active)
at_stake.provide(failing.stakes)
