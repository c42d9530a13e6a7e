"""How a re-review ends: its effect on the round and on the clock, and what is published."""

import hashlib
from datetime import datetime
from typing import Final

from market.calendar import provisional_calendar
from market.clocks.rules import ClockSuspendedError
from market.contracts.actions.restoring import restore
from market.contracts.examining.queries import current
from market.contracts.examining.record import open_dispute
from market.contracts.model import Contract, Deliverable, Review
from market.db import UnitOfWork
from market.draws import queries as draws
from market.draws.rules import DrawState
from market.experts.actions.serving import record_sitting
from market.experts.rules import SittingOutcome
from market.messages.actions import tell
from market.messages.kinds import Kind
from market.panels import queries as panels
from market.panels.actions.record import open_key
from market.panels.model import Panel, Seat
from market.panels.rules import SeatState
from market.rereview import queries, results
from market.rereview.actions import accounts
from market.rereview.disputable import is_suspended, may_dispute, of_review, other_side, was_seen
from market.rereview.errors import ReferLateError
from market.rereview.journal import RereviewEnded
from market.rereview.messages import DECIDED, FAILED, HEARING, OVER, REFER_AGAIN, YOURS
from market.rereview.model import Rereview, RereviewResult
from market.rereview.record import say_moved, step, tell_log
from market.rereview.rules import (
    CONCLUDED,
    Failure,
    Finding,
    RereviewMove,
    RereviewState,
    canonical,
)

FORMAT: Final = "zjcs/rereview/v1"
_M = RereviewMove
_SAT: Final = {SeatState.DECLINED: SittingOutcome.DECLINED, SeatState.LAPSED: SittingOutcome.SILENT}


def decide(work: UnitOfWork, row: Rereview, move: RereviewMove) -> None:
    """Overturn a return, or let it stand; the contract, the sheets and the key become public.

    Overturned, the round stands as it was handed in and counts as no return, and the firm's time
    since is the reviewers'. Upheld, time passes on the firm's account again; what was judged in
    stays the reviewers', unless the side that asked lost before and was wrong in every point.
    """
    contract = queries.contract_of(work, row)
    costs_asker = accounts.costs_asker(work, row, move)
    step(work, row, move)
    if move is _M.OVERTURN:
        review = work.session.get_one(Review, row.review_id)
        owner = row.reviewer_org_id
        restore(work, contract, review, reviewer_org_id=owner, number=row.number)
    else:
        accounts.uphold(work, row, contract, is_paid=costs_asker)
    publish(work, row, costs_asker=costs_asker)
    _tell_sides(work, row, contract)


def fail(work: UnitOfWork, row: Rereview, why: Failure) -> None:
    """Say that the experts came to no conclusion; the authority may be asked.

    The time since the request was neither side's: it is moved to the third parties' account. The
    other side, which an authority must hear, may speak from now on.
    """
    contract = queries.contract_of(work, row)
    row.failure = why
    step(work, row, _M.FAIL, due_at=queries.term(work, row, "rereview.refer_working_days"))
    accounts.fail(work, row, contract)
    for org_id in _referrers(row, contract):
        tell(
            work,
            FAILED,
            org_id=org_id,
            path=f"/rereviews/{row.number}",
            once=f"rereview:{row.number}:failed:{org_id}",
            number=contract.number,
            rereview=row.number,
            due_at=row.due_at,
        )
    _hear(work, row, contract)


def _hear(work: UnitOfWork, row: Rereview, contract: Contract) -> None:
    """Give the other side, if it said nothing yet, its whole time to speak to an authority."""
    if row.commented_at is None:
        row.comment_by_at = _comment_term(work, row)
    until_at = queries.unheard_until(work, row)
    if until_at is None:
        return
    tell(
        work,
        HEARING,
        org_id=other_side(contract, row.asked_by_org_id),
        path=f"/rereviews/{row.number}",
        once=f"rereview:{row.number}:hearing:{row.state}",
        number=contract.number,
        rereview=row.number,
        due_at=until_at,
    )


def _comment_term(work: UnitOfWork, row: Rereview) -> datetime:
    """Return when the other side's time to speak ends that begins today.

    The row remembers another term that runs beside it; this one is counted again from the day of
    the stage (``market.rereview.recounting``).
    """
    days = queries.rules_of(row).integer("rereview.comment_working_days")
    return provisional_calendar().due_at(work.today, days)


