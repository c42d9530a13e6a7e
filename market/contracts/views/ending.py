"""The page on which a contract in force is ended: by agreement, or by an authority."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, cast

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from market import log, regulations
from market.access import Permission, requires
from market.accounts.queries import organisation
from market.contracts import queries as contracts
from market.contracts.beside import Panel
from market.contracts.ending import actions, queries
from market.contracts.ending.model import ContractEnding
from market.contracts.ending.record import SUBJECT
from market.contracts.ending.rules import ENDED, OPEN, EndingCause, EndingState
from market.contracts.forms_ending import (
    AnswerForm,
    ApplyForm,
    AskForm,
    DecideForm,
    ProposeForm,
    ReplyForm,
)
from market.contracts.model import Contract
from market.contracts.rules import LIVE
from market.contracts.signing.rules import Fault
from market.contracts.views.blueprint import ONE, bp
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.rules import AwardState
from market.duties import took
from market.errors import MissingError, msgid
from market.needs.queries import by_id as need_by_id
from market.needs.scope import looks_after
from market.web.deeds import Page, as_seen, done, reading, seen_version
from market.web.forms import MarketForm
from market.web.work import installation

S: Final = EndingState
BASE: Final = f"{ONE}/ending"
Deed = Callable[[UnitOfWork, Contract], object]
Step = Callable[[UnitOfWork, ContractEnding, Contract], object]
Find = Callable[[UnitOfWork, int], Contract]


@dataclass(frozen=True, slots=True, kw_only=True)
class May:
    """What the reader may do now."""

    begin: bool
    answer: bool
    reply: bool
    withdraw: bool
    propose: bool
    decide: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page is about: whose turn it is before the reader, and the reader's own request."""

    row: ContractEnding | None
    own: ContractEnding | None
    may: May


def _shown(
    work: UnitOfWork, contract: Contract, rows: Sequence[ContractEnding], *, held: bool
) -> Shown:
    """Return the open request that waits for the reader, else its own, else the oldest one."""
    waiting = [row for row in reversed(rows) if row.state in OPEN]
    org_id, may = work.actor.org_id, work.actor.permissions
    sides = {contract.owner_org_id, contract.firm_org_id}
    signs = org_id in sides and Permission.CONTRACT_FILE in may and not held
    own = next((row for row in waiting if org_id is not None and row.by_org_id == org_id), None)
    deeds = {row.id: "" if held else _deed(work, contract, row, signs=signs) for row in waiting}
    acted = next((row for row in waiting if deeds[row.id]), None)
    row = acted or own or next(iter(waiting), None)
    deed = deeds[row.id] if row is not None else ""
    return Shown(
        row=row,
        own=own,
        may=May(
            begin=signs and own is None and contract.state in LIVE,
            answer=deed == "answer",
            reply=deed == "reply",
            withdraw=signs and own is not None and own.state is not S.PROPOSED,
            propose=deed == "propose",
            decide=deed == "decide",
        ),
    )


def _deed(work: UnitOfWork, contract: Contract, row: ContractEnding, *, signs: bool) -> str:
    """Return what the reader may do with a request now; empty for nothing."""
    may, state = work.actor.permissions, row.state
    in_time = row.due_at is not None and work.now < row.due_at
    if state in {S.ASKED, S.HEARING}:
        waits = signs and in_time and row.by_org_id != work.actor.org_id
        return ("answer" if state is S.ASKED else "reply") if waits else ""
    if not looks_after(work, need_by_id(work, contract.need_id)):
        return ""
    if state is S.TO_DECIDE:
        return "propose" if Permission.OBJECTION_EXAMINE in may else ""
    decides = Permission.OBJECTION_DECIDE in may and not took(work, row.proposed_by_id)
    return "decide" if decides else ""


@bp.get(BASE, endpoint="ending")
@requires(Permission.WORKBENCH_OPEN)
def show(contract_id: int) -> Page:
    """Show whether and how a contract is being ended, and the form of whose turn it is."""
    return _page(contract_id, None, 200)


