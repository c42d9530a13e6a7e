"""What organisations are told of their accounts, and the supervisor of those it watches over."""

from typing import Final

from sqlalchemy import select

from market.access import OrgKind
from market.accounts import queries
from market.accounts.handover_rules import HandoverState, needs_agreement
from market.accounts.model import Organisation, PasswordHandover, User
from market.db import UnitOfWork
from market.errors import msgid
from market.messages.actions import tell
from market.messages.kinds import Kind, declare

ASKED: Final = declare(
    Kind(
        code="account.asked",
        subject=msgid("运营机构申请办理账号：%(what)s"),
        body=msgid(
            "运营机构申请为“%(organisation)s”的账号 %(username)s 办理：%(what)s。"
            "须该单位或者监督机构同意的，请在工作台办理；情况不实的，请选“不同意”。"
        ),
        must=True,
    )
)
DECIDED: Final = declare(
    Kind(
        code="account.decided",
        subject=msgid("账号办理结果：%(what)s（%(state)s）"),
        body=msgid(
            "“%(organisation)s”的账号 %(username)s：%(what)s，%(state)s。"
            "不是贵单位要求的，请立即联系监督机构。"
        ),
        must=True,
    )
)
_OPEN: Final = frozenset({HandoverState.AWAITED, HandoverState.ASKED})


def tell_of_account(work: UnitOfWork, row: PasswordHandover) -> None:
    """Tell the people of an organisation, and where an agreement is asked for the supervisor."""
    user = work.session.get_one(User, row.user_id)
    employer = queries.organisation(work, user.organisation_id)
    if employer.kind is OrgKind.OPERATOR:
        return
    recipients = {employer.id}
    if needs_agreement(employer.kind, row.purpose):
        supervisors = select(Organisation.id).where(Organisation.kind == OrgKind.SUPERVISOR)
        recipients |= set(work.session.scalars(supervisors))
    is_open = row.state in _OPEN
    for org_id in sorted(recipients):
        tell(
            work,
            ASKED if is_open else DECIDED,
            org_id=org_id,
            path="/workbench",
            once=f"handover-{row.id}",
            organisation=employer.name,
            username=user.username,
            what=row.purpose,
            state=row.state,
        )
