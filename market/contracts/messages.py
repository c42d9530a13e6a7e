"""What contracts tell the people of both sides."""

from market.errors import msgid
from market.messages.kinds import Kind, declare

REPORT_MADE = declare(
    Kind(
        code="contract.report-made",
        subject=msgid("中介机构提交了进度报告"),
        body=msgid("合同 %(number)s 的节点“%(name)s”已提交进度报告，完成 %(percent)s%%。"),
    )
)
REPORT_MISSED = declare(
    Kind(
        code="contract.report-missed",
        subject=msgid("进度报告逾期"),
        body=msgid("合同 %(number)s 的节点“%(name)s”逾期没有提交进度报告，已亮牌。请尽快补报。"),
    )
)
LETTER_SENT = declare(
    Kind(
        code="contract.message",
        subject=msgid("合同往来消息"),
        body=msgid("合同 %(number)s 有 %(sender)s 发来的新消息，请在合同页面查看。"),
    )
)
ASKED = declare(
    Kind(
        code="contract.asked",
        subject=msgid("成果须补正或者补交"),
        body=msgid("合同 %(number)s 的成果须补正、修改或者补交材料，期限 %(due_at)s。"),
        must=True,
    )
)
SUPPLIED = declare(
    Kind(
        code="contract.supplied",
        subject=msgid("中介机构已补交"),
        body=msgid("合同 %(number)s 的中介机构已补交材料，请在期限内核对。"),
    )
)
RETURNED = declare(
    Kind(
        code="contract.returned",
        subject=msgid("成果退回重做"),
        body=msgid("合同 %(number)s 的成果被退回重做，原因：%(reason)s；依据：%(clause)s。"),
        must=True,
    )
)
LAPSED = declare(
    Kind(
        code="contract.lapsed",
        subject=msgid("容缺接收失效"),
        body=msgid("合同 %(number)s 约定补交的材料逾期没有补交，容缺接收失效，转为补正。"),
        must=True,
    )
)
