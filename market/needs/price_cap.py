"""The sentences of a notice about an award's price and the firm's own published fee. Pure.

Source of the rule: docs/adr/0041-award-within-the-published-fee.md; platform default, which a
city's own instrument may switch off.
"""

from typing import Final

from market.needs.prices import yuan

FEES_SUBJECT: Final = "fee-disclosure"

_VERSION: Final = (
    "机构的公开收费以本公告发布时有效的版本为准；发布时没有有效版本的，以该机构报名时有效的版本为准。"
    "此后的调整不影响本次选取。固定金额收费的就是该金额；其他收费按本公告所列计费参数和公开的计算规则"
    "计算，四舍五入到元；公开一个下浮幅度的，按最低下浮率。另收费用不计入。"
)
_UNKNOWN: Final = "公开收费不能按本公告所列计费参数计算的，中选页面写明原因"


def award_lines(ceiling_fen: int, *, capped: bool) -> list[str]:
    """Return what a notice says of the price where firms state none of their own.

    Args:
        ceiling_fen: The notice's price ceiling in fen.
        capped: Whether a firm's published fee binds it.

    Returns:
        Chinese sentences; they are part of the notice's bytes.

    Source: docs/adr/0041-award-within-the-published-fee.md; platform default.
    """
    ceiling = yuan(ceiling_fen)
    if not capped:
        return [f"中选价为服务费上限 {ceiling}，合同价不得高于中选价。"]
    return [
        f"中选价取服务费上限 {ceiling} 与中选机构公开收费折合金额中较低者，合同价不得高于中选价。",
        _VERSION,
        f"{_UNKNOWN}，中选价为服务费上限。",
    ]


def quote_lines(*, capped: bool, live: bool) -> list[str]:
    """Return what a notice says of firms' own prices and their published fees.

    Args:
        capped: Whether a firm's published fee binds it.
        live: Whether prices are bid in the open, and not sealed.

    Returns:
        Chinese sentences; none where nothing binds.

    Source: docs/adr/0041-award-within-the-published-fee.md; platform default.
    """
    if not capped:
        return []
    rule = (
        "出价不得高于该机构公开收费折合金额，高于的不采用。"
        if live
        else "报价高于该机构公开收费折合金额的无效。"
    )
    return [rule, _VERSION, f"{_UNKNOWN}，不作此项比较。"]
