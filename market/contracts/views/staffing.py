"""The page of a contract's people: named by the firm, replaced with the owner's consent."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from market import log, regulations
from market.access import Permission, requires
from market.contracts import queries
from market.contracts.forms_staffing import NameForm, ReplaceForm, ReplacementAnswerForm
from market.contracts.model import Contract
from market.contracts.staffing import actions
from market.contracts.staffing import queries as staffing
from market.contracts.staffing.rules import HOLDING, ReplacementState
from market.contracts.views.blueprint import ONE, bp
from market.db import UnitOfWork
from market.errors import msgid
from market.needs.queries import by_id as need_by_id
from market.web.deeds import NUMBER, Page, done, reading
from market.web.forms import MarketForm
from market.web.work import installation

STAFF: Final = f"{ONE}/staff"
WISH: Final = f"{STAFF}/<{NUMBER}:replacement_id>"
Find = Callable[[UnitOfWork, int], Contract]


@bp.get(STAFF)
@requires(Permission.WORKBENCH_OPEN)
def staff(contract_id: int) -> Page:
    """Show who does the work of a contract to its sides and to those who oversee."""
    return _page(contract_id, None, HTTPStatus.OK)


def _page(contract_id: int, form: MarketForm | None, status: int) -> Page:
    with reading() as work:
        contract = queries.for_reader(work, contract_id)
        named = staffing.named(work, contract)
        able = staffing.suitable(work, contract)
        is_firm = work.actor.org_id == contract.firm_org_id
        signs = Permission.CONTRACT_FILE in work.actor.permissions and contract.state in HOLDING
        rows = staffing.replacements(work, contract)
        naming = form if isinstance(form, NameForm) else NameForm(formdata=None)
        naming.offer(able)
        if naming is not form:
            naming.people.data = [str(one.member.id) for one in named]
        replacing = form if isinstance(form, ReplaceForm) else ReplaceForm(formdata=None)
        held = {one.member.id for one in named}
        replacing.offer([one.member for one in named], [m for m in able if m.id not in held])
        answering = ReplacementAnswerForm(formdata=None)
        page = render_template(
            "contracts/staff.html",
            contract=contract,
            named=named,
            able=able,
            counts=staffing.running_counts(work, contract.firm_id),
            rows=rows,
            people=staffing.members(
                work, [i for row in rows for i in (row.out_staff_id, row.in_staff_id)]
            ),
            asked=need_by_id(work, contract.need_id).staff_required,
            may_name=signs and is_firm,
            may_answer=signs and work.actor.org_id == contract.owner_org_id,
            waiting=ReplacementState.REQUESTED,
            form=form,
            naming=naming,
            replacing=replacing,
            answering=form if isinstance(form, ReplacementAnswerForm) else answering,
            rules=regulations.in_force(actions.SUBJECT, work.today),
        )
    return page, status


def _run(
    contract_id: int,
    form: MarketForm,
    find: Find,
    deed: Callable[[UnitOfWork, Contract], object],
    words: str,
) -> Page:
    refused = done(form, lambda work: deed(work, find(work, contract_id)))
    if refused is not None:
        return _page(contract_id, form, refused)
    log.sequence(installation())
    flash(gettext(words), "success")
    return redirect(url_for("contracts.staff", contract_id=contract_id), code=303)


@bp.post(f"{STAFF}/name")
@requires(Permission.CONTRACT_FILE)
def name_staff(contract_id: int) -> Page:
    """Let the firm name who does the work."""
    form = NameForm()
    with reading() as work:
        form.offer(staffing.suitable(work, queries.for_firm(work, contract_id)))

    def deed(work: UnitOfWork, contract: Contract) -> None:
        actions.name(work, contract, form.ids())

    return _run(contract_id, form, queries.for_firm, deed, msgid("服务人员已指定。"))


@bp.post(f"{STAFF}/replace")
@requires(Permission.CONTRACT_FILE)
def replace_staff(contract_id: int) -> Page:
    """Let the firm ask the owner to agree to another person."""
    form = ReplaceForm()
    with reading() as work:
        contract = queries.for_firm(work, contract_id)
        named = [one.member for one in staffing.named(work, contract)]
        form.offer(named, staffing.suitable(work, contract))

    def deed(work: UnitOfWork, contract: Contract) -> None:
        leaving, coming = int(form.leaving.data), int(form.coming.data)
        reason = form.reason.data or ""
        actions.ask_to_replace(work, contract, leaving=leaving, coming=coming, reason=reason)

    words = msgid("更换申请已提交，等待业主答复。")
    return _run(contract_id, form, queries.for_firm, deed, words)


@bp.post(f"{WISH}/answer")
@requires(Permission.CONTRACT_FILE)
def answer_replacement(contract_id: int, replacement_id: int) -> Page:
    """Let the owner agree, or refuse with a reason."""
    form = ReplacementAnswerForm()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        agree, words = form.agree.data == "yes", form.reason.data or ""
        actions.answer(work, contract, replacement_id, agree=agree, words=words)

    return _run(contract_id, form, queries.for_owner, deed, msgid("已答复。"))


@bp.post(f"{WISH}/drop")
@requires(Permission.CONTRACT_FILE)
def drop_replacement(contract_id: int, replacement_id: int) -> Page:
    """Let the firm take its wish back."""

    def deed(work: UnitOfWork, contract: Contract) -> None:
        actions.drop(work, contract, replacement_id)

    return _run(contract_id, MarketForm(), queries.for_firm, deed, msgid("已撤回更换申请。"))
