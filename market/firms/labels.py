"""How the closed sets of firms are named on screens."""

from market.errors import msgid
from market.firms.checks import CheckOutcome, QualificationState, ReturnReason
from market.firms.fees import FeeBasis, FeeKind
from market.firms.rules import STATE_WORDS, FirmNature, FirmState, ServiceState, Standing
from market.labels import Label, declare

declare(
    FirmState,
    {
        FirmState.DRAFT: Label(STATE_WORDS[FirmState.DRAFT], "neutral"),
        FirmState.SUBMITTED: Label(STATE_WORDS[FirmState.SUBMITTED], "progress"),
        FirmState.RETURNED: Label(STATE_WORDS[FirmState.RETURNED], "warn"),
        FirmState.PUBLICITY: Label(STATE_WORDS[FirmState.PUBLICITY], "progress"),
        FirmState.LISTED: Label(STATE_WORDS[FirmState.LISTED], "good"),
        FirmState.LEFT: Label(STATE_WORDS[FirmState.LEFT], "ended"),
    },
)
declare(
    FirmNature,
    {
        FirmNature.ENTERPRISE: Label(msgid("企业")),
        FirmNature.INSTITUTION: Label(msgid("事业单位")),
        FirmNature.SOCIAL: Label(msgid("社会组织")),
    },
)
declare(
    Standing,
    {
        Standing.ACTIVE: Label(msgid("正常"), "good"),
        Standing.SUSPENDED: Label(msgid("暂停参与"), "warn"),
        Standing.BLACKLISTED: Label(msgid("黑名单"), "bad"),
    },
)
declare(
    ServiceState,
    {
        ServiceState.OFFERED: Label(msgid("提供服务"), "good"),
        ServiceState.FROZEN: Label(msgid("已冻结"), "bad"),
        ServiceState.WITHDRAWN: Label(msgid("已停止"), "ended"),
    },
)
declare(
    FeeBasis,
    {
        FeeBasis.STANDARD: Label(msgid("参照标准文件")),
        FeeBasis.OWN: Label(msgid("自主定价")),
    },
)
declare(
    FeeKind,
    {
        FeeKind.FIXED: Label(msgid("固定金额")),
        FeeKind.RATE: Label(msgid("按比例")),
        FeeKind.DISCOUNT: Label(msgid("按标准下浮")),
    },
)
declare(
    QualificationState,
    {
        QualificationState.PENDING: Label(msgid("待核对"), "progress"),
        QualificationState.CONFIRMED: Label(msgid("已核对"), "good"),
        QualificationState.REFUSED: Label(msgid("未通过核对"), "bad"),
    },
)
declare(
    CheckOutcome,
    {
        CheckOutcome.PASSED: Label(msgid("审核通过"), "good"),
        CheckOutcome.RETURNED: Label(msgid("退回"), "warn"),
        CheckOutcome.CONFIRMED: Label(msgid("核对通过"), "good"),
        CheckOutcome.REFUSED: Label(msgid("核对不通过"), "bad"),
    },
)
declare(
    ReturnReason,
    {
        ReturnReason.FACTS_WRONG: Label(msgid("基本信息与登记不一致")),
        ReturnReason.QUALIFICATION_UNPROVEN: Label(msgid("资质无法核实")),
        ReturnReason.QUALIFICATION_EXPIRED: Label(msgid("资质已过期")),
        ReturnReason.STAFF_UNPROVEN: Label(msgid("执业人员无法核实")),
        ReturnReason.SERVICE_UNFIT: Label(msgid("所报服务与资质、人员不符")),
        ReturnReason.FEE_UNCLEAR: Label(msgid("收费标准不明确")),
        ReturnReason.OBJECTION_UPHELD: Label(msgid("公示异议成立")),
        ReturnReason.OTHER: Label(msgid("其他")),
    },
)