def withdraw(work: UnitOfWork, row: Rereview) -> None:
    """Take a dispute back: the time since is that of whoever asked, who disputes it no more.

    Where the value that draws the experts was overdue, the time is nobody's of the two, also once
    it came, and an authority that let it lie keeps its own (docs/adr/0117). The other side, if it
    may, has its own time to dispute again.

    Raises:
        IllegalRereviewMoveError: It is decided.
    """
    was, was_late = row.state, accounts.is_late(work, row)
    step(work, row, _M.WITHDRAW)
    contract = queries.contract_of(work, row)
    accounts.withdraw(work, row, contract, was, was_late=was_late)
    publish(work, row)
    _tell_over(work, row, contract)
    _leave_to_the_other(work, row, contract)


def refuse(work: UnitOfWork, row: Rereview) -> None:
    """End a dispute whose copy was not what had been handed in, as if it had been taken back."""
    contract, was = queries.contract_of(work, row), row.state
    step(work, row, _M.REFUSE)
    accounts.refuse(work, row, contract, was)
    publish(work, row)
    _tell_sides(work, row, contract)
    _leave_to_the_other(work, row, contract)


def _leave_to_the_other(work: UnitOfWork, row: Rereview, contract: Contract) -> None:
    """Let the other side dispute what nobody looked at, if it may and did not do so before."""
    other = other_side(contract, row.asked_by_org_id)
    review = work.session.get_one(Review, row.review_id)
    asked = {one.asked_by_org_id for one in of_review(work, review)}
    if not may_dispute(contract, row.reviewer_org_id, other) or other in asked:
        return
    exam = current(work, contract)
    open_dispute(work, exam)
    tell(
        work,
        YOURS,
        org_id=other,
        path=f"/rereviews/of/{contract.id}/ask",
        once=f"rereview:{row.number}:yours:{other}",
        number=contract.number,
        rereview=row.number,
        due_at=exam.dispute_by_at,
    )


def close(work: UnitOfWork, contract: Contract) -> None:
    """End a re-review with its contract, before anybody decided."""
    row = queries.open_of(work, contract)
    if row is None:
        return
    row = queries.locked(work, row.id)
    step(work, row, _M.CLOSE)
    publish(work, row)


def lapse(work: UnitOfWork, row: Rereview) -> None:
    """Let the return stand: nobody went on to the authority in time.

    While the clock is suspended nobody can: the term stands still until it runs again.
    """
    if is_suspended(work, queries.contract_of(work, row)):
        row.next_check_at = None
        return
    contract = queries.contract_of(work, row)
    step(work, row, _M.LAPSE)
    publish(work, row)
    _tell_over(work, row, contract)
    if not was_seen(row):
        _leave_to_the_other(work, row, contract)


def overtake(work: UnitOfWork, row: Rereview) -> None:
    """Let the return stand: another round is handed in before anybody went on to the authority."""
    step(work, row, _M.LAPSE)
    publish(work, row)
    _tell_over(work, row, queries.contract_of(work, row))


def refer_again(work: UnitOfWork, row: Rereview) -> None:
    """Give the whole time to go on to the authority again: everything had stood still."""
    row.due_at = queries.term(work, row, "rereview.refer_working_days")
    row.next_check_at = row.due_at
    say_moved(work, row)
    contract = queries.contract_of(work, row)
    for org_id in _referrers(row, contract):
        tell(
            work,
            REFER_AGAIN,
            org_id=org_id,
            path=f"/rereviews/{row.number}",
            once=f"rereview:{row.number}:again:{row.due_at:%Y%m%d}:{org_id}",
            number=contract.number,
            rereview=row.number,
            due_at=row.due_at,
        )


def _referrers(row: Rereview, contract: Contract) -> list[int]:
    """Return who may go on to the authority: whoever asked, and the firm whose work it is."""
    return sorted({row.asked_by_org_id, contract.firm_org_id})


def refer(work: UnitOfWork, row: Rereview) -> None:
    """Ask the authority, since the experts came to no conclusion; time is the reviewers' again.

    Raises:
        IllegalRereviewMoveError: The experts have decided, or are still at it.
        ClockSuspendedError: The clock must run again first; the time to ask is then given again.
        ReferLateError: The time to ask is over.
    """
    contract = queries.contract_of(work, row)
    if row.state is RereviewState.FAILED and row.due_at is not None:
        if is_suspended(work, contract):
            raise ClockSuspendedError
        if work.now >= row.due_at:
            raise ReferLateError(row.due_at)
    step(work, row, _M.REFER, due_at=queries.term(work, row, "rereview.decide_working_days"))
    accounts.refer(work, contract)
    _hear(work, row, contract)