def _page(contract_id: int, form: MarketForm | None, status: int) -> Page:
    with reading() as work:
        contract = contracts.for_reader(work, contract_id)
        rows = queries.of_contract(work, contract)
        award = work.session.get_one(Award, contract.award_id)
        held = award.state is AwardState.FROZEN
        shown = _shown(work, contract, rows, held=held)
        seen = shown.row.version if shown.row else 0
        begins, steps = isinstance(form, _BEGINNING), isinstance(form, _STEPPING)
        applying = form if isinstance(form, ApplyForm) else ApplyForm(formdata=None)
        applying.offer(is_firm=work.actor.org_id == contract.firm_org_id)
        page = render_template(
            "contracts/ending.html",
            contract=contract,
            row=shown.row,
            own=shown.own,
            rows=rows,
            held=held,
            award=award,
            may=shown.may,
            names=_names(work, contract, rows),
            form=form,
            applying=applying,
            **{
                name: form if isinstance(form, kind) else kind(formdata=None)
                for name, kind in _FORMS.items()
            },
            version=seen_version(seen) if steps else seen,
            contract_version=seen_version(contract.version) if begins else contract.version,
            rules=regulations.in_force(SUBJECT, work.today),
        )
    return page, status


_FORMS: Final = {
    "asking": AskForm,
    "answering": AnswerForm,
    "replying": ReplyForm,
    "proposing": ProposeForm,
    "deciding": DecideForm,
}
_BEGINNING: Final = (AskForm, ApplyForm)
_STEPPING: Final = (AnswerForm, ReplyForm, ProposeForm, DecideForm)


def _names(work: UnitOfWork, contract: Contract, rows: Sequence[ContractEnding]) -> dict[int, str]:
    ids = {contract.owner_org_id, contract.firm_org_id}
    ids |= {row.decided_by_org_id for row in rows if row.decided_by_org_id is not None}
    return {i: organisation(work, i).name for i in ids}


def _in_scope(work: UnitOfWork, contract_id: int) -> Contract:
    contract = contracts.for_reader(work, contract_id)
    if not looks_after(work, need_by_id(work, contract.need_id)):
        raise MissingError
    return contract


def _begun(contract_id: int, form: MarketForm, deed: Deed, words: str) -> Page:
    """Let a side begin to end a contract."""

    def do(work: UnitOfWork) -> None:
        contract = contracts.for_party(work, contract_id)
        as_seen(contract.version)
        deed(work, contract)

    return _answered(contract_id, form, done(form, do), words)


def _stepped(contract_id: int, form: MarketForm, find: Find, step: Step, words: str) -> Page:
    """Do something with the request that the form names."""
    number = request.form.get("ending", "")

    def do(work: UnitOfWork) -> None:
        contract = find(work, contract_id)
        rows = queries.of_contract(work, contract)
        row = next((row for row in rows if row.number == number), None)
        if row is None:
            raise MissingError
        as_seen(row.version)
        step(work, row, contract)

    return _answered(contract_id, form, done(form, do), words)


def _answered(contract_id: int, form: MarketForm, refused: int | None, words: str) -> Page:
    if refused is not None:
        return _page(contract_id, form, refused)
    log.sequence(installation())
    flash(gettext(words), "success")
    return redirect(url_for("contracts.ending", contract_id=contract_id), code=303)


@bp.post(f"{BASE}/ask", endpoint="ask_ending")
@requires(Permission.CONTRACT_FILE)
def ask(contract_id: int) -> Page:
    """Ask the other side to end the contract."""
    form = AskForm()

    def deed(work: UnitOfWork, contract: Contract) -> None:
        fen = cast("int", form.settled_fen.data or 0)
        actions.ask(work, contract, settled_fen=fen, text=form.text.data or "")

    return _begun(contract_id, form, deed, msgid("已提出协商解除，等待对方答复。"))


