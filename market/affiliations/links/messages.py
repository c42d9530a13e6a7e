"""What a firm is told of a tie that another declared."""

from typing import Final

from market.errors import msgid
from market.messages.kinds import Kind, declare

ASKED: Final = declare(
    Kind(
        code="affiliation.link-asked",
        subject=msgid("请核对关联关系申报：%(number)s"),
        body=msgid(
            "%(firm)s申报与贵单位受同一控制人控制，或者法定代表人为同一人。请在 %(until)s "
            "前确认或者否认。贵单位没有确认的，只约束申报的机构，不影响贵单位报名；双方申报的"
            "控制人或者法定代表人相同、期满仍不答复的，一方被列入黑名单时及于另一方。"
        ),
        must=True,
    )
)
