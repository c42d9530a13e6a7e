"""What the sides of a clock are told: what they are asked, and what became of what they asked."""

from typing import Final

from market.errors import msgid
from market.messages.kinds import Kind, declare

SUSPENSION_ASKED: Final = declare(
    Kind(
        code="suspension.asked",
        subject=msgid("请答复挂起申请：%(number)s"),
        body=msgid(
            "%(title)s：对方申请挂起 %(days)s 个工作日，事由是%(reason)s。请在 %(by)s 之前答复；"
            "不答复的不视为同意，由运营机构决定。"
        ),
        must=True,
    )
)
SUSPENSION_ANSWERED: Final = declare(
    Kind(
        code="suspension.answered",
        subject=msgid("挂起申请有了结果：%(number)s"),
        body=msgid("%(title)s：您方申请的挂起（%(reason)s）现在的状态是“%(state)s”。"),
        must=True,
    )
)
SUSPENSION_LEFT: Final = declare(
    Kind(
        code="suspension.left",
        subject=msgid("挂起申请转由运营机构决定：%(number)s"),
        body=msgid(
            "%(title)s：您方申请的挂起（%(reason)s），对方没有在期限内答复，"
            "由运营机构在 %(by)s 之前决定。决定以前继续计时。"
        ),
        must=True,
    )
)
SUSPENSION_REFUSED: Final = declare(
    Kind(
        code="suspension.refused",
        subject=msgid("对方不同意挂起，可以请运营机构裁定：%(number)s"),
        body=msgid(
            "%(title)s：您方申请的挂起（%(reason)s），对方不同意，理由：%(why)s "
            "您方不服的，可以在 %(by)s 之前请运营机构裁定，写明对方的理由为什么不成立。"
        ),
        must=True,
    )
)
SUSPENSION_RULED: Final = declare(
    Kind(
        code="suspension.ruled",
        subject=msgid("运营机构对挂起作出决定：%(number)s"),
        body=msgid(
            "%(title)s：申请挂起 %(days)s 个工作日（%(reason)s），由%(who)s决定，"
            "结果是“%(state)s”。理由：%(why)s"
        ),
        must=True,
    )
)
SUSPENSION_REJOINED: Final = declare(
    Kind(
        code="suspension.rejoined",
        subject=msgid("对方对裁定请求作了说明：%(number)s"),
        body=msgid(
            "%(title)s：您方请运营机构裁定的挂起（%(reason)s），对方说明：%(why)s "
            "运营机构将一并考虑后决定。"
        ),
        must=True,
    )
)
SUSPENSION_APPEALED: Final = declare(
    Kind(
        code="suspension.appealed",
        subject=msgid("对方请运营机构裁定挂起：%(number)s"),
        body=msgid(
            "%(title)s：您方未同意的挂起（%(reason)s），对方已请运营机构裁定，理由：%(why)s "
            "您方可以对此作出说明；%(by)s 以前没有说明的，运营机构不再等待。"
            "同意挂起的，自申请的次日起、以申请的天数为限，改记在事由的责任方名下。"
        ),
        must=True,
    )
)
OVER_DECLARED: Final = declare(
    Kind(
        code="suspension.over-declared",
        subject=msgid("请答复条件已具备的声明：%(number)s"),
        body=msgid(
            "%(title)s：您方申请的挂起（%(reason)s），对方声明条件自 %(since)s 起已经具备。"
            "请在 %(by)s 之前答复；有异议或者不答复的，由运营机构决定。"
        ),
        must=True,
    )
)
OVER_ANSWERED: Final = declare(
    Kind(
        code="suspension.over-answered",
        subject=msgid("条件是否具备有了结果：%(number)s"),
        body=msgid(
            "%(title)s：挂起（%(reason)s）的条件自 %(since)s 起已经具备的声明，"
            "现在的状态是“%(state)s”。"
        ),
        must=True,
    )
)
EXTENSION_ASKED: Final = declare(
    Kind(
        code="clock.extension-asked",
        subject=msgid("请答复延期申请：%(number)s"),
        body=msgid(
            "%(title)s：对方申请延期 %(days)s 个工作日，事由是%(reason)s。请在 %(by)s 之前答复；"
            "不答复的不延期。"
        ),
        must=True,
    )
)
EXTENSION_ANSWERED: Final = declare(
    Kind(
        code="clock.extension-answered",
        subject=msgid("延期申请有了结果：%(number)s"),
        body=msgid("%(title)s：您方申请延期 %(days)s 个工作日，结果是“%(state)s”。"),
        must=True,
    )
)
CARD_GIVEN: Final = declare(
    Kind(
        code="card.given",
        subject=msgid("收到亮牌：%(stage)s %(number)s"),
        body=msgid(
            "%(about)s 亮牌：%(stage)s。情形：%(trigger)s。%(cause)s "
            "请在亮牌记录中说明情况并附依据。"
        ),
        must=True,
    )
)
