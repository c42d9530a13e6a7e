"""How the closed sets of documents and owners are named on screens."""

from market.documents.owner_rules import (
    STATE_WORDS,
    BuyerDeed,
    OwnerNature,
    OwnerReason,
    OwnerState,
)
from market.documents.retention import Ending
from market.documents.rules import DocKind, DocState, Subject, Suspicion
from market.errors import msgid
from market.labels import Label, declare

declare(
    DocKind,
    {
        DocKind.LICENCE: Label(msgid("营业执照（法人登记证书）")),
        DocKind.LEGAL_ID: Label(msgid("法定代表人身份证")),
        DocKind.PROMISE: Label(msgid("承诺书（签字盖章）")),
        DocKind.CERTIFICATE: Label(msgid("资质证书")),
        DocKind.LETTER: Label(msgid("授权委托书（盖章）")),
        DocKind.TRUSTEE_ID: Label(msgid("受托人身份证")),
        DocKind.INSURANCE: Label(msgid("社会保险缴纳证明")),
        DocKind.PERFORMANCE: Label(msgid("业绩证明")),
        DocKind.EVIDENCE: Label(msgid("异议证据材料")),
        DocKind.TITLE: Label(msgid("职称或执业资格证书")),
        DocKind.EMPLOYMENT: Label(msgid("任职证明")),
    },
)
declare(
    Subject,
    {
        Subject.FIRM: Label(msgid("中介机构")),
        Subject.QUALIFICATION: Label(msgid("资质")),
        Subject.DELEGATE: Label(msgid("业务授权")),
        Subject.INSURANCE: Label(msgid("社会保险证明")),
        Subject.PAST_PROJECT: Label(msgid("业绩")),
        Subject.OWNER: Label(msgid("项目业主")),
        Subject.BUYER: Label(msgid("采购授权")),
        Subject.OBJECTION: Label(msgid("中选结果异议")),
        Subject.EXPERT: Label(msgid("评审专家")),
    },
)
declare(
    DocState,
    {
        DocState.HELD: Label(msgid("待核对"), "progress"),
        DocState.CLEARED: Label(msgid("已核对"), "good"),
        DocState.REJECTED: Label(msgid("已退回"), "bad"),
        DocState.REPLACED: Label(msgid("已被替换"), "ended"),
    },
)
declare(
    Suspicion,
    {
        Suspicion.TRAILING: Label(msgid("文件末尾附带多余数据"), "warn"),
        Suspicion.FORM_ACTIONS: Label(msgid("带有表单动作"), "warn"),
        Suspicion.FORM_XFA: Label(msgid("带有动态表单"), "warn"),
        Suspicion.TOO_COMPLEX: Label(msgid("结构过于复杂，未能查完"), "warn"),
        Suspicion.OUTSIDE_PICTURE: Label(msgid("引用外部图片"), "warn"),
        Suspicion.EMBEDDED_OBJECT: Label(msgid("内嵌对象"), "warn"),
    },
)
declare(
    OwnerNature,
    {
        OwnerNature.AGENCY: Label(msgid("行政机关")),
        OwnerNature.INSTITUTION: Label(msgid("事业单位")),
        OwnerNature.STATE_COMPANY: Label(msgid("国有企业")),
        OwnerNature.PRIVATE_COMPANY: Label(msgid("民营企业")),
        OwnerNature.SOCIAL: Label(msgid("社会组织")),
        OwnerNature.OTHER: Label(msgid("其他")),
    },
)
declare(
    OwnerState,
    {
        OwnerState.DRAFT: Label(STATE_WORDS[OwnerState.DRAFT]),
        OwnerState.SUBMITTED: Label(STATE_WORDS[OwnerState.SUBMITTED], "progress"),
        OwnerState.RETURNED: Label(STATE_WORDS[OwnerState.RETURNED], "warn"),
        OwnerState.CHECKED: Label(STATE_WORDS[OwnerState.CHECKED], "good"),
    },
)
declare(
    OwnerReason,
    {
        OwnerReason.FACTS_WRONG: Label(msgid("单位信息与登记证书不一致")),
        OwnerReason.NOT_ENTITLED: Label(msgid("不属于可在本市中介超市采购的单位")),
        OwnerReason.LICENCE_UNPROVEN: Label(msgid("登记证书不清晰或已失效")),
        OwnerReason.LETTER_UNPROVEN: Label(msgid("授权委托书不符合要求")),
        OwnerReason.TRUSTEE_UNPROVEN: Label(msgid("受托人身份无法核实")),
        OwnerReason.OTHER: Label(msgid("其他（见说明）")),
    },
)
declare(
    BuyerDeed,
    {
        BuyerDeed.POST: Label(msgid("提交采购需求")),
        BuyerDeed.APPROVE: Label(msgid("审批采购需求")),
    },
)
declare(
    Ending,
    {
        Ending.REFUSED: Label(msgid("退回后未再使用"), "ended"),
        Ending.SUPERSEDED: Label(msgid("核对前已被新版本替换"), "ended"),
        Ending.ABANDONED: Label(msgid("上传后没有提交申请"), "ended"),
        Ending.KEPT: Label(msgid("决定所依据的材料"), "good"),
    },
)
