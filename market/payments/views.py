"""Invoices and payments on the web: the ledger of a contract, and the forms of its two sides."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Flask, Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from market import files, regulations
from market.access import Permission, requires
from market.accounts import todo
from market.accounts.queries import organisation
from market.clocks.beside import numbered
from market.contracts import beside
from market.contracts import queries as contracts
from market.contracts.beside import Panel
from market.contracts.model import Contract
from market.contracts.views.blueprint import keep
from market.db import UnitOfWork
from market.errors import MissingError, msgid
from market.needs.queries import by_id as need_by_id
from market.needs.record.queries import provide as provide_counters
from market.needs.scope import looks_after
from market.payments import actions, disputes, queries, todos
from market.payments.forms import (
    AnswerForm,
    CorrectForm,
    DecideForm,
    InsistForm,
    InvoiceForm,
    PaymentForm,
)
from market.payments.owners import counters
from market.payments.rules import VoucherMove, VoucherState
from market.web.deeds import NUMBER, Page, done, reading
from market.web.downloads import uploaded
from market.web.forms import MarketForm

bp = Blueprint("payments", __name__, url_prefix="/payments")
ANSWERABLE: Final = frozenset(
    {
        VoucherState.PENDING,
        VoucherState.DISPUTED,
        VoucherState.INSISTED,
        VoucherState.FAULTED,
    }
)
ONE: Final = f"/<{NUMBER}:contract_id>"
LINE: Final = f"{ONE}/<{NUMBER}:sequence>"
Deed = Callable[[UnitOfWork, Contract], object]


def init_app(app: Flask) -> None:
    """Register the pages, what there is to do, and what other pages show of it."""
    app.register_blueprint(bp)
    todo.provide(Permission.CONTRACT_FILE, todos.for_parties)
    todo.provide(Permission.OBJECTION_DECIDE, todos.for_decider)
    todo.provide(Permission.DRAW_SUPERVISE, todos.for_supervisor)
    beside.provide(panel)
    provide_counters(counters)


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return what a contract's page shows of its money."""
    if contract.state not in contracts.PUBLIC:
        return None
    sides = {contract.owner_org_id, contract.firm_org_id}
    overseeing = Permission.OVERSIGHT_READ in work.actor.permissions
    facts = _facts(work, contract)
    return Panel("payments/_panel.html", facts | {"open": work.actor.org_id in sides or overseeing})


def _facts(work: UnitOfWork, contract: Contract) -> dict[str, object]:
    law = regulations.in_force(queries.LAW, contract.signed_on)
    return {
        "ledger": queries.ledger_of(work, contract),
        "term": queries.term_of(work, contract),
        "overdues": queries.overdues_of(work, contract),
        "law": law,
        "days": law.clauses[queries.PAY_DAYS],
    }


@bp.get(ONE)
@requires(Permission.WORKBENCH_OPEN)
def show(contract_id: int) -> str:
    """Show all money of a contract to its sides and to those who oversee."""
    with reading() as work:
        contract = contracts.for_reader(work, contract_id)
        return render_template("payments/show.html", contract=contract, **_shown(work, contract))


def _shown(work: UnitOfWork, contract: Contract) -> dict[str, object]:
    org_id, signs = work.actor.org_id, Permission.CONTRACT_FILE in work.actor.permissions
    live = contract.state in contracts.PUBLIC
    facts = _facts(work, contract)
    ledger = queries.ledger_of(work, contract)
    stored = {
        line.voucher.file_id: work.session.get_one(files.StoredFile, line.voucher.file_id)
        for line in ledger.lines
        if line.voucher.file_id is not None
    }
    return facts | {
        "ledger": ledger,
        "clocks_beside": numbered(work, contract.number),
        "stored": stored,
        "may_invoice": live and signs and org_id == contract.firm_org_id,
        "may_pay": live and signs and org_id == contract.owner_org_id,
        "answerable": _answerable(work, contract, ledger) if live and signs else frozenset(),
        "correctable": _correctable(work, ledger) if live and signs else frozenset(),
        "insistable": _insistable(work, ledger) if live and signs else frozenset(),
        "decidable": _decidable(work, contract, ledger) if live else frozenset(),
        "names": {
            i: organisation(work, i).name
            for i in {contract.owner_org_id, contract.firm_org_id}
            | {said.by_org_id for line in ledger.lines for said in line.answers}
        },
    }


def _insistable(work: UnitOfWork, ledger: queries.Ledger) -> frozenset[int]:
    """Return the records of the reader's own side whose dispute it may answer."""
    return frozenset(
        line.voucher.sequence
        for line in ledger.lines
        if line.voucher.by_org_id == work.actor.org_id and line.state is VoucherState.DISPUTED
    )


def _decidable(work: UnitOfWork, contract: Contract, ledger: queries.Ledger) -> frozenset[int]:
    """Return the records about which the reader's authority decides."""
    decides = Permission.OBJECTION_DECIDE in work.actor.permissions
    if not decides or not looks_after(work, need_by_id(work, contract.need_id)):
        return frozenset()
    return frozenset(
        line.voucher.sequence for line in ledger.lines if line.state is VoucherState.INSISTED
    )


def _answerable(work: UnitOfWork, contract: Contract, ledger: queries.Ledger) -> frozenset[int]:
    """Return the records of the other side that the reader may still answer."""
    if work.actor.org_id not in {contract.owner_org_id, contract.firm_org_id}:
        return frozenset()
    return frozenset(
        line.voucher.sequence
        for line in ledger.lines
        if line.voucher.by_org_id != work.actor.org_id and line.state in ANSWERABLE
    )


