"""The card for the side whose fault it was that nobody signed in time."""

from typing import Final

from market.clocks.card_rules import Trigger
from market.contracts.actions.record import subject_of
from market.contracts.model import Contract
from market.contracts.signing.model import SigningCase
from market.contracts.signing.queries import cases_of
from market.contracts.signing.rules import Fault, SigningState
from market.db import UnitOfWork
from market.errors import msgid
from market.supervision.actions import give_card

NOT_SIGNED: Final = msgid("没有按期签订合同，经认定由该单位负责。")
PRESUMED: Final = msgid("没有按期签订合同，在期限内没有说明原因，按规则推定由该单位负责。")


def subjects_of(work: UnitOfWork, contract: Contract) -> list[str]:
    """Return what cards of a contract are about: itself, and that nobody signed in time before."""
    cases = cases_of(work, contract.award_id)
    return [subject_of(contract), *(subject_of_case(one) for one in cases)]


def subject_of_case(case: SigningCase) -> str:
    """Return what cards know a time to sign by."""
    return f"signing:{case.id}"


def warn_of_signing(work: UnitOfWork, case: SigningCase) -> None:
    """Give a card to the side whose fault it was that nobody signed."""
    sides = {Fault.FIRM: case.firm_org_id, Fault.OWNER: case.owner_org_id}
    org_id = sides.get(case.fault) if case.fault is not None else None
    if org_id is not None:
        give_card(
            work,
            Trigger.LATE_CONTRACT,
            org_id=org_id,
            subject=subject_of_case(case),
            number=case.number,
            cause=PRESUMED if case.state is SigningState.DEFAULTED else NOT_SIGNED,
            happened_at=case.opened_at,
            once=f"signing:{case.id}",
        )
