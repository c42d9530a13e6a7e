"""How the closed sets of messages are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.messages.rules import Channel, DeliveryState, Group

declare(
    Channel,
    {
        Channel.INBOX: Label(msgid("站内消息")),
        Channel.EMAIL: Label(msgid("电子邮件")),
        Channel.SMS: Label(msgid("短信")),
    },
)
declare(
    Group,
    {
        Group.SELECTION: Label(msgid("采购、报名和选取")),
        Group.CONTRACT: Label(msgid("合同、成果和付款")),
        Group.TIME: Label(msgid("时限、挂起和督办")),
        Group.CREDIT: Label(msgid("评价和信用")),
        Group.OBJECTION: Label(msgid("异议和投诉")),
        Group.OTHER: Label(msgid("其他")),
    },
)
declare(
    DeliveryState,
    {
        DeliveryState.QUEUED: Label(msgid("等待发送"), "progress"),
        DeliveryState.SENDING: Label(msgid("正在发送"), "progress"),
        DeliveryState.SENT: Label(msgid("已送达通道"), "good"),
        DeliveryState.FAILED: Label(msgid("发送失败"), "bad"),
        DeliveryState.DROPPED: Label(msgid("不再发送"), "ended"),
    },
)
