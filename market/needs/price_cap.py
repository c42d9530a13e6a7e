"""The sentences of a notice about an award's price and the firm's own published fee. Pure.

Source of the rule: docs/adr/0041-award-within-the-published-fee.md; platform default, which a
city's own instrument may switch off.
"""

from typing import TYPE_CHECKING, Final

from market.needs.prices import yuan

if TYPE_CHECKING:
    from market.regulations import Regulation

FEES_SUBJECT: Final = "fee-disclosure"


def is_capped(fees: "Regulation") -> bool:
    """Return whether an award costs no more than the firm itself published.

    Args:
        fees: The instrument in force on ``FEES_SUBJECT``.

    Source: the regulation's ``award.capped_by_disclosed``; platform default.
    """
    return fees.flag("award.capped_by_disclosed")


def must_be_computable(fees: "Regulation") -> bool:
    """Return whether a firm is kept out whose published fee gives no amount for the need.

    Args:
        fees: The instrument in force on ``FEES_SUBJECT``. Where fees do not bind, nothing has to
            be computed.

    Source: the regulation's ``award.must_be_computable``; platform default.
    """
    return is_capped(fees) and fees.flag("award.must_be_computable")


_COMPUTED: Final = (
    "此后的调整不影响本次选取。固定金额收费的就是该金额；其他收费按本公告所列计费参数和公开的计算规则"
    "计算，四舍五入到元；公开一个下浮幅度的，按最低下浮率。另收费用不计入。"
)
_VERSION: Final = (
    "机构的公开收费以本公告发布时有效的版本为准；发布时没有有效版本的，以该机构报名时有效的版本为准。"
    f"{_COMPUTED}"
)
_VERSION_COMPUTABLE: Final = (
    "机构的公开收费以本公告发布时有效的版本为准；发布时没有有效版本，或该版本按本公告所列计费参数算不出金额"
    f"的，以该机构报名时有效的版本为准。{_COMPUTED}"
)
_UNKNOWN: Final = "公开收费不能按本公告所列计费参数计算的，中选页面写明原因"
_KEPT_OUT: Final = (
    "公开收费按本公告所列计费参数算不出金额的机构不符合资格；"
    "该机构在报名截止前公开能够计算的收费后，可以报名。"
)


def award_lines(ceiling_fen: int, *, capped: bool, computable: bool) -> list[str]:
    """Return what a notice says of the price where firms state none of their own.

    Args:
        ceiling_fen: The notice's price ceiling in fen.
        capped: Whether a firm's published fee binds it.
        computable: Whether a firm is kept out whose published fee gives no amount.

    Returns:
        Chinese sentences; they are part of the notice's bytes.

    Source: docs/adr/0041-award-within-the-published-fee.md; platform default.
    """
    ceiling = yuan(ceiling_fen)
    if not capped:
        return [f"中选价为服务费上限 {ceiling}，合同价不得高于中选价。"]
    lower = (
        f"中选价取服务费上限 {ceiling} 与中选机构公开收费折合金额中较低者，合同价不得高于中选价。"
    )
    if computable:
        return [lower, _VERSION_COMPUTABLE, _KEPT_OUT]
    return [lower, _VERSION, f"{_UNKNOWN}，中选价为服务费上限。"]


def quote_lines(*, capped: bool, computable: bool, live: bool) -> list[str]:
    """Return what a notice says of firms' own prices and their published fees.

    Args:
        capped: Whether a firm's published fee binds it.
        computable: Whether a firm is kept out whose published fee gives no amount.
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
    if computable:
        return [rule, _VERSION_COMPUTABLE, _KEPT_OUT]
    return [rule, _VERSION, f"{_UNKNOWN}，不作此项比较。"]
