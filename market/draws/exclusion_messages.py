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

ANSWERED: Final = declare(
    Kind(
        code="draw.exclusion-answered",
        subject=msgid("贵机构对登记排除的异议已答复：%(number)s（%(state)s）"),
        body=msgid(
            "公告 %(number)s“%(title)s”：贵机构对登记排除（依据 %(basis)s）的异议，答复如下："
            "%(words)s。现为：%(state)s。仍有异议的，可以在中选公示期内对结果提出异议，也可以投诉。"
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


def tell_answer(work: UnitOfWork, seen: Excluded, words: str) -> None:
    """Tell the firm what was answered to its objection, and where its exclusion stands."""
    tell(
        work,
        ANSWERED,
        org_id=seen.firm.organisation_id,
        path=f"/draws/exclusions/{seen.row.id}/objection",
        once=f"exclusion-{seen.row.id}-{len(seen.steps)}",
        number=seen.number,
        title=seen.title,
        basis=seen.row.basis,
        words=words.rstrip("。"),
        state=seen.state,
    )
