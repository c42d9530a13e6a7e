"""What firms are told of a case about whether they stand under one controller."""

from typing import Final

from market.errors import msgid
from market.messages.kinds import Kind, declare

OPENED: Final = declare(
    Kind(
        code="affiliation.case-opened",
        subject=msgid("关联组立案告知：%(number)s"),
        body=msgid(
            "运营机构拟认定贵机构与%(others)s为关联组（%(ground)s）。请在 %(until)s 前陈述意见；"
            "告知书 %(letter)s 载明事实和权利。"
        ),
        must=True,
    )
)
CONFIRMED: Final = declare(
    Kind(
        code="affiliation.group-confirmed",
        subject=msgid("已认定为关联组：%(number)s"),
        body=msgid(
            "贵机构与%(others)s已认定为关联组，自 %(at)s 起生效：在一次摇号中只有一张号票，"
            "届时名单尚未冻结的摇号同样适用。决定书 %(letter)s 载明理由和异议的办法，"
            "现在就可以提出异议。"
        ),
        must=True,
    )
)
REJECTED: Final = declare(
    Kind(
        code="affiliation.group-rejected",
        subject=msgid("不予认定关联组：%(number)s"),
        body=msgid("经审查，不予认定贵机构与%(others)s为关联组，本案办结。理由见案件页面。"),
        must=True,
    )
)
UNDONE: Final = declare(
    Kind(
        code="affiliation.group-undone",
        subject=msgid("关联组已解除：%(number)s"),
        body=msgid(
            "贵机构与%(others)s的关联组自 %(at)s 起解除，各自恢复一张号票；"
            "决定书 %(letter)s 已撤销。"
        ),
        must=True,
    )
)
OBJECTION_ANSWERED: Final = declare(
    Kind(
        code="affiliation.objection-answered",
        subject=msgid("关联关系异议已答复：%(number)s（%(state)s）"),
        body=msgid("贵机构对 %(about)s 的异议已答复：%(state)s。理由见关联关系页面。"),
        must=True,
    )
)
