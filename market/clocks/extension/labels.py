"""How reasons and states of extensions are named on screens."""

from market.clocks.extension.rules import ExtensionReason, ExtensionState
from market.errors import msgid
from market.labels import Label, declare

declare(
    ExtensionReason,
    {
        ExtensionReason.SCOPE_ADDED: Label(msgid("服务内容增加")),
        ExtensionReason.DIFFICULT_SITE: Label(msgid("现场情况比约定复杂")),
        ExtensionReason.REVIEW_COMMENTS: Label(msgid("按评审意见补充工作")),
        ExtensionReason.MORE_TESTS: Label(msgid("需要补充检测、监测")),
        ExtensionReason.OWN_STAFF: Label(msgid("中介机构自身人员、设备原因")),
    },
)
declare(
    ExtensionState,
    {
        ExtensionState.REQUESTED: Label(msgid("待对方答复"), "progress"),
        ExtensionState.GRANTED: Label(msgid("已同意"), "good"),
        ExtensionState.REFUSED: Label(msgid("未同意"), "ended"),
        ExtensionState.LAPSED: Label(msgid("逾期未答复，未延期"), "ended"),
        ExtensionState.MOOT: Label(msgid("已失效"), "ended"),
    },
)
