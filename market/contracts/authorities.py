"""Which authorities answer for what contracts, awards and needs are about: for their cards."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from market.contracts.model import Contract
from market.db import UnitOfWork
from market.draws.model import Award
from market.needs.model import Need
from market.needs.scope import authority_of


def of_numbers(work: UnitOfWork, numbers: Collection[str]) -> Mapping[str, int]:
    """Return the authorities of the items behind public numbers; unknown ones are left out."""
    chosen = (
        select(Contract.number, Need.item_code)
        .join(Need, Need.id == Contract.need_id)
        .where(Contract.number.in_(numbers)),
        select(Award.number, Need.item_code)
        .join(Need, Need.id == Award.need_id)
        .where(Award.number.in_(numbers)),
        select(Need.number, Need.item_code).where(Need.number.in_(numbers)),
    )
    items = {number: item for one in chosen for number, item in work.session.execute(one)}
    found = {item: authority_of(work, item) for item in set(items.values())}
    return {
        number: office_id
        for number, item in items.items()
        if (office_id := found[item]) is not None
    }
