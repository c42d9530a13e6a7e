"""How the closed sets of the pool of experts are named on screens."""

from market.errors import msgid
from market.experts.rules import (
    ExpertMove,
    ExpertReason,
    ExpertState,
    RecusalGround,
    SittingOutcome,
    TieGround,
)
from market.labels import Label, declare

declare(
    ExpertState,
    {
        ExpertState.PENDING: Label(msgid("待复核"), "progress"),
        ExpertState.ACTIVE: Label(msgid("在库"), "good"),
        ExpertState.PAUSED: Label(msgid("暂停抽取"), "warn"),
        ExpertState.REFUSED: Label(msgid("未通过复核"), "bad"),
        ExpertState.REMOVED: Label(msgid("已出库"), "ended"),
    },
)
declare(
    ExpertMove,
    {
        ExpertMove.ENTER: Label(msgid("登记")),
        ExpertMove.CHANGE: Label(msgid("变更资料")),
        ExpertMove.CONFIRM: Label(msgid("复核通过")),
        ExpertMove.REFUSE: Label(msgid("复核不通过")),
        ExpertMove.PAUSE: Label(msgid("暂停抽取")),
        ExpertMove.RESUME: Label(msgid("恢复抽取")),
        ExpertMove.RENEW: Label(msgid("续聘")),
        ExpertMove.REMOVE: Label(msgid("移出专家库")),
    },
)
declare(
    ExpertReason,
    {
        ExpertReason.EVIDENCE: Label(msgid("聘任依据不足或不符")),
        ExpertReason.UNQUALIFIED: Label(msgid("不具备专业条件")),
        ExpertReason.OWN_WISH: Label(msgid("本人申请")),
        ExpertReason.UNDER_REVIEW: Label(msgid("正在核查")),
        ExpertReason.CONDUCT: Label(msgid("违反评审纪律")),
        ExpertReason.ABSENT: Label(msgid("多次不应答或不评分")),
        ExpertReason.LEFT_FIELD: Label(msgid("不再从事本专业")),
        ExpertReason.WRITING_ERROR: Label(msgid("登记有误")),
        ExpertReason.NEW_EMPLOYER: Label(msgid("工作单位变动")),
        ExpertReason.NEW_TITLE: Label(msgid("职称、职务或姓名变动")),
        ExpertReason.OTHER_ITEMS: Label(msgid("评审事项调整")),
        ExpertReason.SENT_BACK: Label(msgid("按复核意见改正")),
    },
)
declare(
    SittingOutcome,
    {
        SittingOutcome.SAT: Label(msgid("已完成评审"), "good"),
        SittingOutcome.DECLINED: Label(msgid("按时辞让"), "neutral"),
        SittingOutcome.SILENT: Label(msgid("逾期未应答"), "bad"),
        SittingOutcome.UNSCORED: Label(msgid("未按时评分"), "bad"),
    },
)
declare(
    TieGround,
    {
        TieGround.FAMILY: Label(msgid("近亲属任职或持股")),
        TieGround.PART_TIME: Label(msgid("兼职或聘用")),
        TieGround.ADVISER: Label(msgid("担任顾问或有咨询业务")),
        TieGround.SHARES: Label(msgid("持有股份或投资")),
        TieGround.FORMER: Label(msgid("曾经任职")),
        TieGround.DISPUTE: Label(msgid("有纠纷或诉讼")),
        TieGround.OTHER: Label(msgid("其他可能影响公正的关系")),
    },
)
declare(
    RecusalGround,
    {
        RecusalGround.EMPLOYER_UNKNOWN: Label(msgid("没有登记工作单位")),
        RecusalGround.DECLARATION_LAPSED: Label(msgid("回避申报过期或没有申报")),
        RecusalGround.EMPLOYED_BY_OWNER: Label(msgid("任职于项目业主")),
        RecusalGround.EMPLOYED_BY_FIRM: Label(msgid("任职于报名机构")),
        RecusalGround.EMPLOYED_BY_OPERATOR: Label(msgid("任职于运营机构")),
        RecusalGround.EMPLOYED_BY_REVIEWER: Label(msgid("任职于作出评审结论的部门")),
        RecusalGround.EMPLOYED_IN_GROUP: Label(msgid("工作单位与当事单位有控制关系")),
        RecusalGround.BEHIND_FIRM: Label(msgid("系当事单位负责人、控制人或股东")),
        RecusalGround.STAFF_OF_FIRM: Label(msgid("系报名机构执业人员")),
        RecusalGround.LATELY_STAFF: Label(msgid("近年曾为报名机构执业人员")),
        RecusalGround.DECLARED_TIE: Label(msgid("本人申报回避")),
        RecusalGround.SAT_TOO_OFTEN: Label(msgid("近期为该业主评审已达上限")),
    },
)
