"""What the two sides are told where nobody signed: that they are heard, and what came of it."""

from typing import Final

from market.contracts.signing.model import SigningCase
from market.contracts.signing.rules import SigningState
from market.db import UnitOfWork
from market.draws.model import Award
from market.errors import msgid
from market.messages.actions import tell
from market.messages.kinds import Kind, declare
from market.needs.queries import by_id as need_by_id

FIRM_HEARD: Final = declare(
    Kind(
        code="award.unsigned-firm",
        subject=msgid("签约期限已过，请说明原因 %(number)s"),
        body=msgid(
            "“%(title)s”到期没有签订合同，开始查明是谁的责任。请在 %(at)s 前说明原因。"
            "贵机构没有说明，而业主说明是贵机构的责任，或者合同正等待贵机构确认、重新提交的，"
            "期满即按贵机构的责任处理：失去中选资格，亮牌，并记入信用记录。"
            "双方都没有说明的，由运营机构提出意见，主管部门另一人认定。"
        ),
        must=True,
    )
)
OWNER_HEARD: Final = declare(
    Kind(
        code="award.unsigned-owner",
        subject=msgid("签约期限已过，请说明原因 %(number)s"),
        body=msgid(
            "“%(title)s”到期没有签订合同，开始查明是谁的责任。请贵单位在 %(at)s 前说明原因。"
            "期满没有说明的，不再听取贵单位的说明，依机构的说明和已有记录办理；"
            "认定是贵单位责任的，亮牌，计入业主档案，本需求不能再次公告选取。"
        ),
        must=True,
    )
)
FOUND: Final = declare(
    Kind(
        code="award.unsigned-found",
        subject=msgid("未按期签约的责任已认定 %(number)s"),
        body=msgid("“%(title)s”到期没有签订合同，已认定：%(fault)s。理由和后续办法见办理页面。"),
        must=True,
    )
)
PRESUMED: Final = declare(
    Kind(
        code="award.unsigned-presumed",
        subject=msgid("未按期签约按机构的责任处理 %(number)s"),
        body=msgid(
            "“%(title)s”到期没有签订合同。机构在期限内没有说明原因，期满按规则推定由机构负责，"
            "没有另行认定。依据、经过和救济办法见办理页面。"
        ),
        must=True,
    )
)


def tell_opened(work: UnitOfWork, case: SigningCase) -> None:
    """Tell each side that has not spoken until when it may, and what its silence costs.

    A firm that had filed asked for it itself, in the words that it states.
    """
    if case.firm_stated_at is None and not case.firm_filed:
        _tell(work, FIRM_HEARD, case, case.firm_org_id)
    if case.owner_stated_at is None:
        _tell(work, OWNER_HEARD, case, case.owner_org_id)


def tell_over(work: UnitOfWork, case: SigningCase) -> None:
    """Tell both sides what was found, or that nobody found it: the firm's silence settled it."""
    kind = PRESUMED if case.state is SigningState.DEFAULTED else FOUND
    for org_id in (case.firm_org_id, case.owner_org_id):
        _tell(work, kind, case, org_id)


def _tell(work: UnitOfWork, kind: Kind, case: SigningCase, org_id: int) -> None:
    tell(
        work,
        kind,
        org_id=org_id,
        path=f"/contracts/unsigned/{work.session.get_one(Award, case.award_id).number}",
        # What stood still has its term anew, and is told anew.
        once=f"{case.number}:{case.due_at or ''}",
        number=case.number,
        title=need_by_id(work, case.need_id).title,
        at=case.due_at or "",
        fault=case.fault or "",
    )
