"""Calling a draw off: never by one person, and never once its last value can be known.

Three minutes before the value: no quorum of witnesses. Seven days after it: the value is lost, by
written order of a named authority, which two people enter. Anybody who has the value refutes that.
"""

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws import queries
from market.draws.actions import fresh
from market.draws.actions.record import fail
from market.draws.diagnosis import no_quorum, phi_lost
from market.draws.errors import (
    AuthorityError,
    DrawUnstoppableError,
    NotLostError,
    OrderTextError,
)
from market.draws.journal import CallingOffProposed
from market.draws.model import Draw
from market.draws.model_later import CallingOffOrder, Replacement
from market.draws.rules import (
    LOST_AFTER,
    DrawState,
    ReplacementState,
    VoidReason,
    may_void_frozen,
)
from market.duties import require_another
from market.errors import ConflictError, MissingError, msgid
from market.installation import Installation
from market.needs import actions as needs
from market.needs.queries import locked as locked_need

ORDER_SHORTEST = 20
ORDER_LONGEST = 4000
AUTHORITY_LONGEST = 100


def stop_unwitnessed(work: UnitOfWork, here: Installation, draw: Draw) -> None:
    """Call a frozen draw off because too few witnesses saw its list; before the value only.

    Raises:
        DrawUnstoppableError: Witnesses cannot see the VOID 60 seconds before the value any more.
    """
    if work.now >= draw.phi_at or not may_void_frozen(now=work.now, phi_at=draw.phi_at):
        raise DrawUnstoppableError(draw.enrol_close_at)
    fail(
        work,
        draw,
        locked_need(work, draw.need_id),
        VoidReason.NO_QUORUM,
        words=no_quorum(draw.phi_at),
        authority=here.config.operator_name,
    )


def propose(work: UnitOfWork, draw: Draw, authority: str, text: str) -> CallingOffOrder:
    """Enter the written order to call off a draw whose last value did not come in seven days.

    Raises:
        NotLostError: Seven days are not over, the value has come, or the draw is over.
        AuthorityError: The authority is not named.
        OrderTextError: The order is not written out.
    """
    draw = _lost(work, draw)
    if not 2 <= len(authority.strip()) <= AUTHORITY_LONGEST:  # noqa: PLR2004 - a name
        raise AuthorityError
    if not ORDER_SHORTEST <= len(text.strip()) <= ORDER_LONGEST:
        raise OrderTextError
    witnessed = queries.cut_of(work, draw) is not None
    order = CallingOffOrder(
        draw_id=draw.id,
        reason=VoidReason.PHI_LOST if witnessed else VoidReason.NO_QUORUM,
        authority=authority.strip(),
        text=text.strip(),
        proposed_by_id=work.user_id,
        proposed_at=work.now,
    )
    work.session.add(order)
    work.session.flush()
    work.record(CallingOffProposed(draw=draw.draw_hash, authority=order.authority))
    return order


def confirm(work: UnitOfWork, draw: Draw, order_id: int) -> None:
    """Carry an order out that another person entered; the next notice is the next attempt.

    Raises:
        MissingError: There is no such order for the draw.
        ConflictError: A later order has taken its place, or it is about another value.
        SeparationOfDutiesError: The actor entered it.
        NotLostError: The value has come meanwhile, or the draw is over.
    """
    draw = _lost(work, draw)
    orders = orders_of(work, draw)
    if order_id not in {order.id for order in orders}:
        raise MissingError
    order = orders[-1]
    if order.id != order_id or not is_about_now(work, draw, order):
        raise ConflictError
    require_another(
        work, order.proposed_by_id, first=msgid("登记决定的人"), second=msgid("执行决定的人")
    )
    row = lost_replacement(work, draw)
    words = f"{phi_lost(row.phi_at if row else draw.phi_at)}{order.authority}：{order.text}"
    need = locked_need(work, draw.need_id)
    if row is None:
        fail(work, draw, need, VoidReason(order.reason), words=words, authority=order.authority)
        return
    # The result stands, and nothing is voided: only nobody is drawn for the vacant place.
    row.state, row.next_check_at = ReplacementState.STOPPED, None
    needs.fail(work, need, VoidReason.PHI_LOST, words)


def orders_of(work: UnitOfWork, draw: Draw) -> list[CallingOffOrder]:
    """Return the orders entered for a draw, the first one first; the last one counts."""
    return list(
        work.session.scalars(
            select(CallingOffOrder)
            .where(CallingOffOrder.draw_id == draw.id)
            .order_by(CallingOffOrder.id)
        )
    )


def is_about_now(work: UnitOfWork, draw: Draw, order: CallingOffOrder) -> bool:
    """Whether an order is about the value that is lost now, and not about an earlier one."""
    if not is_lost(work, draw):
        return False
    vacant = lost_replacement(work, draw) if draw.state is DrawState.DRAWN else None
    return order.proposed_at >= (vacant.phi_at if vacant else draw.phi_at)


def _lost(work: UnitOfWork, draw: Draw) -> Draw:
    """Lock a draw and require that a value it waits for did not come in seven days."""
    draw = queries.locked(work, draw.id)
    if not is_lost(work, draw):
        raise NotLostError
    return draw


def is_lost(work: UnitOfWork, draw: Draw) -> bool:
    """Whether a value that a draw, or a replacement of it, waits for is lost by now."""
    if draw.state is DrawState.DRAWN:
        return lost_replacement(work, draw) is not None
    after = work.now >= draw.phi_at and may_void_frozen(now=work.now, phi_at=draw.phi_at)
    if draw.state is not DrawState.FROZEN or not after:
        return False
    return queries.evidence_of(work, queries.awaited(work, draw)) is None


def lost_replacement(work: UnitOfWork, draw: Draw) -> Replacement | None:
    """Return the replacement of a drawn draw whose value is lost, if there is one."""
    return next(
        (
            row
            for row in fresh.due_of(work, draw)
            if work.now >= row.phi_at + LOST_AFTER
            and queries.evidence_of(work, queries.awaited_next(work, draw, row)) is None
        ),
        None,
    )
