"""How the closed sets of fee standards are named on screens."""

from market.errors import msgid
from market.labels import Label, declare
from market.tariffs.comparing import Hindrance
from market.tariffs.rules import Standing

declare(
    Standing,
    {
        Standing.REFERENCE: Label(msgid("原国家标准，供参考"), "neutral"),
        Standing.ASSOCIATION: Label(msgid("行业参考，不具强制力"), "neutral"),
        Standing.LOCAL: Label(msgid("地方文件，供比较"), "neutral"),
        Standing.COST_CONTROL: Label(msgid("财政成本控制数"), "neutral"),
    },
)
declare(
    Hindrance,
    {
        Hindrance.NO_FEE: Label(msgid("没有公开收费"), "bad"),
        Hindrance.NO_BASE: Label(msgid("未填计费基数"), "neutral"),
        Hindrance.UNKNOWN_STANDARD: Label(msgid("文件不在标准表中"), "warn"),
        Hindrance.OTHER_STANDARD: Label(msgid("依据另一标准"), "neutral"),
        Hindrance.OTHER_VARIANT: Label(msgid("标准收费按另一类别计算"), "warn"),
        Hindrance.NOT_COMPUTED: Label(msgid("标准收费未算出"), "neutral"),
        Hindrance.OUTSIDE: Label(msgid("基数在机构分档表之外"), "warn"),
        Hindrance.NOTHING: Label(msgid("折合不足一元"), "neutral"),
    },
)
