"""A published fee: what a firm charges for one service, in a form that can be compared. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid

# One unit of a rate is a thousandth of a per mille: a millionth of the stated base.
RATE_UNITS_PER_MILLE: Final = 1_000
DISCOUNT_UNITS: Final = 10_000  # basis points
HIGHEST_RATE_PPM: Final = 1_000_000
HIGHEST_DISCOUNT_BP: Final = 9_999


class FeeBasis(StrEnum):
    """What a fee rests on."""

    STANDARD = "standard"
    OWN = "own"


class FeeKind(StrEnum):
    """How a fee is stated."""

    FIXED = "fixed"
    RATE = "rate"
    DISCOUNT = "discount"


class FeeFormError(MarketError):
    """A fee that leaves open what is charged."""

    sentence = msgid("收费标准不完整：%(problem)s")

    def __init__(self, problem: str, field: str) -> None:
        super().__init__(problem=problem, field=field)


class FeeBackdatedError(MarketError):
    """A fee that would reach back."""

    sentence = msgid(
        "生效日期%(valid_from_on)s早于今天（%(today)s）。收费标准不溯及既往，请填写今天或以后的日期。"
    )

    def __init__(self, valid_from_on: date, today: date) -> None:
        super().__init__(valid_from_on=valid_from_on, today=today, field="valid_from_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What one version of a fee says.

    ``rate_ppm`` counts millionths of ``rate_base`` (1 = 0.001 ‰, 15 000 = 15 ‰);
    ``discount_bp`` counts basis points below the standard (1 500 = 15 %).
    """

    basis: FeeBasis
    basis_document: str
    kind: FeeKind
    amount_fen: int | None = None
    rate_ppm: int | None = None
    rate_base: str = ""
    discount_bp: int | None = None
    min_fee_fen: int | None = None
    extra_charges: str = ""
    valid_from_on: date


NEEDED: Mapping[FeeKind, str] = MappingProxyType(
    {FeeKind.FIXED: "amount_fen", FeeKind.RATE: "rate_ppm", FeeKind.DISCOUNT: "discount_bp"}
)


def check_fee(fee: Fee, today: date) -> None:
    """Refuse a fee nobody could compute or compare, or that would reach back.

    Args:
        fee: What the firm wants to publish.
        today: The Beijing day of publication.

    Raises:
        FeeFormError: A value that the kind needs is missing, or one it cannot have is given.
        FeeBackdatedError: It would take effect before today.

    Source:
        Handbook, domain.md section 8 (disclosure record); platform default.
    """
    for kind, name in NEEDED.items():
        value = getattr(fee, name)
        if kind is fee.kind and value is None:
            raise FeeFormError(_MISSING[kind], name)
        if kind is not fee.kind and value is not None:
            raise FeeFormError(msgid("只填写所选计费方式对应的一项，其余留空。"), name)
    if fee.kind is FeeKind.RATE and not fee.rate_base:
        raise FeeFormError(msgid("按比例计费须写明计费基数。"), "rate_base")
    if fee.kind is FeeKind.DISCOUNT and fee.basis is not FeeBasis.STANDARD:
        raise FeeFormError(msgid("按标准下浮须以标准文件为依据。"), "basis")
    if fee.basis is FeeBasis.STANDARD and not fee.basis_document:
        raise FeeFormError(msgid("请写明标准文件的名称和文号。"), "basis_document")
    if fee.amount_fen == 0 or fee.rate_ppm == 0:
        raise FeeFormError(msgid("收费须大于零。"), NEEDED[fee.kind])
    if fee.amount_fen is not None and (fee.min_fee_fen or 0) > fee.amount_fen:
        raise FeeFormError(msgid("最低收费高于固定金额，相互矛盾，请改正其中一项。"), "min_fee_fen")
    if fee.valid_from_on < today:
        raise FeeBackdatedError(fee.valid_from_on, today)


_MISSING: Mapping[FeeKind, str] = MappingProxyType(
    {
        FeeKind.FIXED: msgid("请填写固定金额。"),
        FeeKind.RATE: msgid("请填写比例。"),
        FeeKind.DISCOUNT: msgid("请填写下浮率。"),
    }
)
