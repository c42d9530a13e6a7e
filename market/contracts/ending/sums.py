"""What a contract's money comes to: features above know it and provide it, endings only ask."""

from collections.abc import Callable
from typing import Final

from market.contracts.ending.rules import Sums
from market.contracts.model import Contract
from market.db import UnitOfWork

Provider = Callable[[UnitOfWork, Contract], Sums]
_PROVIDED: Final[list[Provider]] = []


def provide(function: Provider) -> None:
    """Register who knows what was added to a contract and what was invoiced of it."""
    _PROVIDED[:] = [function]


def sums_of(work: UnitOfWork, contract: Contract) -> Sums:
    """Return what a settlement of a contract lies between, with the contract held.

    Raises:
        LookupError: Nobody knows: nothing is settled in the dark.
    """
    if not _PROVIDED:
        raise LookupError("no feature has said what invoices and add-on contracts come to")
    return _PROVIDED[0](work, contract)
