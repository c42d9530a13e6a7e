"""How breaches and measures are named on screens."""

from market.credit.rules import BreachKind, Evidence, Level, Measure
from market.errors import msgid
from market.labels import Label, declare

declare(
    BreachKind,
    {
        BreachKind.RED_CARD: Label(msgid("逾期红牌"), "bad"),
        BreachKind.CARD_UPHELD: Label(msgid("亮牌经认定成立"), "bad"),
        BreachKind.LATE_SUPERVISED: Label(msgid("逾期被督办"), "bad"),
        BreachKind.LATE_REFERRED: Label(msgid("逾期达到移送天数"), "bad"),
        BreachKind.AWARD_DECLINED: Label(msgid("放弃中选"), "bad"),
        BreachKind.CONTRACT_NOT_SIGNED: Label(msgid("不按时签订合同"), "bad"),
        BreachKind.QUOTE_NOT_OPENED: Label(msgid("封存的报价不按时开启"), "bad"),
        BreachKind.BID_ABANDONED: Label(msgid("竞价持有最低价后因自身原因失去资格"), "bad"),
        BreachKind.RETURNED_TWICE: Label(msgid("成果退回两次以上"), "bad"),
        BreachKind.STAFF_CHANGED: Label(msgid("擅自更换人员"), "bad"),
        BreachKind.EXTRA_CHARGE: Label(msgid("加价或变相加价"), "bad"),
        BreachKind.FALSE_MATERIALS: Label(msgid("提供虚假材料"), "bad"),
        BreachKind.COLLUSION: Label(msgid("串通"), "bad"),
        BreachKind.LENT_NAME: Label(msgid("挂靠或出借资质"), "bad"),
        BreachKind.BRIBERY: Label(msgid("行贿"), "bad"),
        BreachKind.SUBCONTRACTED_ALL: Label(msgid("全部转包"), "bad"),
    },
)
declare(
    Measure,
    {
        Measure.SUSPENSION: Label(msgid("暂停报名"), "warn"),
        Measure.BLACKLIST: Label(msgid("列入黑名单（一般失信）"), "bad"),
        Measure.SERIOUS_BLACKLIST: Label(msgid("列入黑名单（严重失信）"), "bad"),
    },
)
declare(
    Evidence,
    {
        Evidence.DOCUMENT: Label(msgid("认定文书的名称和文号")),
        Evidence.MATERIAL: Label(msgid("证据材料的名称")),
    },
)
declare(
    Level,
    {
        Level.AA: Label(msgid("AA 级"), "good"),
        Level.A: Label(msgid("A 级"), "good"),
        Level.B: Label(msgid("B 级"), "progress"),
        Level.C: Label(msgid("C 级"), "warn"),
        Level.D: Label(msgid("D 级"), "bad"),
    },
)
