"""The letters of a complaint (文书): numbered and checkable. None says who complained.

They are addressed to the complainant of a number and kept with the authority; whoever holds the
number and its code downloads them. Letters are written in Chinese.
"""

from typing import Final

from market.clock import BEIJING
from market.complaints.model import Complaint, ComplaintAbuse
from market.complaints.rules import Remedy
from market.db import UnitOfWork
from market.draws.model import Award
from market.errors import msgid
from market.firms.model import Firm
from market.labels import label_of
from market.letters.actions import issue, withdraw
from market.letters.kinds import LetterKind, declare
from market.letters.model import Letter
from market.letters.queries import of_subject
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

MALICIOUS: Final = declare(
    LetterKind(
        code="complaint.malicious", name=msgid("恶意投诉认定书"), series="WTE", contestable=True
    )
)

# What whoever checks the letter reads; why, is for the complainant and the office.
RECALLED: Final = "恶意投诉的认定已经撤销，记录已经恢复。"

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


def send_finding(work: UnitOfWork, one: Complaint, row: ComplaintAbuse) -> Letter:
    """Tell the complainant that it was found malicious: on what, what follows, what can be done."""
    said = "您已提交说明。" if row.replied_at else "您在期限内没有提交说明。"
    follows = (
        "本认定记入贵单位的恶意投诉记录；在规则规定的期间内，贵单位提出的投诉照常办理，但不暂停中选结果。"
        if row.org_id is not None
        else "本认定只计件数，不记录您的姓名和联系方式，不影响您今后提出投诉。"
    )
    parts = [
        _head(one),
        f"经审查，本单位认定该投诉属于恶意投诉，情形：{label_of(row.reason).text}。{said}",
        f"证据：{row.evidence}",
        f"理由：{row.decision}",
        follows,
    ]
    return _send(work, one, MALICIOUS, parts)


def recall_finding(work: UnitOfWork, one: Complaint) -> None:
    """Withdraw the letter of a finding that was wrong."""
    for letter in of_subject(work, _subject(one)):
        if letter.kind == MALICIOUS.code:
            withdraw(work, letter, reason=RECALLED)


def _subject(one: Complaint) -> str:
    return f"complaint:{one.id}"


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
        subject=_subject(one),
        title=f"{kind.name}（{one.number}）",
        paragraphs=paragraphs,
        recipient=f"投诉人（受理编号 {one.number}）",
    )
