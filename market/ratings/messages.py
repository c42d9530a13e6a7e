"""What the sides of a rating are told."""

from typing import Final

from market.errors import msgid
from market.messages.kinds import Kind, declare

ASKED: Final = declare(
    Kind(
        code="rating.asked",
        subject=msgid("请评价合同 %(number)s 的对方"),
        body=msgid(
            "合同 %(number)s 已经办结，请在期限内评价%(rated)s。"
            "评价背对背，各方都评价或者期限届满后同时公开；逾期没有评价的，公示为“逾期未评”。"
        ),
    )
)
RELEASED: Final = declare(
    Kind(
        code="rating.released",
        subject=msgid("合同 %(number)s 的评价已经公开"),
        body=msgid("本单位在合同 %(number)s 中得到的评价已经公开，请查看。"),
    )
)
BAD: Final = declare(
    Kind(
        code="rating.bad",
        subject=msgid("本单位得到差评，可以申诉：%(number)s"),
        body=msgid(
            "合同 %(number)s 的一条评价为差评，运营机构开始核查（%(review)s）。"
            "本单位可以在期限内申诉，申诉和核查结论公开；期满前不作结论。"
        ),
        must=True,
    )
)
FOUND: Final = declare(
    Kind(
        code="rating.review-decided",
        subject=msgid("差评核查 %(review)s 已有结论"),
        body=msgid("差评核查 %(review)s（合同 %(number)s）的结论：%(finding)s。"),
        must=True,
    )
)
COVERED: Final = declare(
    Kind(
        code="rating.covered",
        subject=msgid("评价文字已隐藏：%(number)s"),
        body=msgid(
            "合同 %(number)s 的一条评价，文字已由运营机构两人决定隐藏（%(ground)s）。"
            "理由：%(reason)s 分数不变；有差评核查的，照常进行。"
            "评价方认为不含个人信息的，可以在"
            "合同的评价页面提出异议，由监督机构决定是否恢复。"
        ),
        must=True,
    )
)
COVER_RULED: Final = declare(
    Kind(
        code="rating.cover-ruled",
        subject=msgid("隐藏评价文字的异议已有决定：%(number)s"),
        body=msgid("合同 %(number)s 的评价：监督机构决定，%(outcome)s。理由：%(reason)s"),
        must=True,
    )
)
