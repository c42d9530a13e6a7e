"""How the states and verdicts of quotes are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.quotes.rules import Phase, QuoteState, Verdict

declare(
    QuoteState,
    {
        QuoteState.NONE: Label(msgid("未封存"), "warn"),
        QuoteState.SEALED: Label(msgid("已封存"), "good"),
        QuoteState.OPENED: Label(msgid("已开启"), "good"),
        QuoteState.JUDGED: Label(msgid("已评定"), "ended"),
        QuoteState.WITHDRAWN: Label(msgid("已撤回报名"), "ended"),
    },
)
declare(
    Phase,
    {
        Phase.SEALING: Label(msgid("封存报价"), "progress"),
        Phase.WAITING: Label(msgid("报名已到截止时刻，即将开启"), "progress"),
        Phase.OPENING: Label(msgid("开启报价"), "progress"),
        Phase.OVER: Label(msgid("开启已经结束"), "ended"),
    },
)
declare(
    Verdict,
    {
        Verdict.LOWEST: Label(msgid("最低有效报价，列入名单"), "good"),
        Verdict.HIGHER: Label(msgid("有效报价，不是最低"), "neutral"),
        Verdict.NEAREST: Label(msgid("有效报价，被系数对应，列入名单"), "good"),
        Verdict.NOT_NEAREST: Label(msgid("有效报价，没有被任何系数对应"), "neutral"),
        Verdict.OFF_STEP: Label(msgid("无效：不是由万分之一整数倍的下浮率得出"), "bad"),
        Verdict.ABOVE_CEILING: Label(msgid("无效：高于服务费上限"), "bad"),
        Verdict.ABOVE_DISCLOSED: Label(msgid("无效：高于本机构公开收费折合金额"), "bad"),
        Verdict.BELOW_FLOOR: Label(msgid("无效：低于报价下限"), "bad"),
        Verdict.NOT_OPENED: Label(msgid("无效：已封存，未按时开启"), "bad"),
        Verdict.NOT_SEALED: Label(msgid("无效：未封存报价"), "bad"),
    },
)
