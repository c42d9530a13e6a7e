"""A fee standard and what it gives for a project: exact, step by step, rounded once. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from market.errors import msgid
from market.tariffs.coefficients import Extra, Factor, extra_of, value_of
from market.tariffs.errors import (
    DiscountRangeError,
    FloatRangeError,
    NegativeBaseError,
    PartOfBaseError,
    TooManyPartsError,
    UnknownVariantError,
)
from market.tariffs.shapes import PPM, Formula, Progressive, UnitPrice, apply
from market.tariffs.steps import FEN_PER_YUAN, Ledger, Money, Named, Operation, Rate, Step
from market.tariffs.words import plain

BASIS_POINTS: Final = 10_000
ROUNDING_SOURCE: Final = "platform default"


class Standing(StrEnum):
    """What weight a standard still has."""

    REFERENCE = "reference"
    ASSOCIATION = "association"
    LOCAL = "local"
    COST_CONTROL = "cost-control"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Where a table comes from. ``confirm``: nobody checked it at the source yet."""

    title: str
    number: str = ""
    clause: str = ""
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What the reader must know of a table or a column."""

    name: Named
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """效益收费: a second fee on what the service changed."""

    base: Named
    formula: Progressive


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One column of a table: a service with its own numbers.

    ``items`` are the catalogue's items that it is the standard of; None: of any that names the
    table. It is empty for a service that no item of the catalogue is.
    """

    code: str
    name: Named
    base: Named
    formula: Formula
    performance: Performance | None = None
    surcharge: Extra | None = None
    factors: tuple[Factor, ...] = ()
    extras: tuple[Extra, ...] = ()
    minimum_fen: int | None = None
    maximum_fen: int | None = None
    items: tuple[str, ...] | None = None

    @property
    def counts(self) -> bool:
        """Whether the base is a quantity and not an amount."""
        return isinstance(self.formula, UnitPrice)

    @property
    def asks_price(self) -> bool:
        """Whether the reader must bring the unit price."""
        return isinstance(self.formula, UnitPrice) and self.formula.price_fen is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A fee standard as it applies from a day."""

    id: str
    name: Named
    region: Named
    document: Document
    standing: Standing
    effective_from: date
    variants: tuple[Variant, ...]
    items: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    float_down_bp: int = 0
    float_up_bp: int = 0
    equipment_share_bp: int | None = None
    several_parts: bool = False

    def variant(self, code: str) -> Variant:
        """Return a column by its code.

        Raises:
            UnknownVariantError: There is none.
        """
        for variant in self.variants:
            if variant.code == code:
                return variant
        raise UnknownVariantError(code)

    def variants_for(self, item_code: str) -> tuple[Variant, ...]:
        """Return the columns that are the standard of an item: no other may price it.

        Args:
            item_code: The item's code in the catalogue.

        Returns:
            Several where the document divides the item further, as by grade or size.

        Source:
            The table's file; the division of each document into services.
        """
        return tuple(one for one in self.variants if one.items is None or item_code in one.items)

    @property
    def needs_confirmation(self) -> bool:
        """Whether part of the entry still has to be checked at its source."""
        return self.document.confirm or any(note.confirm for note in self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAsked:
    """One part of a project: its base and its coefficients.

    ``base`` is fen, or a quantity for a unit price. ``chosen`` holds for each coefficient's code
    the codes of its options, or the numbers typed where the document leaves a range.
    """

    base: Fraction
    change_fen: Fraction = Fraction(0)
    equipment_fen: Fraction | None = None
    price_fen: Fraction | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the reader wants computed. ``float_bp`` may be below zero."""

    variant: str
    parts: tuple[PartAsked, ...]
    float_bp: int = 0
    discount_bp: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFee:
    """What one part of a project costs, and how that came."""

    steps: tuple[Step, ...]
    amount_fen: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """A fee with every step: first each part's, then those on their sum."""

    standard: Standard
    variant: Variant
    parts: tuple[PartFee, ...]
    steps: tuple[Step, ...]
    exact_fen: Fraction
    fee_fen: int
    asked: Asked

    @property
    def sum_fen(self) -> Fraction:
        """What the parts come to together."""
        return sum((part.amount_fen for part in self.parts), Fraction(0))


def calculate(standard: Standard, asked: Asked) -> Calculation:
    """Compute a fee by a standard.

    The order is fixed: the table's shape, coefficients, additional services, the parts' sum, the
    float, the document's least and highest fee, the agreed discount, one rounding to the yuan.

    Args:
        standard: The table and everything around it.
        asked: The column, the parts of the project, the float and the discount.

    Returns:
        The fee in whole yuan (as fen), the exact amount before rounding, and all steps.

    Raises:
        CalculationError: The fee cannot be computed from what was given; see its subclasses.

    Source:
        Handbook, domain.md sections 5.3, 5.4 and 12; the order is the platform's default.
    """
    variant = standard.variant(asked.variant)
    if len(asked.parts) != 1 and not standard.several_parts:
        raise TooManyPartsError
    parts = tuple(_part(standard, variant, part) for part in asked.parts)
    ledger = Ledger(sum((part.amount_fen for part in parts), Fraction(0)))
    _float(ledger, standard, asked.float_bp)
    _limits(ledger, variant)
    discounted(ledger, asked.discount_bp)
    exact = ledger.amount_fen
    round_once(ledger)
    return Calculation(
        standard=standard,
        variant=variant,
        parts=parts,
        steps=tuple(ledger.steps),
        exact_fen=exact,
        fee_fen=int(ledger.amount_fen),
        asked=asked,
    )


