"""How accounts and steps of a timeline are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.timelines.rules import Account, Step

declare(
    Account,
    {
        Account.OWNER: Label(msgid("业主"), "warn"),
        Account.FIRM: Label(msgid("中介"), "progress"),
        Account.REVIEWER: Label(msgid("评审审批")),
        Account.THIRD_PARTY: Label(msgid("第三方")),
        Account.FORCE_MAJEURE: Label(msgid("不可抗力"), "ended"),
        Account.BOTH: Label(msgid("双方"), "warn"),
        Account.PROCESS: Label(msgid("公示和程序")),
        Account.NOBODY: Label(msgid("不计"), "ended"),
    },
)
declare(
    Step,
    {
        Step.NOTICE: Label(msgid("发布采购公告，开始报名")),
        Step.CLOSED: Label(msgid("报名截止")),
        Step.DRAWN: Label(msgid("摇号，产生结果"), "good"),
        Step.VOIDED: Label(msgid("本次摇号作废"), "bad"),
        Step.FAILED: Label(msgid("采购流标"), "bad"),
        Step.WITHDRAWN: Label(msgid("业主撤回采购公告"), "bad"),
        Step.CHOSEN: Label(msgid("业主直接选取，开始公示")),
        Step.AWARDED: Label(msgid("发布中选公告，开始公示"), "good"),
        Step.OFFERED: Label(msgid("公示期满，待机构确认")),
        Step.CONFIRMED: Label(msgid("机构确认中选，待签订合同"), "good"),
        Step.DECLINED: Label(msgid("机构放弃中选"), "bad"),
        Step.LAPSED: Label(msgid("机构逾期未确认，中选失效"), "bad"),
        Step.DISQUALIFIED: Label(msgid("中选被取消"), "bad"),
        Step.RELEASED: Label(msgid("机构无责退出"), "ended"),
        Step.FROZEN: Label(msgid("中选冻结，期限暂停"), "warn"),
        Step.GOES_ON: Label(msgid("解除冻结，期限接着计算")),
        Step.OBJECTION: Label(msgid("有单位对结果提出异议"), "warn"),
        Step.OBJECTION_OVER: Label(msgid("异议办结")),
        Step.UNSIGNED: Label(msgid("到期没有签订合同，查明原因"), "warn"),
        Step.FAULT_FOUND: Label(msgid("未签合同的责任已认定")),
        Step.FILED: Label(msgid("一方提交合同，待对方确认")),
        Step.IN_FORCE: Label(msgid("合同生效，待移交资料"), "good"),
        Step.CLOCK: Label(msgid("服务时限")),
        Step.SUSPENSION_ASKED: Label(msgid("申请挂起"), "warn"),
        Step.SUSPENSION_ANSWERED: Label(msgid("挂起申请有了答复")),
        Step.DELIVERED: Label(msgid("机构提交成果，待业主验收")),
        Step.RETURNED: Label(msgid("成果退回重做"), "warn"),
        Step.ACCEPTED: Label(msgid("成果验收通过"), "good"),
        Step.CARD: Label(msgid("亮牌"), "bad"),
        Step.ENDED: Label(msgid("合同解除"), "ended"),
        Step.PAYMENT_LATE: Label(msgid("业主逾期未付款"), "bad"),
    },
)
