"""What contracts and clocks ask of re-reviews, and what follows when a clock runs again."""

from datetime import datetime

from sqlalchemy import select

from market.clocks import resuming, withheld
from market.clocks.model import Clock
from market.contracts import disputes, over
from market.contracts import queries as contracts
from market.contracts.model import Contract
from market.contracts.reports.model import Milestone
from market.contracts.reports.timing import CONTRACT, REPORT
from market.db import UnitOfWork
from market.rereview import queries
from market.rereview.actions.ending import close, overtake, refer_again
from market.rereview.errors import DisputedError
from market.rereview.model import Rereview
from market.rereview.rules import WITH_EXPERTS, RereviewState


def require_none_open(work: UnitOfWork, contract: Contract) -> None:
    """Refuse another round while the return of the last one is looked at again.

    Where nobody looks at it, because there was no conclusion, only the firm's own dispute holds it,
    which the firm can take back; it is not kept from mending by another's (docs/adr/0117).

    Raises:
        DisputedError: It is.
    """
    row = queries.open_of(work, contract)
    if row is not None and not is_nobodys(row, contract):
        raise DisputedError(row.number)


def is_nobodys(row: Rereview, contract: Contract) -> bool:
    """Whether nobody judges a dispute that is not the firm's."""
    return row.state is RereviewState.FAILED and row.asked_by_org_id != contract.firm_org_id


def end_with_round(work: UnitOfWork, contract: Contract) -> None:
    """End a dispute without a conclusion: the firm hands in another round instead."""
    row = queries.open_of(work, contract)
    if row is not None:
        overtake(work, queries.locked(work, row.id))


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


def clock_resumed(work: UnitOfWork, clock: Clock) -> None:
    """Give back the time to go on to the authority: nobody could while the clock was suspended.

    Its clock is locked, and whoever moves a re-review holds that first.
    """
    contract = contracts.of_clock(work, clock)
    row = queries.open_of(work, contract) if contract is not None else None
    if row is None:
        return
    work.session.refresh(row, with_for_update=True)
    if row.state is RereviewState.FAILED:
        refer_again(work, row)


resuming.provide(clock_resumed)
withheld.provide(passed_in_silence)
disputes.provide(require_none_open)
disputes.provide_end(end_with_round)
over.provide(close)
