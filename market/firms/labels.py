"""How the closed sets of firms are named on screens."""

from market.catalogue import labels as _declared  # noqa: F401 - importing declares the labels
from market.errors import msgid
from market.firms.checks import CheckOutcome, QualificationState, ReturnReason
from market.firms.doubts import DoubtState
from market.firms.entry import (
    ChangeState,
    Deed,
    FactField,
    FeedbackReason,
    FeedbackState,
    ReminderSubject,
    RemovalState,
    VerificationState,
)
from market.firms.fee_brackets import BracketShape
from market.firms.fee_charges import ExtraCharge
from market.firms.fee_history import VersionState
from market.firms.fees import FeeBasis, FeeKind
from market.firms.held import LicencePart
from market.firms.model_held import HeldOrigin
from market.firms.past_projects import ProjectState
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
        FirmState.DORMANT: Label(STATE_WORDS[FirmState.DORMANT], "neutral"),
        FirmState.PAUSED: Label(STATE_WORDS[FirmState.PAUSED], "warn"),
        FirmState.LEFT: Label(STATE_WORDS[FirmState.LEFT], "ended"),
        FirmState.REMOVED: Label(STATE_WORDS[FirmState.REMOVED], "bad"),
    },
)
declare(
    DoubtState,
    {
        DoubtState.HEARING: Label(msgid("正在听取机构意见"), "progress"),
        DoubtState.UPHELD: Label(msgid("复核成立，撤销“已核实”"), "bad"),
        DoubtState.DROPPED: Label(msgid("复核不成立，维持“已核实”"), "good"),
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
        FeeKind.BRACKETS: Label(msgid("自定分档")),
        FeeKind.UNIT: Label(msgid("单价 × 数量")),
        FeeKind.DISCOUNT: Label(msgid("按标准下浮")),
    },
)
declare(
    BracketShape,
    {
        BracketShape.PROGRESSIVE: Label(msgid("差额定率累进")),
        BracketShape.INTERPOLATED: Label(msgid("直线内插")),
        BracketShape.PER_BAND: Label(msgid("分档定额")),
    },
)
declare(
    ExtraCharge,
    {
        ExtraCharge.TRAVEL: Label(msgid("差旅费")),
        ExtraCharge.EXPERTS: Label(msgid("专家评审费")),
        ExtraCharge.COPIES: Label(msgid("加印成果文件费")),
        ExtraCharge.LABORATORY: Label(msgid("检验检测费")),
        ExtraCharge.DATA: Label(msgid("资料购置费")),
    },
)
declare(
    VersionState,
    {
        VersionState.COMING: Label(msgid("尚未生效"), "progress"),
        VersionState.IN_FORCE: Label(msgid("现行"), "good"),
        VersionState.EXPIRED: Label(msgid("已到期"), "bad"),
        VersionState.SUPERSEDED: Label(msgid("已被新版本取代"), "ended"),
    },
)
declare(
    QualificationState,
    {
        QualificationState.PENDING: Label(msgid("待核对"), "progress"),
        QualificationState.PROMISED: Label(msgid("已承诺，待核查"), "progress"),
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
        CheckOutcome.PROMISE_TRUE: Label(msgid("承诺属实"), "good"),
        CheckOutcome.PROMISE_FALSE: Label(msgid("承诺不实"), "bad"),
        CheckOutcome.PAUSED: Label(msgid("暂停"), "warn"),
        CheckOutcome.RESUMED: Label(msgid("解除暂停"), "good"),
        CheckOutcome.REMOVAL_NOTIFIED: Label(msgid("告知拟清退"), "warn"),
        CheckOutcome.REMOVAL_DROPPED: Label(msgid("撤回清退告知"), "ended"),
        CheckOutcome.REMOVED: Label(msgid("清退"), "bad"),
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
        ReturnReason.PROMISE_FALSE: Label(msgid("承诺不实")),
        ReturnReason.OTHER: Label(msgid("其他")),
    },
)
declare(
    VerificationState,
    {
        VerificationState.OPEN: Label(msgid("待核查"), "progress"),
        VerificationState.TRUE: Label(msgid("承诺属实"), "good"),
        VerificationState.FALSE: Label(msgid("承诺不实"), "bad"),
        VerificationState.ENDED: Label(msgid("已终止"), "ended"),
    },
)
declare(
    FeedbackReason,
    {
        FeedbackReason.FACTS: Label(msgid("基本信息不实")),
        FeedbackReason.QUALIFICATION: Label(msgid("资质不实或者已失效")),
        FeedbackReason.STAFF: Label(msgid("人员挂靠或者不在该机构执业")),
        FeedbackReason.TIES: Label(msgid("与审批部门或者业主有利害关系")),
        FeedbackReason.RECORD: Label(msgid("有禁止从业或者失信的情形")),
        FeedbackReason.OTHER: Label(msgid("其他")),
    },
)
declare(
    FeedbackState,
    {
        FeedbackState.OPEN: Label(msgid("待答复"), "progress"),
        FeedbackState.UPHELD: Label(msgid("反馈属实"), "bad"),
        FeedbackState.REJECTED: Label(msgid("反馈不属实"), "ended"),
    },
)
declare(
    FactField,
    {
        FactField.NAME: Label(msgid("机构名称")),
        FactField.NATURE: Label(msgid("机构性质")),
        FactField.LEGAL_REPRESENTATIVE: Label(msgid("法定代表人（负责人）")),
        FactField.REGISTERED_ON: Label(msgid("成立日期")),
        FactField.BUSINESS_UNTIL_ON: Label(msgid("经营期限止")),
        FactField.REGISTERED_CAPITAL_FEN: Label(msgid("注册资本（开办资金）")),
        FactField.CAPITAL_CURRENCY: Label(msgid("注册资本币种")),
        FactField.REGISTERING_AUTHORITY: Label(msgid("登记机关")),
        FactField.REGISTERED_ADDRESS: Label(msgid("注册地址")),
        FactField.ADDRESS: Label(msgid("办公地址")),
        FactField.BUSINESS_SCOPE: Label(msgid("经营（业务）范围")),
        FactField.PARENT_CODE: Label(msgid("所属总机构的信用代码")),
        FactField.PHYSICALLY_PRESENT: Label(msgid("实体进驻")),
    },
)
declare(
    HeldOrigin,
    {
        HeldOrigin.STATE: Label(msgid("国家数据")),
        HeldOrigin.CITY: Label(msgid("互认城市的入驻资料")),
    },
)
declare(
    LicencePart,
    {
        LicencePart.ABSENT: Label(msgid("证照")),
        LicencePart.NAME: Label(msgid("名称")),
        LicencePart.MAJOR: Label(msgid("专业")),
        LicencePart.GRADE: Label(msgid("等级")),
        LicencePart.ISSUER: Label(msgid("发证机关")),
        LicencePart.VALID_FROM_ON: Label(msgid("有效期起")),
        LicencePart.VALID_TO_ON: Label(msgid("有效期止")),
    },
)
declare(
    ChangeState,
    {
        ChangeState.PENDING: Label(msgid("待核对"), "progress"),
        ChangeState.ACCEPTED: Label(msgid("已变更"), "good"),
        ChangeState.RETURNED: Label(msgid("已退回"), "warn"),
        ChangeState.WITHDRAWN: Label(msgid("已撤回"), "ended"),
    },
)
declare(
    ReminderSubject,
    {
        ReminderSubject.QUALIFICATION: Label(msgid("资质即将到期")),
        ReminderSubject.STAFF: Label(msgid("人员证书即将到期")),
        ReminderSubject.FEE: Label(msgid("公开的收费即将到期")),
        ReminderSubject.DORMANCY: Label(msgid("即将转为休眠")),
    },
)
declare(
    Deed,
    {
        Deed.ENROL: Label(msgid("报名")),
        Deed.CONTRACT: Label(msgid("确认中选和签订合同")),
        Deed.REPORT: Label(msgid("履约和提交成果")),
    },
)
declare(
    RemovalState,
    {
        RemovalState.NOTIFIED: Label(msgid("已告知拟清退"), "warn"),
        RemovalState.DROPPED: Label(msgid("已撤回告知"), "ended"),
        RemovalState.DONE: Label(msgid("已清退"), "bad"),
    },
)
declare(
    ProjectState,
    {
        ProjectState.DECLARED: Label(msgid("机构填报"), "progress"),
        ProjectState.VERIFIED: Label(msgid("已核实"), "good"),
        ProjectState.REFUSED: Label(msgid("核对不通过"), "bad"),
        ProjectState.WITHDRAWN: Label(msgid("已撤回"), "ended"),
    },
)