@bp.post(f"{BASE}/apply", endpoint="apply_ending")
@requires(Permission.CONTRACT_FILE)
def apply(contract_id: int) -> Page:
    """Ask the authority to end the contract for a cause."""
    form = ApplyForm()
    with reading() as work:
        contract = contracts.for_party(work, contract_id)
        form.offer(is_firm=work.actor.org_id == contract.firm_org_id)

    def deed(work: UnitOfWork, contract: Contract) -> None:
        cause = EndingCause(form.cause.data)
        actions.apply(work, contract, cause=cause, text=form.text.data or "")

    return _begun(contract_id, form, deed, msgid("申请已提交，先听取对方意见。"))


@bp.post(f"{BASE}/answer", endpoint="answer_ending")
@requires(Permission.CONTRACT_FILE)
def answer(contract_id: int) -> Page:
    """Agree to an end, or refuse it."""
    form = AnswerForm()

    def step(work: UnitOfWork, row: ContractEnding, contract: Contract) -> None:
        agree = form.agree.data == "yes"
        actions.answer(work, row, contract, agree=agree, text=form.text.data or "")

    return _stepped(contract_id, form, contracts.for_party, step, msgid("答复已登记。"))


@bp.post(f"{BASE}/reply", endpoint="reply_ending")
@requires(Permission.CONTRACT_FILE)
def reply(contract_id: int) -> Page:
    """Answer what the other side told the authority."""
    form = ReplyForm()

    def step(work: UnitOfWork, row: ContractEnding, contract: Contract) -> None:
        actions.reply(work, row, contract, form.text.data or "")

    words = msgid("意见已提交，由主管部门办理。")
    return _stepped(contract_id, form, contracts.for_party, step, words)


@bp.post(f"{BASE}/withdraw", endpoint="withdraw_ending")
@requires(Permission.CONTRACT_FILE)
def withdraw(contract_id: int) -> Page:
    """Take it back."""
    words = msgid("已撤回，合同继续履行。")
    return _stepped(contract_id, MarketForm(), contracts.for_party, actions.withdraw, words)


@bp.post(f"{BASE}/propose", endpoint="propose_ending")
@requires(Permission.OBJECTION_EXAMINE)
def propose(contract_id: int) -> Page:
    """Let an officer of the authority propose whether to end it."""
    form = ProposeForm()

    def step(work: UnitOfWork, row: ContractEnding, contract: Contract) -> None:
        fault = Fault(form.fault.data) if form.fault.data else None
        ends = form.ends.data == "yes"
        actions.propose(work, row, contract, ends=ends, fault=fault, text=form.text.data or "")

    words = msgid("处理意见已提出，由本部门另一人决定。")
    return _stepped(contract_id, form, _in_scope, step, words)


@bp.post(f"{BASE}/decide", endpoint="decide_ending")
@requires(Permission.OBJECTION_DECIDE)
def decide(contract_id: int) -> Page:
    """Let another person of the authority decide."""
    form = DecideForm()

    def step(work: UnitOfWork, row: ContractEnding, contract: Contract) -> None:
        agree = form.agree.data == "yes"
        actions.decide(work, row, contract, agree=agree, text=form.text.data or "")

    return _stepped(contract_id, form, _in_scope, step, msgid("决定已登记，双方可以看到。"))


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return what a contract's page shows of its end; None where nobody wanted one."""
    rows = queries.of_contract(work, contract)
    if not rows:
        return None
    sides = {contract.owner_org_id, contract.firm_org_id}
    overseeing = Permission.OVERSIGHT_READ in work.actor.permissions
    # What was only asked for is between the sides; what ended a contract is public.
    row = next((row for row in rows if row.state in ENDED), None)
    decided_by = row.decided_by_org_id if row is not None else None
    facts = {
        "row": row,
        "open": work.actor.org_id in sides or overseeing,
        "authority": organisation(work, decided_by).name if decided_by else "",
    }
    if row is None and not facts["open"]:
        return None
    return Panel("contracts/_ending.html", facts)
