"""Finding questions and answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from market import regulations
from market.clock import beijing_day
from market.db import UnitOfWork
from market.errors import MissingError
from market.needs.model import Need, Notice
from market.needs.questions.model import NoticeAnswer, NoticeQuestion
from market.needs.questions.rules import ask_until, is_ended
from market.needs.rules import NeedState
from market.regulations import Regulation

SUBJECT = "posting-flow"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer, if there is one, and the notice it is about."""

    question: NoticeQuestion
    answer: NoticeAnswer | None
    notice: Notice
    need: Need


def rules_of(notice: Notice) -> Regulation:
    """Return the rules under which a notice is asked about: those of its publication."""
    return regulations.in_force(SUBJECT, beijing_day(notice.published_at))


def ask_until_of(notice: Notice) -> datetime:
    """Return until when a notice may be asked about."""
    hours = rules_of(notice).integer("questions.ask_until_hours_before_close")
    return ask_until(notice.enrol_close_at, hours)


def of_notice(work: UnitOfWork, notice: Notice) -> list[Asked]:
    """Return all questions about a notice in their order."""
    return _found(work, _asked(NoticeQuestion.notice_id == notice.id))


def of_asker(work: UnitOfWork, notice: Notice) -> list[Asked]:
    """Return what the actor's own organisation asked about a notice."""
    mine = NoticeQuestion.asker_org_id == work.org_id
    return _found(work, _asked(NoticeQuestion.notice_id == notice.id, mine))


def waiting_of_owner(work: UnitOfWork) -> list[Asked]:
    """Return the questions that the actor's organisation has to answer, the first due first."""
    return _found(work, _asked(*_waits(), Need.owner_org_id == work.actor.org_id))


def waiting(work: UnitOfWork) -> list[Asked]:
    """Return every question about an open need that waits for an answer, the first due first."""
    return _found(work, _asked(*_waits()))


def is_over(asked: Asked) -> bool:
    """Whether a question's notice has ended: nobody owes, or gives, an answer any more."""
    return is_ended(asked.need.state, notice=asked.notice.attempt, need=asked.need.attempt)


def own(work: UnitOfWork, need_id: int, question_id: int) -> Asked:
    """Return a question about a need of the actor's organisation."""
    found = _found(
        work,
        _asked(
            NoticeQuestion.id == question_id,
            Need.id == need_id,
            Need.owner_org_id == work.actor.org_id,
        ),
    )
    if not found:
        raise MissingError
    return found[0]


def answered(work: UnitOfWork, notice: Notice, number: int) -> NoticeAnswer:
    """Return a published answer."""
    answer = work.session.scalar(
        select(NoticeAnswer)
        .join(NoticeQuestion)
        .where(NoticeQuestion.notice_id == notice.id, NoticeQuestion.number == number)
    )
    if answer is None:
        raise MissingError
    return answer


def count_of(work: UnitOfWork, notice: Notice, *more: ColumnElement[bool]) -> int:
    """Return how many questions about a notice there are."""
    counted = select(func.count()).select_from(NoticeQuestion)
    return work.session.scalar(counted.where(NoticeQuestion.notice_id == notice.id, *more)) or 0


def count_of_asker(work: UnitOfWork, notice: Notice) -> int:
    """Return how many questions the actor's organisation has asked about a notice."""
    return count_of(work, notice, NoticeQuestion.asker_org_id == work.org_id)


def _waits() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a question that somebody owes an answer: its notice is out."""
    return (
        NoticeAnswer.id.is_(None),
        Need.state == NeedState.OPEN,
        Notice.attempt == Need.attempt,
    )


_Rows = Select[NoticeQuestion, NoticeAnswer, Notice, Need]


def _asked(*chosen: ColumnElement[bool]) -> "_Rows":
    return (
        select(NoticeQuestion, NoticeAnswer, Notice, Need)
        .join(Notice, Notice.id == NoticeQuestion.notice_id)
        .join(Need, Need.id == Notice.need_id)
        .outerjoin(NoticeAnswer, NoticeAnswer.question_id == NoticeQuestion.id)
        .where(*chosen)
        .order_by(NoticeQuestion.answer_due_at, NoticeQuestion.id)
    )


def _found(work: UnitOfWork, statement: "_Rows") -> list[Asked]:
    return [Asked(*row) for row in work.session.execute(statement)]
