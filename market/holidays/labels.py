"""How an imported notice and the days of a calendar are named on screens."""

from market.errors import msgid
from market.holidays.rules import DayKind, ImportMove, ImportState
from market.labels import Label, declare

declare(
    ImportState,
    {
        ImportState.PROPOSED: Label(msgid("待复核"), "progress"),
        ImportState.CONFIRMED: Label(msgid("已生效"), "good"),
        ImportState.REFUSED: Label(msgid("复核未通过"), "warn"),
        ImportState.WITHDRAWN: Label(msgid("已撤回"), "ended"),
    },
)
declare(
    ImportMove,
    {
        ImportMove.CONFIRM: Label(msgid("复核通过，启用")),
        ImportMove.REFUSE: Label(msgid("复核不通过")),
        ImportMove.WITHDRAW: Label(msgid("撤回")),
    },
)
declare(
    DayKind,
    {
        DayKind.WORKING: Label(msgid("工作日")),
        DayKind.MAKE_UP: Label(msgid("调休上班"), "warn"),
        DayKind.WEEKEND: Label(msgid("休息日"), "ended"),
        DayKind.HOLIDAY: Label(msgid("放假"), "good"),
    },
)
