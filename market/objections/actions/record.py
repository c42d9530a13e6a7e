"""What every step of an objection shares: the move, its letter, its term, the log entry."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import select

from market import regulations
from market.clock import beijing_day
from market.contracts.queries import is_over
from market.db import UnitOfWork
from market.draws import verification
from market.draws.model import Award, Draw
from market.draws.rules import AlternatesKind
from market.duties import SIDE, numbered
from market.files import StoredFile
from market.installation import Installation
from market.journal import encode
from market.log import NotYetLoggedError
from market.objections import hearing, timing
from market.objections.errors import TooShortError
from market.objections.journal import ResultObjectionMoved
from market.objections.messages import tell_sides
from market.objections.model import AwardObjection, ObjectionHearing, ObjectionStep
from market.objections.rules import (
    OF_THE_RESULT,
    OFFICIAL,
    Ground,
    ObjectionMove,
    ObjectionState,
    Outcome,
    advance,
    outcomes_of,
)
from market.reasons import long_enough
from market.regulations import Regulation
from market.salts import salted

SUBJECT: Final = "objections"
SHORTEST: Final = 20
_TERMS: Final = {
    ObjectionState.OPEN: "objection.reply_working_days",
    ObjectionState.ANSWERED: "objection.complain_working_days",
    ObjectionState.COMPLAINED: "objection.accept_working_days",
    ObjectionState.EXAMINING: "objection.decide_working_days",
}
_WITHIN: Final = frozenset({ObjectionMove.SEND_BACK, ObjectionMove.TAKE_BACK})
OVER: Final = frozenset(
    {
        ObjectionState.SETTLED,
        ObjectionState.WITHDRAWN,
        ObjectionState.DISMISSED,
        ObjectionState.UPHELD,
        ObjectionState.MOOT,
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement: at which hearing, and what was handed in with it."""

    hearing: ObjectionHearing
    file: StoredFile | None = None


def require(text: str, field: str) -> str:
    """Return the text of a letter.

    Raises:
        TooShortError: It says nothing.
    """
    return require_words(text, field, SHORTEST)


def require_words(text: str, field: str, least: int) -> str:
    """Return what was written, without blanks around it.

    Raises:
        TooShortError: It says nothing.
    """
    return long_enough(text, least, partial(TooShortError, field, least))


def rules_of(one: AwardObjection) -> Regulation:
    """Return the rules under which an objection was raised; a later one never reaches back."""
    return regulations.current().by_id(one.regulation_id)


def move(
    work: UnitOfWork,
    one: AwardObjection,
    deed: ObjectionMove,
    text: str,
    *,
    outcome: Outcome | None = None,
    is_public: bool = False,
    said: Said | None = None,
) -> None:
    """Move an objection, keep what was written, set the next term, and say so."""
    was_due_at, was = one.due_at, one.state
    one.state = advance(one.state, deed)
    _turn(work, one, deed, outcome)
    work.session.add(
        ObjectionStep(
            objection_id=one.id,
            move=deed,
            state=one.state,
            outcome=outcome,
            is_public=is_public,
            text=text,
            hearing_id=said.hearing.id if said else None,
            file_id=said.file.id if said and said.file else None,
            due_at=was_due_at,
            at=work.now,
            by_id=work.actor.user_id,
        )
    )
    if was is ObjectionState.OPEN:
        timing.end(work, one)
    if was is ObjectionState.PROPOSED and one.state is not was:
        hearing.close(work, one)
    say(work, one, text, outcome, deed)
    tell_sides(work, one)


def _turn(
    work: UnitOfWork, one: AwardObjection, deed: ObjectionMove, outcome: Outcome | None
) -> None:
    """Say whose turn it is after a move, and until when; a hearing does not change that."""
    if one.state in OVER:
        one.due_at, one.closed_at, one.outcome = None, work.now, outcome
    elif deed is ObjectionMove.STATE:
        return
    elif deed is ObjectionMove.RETRACT:  # The operator has no more time than it had.
        days = rules_of(one).integer(_TERMS[one.state])
        one.due_at = one.count_term(beijing_day(one.raised_at), days)
    elif one.state is ObjectionState.PROPOSED:
        one.proposed = outcome
        one.proposed_by_id = work.user_id
        if deed is ObjectionMove.FIND_RIGHT:
            set_term(work, one, "objection.decide_working_days")
    elif deed not in _WITHIN:  # What goes back within an authority stays late.
        set_term(work, one, _TERMS[one.state])


def set_term(work: UnitOfWork, one: AwardObjection, key: str) -> None:
    """Say by when the next step is due."""
    one.due_at = one.count_term(work.today, rules_of(one).integer(key))


def say(
    work: UnitOfWork,
    one: AwardObjection,
    text: str,
    outcome: Outcome | None,
    deed: ObjectionMove | None = None,
) -> None:
    """Tell the public log where an objection stands; what is only proposed is not said."""
    award = work.session.get_one(Award, one.award_id)
    work.session.flush()
    is_decided = one.state in OVER
    entry = ResultObjectionMoved(
        objection=one.number,
        award=award.number,
        party=one.party,
        ground=one.ground,
        more_grounds=one.more,
        freezes=one.freezes,
        state=one.state,
        outcome=outcome if is_decided else None,
        fact=one.fact if is_decided else None,
        regulation=one.regulation_id,
        text_digest=salted(work, one.number, text),
    )
    work.submit(encode(entry, by=_by(work, one, deed), at=work.now))


def _by(work: UnitOfWork, one: AwardObjection, deed: ObjectionMove | None) -> str:
    """Return who acts, as the log may say it: officials can be told apart, the sides cannot."""
    if deed not in OFFICIAL:
        return SIDE
    earlier = select(ObjectionStep.by_id).where(
        ObjectionStep.objection_id == one.id, ObjectionStep.move.in_(OFFICIAL)
    )
    people = work.session.scalars(earlier.order_by(ObjectionStep.id)).all()
    return numbered(people, work.actor.user_id)


def verify(work: UnitOfWork, here: Installation, one: AwardObjection, award: Award) -> None:
    """Run the published verifier where the result itself is doubted, and keep what it found."""
    if OF_THE_RESULT.isdisjoint(one.grounds):
        return
    found = verdict(work, here, award)
    if found is not None:
        one.verified = found
        one.verified_size = verification.log_size(work, here)


def verdict(work: UnitOfWork, here: Installation, award: Award) -> bool | None:
    """Return whether the draw of an award verifies; None where nothing can be verified yet."""
    if award.draw_id is None:
        return None
    try:
        report = verification.report_of(work, here, work.session.get_one(Draw, award.draw_id))
    except NotYetLoggedError:
        return None
    return None if report is None else all(check.ok for check in report.checks)


def outcomes_for(
    work: UnitOfWork, one: AwardObjection, ground: Ground | None = None
) -> tuple[Outcome, ...]:
    """Return what may be proposed or decided now, on one ground or on any that it names."""
    award = work.session.get_one(Award, one.award_id)
    draw = work.session.get(Draw, award.draw_id) if award.draw_id is not None else None
    is_ordered = draw is not None and draw.alternates_kind is AlternatesKind.ORDERED
    found = {
        outcome
        for each in ((ground,) if ground else one.grounds)
        for outcome in outcomes_of(
            each,
            is_ordered=is_ordered,
            verifies=one.verified,
            is_over=is_over(work, award.id),
        )
    }
    return tuple(outcome for outcome in Outcome if outcome in found)
