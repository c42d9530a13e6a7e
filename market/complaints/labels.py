"""How the closed sets of complaints are named on screens."""

from market.complaints.opening_rules import Purpose
from market.complaints.rules import (
    AbuseReason,
    AbuseState,
    Against,
    Channel,
    ComplaintMove,
    ComplaintState,
    Matter,
    NoFreeze,
    Outcome,
    Refusal,
    Remedy,
    Target,
    Tier,
)
from market.errors import msgid
from market.labels import Label, declare

declare(
    Channel,
    {
        Channel.SITE: Label(msgid("网站")),
        Channel.PHONE: Label(msgid("电话（运营机构录入）")),
        Channel.HOTLINE: Label(msgid("12345 热线转办")),
    },
)
declare(
    Tier,
    {
        Tier.ANONYMOUS: Label(msgid("匿名")),
        Tier.NAMED: Label(msgid("实名，联系方式待核实")),
        Tier.VERIFIED: Label(msgid("实名，联系方式已核实")),
    },
)
declare(
    Target,
    {
        Target.AWARD: Label(msgid("采购需求或者中选结果")),
        Target.CONTRACT: Label(msgid("合同")),
        Target.CLOCK: Label(msgid("服务时限")),
        Target.FIRM: Label(msgid("中介机构")),
        Target.OWNER: Label(msgid("项目业主")),
        Target.AUTHORITY: Label(msgid("主管部门及其工作人员")),
        Target.OTHER: Label(msgid("其他事项")),
    },
)
declare(
    Against,
    {
        Against.FIRM: Label(msgid("中介机构")),
        Against.OWNER: Label(msgid("项目业主")),
        Against.OPERATOR: Label(msgid("运营机构")),
        Against.AUTHORITY: Label(msgid("主管部门")),
        Against.NOBODY: Label(msgid("不针对具体单位")),
    },
)
declare(
    Matter,
    {
        Matter.LACKS_CONDITION: Label(msgid("中选机构不具备公告要求的条件")),
        Matter.FALSE_MATERIALS: Label(msgid("提供虚假材料")),
        Matter.AFFILIATION: Label(msgid("存在关联关系")),
        Matter.COLLUSION: Label(msgid("串通报名或报价")),
        Matter.PROCEDURE: Label(msgid("程序不合规定")),
        Matter.LOTTERY: Label(msgid("对摇号过程或结果有疑问")),
        Matter.DESIGNATION: Label(msgid("指定或者变相指定中介机构")),
        Matter.FEES: Label(msgid("违规收费、加价或者转嫁费用")),
        Matter.DELAY: Label(msgid("超过时限、拖延")),
        Matter.QUALITY: Label(msgid("服务或者成果质量")),
        Matter.PAYMENT: Label(msgid("拖欠服务费")),
        Matter.CONDUCT: Label(msgid("服务态度、吃拿卡要")),
        Matter.OTHER: Label(msgid("其他")),
    },
)
declare(
    Refusal,
    {
        Refusal.NOT_THIS_MARKET: Label(msgid("不属于中介超市的事项")),
        Refusal.IN_COURT: Label(msgid("已由法院、复议机关或者仲裁机构受理")),
        Refusal.DECIDED_BEFORE: Label(msgid("同一事项已经作出决定，没有新的事实")),
        Refusal.NO_FACTS: Label(msgid("没有可以核查的事实或者线索")),
        Refusal.OTHER_ROUTE: Label(msgid("应当通过其他法定途径反映")),
    },
)
declare(
    Outcome,
    {
        Outcome.UPHELD: Label(msgid("成立")),
        Outcome.PARTLY: Label(msgid("部分成立")),
        Outcome.REJECTED: Label(msgid("不成立")),
    },
)
declare(
    Remedy,
    {
        Remedy.NONE: Label(msgid("中选结果不变")),
        Remedy.ANNUL: Label(msgid("取消中选，由同一次摇号的候补递补")),
    },
)
declare(
    NoFreeze,
    {
        NoFreeze.NONE: Label(msgid("暂停中选结果")),
        NoFreeze.ANONYMOUS: Label(msgid("匿名投诉受理时不暂停结果；拟认定成立的，届时暂停")),
        NoFreeze.UNVERIFIED: Label(
            msgid("受理前没有核实投诉人的联系方式，受理时不暂停结果；拟认定成立的，届时暂停")
        ),
        NoFreeze.ABUSED: Label(
            msgid("投诉单位期间内有恶意投诉记录，受理时不暂停结果；拟认定成立的，届时暂停")
        ),
        NoFreeze.AGAIN: Label(
            msgid("同一投诉人曾以同一问题暂停过该中选结果，受理时不再暂停；拟认定成立的，届时暂停")
        ),
        NoFreeze.SIGNED: Label(msgid("合同已经签订，受理时不暂停；拟取消中选的，届时一并暂停")),
        NoFreeze.OVER: Label(msgid("中选结果已经变更或者合同已经了结，没有可以暂停的")),
        NoFreeze.NO_AWARD: Label(msgid("不涉及中选结果")),
    },
)
declare(
    ComplaintState,
    {
        ComplaintState.RECEIVED: Label(msgid("待受理"), "progress"),
        ComplaintState.REFUSING: Label(msgid("拟不予受理，待另一人决定"), "progress"),
        ComplaintState.ACCEPTED: Label(msgid("已受理，办理中"), "progress"),
        ComplaintState.PROPOSED: Label(msgid("待作出决定"), "progress"),
        ComplaintState.UPHELD: Label(msgid("投诉成立"), "bad"),
        ComplaintState.PARTLY: Label(msgid("投诉部分成立"), "bad"),
        ComplaintState.REJECTED: Label(msgid("投诉不成立"), "ended"),
        ComplaintState.NOT_ACCEPTED: Label(msgid("不予受理"), "ended"),
        ComplaintState.WITHDRAWN: Label(msgid("投诉人已撤回"), "ended"),
    },
)
declare(
    ComplaintMove,
    {
        ComplaintMove.ASSIGN: Label(msgid("分办到主管部门")),
        ComplaintMove.TRANSFER: Label(msgid("转办到其他主管部门")),
        ComplaintMove.VERIFY: Label(msgid("核实投诉人的联系方式")),
        ComplaintMove.ACCEPT: Label(msgid("受理")),
        ComplaintMove.PROPOSE_REFUSAL: Label(msgid("提出不予受理")),
        ComplaintMove.REFUSE: Label(msgid("决定：不予受理")),
        ComplaintMove.ASK: Label(msgid("请被投诉方说明")),
        ComplaintMove.REPLY: Label(msgid("被投诉方作出说明")),
        ComplaintMove.HEAR: Label(msgid("请中选机构陈述意见")),
        ComplaintMove.STATE: Label(msgid("中选机构陈述意见")),
        ComplaintMove.PROPOSE: Label(msgid("提出处理意见")),
        ComplaintMove.TAKE_BACK: Label(msgid("提出人撤回处理意见")),
        ComplaintMove.SEND_BACK: Label(msgid("退回重新办理")),
        ComplaintMove.UPHOLD: Label(msgid("决定：成立")),
        ComplaintMove.UPHOLD_PARTLY: Label(msgid("决定：部分成立")),
        ComplaintMove.REJECT: Label(msgid("决定：不成立")),
        ComplaintMove.WITHDRAW: Label(msgid("投诉人撤回")),
    },
)
declare(
    AbuseReason,
    {
        AbuseReason.FABRICATED: Label(msgid("明知不实而捏造事实")),
        AbuseReason.FORGED: Label(msgid("伪造、变造证据")),
        AbuseReason.BOUGHT: Label(msgid("受雇或者收取好处代为投诉")),
        AbuseReason.IMPERSONATED: Label(msgid("冒用他人名义投诉")),
    },
)
declare(
    AbuseState,
    {
        AbuseState.PROPOSED: Label(msgid("拟认定，待投诉人说明"), "progress"),
        AbuseState.REPLIED: Label(msgid("投诉人已说明，待另一人确认"), "progress"),
        AbuseState.CONFIRMED: Label(msgid("已认定并记录"), "bad"),
        AbuseState.DROPPED: Label(msgid("不予认定"), "ended"),
        AbuseState.TAKEN_BACK: Label(msgid("提出人已撤回"), "ended"),
        AbuseState.WITHDRAWN: Label(msgid("认定已撤销"), "ended"),
    },
)
declare(
    Purpose,
    {
        Purpose.ACCEPT: Label(msgid("决定是否受理")),
        Purpose.CONTACT: Label(msgid("联系投诉人核实情况")),
        Purpose.INVESTIGATE: Label(msgid("调查投诉的事实")),
        Purpose.DECIDE: Label(msgid("作出决定、送达文书")),
        Purpose.MALICIOUS: Label(msgid("核查是否为恶意投诉")),
    },
)
