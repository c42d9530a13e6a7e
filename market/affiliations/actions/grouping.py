"""Cases about whether firms stand under one controller: put to them, heard, decided, undone."""

from collections.abc import Sequence
from datetime import timedelta

from market import rulebook
from market.affiliations import letters, queries
from market.affiliations.actions.letters import require
from market.affiliations.errors import (
    AlreadyStatedError,
    InCaseError,
    StatementLateError,
    StillHeardError,
    TooFewFirmsError,
)
from market.affiliations.journal import GroupMoved
from market.affiliations.model import GroupFirm, Grouping
from market.affiliations.profiles import SUBJECT
from market.affiliations.rules import Ground, GroupMove, GroupState, advance, may_be_decided
from market.clock import beijing
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import msgid
from market.firms import queries as firms
from market.firms.model import Firm
from market.numbers import next_number
from market.salts import salted

ONE_DAY = timedelta(days=1)


def open_case(work: UnitOfWork, chosen: Sequence[Firm], ground: Ground, facts: str) -> Grouping:
    """Put to firms that they seem to stand under one controller; their time to speak begins.

    Each gets a letter with the facts and its term.

    Raises:
        TooFewFirmsError: There are not two.
        InCaseError: A case that is not over holds them all.
        ReasonsTooShortError, IdentityError: The facts are missing, or name a person by number.
        UnknownYearError: The calendar does not know when the term ends.
    """
    ids = sorted({firm.id for firm in chosen})
    if len(ids) < 2:  # noqa: PLR2004 - a group needs two
        raise TooFewFirmsError
    words = require(facts, "facts")
    for firm_id in ids:
        firms.locked(work, firm_id)  # Two clerks must not open one case twice.
    if number := queries.holding(work, ids):
        raise InCaseError(number)
    rules = rulebook.apply(work, SUBJECT)
    group = Grouping(
        number=next_number(work, "GL"),
        ground=ground,
        facts=words,
        state=GroupState.HEARING,
        regulation_id=rules.id,
        opened_by_id=work.user_id,
        opened_at=work.now,
    )
    group.state_by_at = group.count_term(work.today, rules.integer("hearing.working_days"))
    work.session.add(group)
    work.session.flush()
    work.session.add_all(GroupFirm(group_id=group.id, firm_id=firm_id) for firm_id in ids)
    work.session.flush()
    record_group(work, group, words)
    letters.tell_opened(work, group)
    return group


def state(work: UnitOfWork, group: Grouping, firm: Firm, text: str) -> None:
    """Hear a firm of a case.

    Raises:
        IllegalGroupMoveError: The case was decided.
        StatementLateError: The time is over.
        AlreadyStatedError: It was heard before.
        ReasonsTooShortError: There is no text.
    """
    group = queries.locked_group(work, group.id)
    group.state = advance(group.state, GroupMove.STATE)
    if work.now >= group.state_by_at:
        raise StatementLateError
    member = queries.member(work, group, firm)
    if member.stated_at is not None:
        raise AlreadyStatedError
    words = require(text, "statement")
    member.statement = words
    member.stated_at = work.now


def decide(work: UnitOfWork, group: Grouping, *, confirm: bool, text: str) -> None:
    """Decide a case: never by whoever opened it, and not before the firms were or could be heard.

    A confirmed group is in force from the next Beijing midnight; each firm gets a letter that says
    so and how to object.

    Raises:
        IllegalGroupMoveError: It was decided before.
        SeparationOfDutiesError: The decider opened the case.
        StillHeardError: A firm has not spoken and its time is not over.
        ReasonsTooShortError, IdentityError: There are no reasons, or they name a person by number.
    """
    group = queries.locked_group(work, group.id)
    new = advance(group.state, GroupMove.CONFIRM if confirm else GroupMove.REJECT)
    require_another(work, group.opened_by_id, first=msgid("立案人"), second=msgid("决定人"))
    stated = [member.stated_at is not None for member, _ in queries.firms_of(work, group)]
    if not may_be_decided(stated=stated, state_by_at=group.state_by_at, now=work.now):
        raise StillHeardError(group.state_by_at)
    words = require(text, "decision")
    group.state = new
    group.decision = words
    group.decided_by_id = work.user_id
    group.decided_at = work.now
    if confirm:
        group.effective_at = beijing(work.today + ONE_DAY)
    record_group(work, group, words)
    letters.tell_decided(work, group)


def undo(work: UnitOfWork, group: Grouping, why: str) -> None:
    """End a group at once: its firms have a ticket each again."""
    group.state = advance(group.state, GroupMove.UNDO)
    group.ended_at = work.now
    record_group(work, group, why)
    letters.tell_undone(work, group, why)


def record_group(work: UnitOfWork, group: Grouping, text: str) -> None:
    """Tell the log how a case moved."""
    named = group.state in {GroupState.CONFIRMED, GroupState.UNDONE}
    work.record(
        GroupMoved(
            group=group.number,
            state=group.state,
            firms=tuple(firm.code for _, firm in queries.firms_of(work, group)) if named else (),
            ground=group.ground,
            regulation=group.regulation_id,
            text_digest=salted(work, group.number, text),
            effective_at=group.effective_at,
        )
    )
