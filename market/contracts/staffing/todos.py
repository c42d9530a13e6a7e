"""What there is to do about the people of contracts, as the workbench lists it."""

from flask import url_for
from flask_babel import gettext

from market.accounts.todo import Todo
from market.contracts import queries as contracts
from market.contracts.rules import ContractState
from market.contracts.staffing import queries
from market.db import UnitOfWork
from market.needs.queries import by_id as need_by_id


def for_sides(work: UnitOfWork) -> list[Todo]:
    """Replacements that the owner has to answer, and people whom the firm has still to name."""
    found = [
        Todo(
            what=gettext("答复更换服务人员的申请"),
            detail=contract.title,
            url=url_for("contracts.staff", contract_id=contract.id),
        )
        for _, contract in queries.to_answer(work)
    ]
    for contract in contracts.of_party_in(work, ContractState.FILED, ContractState.IN_FORCE):
        if contract.firm_org_id != work.actor.org_id:
            continue
        asked = need_by_id(work, contract.need_id).staff_required
        if len(queries.named(work, contract)) < asked:
            url = url_for("contracts.staff", contract_id=contract.id)
            found.append(Todo(what=gettext("指定合同的服务人员"), detail=contract.title, url=url))
    return found
