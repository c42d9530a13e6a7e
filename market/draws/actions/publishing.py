"""Opening a draw with its notice, and calling it off with its need."""

from market.accounts.queries import organisation
from market.catalogue.queries import item as item_of
from market.db import UnitOfWork
from market.draws import protocol, queries
from market.draws.actions.record import call_off, keep_file, write
from market.draws.eligibility import document
from market.draws.errors import (
    DrawUnstoppableError,
    NoSupervisorKeyError,
    TimetableRefusedError,
)
from market.draws.model import Draw
from market.draws.rules import DrawMode, DrawState, VoidReason
from market.installation import Installation
from market.needs import actions as needs
from market.needs.model import Need, Notice
from market.needs.queries import locked as locked_need
from market.needs.rules import Timetable

ELIGIBILITY_FILE = "eligibility.json"
# One firm is selected for one need.
PLACES = 1


def publish(
    work: UnitOfWork, here: Installation, need: Need, times: Timetable | None = None
) -> Draw:
    """Publish a checked need and open its draw: notice, rules, source and round, all fixed now.

    ``times`` replaces the timetable of the rules, for a session at another hour.

    Raises:
        IllegalMoveError: The need does not wait for the operator.
        NoSupervisorKeyError: Mode D2, and no supervisor has registered a key.
        TimetableRefusedError: The timetable would not pass the verifier.
    """
    need = locked_need(work, need.id)
    notice, times = needs.publish(work, need, times)
    work.session.flush()
    draw = _draw_of(work, here, need, notice, times)
    asked = queries.asked_by(work, need)
    rules = document(item_of(need.item_code, work.today), asked)
    facts = protocol.NoticeFacts(
        document_digest=notice.digest,
        owner_code=asked.owner_code,
        eligibility_digest=protocol.digest(rules),
        previous=_set_series(work, need, draw),
    )
    entry = protocol.notice(draw, facts, work.now)
    if faults := protocol.notice_faults(entry):
        raise TimetableRefusedError("；".join(faults))
    draw.draw_hash = entry.draw_id.hex()
    work.session.add(draw)
    work.session.flush()
    write(work, draw, entry)
    keep_file(work, draw, ELIGIBILITY_FILE, rules)
    return draw


def _draw_of(
    work: UnitOfWork, here: Installation, need: Need, notice: Notice, times: Timetable
) -> Draw:
    mode = DrawMode(need.mode)
    draw = Draw(
        need_id=need.id,
        notice_id=notice.id,
        attempt=need.attempt,
        mode=mode,
        places=PLACES,
        alternates=need.alternates,
        state=DrawState.OPEN,
        enrol_open_at=times.enrol_open_at,
        enrol_close_at=times.enrol_close_at,
        freeze_by_at=times.freeze_by_at,
        reveal_by_at=times.reveal_by_at,
        phi_at=times.phi_at,
        result_by_at=times.result_by_at,
        next_check_at=times.enrol_close_at,
    )
    match mode:
        case DrawMode.A:
            draw.phi_round = protocol.phi_round(times.phi_at)
        case DrawMode.D1:
            draw.platform_key = protocol.platform_key(here.keys.vrf_secret)
        case DrawMode.D2:
            draw.platform_key = protocol.platform_key(here.keys.vrf_secret)
            _set_supervisor(work, draw)
    return draw


def _set_supervisor(work: UnitOfWork, draw: Draw) -> None:
    key = queries.latest_supervisor_key(work)
    if key is None:
        raise NoSupervisorKeyError
    draw.supervisor_key = key.public_key
    draw.supervisor_org_id = key.organisation_id


def _set_series(work: UnitOfWork, need: Need, draw: Draw) -> str | None:
    """Name the draw's series and its attempt in it; return the id of the attempt before.

    The protocol chains an attempt to the calling-off of the one before. A draw that came to a
    result is never called off: if all its places fell vacant, the next notice begins a series
    of its own, whose name says that it is not the need's first.
    """
    earlier = queries.draw_of_need(work, need.id)
    draw.series, draw.series_attempt = need.number, 1
    if earlier is None:
        return None
    if earlier.state is DrawState.VOID:
        draw.series, draw.series_attempt = earlier.series, earlier.series_attempt + 1
        return earlier.draw_hash
    draw.series = f"{need.number}/{draw.attempt}"
    return None


def withdraw_need(work: UnitOfWork, need: Need, reason: str) -> None:
    """Take back a published need of one's own before enrolment closes; the draw is void.

    Raises:
        DrawUnstoppableError: From the close on, nobody can stop the draw.
        NoReasonError: The reason is missing.
    """
    draw = queries.draw_of_need(work, need.id)
    if draw is not None:
        draw = queries.locked(work, draw.id)
        if draw.state is not DrawState.OPEN or work.now >= draw.enrol_close_at:
            raise DrawUnstoppableError(draw.enrol_close_at)
    needs.withdraw(work, locked_need(work, need.id), reason)
    if draw is not None:
        owner = organisation(work, need.owner_org_id)
        call_off(work, draw, VoidReason.WITHDRAWN, order=reason.strip(), authority=owner.name[:200])
