"""How the phases, states and verdicts of a session are named on screens."""

from market.bidding.rules import BidderState, Phase, Verdict
from market.errors import msgid
from market.labels import Label, declare

declare(
    Phase,
    {
        Phase.BEFORE: Label(msgid("竞价尚未开始"), "neutral"),
        Phase.RUNNING: Label(msgid("正在竞价"), "progress"),
        Phase.OVER: Label(msgid("竞价已经结束"), "ended"),
    },
)
declare(
    BidderState,
    {
        BidderState.SILENT: Label(msgid("未出价"), "neutral"),
        BidderState.BEATEN: Label(msgid("不是最低价"), "warn"),
        BidderState.LOWEST: Label(msgid("当前最低价"), "good"),
        BidderState.JUDGED: Label(msgid("已评定"), "ended"),
        BidderState.WITHDRAWN: Label(msgid("已撤回报名"), "ended"),
    },
)
declare(
    Verdict,
    {
        Verdict.LOWEST: Label(msgid("最低出价，列入名单"), "good"),
        Verdict.HIGHER: Label(msgid("不是最低出价"), "neutral"),
        Verdict.NO_BID: Label(msgid("没有出价"), "warn"),
        Verdict.LEFT: Label(msgid("持有最低价，因自身原因失去资格"), "bad"),
        Verdict.LOST: Label(msgid("持有最低价，失去资格"), "bad"),
    },
)
