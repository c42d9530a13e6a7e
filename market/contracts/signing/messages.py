"""What the sides of a contract are told while it is being signed."""

from typing import Final

from market.contracts.model import Contract
from market.db import UnitOfWork
from market.errors import msgid
from market.messages.actions import tell
from market.messages.kinds import Kind, declare

RETURNED: Final = declare(
    Kind(
        code="contract.filing-returned",
        subject=msgid("合同备案被退回 %(number)s"),
        body=msgid("合同 %(number)s 的备案被对方退回：%(reason)s。请修改后重新备案。"),
        must=True,
    )
)
IN_FORCE: Final = declare(
    Kind(
        code="contract.confirmed",
        subject=msgid("合同已确认 %(number)s"),
        body=msgid("合同 %(number)s 已经双方确认，现在生效。"),
    )
)


def tell_returned(work: UnitOfWork, contract: Contract) -> None:
    """Tell whoever filed a contract that it was returned, and why."""
    tell(
        work,
        RETURNED,
        org_id=contract.filed_by_org_id,
        path=f"/contracts/mine/{contract.id}",
        once=f"{contract.number}:{work.now.isoformat()}",
        number=contract.number,
        reason=contract.return_reason or "",
    )


def tell_in_force(work: UnitOfWork, contract: Contract) -> None:
    """Tell both sides that their contract is in force."""
    for org_id in (contract.owner_org_id, contract.firm_org_id):
        tell(
            work,
            IN_FORCE,
            org_id=org_id,
            path=f"/contracts/mine/{contract.id}",
            once=contract.number,
            number=contract.number,
        )
