"""A verified past project put in doubt: the firm is heard, another person decides."""

from sqlalchemy.exc import IntegrityError

from market import rulebook
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import ConflictError, msgid
from market.firms import queries, queries_past_projects
from market.firms.actions.past_projects import revoke_past_project
from market.firms.doubts import (
    DoubtHeardError,
    DoubtMove,
    DoubtOpenError,
    DoubtState,
    NotVerifiedError,
    StatedBeforeError,
    StatedLateError,
    advance,
    may_be_decided,
    words_of,
)
from market.firms.journal import PastProjectDoubted
from market.firms.model_past_projects import PastProject, PastProjectDoubt
from market.firms.past_projects import ProjectState
from market.numbers import next_number
from market.salts import salted

__all__ = ["decide_doubt", "open_doubt", "state_on_doubt"]


def open_doubt(work: UnitOfWork, row: PastProject, facts: str) -> PastProjectDoubt:
    """Put to a firm why a verified past project seems wrong; its time to speak begins.

    Until it is decided the project stays verified, and counts.

    Raises:
        NotVerifiedError: Nobody has verified the project.
        DoubtOpenError: It is in doubt already.
        DoubtWordsError: The facts are missing.
        UnknownYearError: The calendar does not know when the term ends.
    """
    if row.state is not ProjectState.VERIFIED:
        raise NotVerifiedError
    if before := queries_past_projects.open_doubt_of(work, row):
        raise DoubtOpenError(before.number)
    words = words_of(facts, "facts")
    rules = rulebook.apply(work, queries_past_projects.SUBJECT)
    doubt = PastProjectDoubt(
        number=next_number(work, "FH"),
        project_id=row.id,
        facts=words,
        state=DoubtState.HEARING,
        regulation_id=rules.id,
        opened_by_id=work.user_id,
        opened_at=work.now,
    )
    doubt.state_by_at = doubt.count_term(work.today, rules.integer("doubt.hearing_working_days"))
    work.session.add(doubt)
    try:
        work.session.flush()
    except IntegrityError:
        raise ConflictError from None
    _record(work, doubt, row, words)
    return doubt


def state_on_doubt(work: UnitOfWork, doubt: PastProjectDoubt, text: str) -> None:
    """Hear the firm whose project is in doubt.

    Raises:
        DoubtMovedError: It was decided.
        StatedBeforeError: The firm was heard before.
        StatedLateError: The time is over.
        DoubtWordsError: There is no text.
    """
    doubt.state = advance(doubt.state, DoubtMove.STATE)
    if doubt.stated_at is not None:
        raise StatedBeforeError
    if work.now >= doubt.state_by_at:
        raise StatedLateError
    doubt.statement = words_of(text, "statement")
    doubt.stated_at, doubt.stated_by_id = work.now, work.user_id
    row = work.session.get_one(PastProject, doubt.project_id)
    _record(work, doubt, row, doubt.statement)


def decide_doubt(work: UnitOfWork, doubt: PastProjectDoubt, *, uphold: bool, reasons: str) -> None:
    """Decide a doubt: never by whoever opened it, and not before the firm was or could be heard.

    Upheld, the project is no longer verified, and the firm reads the reasons beside it.

    Raises:
        DoubtMovedError: It was decided before.
        SeparationOfDutiesError: The decider opened it.
        DoubtHeardError: The firm has not spoken and its time is not over.
        DoubtWordsError: There are no reasons.
    """
    new = advance(doubt.state, DoubtMove.UPHOLD if uphold else DoubtMove.DROP)
    require_another(work, doubt.opened_by_id, first=msgid("提出复核的人"), second=msgid("决定人"))
    stated = doubt.stated_at is not None
    if not may_be_decided(stated=stated, state_by_at=doubt.state_by_at, now=work.now):
        raise DoubtHeardError(doubt.state_by_at)
    words = words_of(reasons, "decision")
    row = queries_past_projects.to_decide(work, doubt.project_id)
    doubt.state, doubt.decision = new, words
    doubt.decided_at, doubt.decided_by_id = work.now, work.user_id
    if uphold:
        revoke_past_project(work, row, words)
    _record(work, doubt, row, words)


def _record(work: UnitOfWork, doubt: PastProjectDoubt, row: PastProject, text: str) -> None:
    work.session.flush()
    work.record(
        PastProjectDoubted(
            doubt=doubt.number,
            firm=queries.firm_by_id(work, row.firm_id).code,
            project=row.reference,
            state=doubt.state,
            state_by_at=doubt.state_by_at,
            text_digest=salted(work, doubt.number, text),
            regulation=doubt.regulation_id,
        )
    )
