"""How the phases, states and verdicts of scored selection are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.scoring.rules import Phase, SheetState, Verdict

declare(
    Phase,
    {
        Phase.HANDING_IN: Label(msgid("提交方案"), "progress"),
        Phase.WAITING: Label(msgid("报名已到截止时刻，即将评审"), "progress"),
        Phase.SCORING: Label(msgid("专家评审"), "progress"),
        Phase.OVER: Label(msgid("评审已经结束"), "ended"),
    },
)
declare(
    SheetState,
    {
        SheetState.NONE: Label(msgid("未评分"), "warn"),
        SheetState.DRAFT: Label(msgid("草稿已保存，未交分"), "warn"),
        SheetState.HANDED_IN: Label(msgid("已交分"), "good"),
        SheetState.PUBLISHED: Label(msgid("已公布"), "ended"),
    },
)
declare(
    Verdict,
    {
        Verdict.HIGHEST: Label(msgid("总分最高，列入名单"), "good"),
        Verdict.LOWER: Label(msgid("总分不是最高"), "neutral"),
        Verdict.BELOW_LEAST: Label(msgid("总分低于及格分"), "bad"),
        Verdict.NO_PROPOSAL: Label(msgid("截止前没有提交方案"), "bad"),
    },
)