def publish(work: UnitOfWork, row: Rereview, *, costs_asker: bool = False) -> None:
    """Publish what the experts said, by their codes, and whose work it was about."""
    contract = queries.contract_of(work, row)
    panel = queries.panel_of(work, row)
    row.decided_at = work.now
    body = canonical({**_result(work, row, contract, panel), "costs_asker": costs_asker})
    work.session.add(RereviewResult(rereview_id=row.id, body=body, at=work.now))
    tell_log(
        work,
        RereviewEnded(
            rereview=row.number,
            contract=contract.number,
            round=work.session.get_one(Deliverable, row.deliverable_id).round_no,
            salt=row.salt,
            state=row.state,
            document_digest=hashlib.sha256(body).hexdigest(),
        ),
    )
    if panel is None:
        return
    if panel.state in {DrawState.OPEN, DrawState.CLOSED}:
        panel.next_check_at = work.now  # It is called off before its list is frozen.
    if panels.seats_of(work, panel):
        _put_on_record(work, row, contract, panel)
        open_key(work, panel)


def _result(
    work: UnitOfWork, row: Rereview, contract: Contract, panel: Panel | None
) -> dict[str, object]:
    review = work.session.get_one(Review, row.review_id)
    found = [
        (seat, sheet, queries.opened(work, row, panel, seat, sheet))
        for seat, sheet in (queries.sheets_of(work, panel) if panel else [])
        if panel is not None and sheet is not None
    ]
    majorities = results.majorities(work, row, panel) if panel else {}
    points = [
        {
            "point": point.number,
            "returned": point.returned,
            "clause": point.clause,
            "words": point.words,
            "findings": {
                one.value: sum(marks[point.number].finding is one for _, _, marks in found)
                for one in Finding
            },
            "majority": majorities.get(point.number) or "",
        }
        for point in queries.points_of(work, row)
    ]
    members = [
        {
            "expert": seat.expert_code,
            "rank": seat.rank,
            "salt": sheet.salt,
            "commitment": sheet.commitment,
            "sealed_index": draws.index_of(work, sheet.submission_id),
            "document": sheet.document.decode(),
        }
        for seat, sheet, _ in found
    ]
    return {
        "format": FORMAT,
        "rereview": row.number,
        "contract": contract.number,
        "salt": row.salt,
        "state": row.state.value,
        "asked_by": _asked_by(row, contract),
        "comment": row.comment,
        "failure": row.failure.value if row.failure else "",
        "reason": review.reason.value if review.reason else "",
        "points_of_return": row.points,
        "panel": panel.number if panel else "",
        "seats": panel.seats if panel else 0,
        "points": points,
        "members": members,
        "opinion": row.opinion,
    }


def _asked_by(row: Rereview, contract: Contract) -> str:
    return "firm" if row.asked_by_org_id == contract.firm_org_id else "owner"


def _put_on_record(work: UnitOfWork, row: Rereview, contract: Contract, panel: Panel) -> None:
    """Put on record how the part of everybody who was called ended, at fault or not."""
    for seat in panels.seats_of(work, panel):
        outcome = _outcome(work, row, seat)
        if outcome is not None:
            record_sitting(
                work,
                panels.expert_of(work, seat),
                panel=panel.number,
                item_code=queries.item_of(work, row),
                owner_org_id=contract.owner_org_id,
                outcome=outcome,
            )


def _outcome(work: UnitOfWork, row: Rereview, seat: Seat) -> SittingOutcome | None:
    if seat.state in _SAT:
        return _SAT[seat.state]
    if queries.sheet_of(work, seat) is not None:
        return SittingOutcome.SAT
    without_excuse = row.failure is None and row.state in CONCLUDED
    is_due = row.failure is Failure.SHEETS_MISSING or without_excuse
    missed = is_due and seat.state is SeatState.ACCEPTED
    return SittingOutcome.UNSCORED if missed else None


def _tell_over(work: UnitOfWork, row: Rereview, contract: Contract) -> None:
    """Tell both sides, and the authority if its opinion was disputed, that the return stands."""
    _tell_sides(work, row, contract, OVER)


def _tell_sides(work: UnitOfWork, row: Rereview, contract: Contract, kind: Kind = DECIDED) -> None:
    for org_id in sorted({contract.owner_org_id, contract.firm_org_id, row.reviewer_org_id}):
        tell(
            work,
            kind,
            org_id=org_id,
            path=f"/rereviews/{row.number}",
            once=f"rereview:{row.number}:decided:{org_id}",
            number=contract.number,
            rereview=row.number,
            state=row.state,
        )
