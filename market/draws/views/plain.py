"""How a draw works, for somebody who has one minute: each sentence true for the draw's source.

Who can know the last value before its time, and who can steer it, differs from mode to mode.
Source: handbook lottery.md, sections 9 and 10; docs/trust.md.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from market.draws.rules import DrawMode
from market.errors import msgid

_COUNTED: Final = msgid("名单和随机值一算，每家得一个号码，小的在前。")

# What is known when the list is frozen, what happens at the instant, and what follows from it.
PLAIN: Final[Mapping[DrawMode, Sequence[str]]] = MappingProxyType(
    {
        DrawMode.A: (
            msgid("报名截止后冻结名单，写入只增不改的公开日志。这时那一轮信标还没有产生。"),
            msgid("到点产生的信标数值由各地多家机构联合签名，平台和参加的机构都不能挑选。"),
            _COUNTED,
            msgid(
                "所以只要名单冻结在先，而信标的机构没有同平台串通，就没有人能“操作”摇号；"
                "结果是算术题，您也可以自己算。"
            ),
        ),
        DrawMode.B: (
            msgid("报名截止后冻结名单，写入只增不改的公开日志。这时那一期彩票还没有开奖。"),
            msgid("到点公开开奖，号码人人看得见，平台和参加的机构都不能挑选。"),
            _COUNTED,
            msgid(
                "所以只要名单冻结在先，而开奖没有被操纵，就没有人能“操作”摇号；"
                "结果是算术题，您也可以自己算。"
            ),
        ),
        DrawMode.C: (
            msgid(
                "报名截止后冻结名单，写入只增不改的公开日志。这时各家只可能知道自己的数值，"
                "除非全部串通，谁也不知道合成的随机值。"
            ),
            msgid("到点各家交出自己唯一的数值，合成随机值；每一家都不能挑选自己的数值。"),
            _COUNTED,
            msgid("所以只要有一家没有串通，就没有人能“操作”摇号；结果是算术题，您也可以自己算。"),
        ),
        DrawMode.D2: (
            msgid(
                "报名截止后冻结名单，写入只增不改的公开日志。这时平台和监督方只可能知道各自的一半，"
                "除非两方串通，谁也不知道随机值。"
            ),
            msgid("到点两方各交出唯一的数值，合成随机值；两方都不能挑选自己的数值。"),
            _COUNTED,
            msgid("所以只要两方没有串通，就没有人能“操作”摇号；结果是算术题，您也可以自己算。"),
        ),
        DrawMode.D1: (
            msgid(
                "报名截止后冻结名单，写入只增不改的公开日志。但随机值只由平台一方决定："
                "冻结之前，平台就能拿不同的名单试算结果。"
            ),
            msgid("到点平台公布自己的数值。它不能换一个数值，但可以事先选一份合意的名单。"),
            _COUNTED,
            msgid(
                "所以这次摇号只是演示：您可以自己算，核对平台没有算错，但不能证明平台没有操纵结果。"
            ),
        ),
    }
)
