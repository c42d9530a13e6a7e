"""The term of the authority that approves an add-on contract."""

from typing import Final

from market.contracts.model import Contract
from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Term, declare_term
from market.supplements.model import Supplement
from market.supplements.rules import SupplementState


def _about(work: UnitOfWork, row: Supplement) -> About:
    contract = work.session.get_one(Contract, row.contract_id)
    return About(
        number=row.number,
        title=contract.title,
        path=f"/supplements/{row.number}",
        org_ids=(contract.owner_org_id, contract.firm_org_id),
    )


DECIDE: Final = declare_term(
    Term(
        kind="supplement",
        name=msgid("补充合同的审批期限"),
        model=Supplement,
        at=Supplement.decide_by_at,
        runs=Supplement.state == SupplementState.AGREED,
        about=_about,
    )
)
