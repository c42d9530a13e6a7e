"""The shapes of fee tables, each a pure function from a base to steps. Exact throughout."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from market.errors import msgid
from market.tariffs.errors import (
    AboveTableError,
    BelowTableError,
    NegativeBaseError,
    NoUnitPriceError,
    OnlyRangeError,
)
from market.tariffs.steps import Ledger, Money, Number, Operation, Rate
from market.tariffs.words import wan

PPM: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Bracket:
    """A stretch of the base and its rate; no upper end means everything above."""

    up_to_fen: int | None
    rate_ppm: int


@dataclass(frozen=True, slots=True)
class Progressive:
    """差额定率累进: each stretch of the base at its own rate, the parts added up."""

    brackets: tuple[Bracket, ...]
    per_mille: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A base and the fee printed beside it."""

    base_fen: int
    fee_fen: int


@dataclass(frozen=True, slots=True)
class Interpolated:
    """直线内插: a straight line between neighbouring points, a rate above the last if there is one.

    Below the first point, and above the last without a rate, the document says nothing.
    """

    points: tuple[Point, ...]
    above_rate_ppm: int | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A band of the base and the span of fees within it.

    Without an upper base only a single fee (``low_fen == high_fen``) can be computed.
    """

    from_fen: int
    to_fen: int | None
    low_fen: int
    high_fen: int


@dataclass(frozen=True, slots=True)
class Banded:
    """分档，档内直线内插: a line from the lower to the upper fee within the base's band."""

    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """One fee for all bases up to a limit; no limit means everything above."""

    up_to_fen: int | None
    fee_fen: int


@dataclass(frozen=True, slots=True)
class FixedByBand:
    """分档定额: the base's band alone gives the fee."""

    bands: tuple[Fixed, ...]


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """单价 × 数量. No price means that the reader takes it from the document's own lists."""

    price_fen: int | None = None


Formula = Progressive | Interpolated | Banded | FixedByBand | UnitPrice


def apply(
    ledger: Ledger, formula: Formula, base: Fraction, price_fen: Fraction | None = None
) -> None:
    """Compute a formula on a base and write its steps.

    Args:
        ledger: Where the steps go; the fee is added to what stands there.
        formula: The table's shape with its numbers.
        base: Fen for every shape but ``UnitPrice``, where it is a quantity.
        price_fen: The unit price, where the document does not print one.

    Raises:
        NegativeBaseError: The base is below zero.
        BelowTableError: The base lies below the table.
        AboveTableError: The base lies above the table.
        OnlyRangeError: The document gives a span and no way to a point in it.
        NoUnitPriceError: A unit price is needed and missing.

    Source:
        Handbook, domain.md sections 5.3 and 5.4.
    """
    if base < 0:
        raise NegativeBaseError
    match formula:
        case Progressive():
            _progressive(ledger, formula, base)
        case Interpolated():
            _interpolated(ledger, formula, base)
        case Banded():
            _banded(ledger, formula, base)
        case FixedByBand():
            _fixed(ledger, formula, base)
        case UnitPrice():
            _unit_price(ledger, formula, base, price_fen)


def _progressive(ledger: Ledger, formula: Progressive, base: Fraction) -> None:
    lower = 0
    for bracket in formula.brackets:
        upper = base if bracket.up_to_fen is None else min(base, Fraction(bracket.up_to_fen))
        stretch = max(upper - lower, Fraction(0))
        if stretch or not ledger.steps:
            ledger.take(
                Operation.ADD,
                stretch * Fraction(bracket.rate_ppm, PPM),
                msgid("%(lower)s至%(upper)s的部分：%(stretch)s × %(rate)s"),
                lower=Money(Fraction(lower)),
                upper=Money(upper),
                stretch=Money(stretch),
                rate=Rate(bracket.rate_ppm, formula.per_mille),
            )
        if bracket.up_to_fen is None or base <= bracket.up_to_fen:
            return
        lower = bracket.up_to_fen
    raise AboveTableError(wan(lower))


