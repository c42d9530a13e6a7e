"""Who else hears of a measure: owners whose contracts run on, and firms that it reaches by rule."""

from market.affiliations.sanctions.queries import affiliates_of
from market.credit.cases import messages, queries
from market.credit.cases.model import Case
from market.credit.cases.record import firm_of
from market.credit.rules import BLACKLISTINGS
from market.db import UnitOfWork
from market.messages.actions import tell


def tell_those_beside(work: UnitOfWork, case: Case) -> None:
    """Tell the owners of running contracts, and the affiliates whom a blacklisting bars.

    A suspension reaches nobody but the firm.
    """
    firm = firm_of(work, case)
    for contract in queries.running_of(work, firm.id):
        tell(
            work,
            messages.WATCHED,
            org_id=contract.owner_org_id,
            path=f"/contracts/mine/{contract.id}",
            once=f"{case.number}:watched:{contract.id}",
            number=contract.number,
            firm=firm.name,
            measure=case.measure,
            from_at=case.effective_at,
            until=case.ends_at,
        )
    if case.measure not in BLACKLISTINGS:
        return
    for other in affiliates_of(work, firm):
        tell(
            work,
            messages.REACHED,
            org_id=other.organisation_id,
            path=f"/affiliations/own/sanctions/{case.number}",
            once=f"{case.number}:reached",
            number=case.number,
            firm=firm.name,
            from_at=case.effective_at,
            until=case.ends_at,
        )
