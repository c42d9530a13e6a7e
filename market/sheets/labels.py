"""How the states of imports are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.sheets.rules import ImportState

declare(
    ImportState,
    {
        ImportState.FAULTY: Label(msgid("有问题，未导入"), "bad"),
        ImportState.PREVIEWED: Label(msgid("待确认"), "progress"),
        ImportState.OFFERED: Label(msgid("代为录入，待机构确认"), "progress"),
        ImportState.RUNNING: Label(msgid("正在导入"), "progress"),
        ImportState.DONE: Label(msgid("已完成"), "good"),
        ImportState.STOPPED: Label(msgid("已中断"), "bad"),
        ImportState.DISCARDED: Label(msgid("已放弃"), "ended"),
        ImportState.WITHDRAWN: Label(msgid("运营机构已撤回"), "ended"),
    },
)
