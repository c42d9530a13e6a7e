"""The service on the web: materials, deliverables, and their review."""

from market.access import Permission, requires
from market.contracts import actions, queries
from market.contracts.forms import DeliverForm, MaterialsForm, ReviewForm
from market.contracts.model import Contract
from market.contracts.rules import ReturnReason
from market.contracts.views.blueprint import ONE, bp, keep, run
from market.db import UnitOfWork
from market.errors import msgid
from market.web.deeds import Page


@bp.route(f"{ONE}/materials", methods=["GET", "POST"])
@requires(Permission.MATERIALS_HAND_OVER)
def hand_over(contract_id: int) -> Page:
    """Record what the owner handed over; the service clock starts."""
    form = MaterialsForm()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        actions.hand_over(work, contract, form.materials.data or "")

    return run(
        form,
        lambda work: queries.for_owner(work, contract_id),
        deed,
        template="contracts/hand_over.html",
        success=msgid("资料移交已登记，服务时限开始计算。"),
    )


@bp.route(f"{ONE}/deliver", methods=["GET", "POST"])
@requires(Permission.DELIVERABLE_SUBMIT)
def deliver(contract_id: int) -> Page:
    """Hand in a round of the firm's work."""
    form = DeliverForm()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        actions.deliver(work, contract, keep(work, form.file.data), form.note.data or "")

    return run(
        form,
        lambda work: queries.for_firm(work, contract_id),
        deed,
        template="contracts/deliver.html",
        success=msgid("成果已提交，现在计业主的验收时间。"),
    )


@bp.route(f"{ONE}/review", methods=["GET", "POST"])
@requires(Permission.DELIVERABLE_REVIEW)
def review(contract_id: int) -> Page:
    """Accept the last round, or return it with a reason."""
    form = ReviewForm()
    form.offer()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        comment = form.comment.data or ""
        if form.decision.data == "accept":
            actions.accept(work, contract, comment)
        else:
            actions.return_work(work, contract, ReturnReason(form.reason.data), comment)

    accepted = form.decision.data == "accept"
    return run(
        form,
        lambda work: queries.for_owner(work, contract_id),
        deed,
        template="contracts/review.html",
        success=msgid("成果已验收，时限停止，合同办结。")
        if accepted
        else msgid("成果已退回，继续计中介机构的时间。"),
    )
