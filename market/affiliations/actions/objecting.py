"""Objections of firms: to a group, or to standing aside in one draw; and their answers."""

from datetime import datetime

from market import regulations
from market.affiliations import queries
from market.affiliations.actions.grouping import undo
from market.affiliations.actions.letters import require
from market.affiliations.errors import AnsweredError, AnswerLateError, ObjectionPendingError
from market.affiliations.journal import ObjectionMoved
from market.affiliations.model import AffiliationObjection, Grouping
from market.affiliations.profiles import SUBJECT
from market.affiliations.rules import GroupMove, GroupState, ObjectionState, advance
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import msgid
from market.firms import queries as firms
from market.firms.model import Firm
from market.numbers import next_number
from market.salts import salted


def object_to(
    work: UnitOfWork,
    firm: Firm,
    text: str,
    *,
    group: Grouping | None = None,
    notice_number: str = "",
    case_number: str = "",
    answer_by_at: datetime | None = None,
) -> AffiliationObjection:
    """Take a firm's objection to its group, to standing aside in one draw, or to being barred.

    What bars it is then the case of another firm: found right, that case does not reach it.

    One about a draw is answered before its list is frozen: the caller says by when.

    Raises:
        IllegalGroupMoveError: The group is not confirmed.
        ObjectionPendingError: One waits for its answer.
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


def answer(work: UnitOfWork, objection: AffiliationObjection, *, uphold: bool, text: str) -> None:
    """Answer an objection, never by whoever decided the group. Upheld, the group is undone at once.

    Raises:
        AnsweredError: It was answered before.
        SeparationOfDutiesError: The answerer decided the group.
        AnswerLateError: It is about one draw only, whose list is due to be frozen.
        ReasonsTooShortError: There are no reasons.
    """
    objection = queries.locked_objection(work, objection.id)
    if objection.state is not ObjectionState.OPEN:
        raise AnsweredError
    group = queries.locked_group(work, objection.group_id) if objection.group_id else None
    if group is not None:
        require_another(work, group.decided_by_id, first=msgid("认定人"), second=msgid("答复人"))
    if uphold and objection.notice_number and group is None and work.now >= objection.answer_by_at:
        raise AnswerLateError
    words = require(text, "answer")
    objection.state = ObjectionState.UPHELD if uphold else ObjectionState.REJECTED
    objection.answer = words
    objection.answered_by_id = work.user_id
    objection.answered_at = work.now
    if uphold and group is not None and group.state is GroupState.CONFIRMED:
        undo(work, group, words)
    firm = firms.firm_by_id(work, objection.firm_id)
    _record(work, objection, firm, words)


def _record(work: UnitOfWork, one: AffiliationObjection, firm: Firm, text: str) -> None:
    upheld = one.state is ObjectionState.UPHELD
    work.record(
        ObjectionMoved(
            objection=one.number,
            subject=one.subject,
            state=one.state,
            firm=firm.code if upheld else None,
            text_digest=salted(work, one.number, text),
        )
    )
