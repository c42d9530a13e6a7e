"""Which rows about experts are compared with which entries."""

from market.accounts.model import Organisation
from market.experts.model import Expert, ExpertSitting
from market.selfaudit.told import Told, table_of, told


def expert_checks() -> tuple[Told, ...]:
    """Return the comparisons of the pool, its declarations and what experts did on panels."""
    expert, sitting = table_of(Expert), table_of(ExpertSitting)
    organisation = table_of(Organisation)
    has_declared = (organisation.c.id == expert.c.organisation_id) & (
        expert.c.declared_at.is_not(None)
    )
    key = {"expert": expert.c.code}
    return (
        told(
            "expert.moved.v1",
            expert,
            key,
            {"state": expert.c.state, "renew_by_on": expert.c.renew_by_on},
        ),
        told(
            "expert.declared.v1",
            expert,
            key,
            {"declared_at": expert.c.declared_at},
            rows=expert.join(organisation, has_declared),
        ),
        told(
            "expert.served.v1",
            sitting,
            key | {"panel": sitting.c.panel},
            {"outcome": sitting.c.outcome},
            rows=sitting.join(expert, expert.c.id == sitting.c.expert_id),
        ),
    )
