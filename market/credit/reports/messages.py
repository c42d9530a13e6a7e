"""What a firm is told of a breach that an authority reports."""

from market.errors import msgid
from market.messages.kinds import Kind, declare

REPORTED = declare(
    Kind(
        code="credit.breach-reported",
        subject=msgid("拟登记失信行为，请陈述意见：%(number)s"),
        body=msgid(
            "%(authority)s拟登记：%(breach)s，发生日期 %(day)s。事实和证据见链接页面。"
            "请在 %(until)s 前陈述意见、提交证据；确认以前不记分、不公开，也不能作为处理的依据。"
        ),
        must=True,
    )
)
CONFIRMED = declare(
    Kind(
        code="credit.breach-confirmed",
        subject=msgid("失信行为登记已确认：%(number)s"),
        body=msgid(
            "%(breach)s已由提出人以外的人确认，计入贵单位信用记录，记 %(points)s 分。"
            "理由见链接页面；认为有误的，请向%(authority)s书面说明，由两人复核撤销。"
        ),
        must=True,
    )
)
ENDED = declare(
    Kind(
        code="credit.breach-report-ended",
        subject=msgid("失信行为登记已终止：%(number)s"),
        body=msgid("拟登记的%(breach)s不再登记，不记分，不公开。理由见链接页面。"),
        must=True,
    )
)
UNDONE = declare(
    Kind(
        code="credit.breach-undone",
        subject=msgid("失信行为登记已撤销：%(number)s"),
        body=msgid("%(breach)s的登记经两人确认有误，已经撤销，不再计分。理由见链接页面。"),
        must=True,
    )
)
