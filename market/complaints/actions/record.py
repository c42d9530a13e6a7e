"""What every step of a complaint shares: the move, what was written, its term, the log entry."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import select

from market import regulations
from market.complaints import timing
from market.complaints.errors import TooShortError
from market.complaints.journal import ComplaintMoved
from market.complaints.model import Complaint, ComplaintStep
from market.complaints.rules import (
    DECIDED,
    NOT_OVER,
    OFFICIAL,
    AbuseState,
    ComplaintMove,
    advance,
)
from market.complaints.terms import Step, days_for
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.queries import award_at
from market.duties import SIDE, numbered
from market.files import StoredFile
from market.journal import encode
from market.reasons import long_enough
from market.regulations import Regulation

SUBJECT: Final = "complaints"
SHORTEST: Final = 20
BRIEF: Final = 5


def require(text: str, field: str, least: int = SHORTEST) -> str:
    """Return what was written, without blanks around it.

    Raises:
        TooShortError: It says nothing.
    """
    return long_enough(text, least, partial(TooShortError, field, least))


def rules_of(one: Complaint) -> Regulation:
    """Return the rules under which a complaint was received; a later one never reaches back."""
    return regulations.current().by_id(one.regulation_id)


def locked(work: UnitOfWork, one: Complaint) -> tuple[Award | None, Complaint]:
    """Lock the award before the complaint, as whoever objects to it does."""
    award = award_at(work, one.award_id) if one.award_id is not None else None
    again = work.session.scalars(
        select(Complaint)
        .where(Complaint.id == one.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return award, again


def move(
    work: UnitOfWork,
    one: Complaint,
    deed: ComplaintMove,
    text: str,
    *,
    by_complainant: bool = False,
    stored: StoredFile | None = None,
) -> None:
    """Move a complaint, keep what was written and whether it was in time, and say so."""
    one.state = advance(one.state, deed)
    write(work, one, deed, text, by_complainant=by_complainant, stored=stored)
    if one.state not in NOT_OVER:
        one.due_at, one.next_check_at, one.closed_at = None, None, work.now
        one.forget_term()
    say(work, one, deed)


def write(
    work: UnitOfWork,
    one: Complaint,
    deed: ComplaintMove | None,
    text: str,
    *,
    by_complainant: bool = False,
    abuse: AbuseState | None = None,
    stored: StoredFile | None = None,
) -> None:
    """Keep one step; of what the complainant does it is not said who it was."""
    one.was_late = one.was_late or (one.due_at is not None and work.now >= one.due_at)
    work.session.add(
        ComplaintStep(
            complaint_id=one.id,
            move=deed,
            state=one.state,
            abuse=abuse,
            text=text,
            file_id=stored.id if stored is not None else None,
            due_at=one.due_at,
            at=work.now,
            by_id=None if by_complainant else work.actor.user_id,
            by_org_id=None if by_complainant else work.actor.org_id,
        )
    )


def set_term(work: UnitOfWork, one: Complaint, step: Step, since: datetime | None = None) -> None:
    """Say by when the next step is due, and let time look at it then."""
    day = (replace(work, now=since) if since else work).today
    days = days_for(one, step, rules_of(one))
    one.due_at = one.next_check_at = one.count_term(day, days)


def say(work: UnitOfWork, one: Complaint, deed: ComplaintMove | None = None) -> None:
    """Tell the public log where a complaint stands; what is only proposed is not said."""
    award = work.session.get(Award, one.award_id) if one.freezes and one.award_id else None
    work.session.flush()
    entry = ComplaintMoved(
        complaint=one.number,
        award=award.number if award is not None else "",
        state=one.state,
        remedy=one.remedy if one.state in DECIDED else None,
        regulation=one.regulation_id,
    )
    work.submit(encode(entry, by=_by(work, one, deed), at=work.now))


def _by(work: UnitOfWork, one: Complaint, deed: ComplaintMove | None) -> str:
    """Return who acts, as the log may say it: officials can be told apart, the sides cannot."""
    if deed not in OFFICIAL:
        return SIDE
    earlier = select(ComplaintStep.by_id).where(
        ComplaintStep.complaint_id == one.id, ComplaintStep.move.in_(OFFICIAL)
    )
    people = work.session.scalars(earlier.order_by(ComplaintStep.id)).all()
    return numbered(people, work.actor.user_id)


def close_clocks(work: UnitOfWork, one: Complaint) -> None:
    """Stop every clock of a complaint that is over."""
    timing.end_acceptance(work, one)
    for step in ("decide", "reply", "hear"):
        timing.end(work, one, step)
