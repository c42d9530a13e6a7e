"""What the sides of an objection are told of it, as it moves."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import select

from market.db import UnitOfWork
from market.draws.model import Award
from market.errors import msgid
from market.firms.model import Firm
from market.messages.actions import tell
from market.messages.kinds import Kind, declare
from market.objections.model import AwardObjection, ObjectionHearing
from market.objections.rules import ObjectionState

RAISED: Final = declare(
    Kind(
        code="objection.raised",
        subject=msgid("中选结果有异议 %(number)s"),
        body=msgid("中选公告 %(award)s 收到异议 %(number)s。办理期间的期限和进展见异议页面。"),
        must=True,
    )
)
ANSWERED: Final = declare(
    Kind(
        code="objection.answered",
        subject=msgid("异议已答复 %(number)s"),
        body=msgid("运营机构已答复异议 %(number)s。不接受答复的，请在 %(at)s 前投诉。"),
        must=True,
    )
)
OVER: Final = declare(
    Kind(
        code="objection.over",
        subject=msgid("异议已办结 %(number)s"),
        body=msgid("异议 %(number)s 已办结：%(state)s。理由和依据见异议页面。"),
        must=True,
    )
)
HEARD: Final = declare(
    Kind(
        code="objection.heard",
        subject=msgid("请对异议的处理意见陈述意见 %(number)s"),
        body=msgid(
            "对中选公告 %(award)s 的异议 %(number)s，拟认定成立。决定之前，请在 %(at)s 前陈述意见；"
            "期满不陈述的，依已有材料决定。拟认定的事实和依据见异议页面。"
        ),
        must=True,
    )
)
_KINDS: Final[Mapping[ObjectionState, Kind]] = MappingProxyType(
    {
        ObjectionState.ANSWERED: ANSWERED,
        ObjectionState.DISMISSED: OVER,
        ObjectionState.UPHELD: OVER,
        ObjectionState.MOOT: OVER,
    }
)


def tell_raised(work: UnitOfWork, one: AwardObjection, award: Award) -> None:
    """Tell the firm whose award is objected to; who objects is not said."""
    _tell(work, RAISED, one, award, _firm_org_id(work, award))


def tell_heard(work: UnitOfWork, one: AwardObjection, row: ObjectionHearing) -> None:
    """Tell somebody what it may lose, and until when it may speak."""
    tell(
        work,
        HEARD,
        org_id=row.org_id,
        path=f"/objections/{one.number}",
        once=f"{one.number}:heard:{row.id}",
        number=one.number,
        award=work.session.get_one(Award, one.award_id).number,
        at=row.by_at,
    )


def tell_sides(work: UnitOfWork, one: AwardObjection) -> None:
    """Tell the objector of an answer, and both sides of the end."""
    kind = _KINDS.get(one.state)
    if kind is None:
        return
    award = work.session.get_one(Award, one.award_id)
    _tell(work, kind, one, award, one.org_id)
    if kind is OVER:
        _tell(work, kind, one, award, _firm_org_id(work, award))


def _tell(work: UnitOfWork, kind: Kind, one: AwardObjection, award: Award, org_id: int) -> None:
    tell(
        work,
        kind,
        org_id=org_id,
        path=f"/objections/{one.number}",
        once=f"{one.number}:{one.state}",
        number=one.number,
        award=award.number,
        state=one.state,
        at=one.due_at or "",
    )


def _firm_org_id(work: UnitOfWork, award: Award) -> int:
    return work.session.scalars(select(Firm.organisation_id).where(Firm.id == award.firm_id)).one()
