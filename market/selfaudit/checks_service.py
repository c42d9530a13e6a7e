"""Which rows of the service are compared with entries: examinations, milestones, claimed days."""

from market.contracts.claims.model import DeliveryClaim
from market.contracts.examining.model import Examination
from market.contracts.model import Contract, Deliverable
from market.contracts.reports.model import Milestone
from market.selfaudit.told import Told, table_of, told


def service_checks() -> tuple[Told, ...]:
    """Return the comparisons of the service's rows with what the log was told."""
    contract, deliverable = table_of(Contract), table_of(Deliverable)
    examination, milestone = table_of(Examination), table_of(Milestone)
    claim = table_of(DeliveryClaim)
    named = {"contract": contract.c.number}
    return (
        told(
            "deliverable.examined.v1",
            examination,
            named | {"round": deliverable.c.round_no},
            {"state": examination.c.state, "regulation": examination.c.regulation_id},
            rows=examination.join(
                deliverable, deliverable.c.id == examination.c.deliverable_id
            ).join(contract, contract.c.id == examination.c.contract_id),
            untold="submitted",
        ),
        told(
            "contract.milestone-moved.v1",
            milestone,
            named | {"position": milestone.c.position},
            {"state": milestone.c.state},
            rows=milestone.join(contract, contract.c.id == milestone.c.contract_id),
            untold="planned",
        ),
        told(
            "deliverable.day-moved.v1",
            claim,
            named | {"round": deliverable.c.round_no},
            {"state": claim.c.state, "claimed_on": claim.c.claimed_on},
            rows=claim.join(deliverable, deliverable.c.id == claim.c.deliverable_id).join(
                contract, contract.c.id == claim.c.contract_id
            ),
        ),
    )
