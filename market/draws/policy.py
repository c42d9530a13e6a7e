"""The policy file a verifier is told to trust: the log's, with the VRF keys of draws pinned."""

from collections.abc import Iterable

from sqlalchemy import select

from market import log
from market.db import UnitOfWork
from market.draws.model import TrusteeKey
from market.draws.protocol import platform_key
from market.installation import Installation


def policy_of(here: Installation, trustee_keys: Iterable[str] = ()) -> str:
    """Return the policy file with the platform's VRF key and those of its trustees.

    A trustee's key may stand in a draw of mode D2, as the supervisor's, or of mode C.

    A verifier who takes it from the platform trusts the platform: the city prints it in its
    rules and hands it out on other ways than this site.
    """
    pins = [("platform", platform_key(here.keys.vrf_secret))]
    keys = list(trustee_keys)
    pins += [("supervisor", key) for key in keys] + [("trustee", key) for key in keys]
    lines = "".join(f"#@ismdraw vrf-key {role} {key}\n" for role, key in pins)
    return log.policy_text(here) + lines


def current_policy(work: UnitOfWork, here: Installation) -> str:
    """Return the policy file with every trustee key registered so far."""
    keys = work.session.scalars(select(TrusteeKey.public_key).order_by(TrusteeKey.id))
    return policy_of(here, keys)
