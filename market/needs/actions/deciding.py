"""An owner's second person and the operator decide; a failed need begins its second notice."""

from collections.abc import Callable

from market.db import UnitOfWork
from market.documents.actions.buyers import require_buyer
from market.documents.owner_rules import BuyerDeed
from market.duties import require_another
from market.errors import msgid
from market.needs.actions.checking import check, check_announcing
from market.needs.actions.moving import register_return, step
from market.needs.actions.writing import facts_of
from market.needs.checks.actions import Stage, pass_checks
from market.needs.errors import AnnouncedError
from market.needs.model import Need
from market.needs.queries import notices_of
from market.needs.rules import Move, NeedState, advance

Deed = Callable[[UnitOfWork, Need], None]


def submit(work: UnitOfWork, need: Need) -> None:
    """Send a need to its owner's second person.

    Raises:
        NeedFactsError: Since it was written the catalogue or the rules have changed.
        MarketError: Its source of entropy cannot be had, or it cannot be announced again.
        FindingsError: The checks at posting found what must go, or be explained in public.
        OwnerUncheckedError, NotAuthorisedBuyerError: The owner, or the person, may not post it.
    """
    advance(need.state, Move.SUBMIT)
    require_buyer(work, BuyerDeed.POST, need.item_code, need.ceiling_fen)
    check(work, facts_of(work, need))
    check_announcing(work, need)
    pass_checks(work, need, Stage.SUBMIT)
    need.submitted_by_id = work.user_id
    need.approved_by_id = None
    need.checked_by_id = None
    step(work, need, Move.SUBMIT)


def recall(work: UnitOfWork, need: Need) -> None:
    """Take a need that was submitted back to a draft, to go on writing; nobody has approved it.

    Raises:
        IllegalMoveError: It is approved already, or not submitted.
        AnnouncedError: It was announced before: a further notice is sent back with a reason.
    """
    advance(need.state, Move.TAKE_BACK)
    if not may_recall(work, need):
        raise AnnouncedError
    step(work, need, Move.TAKE_BACK)


def may_recall(work: UnitOfWork, need: Need) -> bool:
    """Whether a need waits for its second person and was never announced."""
    return need.state is NeedState.APPROVAL and not notices_of(work, need)


def approve(work: UnitOfWork, need: Need) -> None:
    """Approve a need within its organisation; never by who wrote or submitted it.

    Raises:
        SeparationOfDutiesError: The approver wrote or submitted the need.
        NotAuthorisedBuyerError: The approver's authority does not reach as far.
    """
    advance(need.state, Move.APPROVE)
    _another_person(work, need)
    require_buyer(work, BuyerDeed.APPROVE, need.item_code, need.ceiling_fen)
    need.approved_by_id = work.user_id
    step(work, need, Move.APPROVE)


def send_back(work: UnitOfWork, need: Need, reason: str) -> None:
    """Refuse a need within its organisation, with the reason."""
    advance(need.state, Move.SEND_BACK)
    _another_person(work, need)
    register_return(work, need, Move.SEND_BACK, reason)


def return_to_owner(work: UnitOfWork, need: Need, reason: str) -> None:
    """Refuse a need at the operator's check; the refusal is registered with its reason."""
    register_return(work, need, Move.RETURN, reason)


def renotice(work: UnitOfWork, need: Need) -> None:
    """Start the second notice of a failed need; it is approved and checked again.

    Raises:
        MarketError: The second notice would not be believed, or its source cannot be had.
    """
    advance(need.state, Move.RENOTICE)
    require_buyer(work, BuyerDeed.POST, need.item_code, need.ceiling_fen)
    check(work, facts_of(work, need))
    check_announcing(work, need)
    pass_checks(work, need, Stage.SUBMIT)
    need.attempt += 1
    need.posted_by_id = work.user_id
    need.submitted_by_id = work.user_id
    need.approved_by_id = None
    need.checked_by_id = None
    step(work, need, Move.RENOTICE)


def _another_person(work: UnitOfWork, need: Need) -> None:
    require_another(work, *need.written_by_ids, first=msgid("填报人"), second=msgid("审批人"))
