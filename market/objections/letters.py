"""The letters of an objection (文书): numbered and checkable, to each side its own.

None says who objected but the objector's. Letters are written in Chinese.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from market.clock import BEIJING
from market.db import UnitOfWork
from market.draws.model import Award
from market.errors import msgid
from market.firms.model import Firm
from market.labels import label_of
from market.letters.actions import issue
from market.letters.kinds import LetterKind, declare
from market.letters.model import Letter
from market.objections.model import AwardObjection, ObjectionHearing
from market.objections.rules import Outcome

DECISION: Final = declare(
    LetterKind(
        code="objection.decision", name=msgid("异议处理决定书"), series="WYJ", contestable=True
    )
)
REFUSAL: Final = declare(
    LetterKind(
        code="objection.refusal",
        name=msgid("异议投诉不予受理告知书"),
        series="WYB",
        contestable=True,
    )
)


def subject_of(one: AwardObjection) -> str:
    """Return what the letters of an objection are about."""
    return f"objection:{one.id}"


def own_of(work: UnitOfWork, one: AwardObjection) -> Sequence[Letter]:
    """Return the letters of an objection to the actor's organisation, the first one first."""
    return work.session.scalars(
        select(Letter)
        .where(Letter.subject == subject_of(one), Letter.org_id == work.actor.org_id)
        .order_by(Letter.id)
    ).all()


def send_refusal(work: UnitOfWork, one: AwardObjection, reasons: str) -> None:
    """Tell the objector why its complaint is not taken up, and the firm that nothing follows."""
    award = work.session.get_one(Award, one.award_id)
    body = [
        "经审查，本单位决定对该异议的投诉不予受理，中选结果继续有效。",
        f"理由：{reasons}",
    ]
    for org_id in _sides(work, one, award):
        _send(work, one, award, REFUSAL, org_id=org_id, body=body)


def send_decision(work: UnitOfWork, one: AwardObjection, reasons: str) -> None:
    """Tell every side what was decided, why, on which clause, and what can be done about it."""
    award = work.session.get_one(Award, one.award_id)
    outcome = one.outcome or Outcome.DISMISS
    body = [f"经调查，本单位决定：{label_of(outcome).text}。"]
    if outcome is not Outcome.DISMISS:
        body.append(f"成立的理由：{label_of(one.ground).text}。")
    if one.fact is not None:
        body.append(f"查明的事实：{label_of(one.fact).text}。")
    body.append(f"决定的理由：{reasons}")
    if one.clause:
        body.append(f"依据：{one.clause}")
    for org_id in _sides(work, one, award):
        heard = _heard(work, one, org_id)
        _send(work, one, award, DECISION, org_id=org_id, body=[*body, *heard])


def _sides(work: UnitOfWork, one: AwardObjection, award: Award) -> list[int]:
    """Return who gets a letter: the objector, the firm, and whoever was heard besides."""
    firm = work.session.get_one(Firm, award.firm_id)
    heard = work.session.scalars(
        select(ObjectionHearing.org_id)
        .where(ObjectionHearing.objection_id == one.id)
        .order_by(ObjectionHearing.id)
    )
    return list(dict.fromkeys((one.org_id, firm.organisation_id, *heard)))


def _heard(work: UnitOfWork, one: AwardObjection, org_id: int) -> list[str]:
    """Say to whoever was heard that it was, or that it said nothing, or could not to the end."""
    rows = work.session.scalars(
        select(ObjectionHearing)
        .where(ObjectionHearing.objection_id == one.id, ObjectionHearing.org_id == org_id)
        .order_by(ObjectionHearing.id.desc())
    ).all()
    if not rows:
        return []
    row = next((row for row in rows if not _was_cut_short(row)), None)
    if row is None:
        return ["曾告知你单位陈述意见；陈述期届满前，处理意见已撤回或者退回，陈述随之终止。"]
    if row.said_at is None:
        return ["决定之前已告知你单位陈述意见，你单位在期限内没有陈述。"]
    day = row.said_at.astimezone(BEIJING)
    return [f"你单位于{day.year}年{day.month}月{day.day}日提交的陈述，在作出本决定时已经审阅。"]


def _was_cut_short(row: ObjectionHearing) -> bool:
    """Whether a hearing ended before its term did, and nothing had been said yet."""
    return row.said_at is None and row.closed_at is not None and row.closed_at < row.by_at


def _send(
    work: UnitOfWork,
    one: AwardObjection,
    award: Award,
    kind: LetterKind,
    *,
    org_id: int,
    body: list[str],
) -> None:
    day = one.raised_at.astimezone(BEIJING)
    whose = "你单位" if org_id == one.org_id else "有关单位"
    grounds = "、".join(label_of(ground).text for ground in one.grounds)
    head = (
        f"{whose}于{day.year}年{day.month}月{day.day}日对中选公告 {award.number} 提出的异议"
        f"（编号 {one.number}，理由：{grounds}），经投诉或者提请，由本单位办理。"
    )
    issue(
        work,
        kind,
        org_id=org_id,
        subject=subject_of(one),
        title=f"{kind.name}（{one.number}）",
        paragraphs=[head, *body],
    )
