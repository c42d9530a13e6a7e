"""Which rows about notices and keys are compared with which entries, beyond the notice itself."""

from market.accounts.model import Organisation
from market.draws.model import TrusteeKey
from market.draws.model_later import ContributorKey
from market.needs.changes.model import NoticeChange
from market.needs.model import Need, Notice
from market.needs.questions.model import NoticeAnswer, NoticeQuestion
from market.needs.record.model import NeedCancellation
from market.selfaudit.told import Told, table_of, told


def need_checks() -> tuple[Told, ...]:
    """Return the comparisons of what was asked, changed and cancelled, and of published keys."""
    return (*_questions(), *_ended_notices(), *_keys())


def _questions() -> tuple[Told, ...]:
    notice, question = table_of(Notice), table_of(NoticeQuestion)
    answer = table_of(NoticeAnswer)
    key = {"notice": notice.c.number, "question": question.c.number}
    asked = question.join(notice, notice.c.id == question.c.notice_id)
    answered = answer.join(question, question.c.id == answer.c.question_id)
    return (
        told(
            "question.asked.v1", question, key, {"question_digest": question.c.digest}, rows=asked
        ),
        told(
            "question.answered.v1",
            answer,
            key,
            {"document_digest": answer.c.digest},
            rows=answered.join(notice, notice.c.id == question.c.notice_id),
        ),
    )


def _ended_notices() -> tuple[Told, ...]:
    notice, need = table_of(Notice), table_of(Need)
    change, cancelled = table_of(NoticeChange), table_of(NeedCancellation)
    key = {"notice": notice.c.number}
    return (
        told(
            "notice.changed.v1",
            change,
            key,
            {"next_attempt": change.c.attempt, "need": need.c.number},
            rows=change.join(notice, notice.c.id == change.c.notice_id).join(
                need, need.c.id == change.c.need_id
            ),
        ),
        told(
            "notice.cancelled.v1",
            cancelled,
            key,
            {"ground": cancelled.c.ground, "need": need.c.number},
            rows=cancelled.join(notice, notice.c.id == cancelled.c.notice_id).join(
                need, need.c.id == cancelled.c.need_id
            ),
        ),
    )


def _keys() -> tuple[Told, ...]:
    trusted, owner = table_of(TrusteeKey), table_of(Organisation)
    contributed = table_of(ContributorKey)
    return (
        told(
            "draw.trustee-key.v1",
            trusted,
            {"key": trusted.c.public_key},
            {"trustee": owner.c.code},
            rows=trusted.join(owner, owner.c.id == trusted.c.organisation_id),
        ),
        told(
            "draw.contributor-key.v1",
            contributed,
            {"key": contributed.c.public_key},
            {"who": contributed.c.who},
        ),
    )
