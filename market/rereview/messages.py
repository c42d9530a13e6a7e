"""What the sides of a re-review are told."""

from typing import Final

from market.errors import msgid
from market.messages.kinds import Kind, declare

ASKED: Final = declare(
    Kind(
        code="rereview.asked",
        subject=msgid("合同 %(number)s 的退回有争议，开始复评"),
        body=msgid(
            "合同 %(number)s 的一方对成果退回有争议，由抽取的专家复评（%(rereview)s）。"
            "复评期间的时间计入评审审批；请勿与专家联系。"
        ),
        must=True,
    )
)
COMMENT: Final = declare(
    Kind(
        code="rereview.comment",
        subject=msgid("复评 %(rereview)s：可以在 %(due_at)s 前提出意见"),
        body=msgid(
            "合同 %(number)s 的对方对评审不通过申请复评（%(rereview)s）。贵单位可以在 %(due_at)s 前"
            "提出意见，专家和争议内容一并阅读；逾期的，专家直接评审。"
        ),
        must=True,
    )
)
COPY: Final = declare(
    Kind(
        code="rereview.copy",
        subject=msgid("复评 %(rereview)s：请在 %(due_at)s 前核对成果副本"),
        body=msgid(
            "合同 %(number)s 的复评 %(rereview)s 使用对方提交的隐名成果副本，专家只看这一份。"
            "请在 %(due_at)s 前与原成果核对：不一致的写明理由，由运营机构认定；"
            "没有表态的，复评继续。"
        ),
        must=True,
    )
)
UNDRAWN: Final = declare(
    Kind(
        code="rereview.undrawn",
        subject=msgid("合同 %(number)s 的退回有争议，没有组成复评小组"),
        body=msgid(
            "合同 %(number)s 的一方对成果退回申请复评（%(rereview)s），专家库人数不足，"
            "没有抽取专家。可以请主管部门裁定；裁定以前，合同另一方可以提出意见、核对成果副本。"
        ),
        must=True,
    )
)
HEARING: Final = declare(
    Kind(
        code="rereview.hearing",
        subject=msgid("复评 %(rereview)s：可以在 %(due_at)s 前提出意见、核对成果副本"),
        body=msgid(
            "合同 %(number)s 的复评 %(rereview)s 没有专家结论，可以由主管部门裁定。贵单位还没有"
            "提出意见或者核对副本的，请在复评页面办理；主管部门在 %(due_at)s 以前不裁定，"
            "提前办完的除外。"
        ),
        must=True,
    )
)
DECIDED: Final = declare(
    Kind(
        code="rereview.decided",
        subject=msgid("复评 %(rereview)s 已有结论"),
        body=msgid(
            "合同 %(number)s 的复评 %(rereview)s 的结论：%(state)s。请在合同页面查看并办理。"
        ),
        must=True,
    )
)
FAILED: Final = declare(
    Kind(
        code="rereview.failed",
        subject=msgid("复评 %(rereview)s 没有形成结论"),
        body=msgid(
            "合同 %(number)s 的复评 %(rereview)s 没有形成专家结论。"
            "可以在 %(due_at)s 前请主管部门裁定；逾期的，退回不变。"
        ),
        must=True,
    )
)
REFER_AGAIN: Final = declare(
    Kind(
        code="rereview.refer-again",
        subject=msgid("复评 %(rereview)s：计时已恢复，可以在 %(due_at)s 前请主管部门裁定"),
        body=msgid(
            "合同 %(number)s 的计时已经恢复。复评 %(rereview)s 请主管部门裁定的期限在挂起期间停止"
            "计算，现在重新起算整个期限：可以在 %(due_at)s 前请主管部门裁定；逾期的，退回不变。"
        ),
        must=True,
    )
)
OVER: Final = declare(
    Kind(
        code="rereview.over",
        subject=msgid("复评 %(rereview)s 已终止，退回不变"),
        body=msgid(
            "合同 %(number)s 的复评 %(rereview)s 已经终止：%(state)s。没有作出结论，退回不变。"
            "中介机构还没有提交下一轮成果的，时间恢复计中介机构，请按退回意见修改后提交。"
        ),
        must=True,
    )
)
YOURS: Final = declare(
    Kind(
        code="rereview.yours",
        subject=msgid("合同 %(number)s 的退回：贵单位可以在 %(due_at)s 前申请复评"),
        body=msgid(
            "对方申请的复评 %(rereview)s 已经终止，没有作出结论。合同 %(number)s 的这次退回，贵单位"
            "可以在 %(due_at)s 前自己申请复评；逾期的，退回不变。"
        ),
        must=True,
    )
)
