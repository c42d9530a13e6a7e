"""A published fee: what a firm charges for one service, in a form that can be compared. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.firms.fee_bases import is_name, is_unit
from market.firms.fee_brackets import FEN_PER_YUAN, Brackets, check_brackets
from market.firms.fee_charges import Charge, check_charges, stored_of

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
    BRACKETS = "brackets"
    UNIT = "unit"
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


class FeeEndsError(MarketError):
    """A fee that would end before it begins."""

    sentence = msgid("截止日期不能早于生效日期。请改正，或留空表示长期有效。")

    def __init__(self) -> None:
        super().__init__(field="valid_to_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What one version of a fee says.

    ``rate_ppm`` counts millionths of ``rate_base`` (1 = 0.001 ‰, 15 000 = 15 ‰);
    ``discount_bp`` counts basis points below the standard (1 500 = 15 %), ``discount_to_bp`` the
    most the firm may grant. ``unit_price_fen`` is for one ``unit`` of the quantity that
    ``rate_base`` names. ``standard_id`` names a fee table; without one ``basis_document`` does.
    """

    basis: FeeBasis
    standard_id: str = ""
    basis_document: str = ""
    kind: FeeKind
    amount_fen: int | None = None
    rate_ppm: int | None = None
    rate_base: str = ""
    brackets: Brackets | None = None
    unit_price_fen: int | None = None
    unit: str = ""
    discount_bp: int | None = None
    discount_to_bp: int | None = None
    min_fee_fen: int | None = None
    max_fee_fen: int | None = None
    charges: tuple[Charge, ...] = ()
    valid_from_on: date
    valid_to_on: date | None = None

    def columns(self) -> dict[str, object]:
        """Return what a fee says, column by column, as it is stored and told to the log."""
        return {
            "basis": self.basis,
            "standard_id": self.standard_id,
            "basis_document": self.basis_document,
            "kind": self.kind,
            "amount_fen": self.amount_fen,
            "rate_ppm": self.rate_ppm,
            "rate_base": self.rate_base,
            "brackets": self.brackets.stored() if self.brackets else "",
            "unit_price_fen": self.unit_price_fen,
            "unit": self.unit,
            "discount_bp": self.discount_bp,
            "discount_to_bp": self.discount_to_bp,
            "min_fee_fen": self.min_fee_fen,
            "max_fee_fen": self.max_fee_fen,
            "extra_charges": stored_of(self.charges),
            "valid_from_on": self.valid_from_on,
            "valid_to_on": self.valid_to_on,
        }


NEEDED: Mapping[FeeKind, str] = MappingProxyType(
    {
        FeeKind.FIXED: "amount_fen",
        FeeKind.RATE: "rate_ppm",
        FeeKind.BRACKETS: "brackets",
        FeeKind.UNIT: "unit_price_fen",
        FeeKind.DISCOUNT: "discount_bp",
    }
)
# The price is left to the market or to the two sides: there is nothing to take a discount off.
_NO_STANDARD: Final = ("市场调节", "市场价", "市场定价", "自主定价", "协商定价", "双方协商", "面议")
# The formulas that rest on something of the project, which has to be named.
ON_A_BASE: Final = frozenset({FeeKind.RATE, FeeKind.BRACKETS, FeeKind.UNIT})


def check_fee(fee: Fee, today: date) -> None:
    """Refuse a fee nobody could compute or compare, or that would reach back.

    Args:
        fee: What the firm wants to publish.
        today: The Beijing day of publication.

    Raises:
        FeeFormError: A value that the kind needs is missing, or one it cannot have is given.
        BracketsError: Its brackets leave something open.
        ChargeError: An extra charge does not say how much.
        FeeBackdatedError: It would take effect before today.
        FeeEndsError: It would end before it begins.

    Source:
        Handbook, domain.md section 8 (disclosure record); platform default.
    """
    for kind, name in NEEDED.items():
        value = getattr(fee, name)
        if kind is fee.kind and value is None:
            raise FeeFormError(_MISSING[kind], name)
        if kind is not fee.kind and value is not None:
            raise FeeFormError(msgid("只填写所选计费方式对应的一项，其余留空。"), name)
    _check_base(fee)
    _check_discount(fee)
    if fee.basis is FeeBasis.STANDARD and not (fee.standard_id or fee.basis_document):
        raise FeeFormError(msgid("请选择标准，或写明标准文件的名称和文号。"), "basis_document")
    if fee.basis is FeeBasis.OWN and fee.standard_id:
        raise FeeFormError(msgid("自主定价的不选择标准。"), "standard_id")
    _check_limits(fee)
    check_charges(fee.charges)
    if fee.valid_from_on < today:
        raise FeeBackdatedError(fee.valid_from_on, today)
    if fee.valid_to_on is not None and fee.valid_to_on < fee.valid_from_on:
        raise FeeEndsError


