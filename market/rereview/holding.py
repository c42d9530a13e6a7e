"""What contracts ask of re-reviews: no other round meanwhile, and none outlives a contract."""

from market.contracts import disputes, over
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.rereview import queries
from market.rereview.actions.ending import close
from market.rereview.errors import DisputedError


def require_none_open(work: UnitOfWork, contract: Contract) -> None:
    """Refuse another round while the return of the last one is looked at again.

    Raises:
        DisputedError: It is.
    """
    row = queries.open_of(work, contract)
    if row is not None:
        raise DisputedError(row.number)


disputes.provide(require_none_open)
over.provide(close)
