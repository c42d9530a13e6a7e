"""The service on the web: materials, deliverables, and their review."""

from market.access import Permission, requires
from market.contracts import actions, queries
from market.contracts.forms import DeliverForm, MaterialsForm
from market.contracts.model import Contract
from market.contracts.staffing import queries as staffing
from market.contracts.views.blueprint import ONE, bp, keep, run
from market.db import UnitOfWork
from market.errors import msgid
from market.web.deeds import Page, reading


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
    with reading() as work:
        named = staffing.named(work, queries.for_firm(work, contract_id))
        form.offer([(one.member.id, one.member.name) for one in named])

    def deed(work: UnitOfWork, contract: Contract) -> None:
        stored, note = keep(work, form.file.data), form.note.data or ""
        signer, day = form.signer_id(), form.happened_on.data
        actions.deliver(work, contract, stored, note, signer_id=signer, happened_on=day)

    return run(
        form,
        lambda work: queries.for_firm(work, contract_id),
        deed,
        template="contracts/deliver.html",
        success=msgid("成果已提交，现在计业主的验收时间。填了较早日期的，业主确认后才改变计时。"),
    )