def discounted(ledger: Ledger, discount_bp: int) -> None:
    """Take the agreed discount off what stands in a ledger.

    Args:
        ledger: Holds the fee by the standard.
        discount_bp: Basis points below it; 0 writes no step.

    Raises:
        DiscountRangeError: It is below zero, or leaves nothing.

    Source:
        Handbook, domain.md section 5.4: 下浮率.
    """
    if not 0 <= discount_bp < BASIS_POINTS:
        raise DiscountRangeError
    if discount_bp:
        ledger.take(
            Operation.TIMES,
            1 - Fraction(discount_bp, BASIS_POINTS),
            msgid("下浮%(discount)s"),
            discount=Rate(discount_bp * 100),
        )


def round_once(ledger: Ledger) -> None:
    """Round what stands in a ledger to the yuan, a half upwards.

    Args:
        ledger: Holds the exact fee; the rounding is its last step, printed even if it changes
            nothing.

    Source:
        Handbook, domain.md section 12.
    """
    ledger.take(Operation.ROUND, FEN_PER_YUAN, msgid("四舍五入到元（全程只舍入这一次）"))


def _part(standard: Standard, variant: Variant, asked: PartAsked) -> PartFee:
    ledger = Ledger()
    base = _base(ledger, standard, asked)
    apply(ledger, variant.formula, base, asked.price_fen)
    if variant.performance is not None:
        _performance(ledger, variant.performance, asked.change_fen)
    known = {factor.code for factor in variant.factors}
    for code in asked.chosen:
        if code not in known:
            value_of(None, code, asked.chosen[code])
    for factor in variant.factors:
        coefficient = value_of(factor, factor.code, asked.chosen.get(factor.code, ()))
        coefficient.write(ledger)
    basic = ledger.amount_fen
    surcharge = (variant.surcharge,) if variant.surcharge else ()
    for extra in (*surcharge, *(extra_of(variant.extras, code) for code in asked.extras)):
        ledger.take(
            Operation.ADD,
            basic * Fraction(extra.rate_ppm, PPM),
            msgid("%(extra)s：%(basic)s × %(rate)s"),
            extra=extra.name,
            basic=Money(basic),
            rate=Rate(extra.rate_ppm),
        )
    return PartFee(steps=tuple(ledger.steps), amount_fen=ledger.amount_fen)


def _performance(ledger: Ledger, performance: Performance, change_fen: Fraction) -> None:
    if change_fen < 0:
        raise NegativeBaseError("change")
    ledger.take(
        Operation.NOTE,
        0,
        msgid("另加效益收费，以%(base)s%(change)s为基数："),
        base=performance.base,
        change=Money(change_fen),
    )
    apply(ledger, performance.formula, change_fen)


def _base(ledger: Ledger, standard: Standard, asked: PartAsked) -> Fraction:
    """Return the base that counts: much equipment counts only in part."""
    share, equipment = standard.equipment_share_bp, asked.equipment_fen
    if share is None or equipment is None or asked.base < 0:
        return asked.base
    if equipment < 0:
        raise NegativeBaseError("equipment")
    if equipment > asked.base:
        raise PartOfBaseError
    limit = Fraction(share, BASIS_POINTS)
    works = asked.base - equipment
    if equipment <= limit * asked.base:
        sentence = msgid("设备购置费和联合试运转费%(equipment)s未超过总额的%(share)s，全部计入")
        counted = asked.base
    else:
        reduced, floor = works + limit * equipment, works / (1 - limit)
        counted = max(reduced, floor)
        sentence = (
            msgid(
                "设备购置费和联合试运转费%(equipment)s超过总额的%(share)s，按%(share)s计入，"
                "计费额为%(counted)s"
            )
            if reduced >= floor
            else msgid(
                "设备购置费和联合试运转费%(equipment)s超过总额的%(share)s，按%(share)s计入后"
                "低于保底，计费额取保底%(counted)s"
            )
        )
    ledger.take(
        Operation.NOTE,
        0,
        sentence,
        equipment=Money(equipment),
        share=Rate(share * 100),
        counted=Money(counted),
    )
    return counted


def _float(ledger: Ledger, standard: Standard, float_bp: int) -> None:
    if not -standard.float_down_bp <= float_bp <= standard.float_up_bp:
        raise FloatRangeError(
            plain(Fraction(standard.float_down_bp, 100)), plain(Fraction(standard.float_up_bp, 100))
        )
    if float_bp:
        ledger.take(
            Operation.TIMES,
            1 + Fraction(float_bp, BASIS_POINTS),
            msgid("浮动%(float)s"),
            float=Rate(float_bp * 100),
        )


def _limits(ledger: Ledger, variant: Variant) -> None:
    if variant.minimum_fen is not None and ledger.amount_fen < variant.minimum_fen:
        ledger.take(
            Operation.AT_LEAST,
            variant.minimum_fen,
            msgid("不足最低收费%(least)s，按最低收费计"),
            least=Money(Fraction(variant.minimum_fen)),
        )
    if variant.maximum_fen is not None and ledger.amount_fen > variant.maximum_fen:
        ledger.take(
            Operation.AT_MOST,
            variant.maximum_fen,
            msgid("超过最高限额%(most)s，按最高限额计"),
            most=Money(Fraction(variant.maximum_fen)),
        )
