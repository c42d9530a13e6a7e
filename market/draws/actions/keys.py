"""Registering a trustee's public VRF key, with proof that its secret half is held."""

from sqlalchemy.exc import IntegrityError

from lottery.beacon.errors import BeaconError
from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.draws import outcome
from market.draws.errors import KeyRefusedError, KeyTakenError
from market.draws.journal import TrusteeKeyRegistered
from market.draws.model import TrusteeKey

KEY_BYTES = 32


def possession_alpha(code: str) -> bytes:
    """Return what a trustee proves with a new key, to show that it holds the secret half."""
    return f"zjcs/supervisor-key/v1\n{code}".encode()


def register_trustee_key(work: UnitOfWork, public_key: bytes, proof: bytes) -> TrusteeKey:
    """Make the key of the actor's organisation known; notices from now on name it.

    Raises:
        KeyRefusedError: The proof does not show that the organisation holds the secret half.
        KeyTakenError: The key is registered.
    """
    trustee = organisation(work, work.org_id)
    try:
        if len(public_key) != KEY_BYTES:
            raise KeyRefusedError
        outcome.check_vrf(public_key.hex(), possession_alpha(trustee.code), proof)
    except BeaconError as error:
        raise KeyRefusedError from error
    key = TrusteeKey(
        organisation_id=trustee.id,
        public_key=public_key.hex(),
        registered_at=work.now,
        registered_by_id=work.user_id,
    )
    work.session.add(key)
    try:
        work.session.flush()
    except IntegrityError:
        raise KeyTakenError from None
    work.record(TrusteeKeyRegistered(trustee=trustee.code, key=key.public_key))
    return key
