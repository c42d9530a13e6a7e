"""How draws, enrolments and awards are named on screens."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from market.draws.rules import (
    AwardState,
    DrawMode,
    DrawState,
    EnrolmentState,
    ExclusionGround,
    VoidReason,
)
from market.errors import msgid
from market.labels import Label, declare

declare(
    DrawMode,
    {
        DrawMode.A: Label(msgid("公共信标（drand）"), "good"),
        DrawMode.D2: Label(msgid("内置离线（平台与监督方）"), "good"),
        DrawMode.D1: Label(msgid("演示模式（仅平台）"), "warn"),
    },
)
declare(
    DrawState,
    {
        DrawState.OPEN: Label(msgid("报名中"), "good"),
        DrawState.CLOSED: Label(msgid("报名截止"), "progress"),
        DrawState.FROZEN: Label(msgid("名单已冻结"), "progress"),
        DrawState.DRAWN: Label(msgid("已出结果"), "ended"),
        DrawState.VOID: Label(msgid("已作废"), "bad"),
    },
)
declare(
    EnrolmentState,
    {
        EnrolmentState.ENROLLED: Label(msgid("已报名"), "good"),
        EnrolmentState.WITHDRAWN: Label(msgid("已撤回"), "ended"),
        EnrolmentState.INELIGIBLE: Label(msgid("不合格"), "bad"),
    },
)
declare(
    AwardState,
    {
        AwardState.PUBLICITY: Label(msgid("公示中"), "progress"),
        AwardState.OFFERED: Label(msgid("待中选机构确认"), "progress"),
        AwardState.CONFIRMED: Label(msgid("已确认待签约"), "progress"),
        AwardState.DECLINED: Label(msgid("已放弃"), "bad"),
        AwardState.LAPSED: Label(msgid("逾期失效"), "bad"),
        AwardState.SIGNED: Label(msgid("已签约"), "ended"),
    },
)
declare(
    ExclusionGround,
    {
        ExclusionGround.FALSE_MATERIALS: Label(msgid("提供虚假材料"), "bad"),
        ExclusionGround.COLLUSION: Label(msgid("串通报名"), "bad"),
        ExclusionGround.AFFILIATED: Label(msgid("与业主或审批部门存在关联"), "bad"),
        ExclusionGround.LOST_QUALIFICATION: Label(msgid("资质被吊销或注销"), "bad"),
    },
)
declare(
    VoidReason,
    {
        VoidReason.WITHDRAWN: Label(msgid("业主撤回采购需求"), "ended"),
        VoidReason.TOO_FEW: Label(msgid("报名家数不足"), "bad"),
        VoidReason.TOO_FEW_ELIGIBLE: Label(msgid("合格家数不足"), "bad"),
        VoidReason.FREEZE_MISSED: Label(msgid("未在期限内冻结名单"), "bad"),
        VoidReason.EXHAUSTED: Label(msgid("候补机构已全部递补完毕"), "bad"),
    },
)

# What each type of a draw's entries is called.
ENTRY_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "notice": msgid("公告"),
        "enrol": msgid("报名"),
        "withdraw": msgid("撤回报名"),
        "ineligible": msgid("复核不合格"),
        "close": msgid("报名截止"),
        "freeze": msgid("冻结名单"),
        "phi": msgid("随机值"),
        "result": msgid("结果"),
        "decline": msgid("放弃"),
        "disqualify": msgid("失去资格"),
        "replace": msgid("递补"),
        "void": msgid("终止"),
    }
)
