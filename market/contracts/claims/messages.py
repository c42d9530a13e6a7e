"""What the two sides are told of a claimed day."""

from market.errors import msgid
from market.messages.kinds import Kind, declare

CLAIMED = declare(
    Kind(
        code="contract.day-claimed",
        subject=msgid("请确认成果的提交日期"),
        body=msgid(
            "合同 %(number)s 的中介机构今天登记了第 %(round)s 轮成果，"
            "自称 %(claimed_on)s 已经提交。您方确认前，按今天登记的时间计算；"
            "属实的请确认，不属实的请写明理由。"
        ),
        must=True,
    )
)
ANSWERED = declare(
    Kind(
        code="contract.day-answered",
        subject=msgid("成果提交日期的答复"),
        body=msgid("合同 %(number)s 第 %(round)s 轮成果自称的提交日期 %(claimed_on)s：%(state)s。"),
        must=True,
    )
)
