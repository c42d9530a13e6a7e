"""What there is to do for contracts, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext, ngettext

from market.accounts.todo import Todo
from market.clocks.queries import clock_of, statement
from market.clocks.rules import ClockState
from market.contracts import queries
from market.contracts.actions import subject_of
from market.contracts.disputes import is_disputed
from market.contracts.examining.queries import last_of_each
from market.contracts.examining.rules import ExamState
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.db import UnitOfWork


def for_signers(work: UnitOfWork) -> list[Todo]:
    """Contracts to file, to confirm, and to file again."""
    found = [
        Todo(
            what=gettext("签订并提交合同"),
            detail=need.title,
            url=url_for("contracts.file", award_id=award.id),
            due_at=award.sign_by_at,
        )
        for award, need in queries.awards_to_sign(work)
    ]
    for contract in queries.of_party_in(work, ContractState.FILED, ContractState.RETURNED):
        if contract.state is ContractState.RETURNED:
            detail = f"{contract.title}：{contract.return_reason or ''}"
            url = url_for("contracts.refile", contract_id=contract.id)
            what = gettext("修改被退回的合同，重新提交")
            found.append(Todo(what=what, detail=detail, url=url, due_at=contract.act_by_at))
        elif contract.filed_by_org_id != work.actor.org_id:
            found.append(_todo(gettext("确认对方提交的合同"), contract))
    return found


def for_materials(work: UnitOfWork) -> list[Todo]:
    """Materials the owner has to hand over."""
    return [
        _todo(gettext("向中介机构移交资料"), contract, "hand_over")
        for contract in queries.of_party_in(work, ContractState.IN_FORCE)
    ]


def for_review(work: UnitOfWork) -> list[Todo]:
    """Deliverables the owner has to check."""
    delivered = queries.of_party_in(work, ContractState.DELIVERED)
    exams = last_of_each(work, delivered)
    found = []
    for contract in delivered:
        exam = exams.get(contract.id)
        if exam is None or exam.state is ExamState.SUBMITTED:
            found.append(_todo(gettext("验收中介机构提交的成果"), contract, "review"))
        elif exam.state is ExamState.SUPPLEMENTING and exam.overdue:
            found.append(_todo(gettext("逾期未补正：作出验收结论"), contract, "review"))
    return found


def for_service(work: UnitOfWork) -> list[Todo]:
    """Work the firm has to deliver, with the working days it has left."""
    found = []
    for contract in queries.of_party_in(work, ContractState.RUNNING):
        clock = clock_of(work, subject_of(contract))
        if clock is None or clock.state is ClockState.SUSPENDED or is_disputed(work, contract):
            continue
        rounds = queries.rounds_of(work, contract)
        what = gettext("修改被退回的成果") if rounds else gettext("提交服务成果")
        left = statement(work, clock).left
        if left >= 0:
            days = ngettext("剩余 %(num)s 个工作日", "剩余 %(num)s 个工作日", left)
        else:
            days = ngettext("已逾期 %(num)s 个工作日", "已逾期 %(num)s 个工作日", -left)
        found.append(
            Todo(
                what=what,
                detail=f"{contract.title}（{days}）",
                url=url_for("contracts.deliver", contract_id=contract.id),
                due_at=clock.due_at,
            )
        )
    return found


def for_operator(work: UnitOfWork) -> list[Todo]:
    """Contracts that a firm filed in time and whose owner does not confirm."""
    return [
        Todo(
            what=gettext("催办：业主逾期未确认合同"),
            detail=contract.title,
            url=url_for("contracts.show", contract_id=contract.id),
            due_at=contract.act_by_at,
            urgency="late",
        )
        for contract, _ in queries.held_up_by_owners(work)
    ]


def _todo(what: str, contract: Contract, endpoint: str = "show") -> Todo:
    return Todo(
        what=what,
        detail=contract.title,
        url=url_for(f"contracts.{endpoint}", contract_id=contract.id),
        due_at=contract.act_by_at,
    )
