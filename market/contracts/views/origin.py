"""What a contract rests on where that is more than a plain draw: a direct choice, a bundle."""

from market.contracts.beside import Panel
from market.contracts.model import Contract
from market.db import UnitOfWork
from market.draws.model import Award
from market.needs.bundling.queries import facts_of_parts
from market.needs.queries import by_id as need_by_id


def panel(work: UnitOfWork, contract: Contract) -> Panel | None:
    """Return the panel about a direct choice or the parts of a bundle; None for neither."""
    award = work.session.get_one(Award, contract.award_id)
    parts = facts_of_parts(work, need_by_id(work, contract.need_id))
    if award.direct_number is None and not parts:
        return None
    return Panel("contracts/_origin.html", {"direct": award.direct_number, "parts": parts})
