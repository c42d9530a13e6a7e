"""What the sides of a complaint are told of it, as it moves."""

from datetime import datetime
from typing import Final

from market.complaints import sealing
from market.complaints.model import Complaint
from market.db import UnitOfWork
from market.draws.model import Award
from market.errors import msgid
from market.firms.model import Firm
from market.keys import Keys
from market.messages.actions import tell
from market.messages.kinds import Kind, declare

# It names no complaint: whoever reads the table of messages must not learn who complained of whom.
PROGRESS: Final = declare(
    Kind(
        code="complaint.progress",
        subject=msgid("贵单位提出的投诉有新进展"),
        body=msgid(
            "请登录后在“投诉”页面查看办理情况。为保护投诉人，本消息不写明投诉的编号和内容。"
        ),
        must=True,
    )
)
ASKED: Final = declare(
    Kind(
        code="complaint.asked",
        subject=msgid("请对投诉作出说明 %(number)s"),
        body=msgid("主管部门请贵单位对投诉 %(number)s 的要点作出说明，期限到 %(at)s。"),
        must=True,
    )
)
OVER: Final = declare(
    Kind(
        code="complaint.over",
        subject=msgid("涉及贵单位的投诉已办结 %(number)s"),
        body=msgid("投诉 %(number)s 已办结：%(state)s。理由和依据见投诉页面。"),
        must=True,
    )
)
HEARD: Final = declare(
    Kind(
        code="complaint.heard",
        subject=msgid("请对涉及中选结果的投诉陈述意见 %(number)s"),
        body=msgid(
            "投诉 %(number)s 可能影响贵单位的中选结果 %(award)s，贵单位不是被投诉方。"
            "请在 %(at)s 前陈述意见；期满不陈述的，依已有材料决定。"
        ),
        must=True,
    )
)
WITHDRAWN: Final = declare(
    Kind(
        code="complaint.withdrawn",
        subject=msgid("涉及贵单位的投诉已撤回 %(number)s"),
        body=msgid("投诉 %(number)s 已由投诉人撤回，不再办理，贵单位无须再作说明。"),
        must=True,
    )
)
HELD: Final = declare(
    Kind(
        code="complaint.held",
        subject=msgid("中选结果因投诉暂停 %(award)s"),
        body=msgid("投诉 %(number)s 已受理，中选公告 %(award)s 暂停，暂停的天数不计入期限。"),
        must=True,
    )
)
LATE: Final = declare(
    Kind(
        code="complaint.late",
        subject=msgid("投诉办理逾期 %(number)s"),
        body=msgid("投诉 %(number)s 在“%(state)s”环节已经超过期限，请立即办理。"),
        must=True,
    )
)
TO_HANDLE: Final = declare(
    Kind(
        code="complaint.to-handle",
        subject=msgid("收到投诉 %(number)s"),
        body=msgid("投诉 %(number)s 由贵单位办理，请在 %(at)s 前决定是否受理。"),
        must=True,
    )
)


def tell_complainant(work: UnitOfWork, keys: Keys, one: Complaint, what: str) -> None:
    """Tell an organisation that its complaint moved; a citizen looks by the code."""
    if one.org_mark is None:
        return
    who = sealing.open_sealed(keys, one.number, one.sealed)
    if who.org_id is not None:
        told = sealing.told_mark(keys, one.number, what)
        path = "/complaints/desk"
        # Written at the very instant of a step it would say whose complaint that is.
        tell(work, PROGRESS, org_id=who.org_id, path=path, once=told, at_the_hour=True)


def tell_sides(work: UnitOfWork, kind: Kind, one: Complaint) -> None:
    """Tell everybody who knows of it that it is over: the accused, and the award's firm."""
    sides = {one.party_org_id} if one.party_by_at is not None else set()
    if one.reply_by_at is not None or one.freezes:
        sides.add(one.respondent_org_id)
    if one.freezes and one.award_id is not None:
        award = work.session.get_one(Award, one.award_id)
        sides.add(work.session.get_one(Firm, award.firm_id).organisation_id)
    for org_id in sorted(each for each in sides if each is not None):
        tell_org(work, kind, one, org_id, "over")


def tell_org(work: UnitOfWork, kind: Kind, one: Complaint, org_id: int | None, what: str) -> None:
    """Tell an organisation of a complaint that it knows of."""
    if org_id is None:
        return
    tell(
        work,
        kind,
        org_id=org_id,
        path=f"/complaints/{one.number}",
        once=f"{one.number}:{what}",
        number=one.number,
        state=one.state,
        award=one.ref,
        at=_until(kind, one) or "",
    )


def _until(kind: Kind, one: Complaint) -> datetime | None:
    if kind is HEARD:
        return one.party_by_at
    return one.reply_by_at if kind is ASKED else one.due_at
