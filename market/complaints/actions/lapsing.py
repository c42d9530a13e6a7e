"""What time does to a complaint: a passed term is told once, and is a card of the authority."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from market.accounts import queries as accounts
from market.clocks.card_rules import Trigger
from market.clocks.counting import last_day_before
from market.complaints import messages, queries
from market.complaints.model import Complaint
from market.complaints.rules import NOT_OVER, OFFICES
from market.db import UnitOfWork
from market.errors import msgid
from market.supervision.actions import give_card

CAUSE: Final = msgid("投诉没有在期限内受理或者作出决定")
UNTAKEN: Final = msgid("投诉没有在期限内决定是否受理（受理以前不公开编号，同一事项同日只亮一次牌）")
ONCE_LONGEST: Final = 80


def run_late(work: UnitOfWork, complaint_id: int) -> bool:
    """Tell the authority and the operator that a term has passed; return whether it was so."""
    one = work.session.scalars(
        select(Complaint)
        .where(Complaint.id == complaint_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if one.next_check_at is None or work.now < one.next_check_at or one.state not in NOT_OVER:
        return False
    due_at, one.next_check_at, one.was_late = one.next_check_at, None, True
    step = f"late:{one.state}:{one.transfers}"
    messages.tell_org(work, messages.LATE, one, one.authority_org_id, step)
    operator_id = accounts.operator_id(work)
    if operator_id != one.respondent_org_id:
        messages.tell_org(work, messages.LATE, one, operator_id, step)
    if one.authority_org_id is None and one.against in OFFICES:
        messages.tell_org(work, messages.LATE, one, accounts.supervisor_id(work), step)
    if one.authority_org_id is not None:
        _give_card(work, one, one.authority_org_id, due_at)
    return True


def _give_card(work: UnitOfWork, one: Complaint, authority_id: int, due_at: datetime) -> None:
    """Give the authority its card: for what nobody has taken up, one a day for the same matter.

    Whoever writes seven times of one award covers nobody with seven cards, and a complaint that may
    never be accepted is not made known by a card.
    """
    is_taken_up = one.accepted_at is not None
    once = f"complaint:{one.id}:{one.state}:{one.transfers}"
    same = f"untaken:{last_day_before(due_at)}:{authority_id}:{one.matter}:{one.target}:{one.ref}"
    give_card(
        work,
        Trigger.LATE_COMPLAINT,
        org_id=authority_id,
        subject=f"complaint:{one.id}",
        number=one.number if is_taken_up else "",
        title=queries.name_of(work, authority_id),
        cause=CAUSE if is_taken_up else UNTAKEN,
        happened_at=due_at,
        once=once if is_taken_up else same[:ONCE_LONGEST],
    )
