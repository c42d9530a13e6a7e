"""Whose money a direct choice spends: the owner's nature and the stated kind decide. Pure."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from market.direct.errors import (
    NotPrivateFundsError,
    NotPrivateKindError,
    NotPrivateOwnerError,
    OwnerUnknownError,
)


class Funds(StrEnum):
    """What kind of money pays for a service: a closed list. Handbook domain.md 2.3 step 1."""

    FISCAL = "fiscal"
    STATE = "state"
    COLLECTIVE = "collective"
    MIXED = "mixed"
    PRIVATE = "private"


def check_funds(
    funds: str,
    source: str,
    nature: str | None,
    *,
    natures: Collection[str],
    kinds: Collection[str],
    words: Sequence[str],
) -> None:
    """Refuse to call money private unless everything that is known says so.

    Args:
        funds: The kind of money that the owner states.
        source: Where it comes from, as the owner wrote it in the need.
        nature: What kind of body the owner is, by its checked registration; None if unknown.
        natures: The kinds of bodies whose own money is private.
        kinds: The kinds of money that are private.
        words: Words in the source that show public money all the same.

    Raises:
        OwnerUnknownError: Nobody has checked what kind of body the owner is.
        NotPrivateOwnerError: It is a public body, or one whose nature says nothing.
        NotPrivateKindError: The money is stated to be public, in part or wholly.
        NotPrivateFundsError: The source says so, or says nothing.

    Source: the regulation's ``private_funds``; platform default. It fails closed.
    """
    if nature is None:
        raise OwnerUnknownError
    if nature not in natures:
        raise NotPrivateOwnerError
    if funds not in kinds:
        raise NotPrivateKindError
    found = next((word for word in words if word in source), None)
    if found is not None or not source.strip():
        raise NotPrivateFundsError(found or "")
