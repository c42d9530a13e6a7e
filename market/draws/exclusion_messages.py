"""What a firm is told, at once, when somebody would exclude it from a draw."""

from typing import Final

from market.db import UnitOfWork
from market.draws.queries.excluding import Excluded
from market.errors import msgid
from market.messages.actions import tell
from market.messages.kinds import Kind, declare

EXCLUSION: Final = declare(
    Kind(
        code="draw.exclusion",
        subject=msgid("关于登记排除贵机构 %(number)s（%(state)s）"),
        body=msgid(
            "公告 %(number)s“%(title)s”：运营机构以“%(ground)s”为由（依据 %(basis)s）"
            "登记排除贵机构，现为：%(state)s。名单冻结前可以查看事实并提出异议，"
            "报名截止时间是 %(at)s。"
        ),
        must=True,
    )
)


def tell_firm(work: UnitOfWork, seen: Excluded) -> None:
    """Tell the firm where its exclusion stands."""
    tell(
        work,
        EXCLUSION,
        org_id=seen.firm.organisation_id,
        path=f"/draws/exclusions/{seen.row.id}/objection",
        once=f"exclusion-{seen.row.id}-{len(seen.steps)}",
        number=seen.number,
        title=seen.title,
        ground=seen.row.ground,
        basis=seen.row.basis,
        state=seen.state,
        at=seen.draw.enrol_close_at,
    )
