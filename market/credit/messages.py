"""What a firm is told of its score."""

from market.credit import labels as labels  # noqa: PLC0414 - registers the labels
from market.errors import msgid
from market.messages.kinds import Kind, declare

THRESHOLD = declare(
    Kind(
        code="credit.threshold-reached",
        subject=msgid("信用分已降至 %(score)s 分"),
        body=msgid(
            "新记一笔：%(breach)s，扣 %(points)s 分，信用分现为 %(score)s 分，"
            "已不高于 %(reached)s 分。"
            "不高于 %(remind)s 分提醒；不高于 %(suspend)s 分，可以暂停报名；不高于 %(long)s 分，"
            "可以延长暂停。暂停须另行立案、告知并听取申辩。请在信用记录中逐笔核对。"
        ),
        must=True,
    )
)
