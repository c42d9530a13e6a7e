"""What a firm's published fee gives in yuan for one project, or why that cannot be said. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final

from market.errors import msgid
from market.firms.fees import FeeKind
from market.tariffs.errors import CalculationError
from market.tariffs.rules import Calculation, discounted, round_once
from market.tariffs.shapes import PPM, Formula, apply
from market.tariffs.steps import Ledger, Money, Operation, Rate, Step

SORTS: Final = ("amount", "name", "valid")


class Hindrance(StrEnum):
    """Why a published fee gives no amount."""

    NO_FEE = "no-fee"
    NO_BASE = "no-base"
    UNKNOWN_STANDARD = "unknown-standard"
    OTHER_STANDARD = "other-standard"
    OTHER_VARIANT = "other-variant"
    NOT_COMPUTED = "not-computed"
    OUTSIDE = "outside"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a published fee says, as far as an amount depends on it.

    ``standard`` is the id of the table that it names, if it is among the tables, and ``variants``
    the codes of its columns that are the standard of the item. ``rate_base``
    is the key of the base (see ``inputs``); ``formula`` is the firm's own table, or its unit
    price. ``discount_to_bp`` is the most that the firm may grant, where it published a range.
    """

    kind: FeeKind
    amount_fen: int | None = None
    rate_ppm: int | None = None
    rate_base: str = ""
    formula: Formula | None = None
    discount_bp: int | None = None
    discount_to_bp: int | None = None
    min_fee_fen: int | None = None
    max_fee_fen: int | None = None
    standard: str | None = None
    variants: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a fee gives for the project at most, and how.

    ``least_fen`` is what it gives with the greatest discount, where the firm published a range.
    """

    fee_fen: int
    steps: tuple[Step, ...]
    least_fen: int | None = None


def price(
    terms: Terms | None, bases: Mapping[str, Fraction], computed: Calculation | None
) -> Price | Hindrance:
    """Compute what a published fee gives for a project.

    Args:
        terms: The fee in force; none if nothing is published.
        bases: For each base that a rate may name, the project's amount in fen.
        computed: The fee by a standard, before any discount; none if it could not be computed.

    Returns:
        The price with its steps, or why there is none. A fixed sum stays as it was published;
        every other is rounded to the yuan.

    Source:
        Issue 4, Fees: 'compute for my project'. The firm's least and highest fee apply after its
        discount.
    """
    if terms is None:
        return Hindrance.NO_FEE
    most = _at(terms, terms.discount_bp, bases, computed)
    if isinstance(most, Hindrance) or terms.discount_to_bp is None:
        return most
    least = _at(terms, terms.discount_to_bp, bases, computed)
    return most if isinstance(least, Hindrance) else replace(most, least_fen=least.fee_fen)


def _at(
    terms: Terms,
    discount_bp: int | None,
    bases: Mapping[str, Fraction],
    computed: Calculation | None,
) -> Price | Hindrance:
    """Compute a fee at one discount."""
    ledger = Ledger()
    match terms.kind:
        case FeeKind.FIXED:
            fixed = terms.amount_fen or 0
            ledger.take(Operation.ADD, fixed, msgid("固定金额%(fee)s"), fee=Money(Fraction(fixed)))
        case FeeKind.RATE:
            base = bases.get(terms.rate_base)
            if base is None:
                return Hindrance.NO_BASE
            _by_rate(ledger, base, terms.rate_ppm or 0)
        case FeeKind.BRACKETS | FeeKind.UNIT:
            base = bases.get(terms.rate_base)
            if base is None or terms.formula is None:
                return Hindrance.NO_BASE
            try:
                apply(ledger, terms.formula, base)
            except CalculationError:
                return Hindrance.OUTSIDE
        case FeeKind.DISCOUNT:
            hindrance = _hindrance(terms, computed)
            if hindrance is not None or computed is None:
                return hindrance or Hindrance.NOT_COMPUTED
            ledger.take(
                Operation.ADD,
                computed.exact_fen,
                msgid("按标准计算（未下浮）%(fee)s"),
                fee=Money(computed.exact_fen),
            )
            discounted(ledger, discount_bp or 0)
    return _finish(ledger, terms)


def _by_rate(ledger: Ledger, base_fen: Fraction, rate_ppm: int) -> None:
    ledger.take(
        Operation.ADD,
        base_fen * Fraction(rate_ppm, PPM),
        msgid("%(base)s × %(rate)s"),
        base=Money(base_fen),
        rate=Rate(rate_ppm, per_mille=True),
    )


def _hindrance(terms: Terms, computed: Calculation | None) -> Hindrance | None:
    if terms.standard is None:
        return Hindrance.UNKNOWN_STANDARD
    if computed is None:
        return Hindrance.NOT_COMPUTED
    if computed.standard.id != terms.standard:
        return Hindrance.OTHER_STANDARD
    return None if computed.variant.code in terms.variants else Hindrance.OTHER_VARIANT


def _finish(ledger: Ledger, terms: Terms) -> Price:
    least, most = terms.min_fee_fen, terms.max_fee_fen
    if least is not None and ledger.amount_fen < least:
        ledger.take(
            Operation.AT_LEAST,
            least,
            msgid("不足机构的最低收费%(least)s，按最低收费计"),
            least=Money(Fraction(least)),
        )
    if most is not None and ledger.amount_fen > most:
        ledger.take(
            Operation.AT_MOST,
            most,
            msgid("超过机构的最高收费%(most)s，按最高收费计"),
            most=Money(Fraction(most)),
        )
    if terms.kind is not FeeKind.FIXED:
        round_once(ledger)
    return Price(fee_fen=int(ledger.amount_fen), steps=tuple(ledger.steps))


def ranks(prices: Sequence[Price | Hindrance], *, descending: bool) -> list[int]:
    """Return the places of prices in order of amount; those without an amount come last.

    Args:
        prices: One for each firm.
        descending: The dearest first.

    Returns:
        Indexes into ``prices``; equal amounts keep their order.

    Source:
        Platform default.
    """

    def key(place: int) -> tuple[bool, int]:
        one = prices[place]
        if isinstance(one, Hindrance):
            return True, 0
        return False, -one.fee_fen if descending else one.fee_fen

    return sorted(range(len(prices)), key=key)
