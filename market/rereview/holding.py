"""What contracts and clocks ask of re-reviews: no other round meanwhile, and what is not told."""

from datetime import datetime

from sqlalchemy import select

from market.clocks import withheld
from market.contracts import disputes, over
from market.contracts.model import Contract
from market.contracts.reports.model import Milestone
from market.contracts.reports.timing import CONTRACT, REPORT
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

    By the subjects of the clocks: the service's, and those of its reports, which go along.
    """
    rows = work.session.execute(
        select(Rereview.contract_id, Rereview.asked_at).where(Rereview.state.in_(WITH_EXPERTS))
    )
    found = {row.contract_id: row.asked_at for row in rows}
    reports = work.session.execute(
        select(Milestone.id, Milestone.contract_id).where(Milestone.contract_id.in_(found))
    )
    return {f"{CONTRACT}{contract_id}": asked_at for contract_id, asked_at in found.items()} | {
        f"{REPORT}{milestone_id}": found[contract_id] for milestone_id, contract_id in reports
    }


withheld.provide(passed_in_silence)
disputes.provide(require_none_open)
over.provide(close)
