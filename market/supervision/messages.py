"""What parties are told of their cards and interviews."""

from market.errors import msgid
from market.messages.kinds import Kind, declare

INTERVIEW_CALLED = declare(
    Kind(
        code="supervision.interview-called",
        subject=msgid("约谈通知：%(number)s"),
        body=msgid("就 %(number)s 号牌，请派人于 %(at)s 到%(place)s参加约谈。内容：%(topic)s"),
        must=True,
    )
)
CARD_JUDGED = declare(
    Kind(
        code="supervision.card-judged",
        subject=msgid("%(number)s 号牌有了认定结果"),
        body=msgid("%(number)s 号牌的状态：%(state)s。理由见本单位的亮牌记录。"),
        must=True,
    )
)
