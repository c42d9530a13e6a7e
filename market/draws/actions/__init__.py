"""What people and time do with draws; ``jobs`` calls what time does."""

from market.draws import ties
from market.draws.actions.awards import confirm, decline, lapse, offer, signed
from market.draws.actions.enrolling import enrol, exclude, withdraw
from market.draws.actions.phi import (
    register_supervisor_key,
    submit_phi_round,
    submit_supervisor_proof,
)
from market.draws.actions.publishing import publish, withdraw_need
from market.firms.ties import provide

__all__ = [
    "confirm",
    "decline",
    "enrol",
    "exclude",
    "lapse",
    "offer",
    "publish",
    "register_supervisor_key",
    "signed",
    "submit_phi_round",
    "submit_supervisor_proof",
    "withdraw",
    "withdraw_need",
]

provide(ties.of_firm)