def _check_base(fee: Fee) -> None:
    if fee.kind in ON_A_BASE and not fee.rate_base:
        raise FeeFormError(msgid("请写明计费基数：按什么的金额或数量计费。"), "rate_base")
    if not is_name(fee.rate_base):
        words = msgid("计费基数的名称中不能有冒号、分号或换行：业主要逐字填写同样的名称。")
        raise FeeFormError(words, "rate_base")
    if (fee.kind is FeeKind.UNIT) != bool(fee.unit):
        raise FeeFormError(msgid("按单价计费须写明计量单位；其他方式不填单位。"), "unit")
    if fee.unit and not is_unit(fee.unit):
        words = msgid(
            "计量单位须是数量的单位，不带数字和括号，例如：平方米、点、份。按金额计费的请选“按比例”。"
        )
        raise FeeFormError(words, "unit")
    if fee.brackets is not None:
        check_brackets(fee.brackets)
    if 0 in {fee.amount_fen, fee.rate_ppm, fee.unit_price_fen}:
        raise FeeFormError(msgid("收费须大于零。"), NEEDED[fee.kind])


def _check_discount(fee: Fee) -> None:
    if fee.kind is FeeKind.DISCOUNT and fee.basis is not FeeBasis.STANDARD:
        raise FeeFormError(msgid("按标准下浮须以标准文件为依据。"), "basis")
    if fee.kind is FeeKind.DISCOUNT and not fee.standard_id and _is_market(fee.basis_document):
        words = msgid(
            "市场调节价没有标准可以下浮，算不出金额。请选择一个收费标准，"
            "或改为固定金额、比例、单价或分档收费。"
        )
        raise FeeFormError(words, "basis_document")
    if fee.discount_to_bp is None:
        return
    if fee.discount_bp is None or not fee.discount_bp < fee.discount_to_bp <= HIGHEST_DISCOUNT_BP:
        words = msgid("最高下浮率须大于最低下浮率；只有一个下浮率的，此项留空。")
        raise FeeFormError(words, "discount_to_bp")


def _is_market(document: str) -> bool:
    """Whether what is named as a standard says that the market sets the price."""
    plain = "".join(document.split())
    return any(words in plain for words in _NO_STANDARD)


def _check_limits(fee: Fee) -> None:
    least, most = fee.min_fee_fen, fee.max_fee_fen
    if fee.kind is FeeKind.FIXED and most is not None:
        raise FeeFormError(msgid("固定金额没有最高收费，请留空。"), "max_fee_fen")
    if fee.amount_fen is not None and (least or 0) > fee.amount_fen:
        raise FeeFormError(msgid("最低收费高于固定金额，相互矛盾，请改正其中一项。"), "min_fee_fen")
    if least is not None and least % FEN_PER_YUAN:
        # Rounding to the yuan could otherwise lead below the least.
        raise FeeFormError(msgid("最低收费须为整元数。"), "min_fee_fen")
    if most is not None and (most <= 0 or most % FEN_PER_YUAN):
        # The fee is rounded to the yuan: only so does rounding never lead above the most.
        raise FeeFormError(msgid("最高收费须为大于零的整元数。"), "max_fee_fen")
    if most is not None and (least or 0) > most:
        raise FeeFormError(msgid("最低收费高于最高收费，请改正其中一项。"), "max_fee_fen")


_MISSING: Mapping[FeeKind, str] = MappingProxyType(
    {
        FeeKind.FIXED: msgid("请填写固定金额。"),
        FeeKind.RATE: msgid("请填写比例。"),
        FeeKind.BRACKETS: msgid("请填写分档表。"),
        FeeKind.UNIT: msgid("请填写单价。"),
        FeeKind.DISCOUNT: msgid("请填写下浮率。"),
    }
)
