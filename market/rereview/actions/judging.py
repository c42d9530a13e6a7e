"""Handing in a sheet, sealed in the log; what time and authorities do with a re-review."""

import secrets
from typing import Final

from sqlalchemy.exc import IntegrityError

from market.db import UnitOfWork
from market.draws.rules import DrawState
from market.errors import ConflictError, MissingError
from market.journal import encode
from market.panels import own
from market.panels import queries as panels
from market.panels.actions.seats import require_fit
from market.panels.model import Panel, Seat
from market.reasons import long_enough
from market.rereview import queries
from market.rereview.actions import ending
from market.rereview.errors import (
    OpinionShortError,
    OwnOpinionError,
    SheetClosedError,
    SheetInAlreadyError,
    SheetNotSureError,
    UnheardError,
)
from market.rereview.journal import RereviewSealed
from market.rereview.model import Rereview, RereviewSheet
from market.rereview.rules import (
    OVERDUE_AFTER,
    Failure,
    RereviewMove,
    RereviewState,
    Sheet,
    advance,
    check_sheet,
    document,
    outcome,
    overdue_at,
)
from market.scoring.rules import SALT_DIGITS, commitment
from market.sweeping import Due, last_of

BY_EXPERT: Final = "expert"


def seated(work: UnitOfWork, row: Rereview) -> tuple[Panel, Seat]:
    """Return the panel and the seat that the signed-in expert has accepted.

    Raises:
        MissingError: The actor does not sit on it.
        NewAccountError: Others could have come by the expert's account since the notice.
    """
    panel = queries.panel_of(work, row)
    seat = own.seat_of_actor(work, panel) if panel else None
    if panel is None or seat is None:
        raise MissingError
    return panel, seat


def hand_in_sheet(work: UnitOfWork, row: Rereview, sheet: Sheet, *, sure: bool) -> RereviewSheet:
    """Take the sheet of the signed-in expert, for good; the log gets its commitment.

    Raises:
        MissingError: The actor does not sit on the panel.
        SheetClosedError, SheetInAlreadyError: It is not the time.
        UnfoundError, ShortWordsError: It does not judge every point with clause and reason.
        SheetNotSureError: The expert did not confirm.
        UnfitError: The expert is not of the pool any more, or tied to somebody who takes part.
    """
    row = queries.locked(work, row.id)
    panel, seat = seated(work, row)
    panel = panels.locked(work, panel.id)
    if queries.sheet_of(work, seat) is not None:
        raise SheetInAlreadyError
    if row.state is not RereviewState.REVIEWING or row.due_at is None or work.now >= row.due_at:
        raise SheetClosedError
    numbers = [point.number for point in queries.points_of(work, row)]
    check_sheet(sheet, numbers, queries.rules_of(row).integer("rereview.reason_shortest"))
    if not sure:
        raise SheetNotSureError
    require_fit(work, panel, seat)
    marks = {number: sheet[number] for number in numbers}
    data = document(rereview=row.number, panel=panel.number, expert=seat.expert_code, sheet=marks)
    salt = secrets.token_hex(SALT_DIGITS // 2)
    entry = RereviewSealed(
        rereview=row.number,
        panel=panel.number,
        expert=seat.expert_code,
        commitment=commitment(data, salt),
    )
    found = RereviewSheet(
        rereview_id=row.id,
        seat_id=seat.id,
        document=data,
        salt=salt,
        commitment=entry.commitment,
        submission_id=work.submit(encode(entry, by=BY_EXPERT, at=work.now)),
        handed_in_at=work.now,
        handed_in_by_id=work.user_id,
    )
    work.session.add(found)
    try:
        work.session.flush()
    except IntegrityError:
        raise ConflictError from None
    if is_all_in(work, panel):
        # The sheets are opened once the last of them has its index in the log.
        row.next_check_at = work.now
    return found


def is_all_in(work: UnitOfWork, panel: Panel) -> bool:
    """Whether every seat is taken and every expert has handed in."""
    rows = queries.sheets_of(work, panel)
    return len(rows) == panel.seats and all(sheet is not None for _, sheet in rows)


def time_has_come(work: UnitOfWork, due: Due) -> int:
    """Do what is due for a re-review: decide, fail, let lapse, tell who is late."""
    row = queries.locked(work, last_of(due))
    if row.next_check_at is None or row.next_check_at > work.now:
        return 0
    match row.state:
        case RereviewState.DRAWING:
            _look_at_panel(work, row)
        case RereviewState.REVIEWING:
            _look_at_sheets(work, row)
        case RereviewState.FAILED:
            ending.lapse(work, row)
        case RereviewState.REFERRED:
            row.overdue, row.next_check_at = True, None
        case _:
            row.next_check_at = None
    return 1


def _look_at_panel(work: UnitOfWork, row: Rereview) -> None:
    """Fail without a panel; a value that does not come is overdue a day after its time.

    It is drawn however late: who does not bring it gets no other panel by that (docs/adr/0074).
    """
    panel = queries.panel_of(work, row)
    if panel is None or panels.is_failed(work, panel):
        ending.fail(work, row, Failure.NO_PANEL)
        return
    is_waiting = panel.state is not DrawState.DRAWN
    row.overdue = is_waiting and work.now >= overdue_at(panel.result_by_at)
    next_at = overdue_at(panel.result_by_at if is_waiting else panel.call_from_at)
    row.next_check_at = next_at if next_at > work.now else work.now + OVERDUE_AFTER


def _look_at_sheets(work: UnitOfWork, row: Rereview) -> None:
    panel = queries.panel_of(work, row)
    if panel is None:
        raise MissingError
    is_over = row.due_at is not None and work.now >= row.due_at
    if is_all_in(work, panel) or is_over:
        move = _found(work, row, panel)
        if move is None:
            ending.fail(work, row, Failure.SHEETS_MISSING)
        else:
            ending.decide(work, row, move)
    elif panels.is_failed(work, panel):
        ending.fail(work, row, Failure.NO_PANEL)
    else:
        row.next_check_at = row.due_at


def _found(work: UnitOfWork, row: Rereview, panel: Panel) -> RereviewMove | None:
    sheets = [
        queries.opened(work, row, panel, seat, sheet)
        for seat, sheet in queries.sheets_of(work, panel)
        if sheet is not None
    ]
    numbers = [point.number for point in queries.points_of(work, row)]
    return outcome(sheets, numbers, points=row.points, seats=panel.seats)


def decide_as_authority(work: UnitOfWork, row: Rereview, *, overturn: bool, opinion: str) -> None:
    """Let an authority decide what the experts could not.

    Raises:
        OwnOpinionError: The disputed opinion is its own.
        UnheardError: The other side may still speak, or compare the copy.
        OpinionShortError: It does not say why.
        IllegalRereviewMoveError: It was decided, or never came to an authority.
    """
    row = queries.locked(work, row.id)
    if row.reviewer_org_id == work.org_id:
        raise OwnOpinionError
    move = RereviewMove.OVERTURN if overturn else RereviewMove.UPHOLD
    if row.state is not RereviewState.REFERRED:
        advance(RereviewState.DRAWING, move)  # Only experts decide while it is with them.
    until_at = queries.unheard_until(work, row)
    if until_at is not None:
        raise UnheardError(until_at)
    least = queries.rules_of(row).integer("rereview.reason_shortest")
    row.opinion = long_enough(opinion, least, lambda: OpinionShortError(least))
    ending.decide(work, row, move)