def _interpolated(ledger: Ledger, formula: Interpolated, base: Fraction) -> None:
    first, last = formula.points[0], formula.points[-1]
    if base < first.base_fen:
        raise BelowTableError(wan(first.base_fen))
    if base > last.base_fen:
        if formula.above_rate_ppm is None:
            raise AboveTableError(wan(last.base_fen))
        ledger.take(
            Operation.ADD,
            base * Fraction(formula.above_rate_ppm, PPM),
            msgid("超过%(last)s，按费率计算：%(base)s × %(rate)s"),
            last=Money(Fraction(last.base_fen)),
            base=Money(base),
            rate=Rate(formula.above_rate_ppm),
        )
        return
    for low, high in zip(formula.points, formula.points[1:], strict=False):
        if low.base_fen <= base <= high.base_fen:
            _line(ledger, base, low, high)
            return


def _line(ledger: Ledger, base: Fraction, low: Point, high: Point) -> None:
    """Write the steps of a straight line between two points."""
    ledger.take(
        Operation.ADD,
        low.fee_fen,
        msgid("表中%(base)s对应%(fee)s"),
        base=Money(Fraction(low.base_fen)),
        fee=Money(Fraction(low.fee_fen)),
    )
    if base == low.base_fen:
        return
    share = (base - low.base_fen) / (high.base_fen - low.base_fen)
    ledger.take(
        Operation.ADD,
        share * (high.fee_fen - low.fee_fen),
        msgid(
            "内插：（%(high_fee)s − %(low_fee)s）×（%(base)s − %(low_base)s）"
            "÷（%(high_base)s − %(low_base)s）"
        ),
        high_fee=Money(Fraction(high.fee_fen)),
        low_fee=Money(Fraction(low.fee_fen)),
        base=Money(base),
        low_base=Money(Fraction(low.base_fen)),
        high_base=Money(Fraction(high.base_fen)),
    )


def _banded(ledger: Ledger, formula: Banded, base: Fraction) -> None:
    if base < formula.bands[0].from_fen:
        raise BelowTableError(wan(formula.bands[0].from_fen))
    for band in formula.bands:
        if band.to_fen is not None and base > band.to_fen:
            continue
        if band.to_fen is None and band.low_fen != band.high_fen:
            raise OnlyRangeError(wan(band.from_fen), wan(band.low_fen), wan(band.high_fen))
        if band.to_fen is None or band.low_fen == band.high_fen:
            ledger.take(
                Operation.ADD,
                band.low_fen,
                msgid("%(base)s所在的档为定额%(fee)s"),
                base=Money(base),
                fee=Money(Fraction(band.low_fen)),
            )
            return
        _line(ledger, base, Point(band.from_fen, band.low_fen), Point(band.to_fen, band.high_fen))
        return
    last = formula.bands[-1].to_fen
    raise AboveTableError(wan(last or 0))


def _fixed(ledger: Ledger, formula: FixedByBand, base: Fraction) -> None:
    for band in formula.bands:
        if band.up_to_fen is None or base <= band.up_to_fen:
            ledger.take(
                Operation.ADD,
                band.fee_fen,
                msgid("%(base)s所在的档为定额%(fee)s"),
                base=Money(base),
                fee=Money(Fraction(band.fee_fen)),
            )
            return
    raise AboveTableError(wan(formula.bands[-1].up_to_fen or 0))


def _unit_price(
    ledger: Ledger, formula: UnitPrice, quantity: Fraction, price_fen: Fraction | None
) -> None:
    price = Fraction(formula.price_fen) if formula.price_fen is not None else price_fen
    if price is None:
        raise NoUnitPriceError
    if price < 0:
        raise NegativeBaseError("price")
    ledger.take(
        Operation.ADD,
        price * quantity,
        msgid("单价%(price)s元 × 数量%(quantity)s"),
        price=Number(price / 100),
        quantity=Number(quantity),
    )
