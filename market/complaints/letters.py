"""The letters of a complaint (文书): numbered and checkable. None says who complained.

They are addressed to the complainant of a number and kept with the authority; whoever holds the
number and its code downloads them. Letters are written in Chinese.
"""

from typing import Final

from market.clock import BEIJING
from market.complaints.model import Complaint
from market.complaints.rules import Remedy
from market.db import UnitOfWork
from market.draws.model import Award
from market.errors import msgid
from market.firms.model import Firm
from market.labels import label_of
from market.letters.actions import issue
from market.letters.kinds import LetterKind, declare
from market.letters.model import Letter
from market.needs.model import Need

DECISION: Final = declare(
    LetterKind(
        code="complaint.decision", name=msgid("投诉处理决定书"), series="WTS", contestable=True
    )
)
REFUSAL: Final = declare(
    LetterKind(
        code="complaint.refusal", name=msgid("投诉不予受理告知书"), series="WTB", contestable=True
    )
)

ANNULLED: Final = declare(
    LetterKind(code="award.annulled", name=msgid("取消中选决定书"), series="WQX", contestable=True)
)


def send_annulment(work: UnitOfWork, award: Award, one: Complaint) -> Letter:
    """Tell a firm that its award is annulled: for what, on which clause, and what follows."""
    need = work.session.get_one(Need, award.need_id)
    which = f"“{need.title}”（采购需求 {need.number}，中选公告 {award.number}）"
    parts = [
        f"贵机构在{which}中的中选结果，经办理 {one.number}，决定取消。",
        f"理由：{one.reasons}",
    ]
    if one.clause:
        parts.append(f"依据：{one.clause}")
    parts.append("已经签订的合同随中选结果终止；是否递补、由谁递补，见公告和公开日志。")
    return issue(
        work,
        ANNULLED,
        org_id=work.session.get_one(Firm, award.firm_id).organisation_id,
        subject=f"annulled:{award.id}",
        title=f"{ANNULLED.name}（{one.number}）",
        paragraphs=parts,
    )


def send_refusal(work: UnitOfWork, one: Complaint) -> Letter:
    """Tell the complainant why it is not taken up, and where to go instead."""
    why = label_of(one.refusal).text if one.refusal is not None else ""
    return _send(
        work,
        one,
        REFUSAL,
        [
            _head(one),
            f"经审查，本单位决定不予受理，原因：{why}。",
            f"理由和其他反映途径：{one.reasons}",
        ],
    )


def send_decision(work: UnitOfWork, one: Complaint) -> Letter:
    """Tell the complainant what was decided, on which clause, and what follows."""
    parts = [
        _head(one),
        f"经调查，本单位决定：{label_of(one.state).text}。",
        f"理由：{one.reasons}",
    ]
    if one.clause:
        parts.append(f"依据：{one.clause}")
    if one.remedy is Remedy.ANNUL:
        parts.append(f"中选结果：{label_of(one.remedy).text}。")
    if one.measures:
        parts.append(f"处理措施：{one.measures}")
    return _send(work, one, DECISION, parts)


def _head(one: Complaint) -> str:
    day = one.received_at.astimezone(BEIJING)
    about = f"，涉及{one.ref}" if one.ref else ""
    return (
        f"您于{day.year}年{day.month}月{day.day}日提出的投诉（受理编号 {one.number}，"
        f"事项：{label_of(one.matter).text}{about}）收悉。"
    )


def _send(work: UnitOfWork, one: Complaint, kind: LetterKind, paragraphs: list[str]) -> Letter:
    return issue(
        work,
        kind,
        org_id=work.org_id,
        subject=f"complaint:{one.id}",
        title=f"{kind.name}（{one.number}）",
        paragraphs=paragraphs,
        recipient=f"投诉人（受理编号 {one.number}）",
    )
