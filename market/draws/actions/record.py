"""Writing a draw's entries: into the log's queue and beside the draw, in one transaction."""

from lottery.entries import DrawEntry as LotteryEntry
from lottery.entries import Notice
from market.db import UnitOfWork
from market.draws import protocol, queries
from market.draws.errors import EnrolmentClosedError
from market.draws.model import Draw, DrawEntry, DrawFile
from market.draws.rules import DrawMove, DrawState, VoidReason, advance_draw
from market.needs import actions as needs
from market.needs.model import Need


def write(work: UnitOfWork, draw: Draw, entry: LotteryEntry | Notice) -> int:
    """Hand an entry to the log and keep its bytes; return the submission's id.

    The database refuses a second NOTICE, CLOSE, FREEZE, PHI, RESULT or VOID of a draw.
    """
    body = entry.to_bytes()
    submission_id = work.submit(body)
    work.session.add(
        DrawEntry(draw_id=draw.id, type=entry.kind, submission_id=submission_id, body=body)
    )
    work.session.flush()
    return submission_id


def open_draw(work: UnitOfWork, draw: Draw) -> Draw:
    """Lock a draw and require that enrolment is open now.

    Raises:
        EnrolmentClosedError: The closing second has come.
    """
    draw = queries.locked(work, draw.id)
    if draw.state is not DrawState.OPEN or work.now >= draw.enrol_close_at:
        raise EnrolmentClosedError(draw.enrol_close_at)
    return draw


def keep_file(work: UnitOfWork, draw: Draw, name: str, body: bytes) -> None:
    """Keep a published file of a draw, byte for byte."""
    work.session.add(DrawFile(draw_id=draw.id, name=name, body=body))


def call_off(
    work: UnitOfWork, draw: Draw, reason: VoidReason, *, order: str, authority: str
) -> None:
    """Void a draw; ``order`` is the written reason, as published. The caller asked who may."""
    draw.state = advance_draw(draw.state, DrawMove.VOID)
    draw.voided_at = work.now
    draw.void_reason = reason
    # Soon a checkpoint that holds the VOID has to be witnessed and kept.
    draw.next_check_at = work.now
    write(
        work,
        draw,
        protocol.void(draw, reason=reason, order=order, authority=authority, at=work.now),
    )


def fail(
    work: UnitOfWork, draw: Draw, need: Need, reason: VoidReason, *, words: str, authority: str
) -> None:
    """Void a draw and let its need fail, with one explanation for both."""
    call_off(work, draw, reason, order=words, authority=authority)
    needs.fail(work, need, reason, words)
