"""How the steps of a draw and the prices of a need are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.oversight.rules import DrawStep, Price

declare(
    DrawStep,
    {
        DrawStep.CLOSE: Label(msgid("报名截止")),
        DrawStep.FREEZE: Label(msgid("名单冻结")),
        DrawStep.RESULT: Label(msgid("摇号结果")),
    },
)
declare(
    Price,
    {
        Price.CEILING: Label(msgid("最高限价")),
        Price.DISCLOSED: Label(msgid("公开收费")),
        Price.AWARD: Label(msgid("中选金额")),
        Price.CONTRACT: Label(msgid("合同金额")),
    },
)
