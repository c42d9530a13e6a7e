"""The day of a delivery that was entered later, on the web: the owner confirms or denies it."""

from market.access import Permission, requires
from market.contracts import queries
from market.contracts.claims import actions
from market.contracts.forms import ClaimForm
from market.contracts.model import Contract
from market.contracts.views.blueprint import ONE, bp, run
from market.db import UnitOfWork
from market.errors import msgid
from market.web.deeds import Page


@bp.route(f"{ONE}/claim", methods=["GET", "POST"])
@requires(Permission.DELIVERABLE_REVIEW)
def claim(contract_id: int) -> Page:
    """Confirm or deny the day on which the firm says to have handed in a round."""
    form = ClaimForm()
    agree = form.decision.data == "agree"

    def deed(work: UnitOfWork, contract: Contract) -> None:
        actions.answer(work, contract, agree=agree, words=form.words.data or "")

    return run(
        form,
        lambda work: queries.for_owner(work, contract_id),
        deed,
        template="contracts/claim.html",
        success=msgid("已确认：该日以后至登记之日改计您方的时间。")
        if agree
        else msgid("已登记不认可：按登记的时间计算，理由对外公开。"),
    )
