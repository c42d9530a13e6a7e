"""Objections of firms: to a group, or to standing aside in one draw; and their answers."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from market import regulations
from market.affiliations import letters, queries
from market.affiliations.actions.grouping import undo
from market.affiliations.actions.letters import require
from market.affiliations.errors import (
    AnsweredError,
    AnswerLateError,
    ObjectionPendingError,
    OldFactsError,
)
from market.affiliations.journal import ObjectionMoved
from market.affiliations.model import AffiliationObjection, Grouping
from market.affiliations.profiles import SUBJECT
from market.affiliations.rules import (
    UNANSWERED,
    GroupMove,
    GroupState,
    ObjectionState,
    advance,
)
from market.affiliations.sanctions.queries import reaching
from market.clock import beijing_day
from market.db import Actor, UnitOfWork
from market.duties import require_another
from market.errors import msgid
from market.firms import queries as firms
from market.firms.model import Firm
from market.numbers import next_number
from market.salts import salted

_NOBODY: Final = Actor("side")
PROPOSER: Final = msgid("提出采纳意见的人")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFacts:
    """What is new since an objection was answered, and since when it is there."""

    text: str = ""
    on: date | None = None


NOTHING_NEW: Final = NewFacts()


def object_to(
    work: UnitOfWork,
    firm: Firm,
    text: str,
    *,
    group: Grouping | None = None,
    notice_number: str = "",
    case_number: str = "",
    new: NewFacts = NOTHING_NEW,
    answer_by_at: datetime | None = None,
) -> AffiliationObjection:
    """Take a firm's objection to its group, to standing aside in one draw, or to being barred.

    What bars it is then the case of another firm: found right, that case does not reach it. Once
    that was answered it takes something ``new`` to say it again.

    One about a draw is answered before its list is frozen: the caller says by when.

    Raises:
        IllegalGroupMoveError: The group is not confirmed.
        ObjectionPendingError: One waits for its answer.
        AnsweredError, OldFactsError: It was answered, and nothing is new.
        ReasonsTooShortError: There is no text.
    """
    firm = firms.locked(work, firm.id)
    if group is not None:
        group = queries.locked_group(work, group.id)
        group.state = advance(group.state, GroupMove.OBJECT)
    subject = group.number if group else notice_number or case_number
    if (pending := queries.open_objection(work, firm, subject)) is not None:
        raise ObjectionPendingError(pending.number)
    words = require(text, "text")
    if case_number:
        words += _what_is_new(work, firm, case_number, new)
    days = regulations.in_force(SUBJECT, work.today).integer("objection.answer_working_days")
    one = AffiliationObjection(
        number=next_number(work, "GLY"),
        firm_id=firm.id,
        group_id=group.id if group else None,
        notice_number=notice_number,
        subject=subject,
        text=words,
        state=ObjectionState.OPEN,
        raised_by_id=work.user_id,
        raised_at=work.now,
    )
    one.answer_by_at = answer_by_at or one.count_term(work.today, days)
    work.session.add(one)
    work.session.flush()
    _record(work, one, firm, words)
    return one


def _what_is_new(work: UnitOfWork, firm: Firm, case_number: str, new: NewFacts) -> str:
    """Return what is new since the last answer, to stand with the objection."""
    last = queries.last_about(work, firm, case_number)
    if last is None or last.answered_at is None:
        return ""
    if last.state is ObjectionState.UPHELD:
        raise AnsweredError
    answered_on = beijing_day(last.answered_at)
    if new.on is None or not answered_on < new.on <= work.today:
        raise OldFactsError(case_number, answered_on)
    return f"\n{new.on}：{require(new.text, 'new_facts')}"


def answer(work: UnitOfWork, objection: AffiliationObjection, *, uphold: bool, text: str) -> None:
    """Answer an objection, never by whoever decided the group. Upheld, the group is undone at once.

    Where a blacklisting reaches by it, another person has to find it right as well.

    Raises:
        AnsweredError: It was answered before.
        SeparationOfDutiesError: The answerer decided the group, or proposed this answer.
        AnswerLateError: It is about one draw only, whose list is due to be frozen.
        ReasonsTooShortError: There are no reasons.
    """
    objection = queries.locked_objection(work, objection.id)
    if objection.state not in UNANSWERED:
        raise AnsweredError
    group = queries.locked_group(work, objection.group_id) if objection.group_id else None
    deciders = _deciders(work, objection, group)
    require_another(work, *deciders, first=msgid("认定人"), second=msgid("答复人"))
    require_another(work, objection.proposed_by_id, first=PROPOSER, second=msgid("答复人"))
    if uphold and objection.notice_number and group is None and work.now >= objection.answer_by_at:
        raise AnswerLateError
    words = require(text, "answer")
    if uphold and objection.state is ObjectionState.OPEN and takes_two(work, objection):
        objection.state, objection.proposal = ObjectionState.PROPOSED, words
        objection.proposed_by_id, objection.proposed_at = work.user_id, work.now
        _record(work, objection, firms.firm_by_id(work, objection.firm_id), words)
        return
    objection.state = ObjectionState.UPHELD if uphold else ObjectionState.REJECTED
    objection.answer = words
    objection.answered_by_id = work.user_id
    objection.answered_at = work.now
    if uphold and group is not None and group.state is GroupState.CONFIRMED:
        undo(work, group, words)
    firm = firms.firm_by_id(work, objection.firm_id)
    _record(work, objection, firm, words)
    letters.tell_answered(work, objection, firm)


def takes_two(work: UnitOfWork, objection: AffiliationObjection) -> bool:
    """Whether two people must find an objection right: a blacklisting reaches by what it is about.

    Also that of another firm of the group, which its end would free as well.
    """
    if objection.group_id is None and not objection.notice_number:
        return True
    concerned = {objection.firm_id}
    if objection.group_id is not None:
        group = work.session.get_one(Grouping, objection.group_id)
        concerned |= {firm.id for _, firm in queries.firms_of(work, group)}
    return any(reaching(work, firms.firm_by_id(work, each)) for each in sorted(concerned))


def _deciders(
    work: UnitOfWork, objection: AffiliationObjection, group: Grouping | None
) -> list[int | None]:
    """Return who confirmed the groups that the answer is about: the one, or all of the firm."""
    if group is not None:
        return [group.decided_by_id]
    if objection.notice_number:
        return []
    firm = firms.firm_by_id(work, objection.firm_id)
    return [
        row.group.decided_by_id
        for row in queries.cases_of_firm(work, firm)
        if row.group.state is GroupState.CONFIRMED
    ]


def _record(work: UnitOfWork, one: AffiliationObjection, firm: Firm, text: str) -> None:
    upheld = one.state is ObjectionState.UPHELD
    # The firm is not named before it is found right: its account stands beside it elsewhere.
    unnamed = one.state is ObjectionState.OPEN
    teller = replace(work, actor=_NOBODY) if unnamed else work
    teller.record(
        ObjectionMoved(
            objection=one.number,
            subject=one.subject,
            state=one.state,
            firm=firm.code if upheld else None,
            text_digest=salted(work, one.number, text),
        )
    )
