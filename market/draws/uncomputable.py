"""Why a firm's published fee gives no amount for a need, and what the firm can do. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from market.draws.eligibility import Failure, Rule
from market.errors import msgid
from market.tariffs.comparing import Hindrance


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What is missing for a fee to be computed.

    Attributes:
        why: Why there is no amount.
        base: What the firm's fee is computed from; empty for a discount.
        table: The table or document that the firm takes a discount off; empty for other fees.
        stated: What the notice states of its project: bases, and the column of a table.
    """

    why: Hindrance
    base: str = ""
    table: str = ""
    stated: Sequence[str] = ()


_SENTENCES: Final[Mapping[Hindrance, str]] = MappingProxyType(
    {
        Hindrance.NO_FEE: msgid(
            "公告发布时和现在都没有有效的公开收费；请在“本机构入驻与资料”公开该事项的收费后再报名"
        ),
        Hindrance.NO_BASE: msgid(
            "公开的收费以“%(base)s”为计费基数，公告没有列明（公告列明的：%(stated)s）；"
            "请公开以公告所列参数计费或者固定金额的收费后再报名"
        ),
        Hindrance.UNKNOWN_STANDARD: msgid(
            "公开的收费按“%(table)s”下浮，该文件不在收费标准表中，算不出金额；"
            "请公开能够计算的收费（例如固定金额）后再报名"
        ),
        Hindrance.OTHER_STANDARD: msgid(
            "公开的收费按“%(table)s”下浮，公告列明的是：%(stated)s；"
            "请公开按公告所列标准下浮或者固定金额的收费后再报名"
        ),
        Hindrance.OTHER_VARIANT: msgid(
            "公告列明的标准类别不适用于该事项（%(stated)s），按“%(table)s”算不出金额；"
            "请公开固定金额的收费后再报名，并可以向业主提问"
        ),
        Hindrance.NOT_COMPUTED: msgid(
            "公开的收费按“%(table)s”下浮，公告没有列明按该标准的计算（公告列明的：%(stated)s）；"
            "请公开以公告所列参数计费或者固定金额的收费后再报名"
        ),
        Hindrance.OUTSIDE: msgid(
            "公告的“%(base)s”在公开的分档表之外，算不出金额；请公开包含该数的分档表后再报名"
        ),
        Hindrance.NOTHING: msgid(
            "公开的收费按公告所列参数（%(stated)s）折合不足一元；请核对计费基数和单位，"
            "公开新的收费后再报名"
        ),
    }
)
_NOTHING_STATED: Final = "无"


def failure_of(missing: Missing) -> Failure:
    """Return what the firm is told, with what it can do.

    Args:
        missing: Why there is no amount.

    Returns:
        A failure of ``Rule.COMPUTABLE`` that names the base or the table.

    Source: docs/adr/0041-award-within-the-published-fee.md; platform default.
    """
    sentence = _SENTENCES[missing.why]
    facts = {
        "base": missing.base,
        "table": missing.table,
        "stated": "、".join(missing.stated) or _NOTHING_STATED,
    }
    used = {name: text for name, text in facts.items() if f"%({name})s" in sentence}
    return Failure(rule=Rule.COMPUTABLE, sentence=sentence, facts=used)
