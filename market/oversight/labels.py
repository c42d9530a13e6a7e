"""How the steps of a draw and the prices of a need are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.oversight.lookback import LookbackFlag
from market.oversight.rules import ChainFlag, DrawStep, Price

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
        Price.QUOTED: Label(msgid("报价")),
        Price.CONTRACT: Label(msgid("合同金额")),
        Price.AGREED: Label(msgid("合同加补充合同")),
        Price.INVOICED: Label(msgid("已开票")),
        Price.PAID: Label(msgid("已付款")),
    },
)
declare(
    ChainFlag,
    {
        ChainFlag.RISES: Label(msgid("有上升环节"), "bad"),
        ChainFlag.ADDED: Label(msgid("有补充合同"), "warn"),
        ChainFlag.REPEATED: Label(msgid("一年内多次追加"), "warn"),
        ChainFlag.OVERDUE: Label(msgid("付款逾期"), "bad"),
        ChainFlag.SHIFTED: Label(msgid("由申请人付费"), "warn"),
    },
)
declare(
    LookbackFlag,
    {
        LookbackFlag.UNCONFIRMED: Label(msgid("依据、资质或收费待核"), "warn"),
        LookbackFlag.UNUSED: Label(msgid("12 个月没有公告"), "warn"),
        LookbackFlag.NO_FIRM: Label(msgid("没有机构提供"), "bad"),
        LookbackFlag.FEW_FIRMS: Label(msgid("提供机构不足 3 家"), "warn"),
    },
)
