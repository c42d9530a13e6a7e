"""Who pays for a service, and whom the law lets pay. Pure functions, no I/O.

An authority that has a technical review made for its own approval pays for it itself.
"""

from enum import StrEnum

from market.errors import MarketError, msgid


class Payer(StrEnum):
    """Who pays the firm. Source: handbook domain.md section 8 (6)."""

    OWNER = "owner"
    APPLICANT = "applicant"


class PayerVerdict(StrEnum):
    """What becomes of a contract by who pays."""

    FINE = "fine"
    FLAGGED = "flagged"
    STOPPED = "stopped"


class ShiftedChargeError(MarketError):
    """The charge for an authority's own review is moved onto the applicant."""

    sentence = msgid(
        "行政机关在审批中委托、用于自身审查的技术性服务，费用由行政机关自行承担，不得转嫁给申请人"
        "（%(rule)s）。请把付款方改为项目业主；服务确由申请人自行委托的，请更正服务用途。"
    )

    def __init__(self, rule: str) -> None:
        super().__init__(field="payer", rule=rule)


def judge_payer(payer: Payer, *, for_own_review: bool, authority_pays: bool) -> PayerVerdict:
    """Return whether a contract may say who pays as it does.

    Args:
        payer: Who pays, as the contract says.
        for_own_review: Whether the service is one an authority commissioned for its own review.
        authority_pays: Whether the regulation in force forbids to move its cost.

    Returns:
        ``STOPPED`` where the regulation says so; ``FLAGGED`` for every other contract that an
        applicant pays: nothing in it is forbidden, and somebody should look at it.

    Source: 优化营商环境条例第四十三条第三款; the flag is a platform default.
    """
    if payer is Payer.OWNER:
        return PayerVerdict.FINE
    stopped = for_own_review and authority_pays
    return PayerVerdict.STOPPED if stopped else PayerVerdict.FLAGGED


def check_payer(payer: Payer, *, for_own_review: bool, authority_pays: bool, rule: str) -> None:
    """Refuse a contract that moves the cost of an authority's own review onto an applicant.

    Args:
        payer: Who pays, as the contract says.
        for_own_review: Whether the service is one an authority commissioned for its own review.
        authority_pays: Whether the regulation in force forbids to move its cost.
        rule: How the refusal names the regulation.

    Raises:
        ShiftedChargeError: It does.

    Source: 优化营商环境条例第四十三条第三款.
    """
    verdict = judge_payer(payer, for_own_review=for_own_review, authority_pays=authority_pays)
    if verdict is PayerVerdict.STOPPED:
        raise ShiftedChargeError(rule)
