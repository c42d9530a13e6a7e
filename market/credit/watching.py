"""What a contract's page says while its firm bears a measure: it runs on, and is watched."""

from market.contracts.beside import Panel
from market.contracts.model import Contract
from market.credit.cases import queries as cases
from market.db import UnitOfWork


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return the measures that bear on the firm of a running contract; both are public."""
    if contract.state not in cases.RUNNING:
        return None
    bearing = cases.bearing_on(work, contract.firm_id)
    return Panel("credit/_watched.html", {"cases": bearing}) if bearing else None
