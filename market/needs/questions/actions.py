"""Asking about a notice, and answering: what is said to one is said to all."""

import hashlib
import json

from market.calendar import provisional_calendar
from market.clock import BEIJING
from market.db import UnitOfWork
from market.errors import MarketError, msgid
from market.journal import encode
from market.needs import queries as needs
from market.needs.model import Notice
from market.needs.questions import queries
from market.needs.questions.journal import ASKER, QuestionAnswered, QuestionAsked
from market.needs.questions.model import NoticeAnswer, NoticeQuestion
from market.needs.questions.rules import answer_due
from market.needs.rules import NeedState

FORMAT = "zjcs/answer-document/v1"
SHORTEST = 5
LONGEST = 1000


class QuestionTextError(MarketError):
    """A question or an answer of a few characters says nothing."""

    sentence = msgid("请写 5 至 1000 个字。")

    def __init__(self) -> None:
        super().__init__(field="text")


class AskingOverError(MarketError):
    """The time for questions is over."""

    sentence = msgid(
        "本公告的提问时间已过。已答复的问题见公告页；对公告有异议的，请向运营机构提出。"
    )


class OwnNoticeError(MarketError):
    """Owners do not ask about their own notices."""

    sentence = msgid("这是本单位的公告，不能自己提问。需要更正公告的，请在需求页面办理变更。")


class TooManyQuestionsError(MarketError):
    """One organisation has asked as often as the rules allow."""

    sentence = msgid("同一单位对同一公告最多提问 %(most)s 条，贵单位已达上限。请等待答复。")

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class AnsweredError(MarketError):
    """The question has an answer, which stands as it is."""

    sentence = msgid("这个问题已经答复，答复公开后不能更改。请返回答疑列表查看。")


class NoticeEndedError(MarketError):
    """The notice was withdrawn, changed or has ended: an answer would help nobody."""

    sentence = msgid("这次公告已经终止或者办结，提问不再需要答复。请返回答疑列表查看。")


def ask(work: UnitOfWork, number: str, text: str) -> NoticeQuestion:
    """Ask about the notice that is out for a need; nobody learns who asks.

    Raises:
        OwnNoticeError: The actor is of the owner's organisation.
        AskingOverError: The need is not open, or its time for questions is over.
        TooManyQuestionsError: The organisation has asked as often as it may.
        QuestionTextError: The question is too short or too long.
    """
    need = needs.locked(work, needs.published(work, number).id)
    if need.owner_org_id == work.org_id:
        raise OwnNoticeError
    notice = needs.notice_of(work, need)
    if notice is None or need.state is not NeedState.OPEN:
        raise AskingOverError
    if work.now >= queries.ask_until_of(notice):
        raise AskingOverError
    most = queries.rules_of(notice).integer("questions.most_per_organisation")
    if queries.count_of_asker(work, notice) >= most:
        raise TooManyQuestionsError(most)
    return _ask(work, notice, _checked(text))


def _ask(work: UnitOfWork, notice: Notice, text: str) -> NoticeQuestion:
    rules = queries.rules_of(notice)
    question = NoticeQuestion(
        notice_id=notice.id,
        number=queries.count_of(work, notice) + 1,
        asker_org_id=work.org_id,
        asked_by_id=work.user_id,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        asked_at=work.now,
        answer_due_at=answer_due(
            work.now,
            notice.enrol_close_at,
            working_days=rules.integer("questions.answer_working_days"),
            hours_before=rules.integer("questions.answer_by_hours_before_close"),
            calendar=provisional_calendar(),
        ),
    )
    work.session.add(question)
    entry = QuestionAsked(
        notice=notice.number, question=question.number, question_digest=question.digest
    )
    work.submit(encode(entry, by=ASKER, at=work.now))
    return question


def answer(work: UnitOfWork, need_id: int, question_id: int, text: str) -> NoticeAnswer:
    """Answer a question about one's own notice: at once to everybody, and for good.

    A late answer is still an answer; the page says that it was late.

    Raises:
        AnsweredError: It has an answer.
        NoticeEndedError: The notice has ended.
        QuestionTextError: The answer is too short or too long.
    """
    needs.locked(work, needs.own(work, need_id).id)
    found = queries.own(work, need_id, question_id)
    if found.answer is not None:
        raise AnsweredError
    if queries.is_over(found):
        raise NoticeEndedError
    document = _document(work, found, _checked(text))
    row = NoticeAnswer(
        question_id=found.question.id,
        text=_checked(text),
        document=document,
        digest=hashlib.sha256(document).hexdigest(),
        answered_by_id=work.user_id,
        answered_at=work.now,
    )
    work.session.add(row)
    work.record(
        QuestionAnswered(
            notice=found.notice.number, question=found.question.number, document_digest=row.digest
        )
    )
    return row


def _document(work: UnitOfWork, found: queries.Asked, text: str) -> bytes:
    body = {
        "format": FORMAT,
        "notice": found.notice.number,
        "notice_digest": found.notice.digest,
        "question": found.question.number,
        "asked_at": found.question.asked_at.astimezone(BEIJING).isoformat(),
        "question_text": found.question.text,
        "answered_at": work.now.astimezone(BEIJING).isoformat(),
        "answer_text": text,
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _checked(text: str) -> str:
    plain = text.strip()
    if not SHORTEST <= len(plain) <= LONGEST:
        raise QuestionTextError
    return plain
