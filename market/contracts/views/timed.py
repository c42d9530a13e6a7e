"""What a contract's page shows of its clocks besides the service's."""

from market.clocks.boards import beside
from market.contracts.beside import Panel
from market.contracts.ending.queries import of_contract
from market.contracts.model import Contract
from market.db import UnitOfWork


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return the reviews, reports, payments and endings that are timed, each with its own page.

    Those of an ending are for their sides and for officials.
    """
    endings = of_contract(work, contract)
    rows = beside(work, [contract.number, *(one.number for one in endings)])
    return Panel("contracts/_clocks.html", {"clocks": rows}) if rows else None
