"""What the columns of a dossier's tables are called in its table of contents, in Chinese."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_WORDS: Final = """
accepted 通过 | accepted_at 通过时间 | act_by_at 应办时间 | advice 审查意见
advised_accept 意见为成立 | advised_at 提出意见时间 | advised_late 意见逾期
after_working_days 约定工作日 | agreed_units 约定时限 | amount_fen 金额（分） | answer 答复
answer_by_at 答复期限 | answer_due_at 答复期限 | answered_at 答复时间
answered_by_org_id 答复单位 | appeal 申诉 | appeal_by_at 申诉期限 | appealed_at 申诉时间
asked_at 提出时间 | at 时间 | attempt 次数 | attitude 服务态度 | authority 作出机关
by_org_id 办理单位 | by_silence 期满视为 | cause 原因 | changed_at 变更时间 | clause 条款
claimed_on 自称日期 | closed_at 办结时间 | code 核验码 | comment 意见 | comment_digest 评语摘要
conduct 廉洁守信 | confirmed_at 确认时间 | cost 成本项目 | counts_from_at 起算时间 | dated_on 日期
decide_by_at 决定期限 | decided_at 决定时间 | decided_by_org_id 决定单位 | decided_late 决定逾期
decision 决定 | decision_reason 决定理由 | deed 办理 | diagnosis 原因说明 | differences 变更内容
digest 摘要 | direct_number 直接选取编号 | direction 方向 | disclosed_fen 按公示收费计算（分）
done 完成内容 | due_after_at 延期后期限 | due_at 期限 | due_before_at 延期前期限
due_on 最后一日 | ended_at 结束时间 | entered_at 登记时间 | entered_by 登记账号
entered_by_org_id 登记单位 | escalated_at 转办时间 | evidence 依据 | examined_at 审查时间
extended_units 延长 | fact 事实 | fault 责任 | fee_bases 计费基数 | fee_standard 收费标准
file_by_at 补办期限 | file_id 文件 | filed_at 提交时间 | filed_by_org_id 提交单位
finding 核查结论 | firm_blames 机构认为 | firm_filed 机构已提交合同 | firm_id 机构
firm_org_id 中介机构 | firm_stated_at 机构说明时间 | firm_text 机构说明
for_own_review 用于自身审批 | freezes 冻结 | frozen_at 冻结时间 | funds 资金 | ground 事由
happened_at 发生时间 | hindrance 不能计算的原因 | holder 计时一方 | holder_org_id 计时单位
in_staff_id 换入人员 | invited_at 邀请时间 | is_late 逾期 | is_named 公开单位 | is_public 公开
issued_at 发出时间
issued_by_org_id 发出单位 | issued_on 发文日期 | issuer 发文单位 | kind 种类
left_working_days 剩余工作日 | limit_fen 上限（分） | materials 移交资料 | materials_at 移交时间
materials_by_at 移交期限 | meet_at 约谈时间 | missing 缺少的材料 | model_names 示范文本
model_use 示范文本使用 | money 费用合理 | move 步骤 | name 名称 | named_at 确定时间
more_grounds 其他理由
needs_approval 需要批准 | next_stage 下一级 | no_freeze_reason 不冻结的理由 | note 说明
number 编号 | obstacles 困难 | open_fen 未付（分） | opened_at 开启时间 | org_id 单位
other_org_id 对方单位 | out_staff_id 换出人员 | outcome 结论 | overall_tenths 总分（十分之一分）
overdue 已逾期 | owner_blames 业主认为 | owner_org_id 项目业主 | owner_stated_at 业主说明时间
owner_text 业主说明 | paragraphs_json 正文 | party 计入 | payer 付款方 | percent 完成百分比
position 序号 | price_fen 价款（分） | proposed_at 提出时间 | proposed_by_org_id 提出单位
publicity_ends_at 公示期满 | published_at 公布时间 | quality 质量 | raised_at 提出时间
rank 名次 | rated_org_id 被评单位 | rater_org_id 评价单位 | reached_at 发生时间 | reason 理由
reasons 扣分原因 | recipient 收文单位 | recipient_code 统一社会信用代码 | recorded_at 登记时间
reference 号码 | rejoinder 对裁定请求的说明 | rejoined_at 说明时间
rejoin_by_at 说明期限 | refusal 不同意的理由 | refused_at 未同意时间
regulation_id 依据的规则 | released_at 公开时间 | released_month 公开月份
remedies 救济途径 | replied_at 答复时间 | reply 答复 | reply_by_at 答复期限
reported_at 报告时间 | requested_at 申请时间 | requested_by_org_id 申请单位
return_reason 退回理由 | review_by_at 核查期限 | review_working_days 审批工作日
reviewed_at 验收时间 | round_no 轮次 | rules_id 依据的规则 | salt 盐值 | sent_at 发出时间
salted_at 登记时间
sequence 序号 | service_working_days 服务工作日 | settled_fen 结算（分） | sign_by_at 签约期限
signed_on 签订日期 | signer_staff_id 签字负责人 | since_at 起始时间 | staff_id 人员 | stage 级别
state 状态 | state_since 状态起始 | subject_number 事项编号 | submitted_at 提交时间
supplements 补正次数 | text 内容 | timeliness 时效 | title 标题 | trigger 触发事由 | until_on 至
verified 验证结果 | verified_size 验证时日志长度 | was 原状态 | was_at 原期限 | why 理由
why_no_draw 不能摇号的原因 | withdrawn_at 撤销时间 | working_days 工作日 | comment_salt 评语盐值
about 事项 | subject 事项 | term_from_on 期限起算日 | term_working_days 期限（工作日）
corrects_from_at 更正自 | corrects_until_at 更正至 | declared_at 声明时间
declared_by_org_id 声明单位 | since_on 条件具备之日 | corrects_of 更正前计入
corrects_to 更正后计入 | failure 未形成结论的原因
copy_by_at 副本核对期限 | is_agreed 确认一致 | checked_at 核对时间 | is_same 认定一致
opinion 裁定理由 | points 被退回的问题数 | reviewer_org_id 退回单位 | returned 退回的问题
words 异议理由 | dispute_by_at 争议期限 | comment_by_at 提出意见的期限 | commented_at 提出意见时间
asked_by_org_id 申请单位
missed_at 到期未交时间 | template 报告模板 | template_no 模板版次
was_barred 当时依规则不能确认
"""
WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        key: words
        for line in _WORDS.strip().splitlines()
        for key, _, words in (one.strip().partition(" ") for one in line.split("|"))
    }
)
# What only a program reads: it is in the CSV and not in the table of contents.
_QUIET: Final = frozenset(
    {"id", "about", "subject", "salt", "comment_salt", "is_public", "paragraphs_json"}
)
_NAMED: Final = frozenset({"organisation", "firm", "firm_staff"})


def is_shown(key: str, target: str) -> bool:
    """Whether the table of contents shows a column that refers to ``target``, or to nothing."""
    if key in _QUIET:
        return False
    return not key.endswith("_id") or key in WORDS or target in _NAMED
