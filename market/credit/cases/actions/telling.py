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
            once=f"{case.number}:watched:{contract.id}:{case.effective_at:%Y-%m-%d}",
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
            once=f"{case.number}:reached:{case.effective_at:%Y-%m-%d}",
            number=case.number,
            firm=firm.name,
            from_at=case.effective_at,
            until=case.ends_at,
        )


def tell_put_off(work: UnitOfWork, case: Case) -> None:
    """Tell everybody who was told from when a measure bears that it does not, for now."""
    firm = firm_of(work, case)
    places = {firm.organisation_id: f"/credit/cases/{case.number}"}
    if case.measure in BLACKLISTINGS:
        own = "/affiliations/own"
        places |= {other.organisation_id: own for other in affiliates_of(work, firm)}
    for contract in queries.running_of(work, firm.id):
        places.setdefault(contract.owner_org_id, f"/contracts/mine/{contract.id}")
    for org_id, path in places.items():
        tell(
            work,
            messages.PUT_OFF,
            org_id=org_id,
            path=path,
            once=f"{case.number}:put-off:{org_id}:{work.now.isoformat()}",
            number=case.number,
            firm=firm.name,
            from_at=case.effective_at,
        )
