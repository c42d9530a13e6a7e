"""How panels and seats are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.panels.rules import DeclineGround, PanelSubject, SeatState, VoidGround

declare(
    PanelSubject,
    {
        PanelSubject.SELECTION: Label(msgid("综合评分")),
        PanelSubject.REREVIEW: Label(msgid("成果复评")),
    },
)
declare(
    SeatState,
    {
        SeatState.OFFERED: Label(msgid("待专家答复"), "progress"),
        SeatState.ACCEPTED: Label(msgid("已接受"), "good"),
        SeatState.DECLINED: Label(msgid("已辞谢"), "ended"),
        SeatState.LAPSED: Label(msgid("逾期未答复"), "bad"),
        SeatState.UNFIT: Label(msgid("抽中后不再符合条件或应当回避"), "warn"),
    },
)
declare(
    DeclineGround,
    {
        DeclineGround.CONFLICT: Label(msgid("有利害关系，应当回避"), "warn"),
        DeclineGround.UNAVAILABLE: Label(msgid("评审时段不能参加"), "ended"),
        DeclineGround.NOT_MY_FIELD: Label(msgid("不属于本人专业"), "ended"),
    },
)
declare(
    VoidGround,
    {
        VoidGround.NEED_OVER: Label(msgid("所服务的采购或复评已终止"), "ended"),
        VoidGround.TOO_FEW_ELIGIBLE: Label(msgid("回避后可抽取的专家不足"), "bad"),
        VoidGround.FREEZE_MISSED: Label(msgid("错过冻结时限"), "bad"),
        VoidGround.NO_QUORUM: Label(msgid("见证签名不足"), "bad"),
    },
)