def _correctable(work: UnitOfWork, ledger: queries.Ledger) -> frozenset[int]:
    """Return the records of the reader's own side that were not taken back."""
    return frozenset(
        line.voucher.sequence
        for line in ledger.lines
        if line.voucher.by_org_id == work.actor.org_id and line.stands
    )


@bp.route(f"{ONE}/invoice", methods=["GET", "POST"])
@requires(Permission.CONTRACT_FILE)
def invoice(contract_id: int) -> Page:
    """Record an invoice of the actor's firm."""
    form = InvoiceForm()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        actions.invoice(work, contract, form.facts(), keep(work, form.file.data))

    said = msgid("发票已登记，请业主核对。")
    return _run(
        form, contract_id, deed, contracts.for_firm, template="payments/invoice.html", said=said
    )


@bp.route(f"{ONE}/payment", methods=["GET", "POST"])
@requires(Permission.CONTRACT_FILE)
def pay(contract_id: int) -> Page:
    """Record a payment of the actor's organisation."""
    form = PaymentForm()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        stored = keep(work, form.file.data) if form.file.data else None
        actions.pay(work, contract, form.facts(), stored)

    said = msgid("付款已登记，请中介机构核对。")
    return _run(
        form, contract_id, deed, contracts.for_owner, template="payments/pay.html", said=said
    )


@bp.route(f"{LINE}/answer", methods=["GET", "POST"])
@requires(Permission.CONTRACT_FILE)
def answer(contract_id: int, sequence: int) -> Page:
    """Confirm a record of the other side, or dispute it."""
    form = AnswerForm()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        actions.answer(
            work,
            contract,
            sequence,
            confirmed=form.answer.data == VoucherMove.CONFIRM,
            reason=form.reason.data or "",
        )

    said = msgid("核对结果已登记。")
    return _run(
        form,
        contract_id,
        deed,
        contracts.for_party,
        template="payments/answer.html",
        said=said,
        sequence=sequence,
    )


@bp.route(f"{LINE}/insist", methods=["GET", "POST"])
@requires(Permission.CONTRACT_FILE)
def insist(contract_id: int, sequence: int) -> Page:
    """Answer the other side's dispute: it is not accepted, and why."""
    form = InsistForm()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        disputes.insist(work, contract, sequence, form.reason.data or "")

    said = msgid("答复已登记，由事项主管部门认定。")
    return _run(
        form,
        contract_id,
        deed,
        contracts.for_party,
        template="payments/insist.html",
        said=said,
        sequence=sequence,
    )


@bp.route(f"{LINE}/decide", methods=["GET", "POST"])
@requires(Permission.OBJECTION_DECIDE)
def decide(contract_id: int, sequence: int) -> Page:
    """Decide, for the authority of the item, whether a disputed record stands."""
    form = DecideForm()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        stands = form.outcome.data == "stands"
        disputes.decide(work, contract, sequence, stands=stands, reason=form.reason.data or "")

    return _run(
        form,
        contract_id,
        deed,
        _in_scope,
        template="payments/decide.html",
        said=msgid("认定已登记，双方可以看到。"),
        sequence=sequence,
    )


def _in_scope(work: UnitOfWork, contract_id: int) -> Contract:
    contract = contracts.for_reader(work, contract_id)
    if not looks_after(work, need_by_id(work, contract.need_id)):
        raise MissingError
    return contract


@bp.route(f"{LINE}/correct", methods=["GET", "POST"])
@requires(Permission.CONTRACT_FILE)
def correct(contract_id: int, sequence: int) -> Page:
    """Take a record of the actor's own side back."""
    form = CorrectForm()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        actions.correct(
            work,
            contract,
            sequence,
            reference=form.reference.data or "",
            reason=form.reason.data or "",
        )

    said = msgid("已整笔冲销。请登记正确的票据。")
    return _run(
        form,
        contract_id,
        deed,
        contracts.for_party,
        template="payments/correct.html",
        said=said,
        sequence=sequence,
    )


@bp.get(f"{ONE}/files/<{NUMBER}:file_id>")
@requires(Permission.WORKBENCH_OPEN)
def download(contract_id: int, file_id: int) -> Response:
    """Hand out the file of an invoice or a payment, always as a file and never as a page."""
    with reading() as work:
        contract = contracts.for_reader(work, contract_id)
        if not queries.has_file(work, contract, file_id):
            raise MissingError
        return uploaded(work, file_id)


def _run(
    form: MarketForm,
    contract_id: int,
    deed: Deed,
    find: Callable[[UnitOfWork, int], Contract],
    *,
    template: str,
    said: str,
    sequence: int | None = None,
) -> Page:
    """Run a form about a contract's money: show it, or do the deed and go back to the ledger."""
    status = done(form, lambda work: deed(work, find(work, contract_id)))
    if status is None:
        flash(gettext(said), "success")
        return redirect(url_for("payments.show", contract_id=contract_id), code=303)
    with reading() as work:
        contract = find(work, contract_id)
        shown = _shown(work, contract)
        line = queries.line_of(queries.ledger_of(work, contract), sequence) if sequence else None
        page = render_template(
            template, form=form, contract=contract, line=line, accept=files.ACCEPTED, **shown
        )
    return page, status
