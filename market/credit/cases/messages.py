"""What a firm and the authority are told of a case."""

from market.errors import msgid
from market.messages.kinds import Kind, declare

NOTIFIED = declare(
    Kind(
        code="credit.case-notified",
        subject=msgid("信用案件告知：%(number)s"),
        body=msgid(
            "拟对贵单位采取措施：%(measure)s。请在 %(until)s 前陈述申辩；"
            "告知书载明事实、证据、依据和权利。"
        ),
        must=True,
    )
)
EXTENDED = declare(
    Kind(
        code="credit.reply-extended",
        subject=msgid("陈述申辩期已延长：%(number)s"),
        body=msgid("陈述申辩期延长到 %(until)s。请在期满前提交意见。"),
        must=True,
    )
)
SUMMONED = declare(
    Kind(
        code="credit.hearing-summoned",
        subject=msgid("听证通知：%(number)s"),
        body=msgid("听证定于 %(at)s 在%(place)s举行。无正当理由不到场的，视为放弃听证。"),
        must=True,
    )
)
MOVED = declare(
    Kind(
        code="credit.hearing-moved",
        subject=msgid("听证改期：%(number)s"),
        body=msgid(
            "听证改为 %(at)s 在%(place)s举行，以前的听证通知书已被新的通知书替换，不再有效。"
            "无正当理由不到场的，视为放弃听证。"
        ),
        must=True,
    )
)
BASIS_GONE = declare(
    Kind(
        code="credit.basis-gone",
        subject=msgid("依据已失效，须决定是否撤销：%(number)s"),
        body=msgid(
            "信用案件 %(number)s 的决定所依据的亮牌已经撤销，或者失信行为已认定不成立。"
            "主管部门须在 %(until)s 前由两人决定是否撤销或者更正；公示注明依据正在复核。"
        ),
        must=True,
    )
)
BASIS_LATE = declare(
    Kind(
        code="credit.basis-late",
        subject=msgid("依据复核已逾期：%(number)s"),
        body=msgid(
            "信用案件 %(number)s 的决定所依据的亮牌已经撤销，或者失信行为已认定不成立，"
            "主管部门在 %(until)s 前没有由两人决定是否撤销或者更正。请立即办理或者督促办理。"
        ),
        must=True,
    )
)
PUT_OFF = declare(
    Kind(
        code="credit.case-put-off",
        subject=msgid("决定暂缓生效：%(number)s"),
        body=msgid(
            "信用案件 %(number)s（%(firm)s）的决定所依据的亮牌在生效前已经撤销，"
            "原定自 %(from_at)s 起的措施暂不生效；由两人决定撤销、更正或者维持后另行告知。"
        ),
        must=True,
    )
)
BEGUN = declare(
    Kind(
        code="credit.case-begun",
        subject=msgid("暂缓生效的决定将生效：%(number)s"),
        body=msgid(
            "依据已经复核，由两人决定维持或者更正：%(measure)s，"
            "自 %(from_at)s 起生效，至 %(until)s 止。理由和救济途径见案件页面的文书。"
        ),
        must=True,
    )
)
DECIDED = declare(
    Kind(
        code="credit.case-decided",
        subject=msgid("信用案件决定：%(number)s"),
        body=msgid("决定：%(measure)s，自 %(from_at)s 起生效。决定书载明理由和救济途径。"),
        must=True,
    )
)
WATCHED = declare(
    Kind(
        code="credit.contract-watched",
        subject=msgid("合同 %(number)s 的中介机构受信用处理"),
        body=msgid(
            "%(firm)s自 %(from_at)s 至 %(until)s %(measure)s。合同继续履行，措施期间列为重点监督，"
            "请加强验收；确需解除的，按合同和规定办理。"
        ),
        must=True,
    )
)
REACHED = declare(
    Kind(
        code="credit.affiliate-reached",
        subject=msgid("关联机构被列入黑名单：%(number)s"),
        body=msgid(
            "与贵单位同一控制人的%(firm)s被列入黑名单。依规则，自 %(from_at)s 至 %(until)s，"
            "贵单位在该措施所涉事项上不能报名、确认中选和签订合同，措施终止时自动解除。"
            "不属同一控制人的，请在链接页面提出异议。"
        ),
        must=True,
    )
)
DISMISSED = declare(
    Kind(
        code="credit.case-dismissed",
        subject=msgid("信用案件不予处理：%(number)s"),
        body=msgid("本案决定不予处理，不公开机构名称，不影响从业状态。"),
        must=True,
    )
)
CORRECTED = declare(
    Kind(
        code="credit.case-corrected",
        subject=msgid("信用案件决定已更正：%(number)s"),
        body=msgid("原决定已更正，措施至 %(until)s 止。请在案件页面查看更正决定书。"),
        must=True,
    )
)
WITHDRAWN = declare(
    Kind(
        code="credit.case-withdrawn",
        subject=msgid("信用案件决定已撤销：%(number)s"),
        body=msgid(
            "原决定已撤销，因本决定受到的限制即时解除。"
            "认定不成立、不再计分的失信行为：%(gone)s 项；"
            "仍在信用记录中计分的：%(kept)s 项。撤销决定书逐项列明。"
        ),
        must=True,
    )
)
REPAIR_GRANTED = declare(
    Kind(
        code="credit.repair-granted",
        subject=msgid("信用修复申请已同意：%(number)s"),
        body=msgid("信用修复申请已同意，措施即时终止，不再公示。"),
        must=True,
    )
)
REPAIR_REFUSED = declare(
    Kind(
        code="credit.repair-refused",
        subject=msgid("信用修复申请未获同意：%(number)s"),
        body=msgid("信用修复申请未获同意，理由见案件页面。补正后可以再次申请。"),
        must=True,
    )
)
REPAIR_LATE = declare(
    Kind(
        code="credit.repair-late",
        subject=msgid("信用修复申请逾期未决定：%(number)s"),
        body=msgid("信用修复申请已过决定期限。不作决定不等于同意或者不同意，请立即办理。"),
        must=True,
    )
)
