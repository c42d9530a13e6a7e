"""An owner withdraws a notice: one person asks, another confirms, and the draw is void.

Before the close only. Whoever asked cannot stop the draw alone, and from the close on nobody can.
"""

from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.draws import queries
from market.draws.actions.record import call_off
from market.draws.errors import DrawUnstoppableError
from market.draws.model import Draw
from market.draws.rules import DrawState, VoidReason
from market.needs import actions as needs
from market.needs.model import Need
from market.needs.queries import locked as locked_need
from market.needs.record.rules import CancelGround
from market.needs.withdrawals import actions as withdrawals
from market.needs.withdrawals.model import NeedWithdrawal


def ask_withdrawal(
    work: UnitOfWork, need: Need, reason: str, ground: CancelGround = CancelGround.OTHER
) -> NeedWithdrawal:
    """Ask that a published need of one's own be withdrawn; the draw goes on meanwhile.

    Raises:
        DrawUnstoppableError: From the close on, nobody can stop the draw.
        WithdrawalWaitingError: A request waits already.
        NoReasonError: The reason is missing.
    """
    _stoppable(work, need)
    return withdrawals.ask(work, need, reason, ground)


def withdraw_need(work: UnitOfWork, need: Need, withdrawal_id: int) -> None:
    """Withdraw a published need as its owner's second person; the draw is void.

    Raises:
        DrawUnstoppableError: From the close on, nobody can stop the draw.
        WithdrawalOverError: The request was taken back or decided meanwhile.
        SeparationOfDutiesError: Whoever asked confirms.
    """
    draw = _stoppable(work, need)
    need = locked_need(work, need.id)
    asked = withdrawals.confirm(work, need, withdrawal_id)
    needs.withdraw(work, need, asked.reason, asked.ground)
    if draw is not None:
        owner = organisation(work, need.owner_org_id)
        call_off(work, draw, VoidReason.WITHDRAWN, order=asked.reason, authority=owner.name[:200])


def _stoppable(work: UnitOfWork, need: Need) -> Draw | None:
    """Lock the need's draw and require that it is not past its close; one that is void has ended.

    The request then says so itself: it is over.
    """
    draw = queries.draw_of_need(work, need.id)
    if draw is None:
        return None
    draw = queries.locked(work, draw.id)
    if draw.state is DrawState.VOID:
        return draw
    if draw.state is not DrawState.OPEN or work.now >= draw.enrol_close_at:
        raise DrawUnstoppableError(draw.enrol_close_at)
    return draw
