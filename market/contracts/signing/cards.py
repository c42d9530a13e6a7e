"""The card for the side whose fault it was that nobody signed in time."""

from typing import Final

from market.clocks.card_rules import Trigger
from market.contracts.signing.model import SigningCase
from market.contracts.signing.rules import Fault
from market.db import UnitOfWork
from market.errors import msgid
from market.supervision.actions import give_card

NOT_SIGNED: Final = msgid("没有按期签订合同，经认定由该单位负责。")


def warn_of_signing(work: UnitOfWork, case: SigningCase) -> None:
    """Give a card to the side whose fault it was that nobody signed."""
    sides = {Fault.FIRM: case.firm_org_id, Fault.OWNER: case.owner_org_id}
    org_id = sides.get(case.fault) if case.fault is not None else None
    if org_id is not None:
        give_card(
            work,
            Trigger.LATE_CONTRACT,
            org_id=org_id,
            subject=f"signing:{case.id}",
            number=case.number,
            cause=NOT_SIGNED,
            happened_at=case.opened_at,
            once=f"signing:{case.id}",
        )
