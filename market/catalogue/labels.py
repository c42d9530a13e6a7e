"""How the closed sets of the catalogue are named on screens."""

from market.catalogue.rules import FeeKind, QualificationKind
from market.errors import msgid
from market.labels import Label, declare

declare(
    QualificationKind,
    {
        QualificationKind.LICENCE: Label(msgid("资质许可")),
        QualificationKind.FILING: Label(msgid("备案登记")),
        QualificationKind.CREDIT_PLATFORM: Label(msgid("信用平台登记")),
        QualificationKind.PROMISE: Label(msgid("告知承诺")),
    },
)
declare(
    FeeKind,
    {
        FeeKind.REFERENCE: Label(msgid("市场调节价，原国家标准供参考")),
        FeeKind.MARKET: Label(msgid("市场调节价")),
    },
)
