"""What people are told when a notice changes a deadline of theirs."""

from typing import Final

from market.errors import msgid
from market.messages.kinds import Kind, declare

DEADLINE_CHANGED: Final = declare(
    Kind(
        code="calendar.deadline-changed",
        subject=msgid("期限已按放假通知重新计算：%(number)s"),
        body=msgid(
            "“%(title)s”（%(number)s）的期限由 %(was)s 变为 %(due)s，"
            "依据是放假通知 %(notice)s。工作日数没有变，变的是哪些日子算工作日。"
        ),
        must=True,
    )
)
