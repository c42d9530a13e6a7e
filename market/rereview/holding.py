"""What contracts and clocks ask of re-reviews: no other round meanwhile, and what is not told."""

from datetime import datetime

from sqlalchemy import select

from market.clocks import withheld
from market.contracts import disputes, over
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.rereview import queries
from market.rereview.actions.ending import close
from market.rereview.errors import DisputedError
from market.rereview.model import Rereview
from market.rereview.rules import WITH_EXPERTS


def require_none_open(work: UnitOfWork, contract: Contract) -> None:
    """Refuse another round while the return of the last one is looked at again.

    Raises:
        DisputedError: It is.
    """
    row = queries.open_of(work, contract)
    if row is not None:
        raise DisputedError(row.number)


def passed_in_silence(work: UnitOfWork) -> dict[str, datetime]:
    """Return since when the clocks run for reviewers whose experts must not know whose work it is.

    By the subjects of the clocks.
    """
    rows = work.session.execute(
        select(Rereview.contract_id, Rereview.asked_at).where(Rereview.state.in_(WITH_EXPERTS))
    )
    return {f"contract:{contract_id}": asked_at for contract_id, asked_at in rows}


withheld.provide(passed_in_silence)
disputes.provide(require_none_open)
over.provide(close)
