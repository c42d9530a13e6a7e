"""What a firm's published fee gives in yuan for one project, or why that cannot be said. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from market.errors import msgid
from market.firms.fees import FeeKind
from market.tariffs.rules import Calculation, discounted, round_once
from market.tariffs.shapes import PPM
from market.tariffs.steps import Ledger, Money, Operation, Rate, Step

SORTS: Final = ("amount", "name", "valid")


class Hindrance(StrEnum):
    """Why a published fee gives no amount."""

    NO_FEE = "no-fee"
    NO_BASE = "no-base"
    UNKNOWN_STANDARD = "unknown-standard"
    OTHER_STANDARD = "other-standard"
    NOT_COMPUTED = "not-computed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a published fee says, as far as an amount depends on it.

    ``standard`` is the id of the table that its document names, if it is among the tables.
    """

    kind: FeeKind
    amount_fen: int | None = None
    rate_ppm: int | None = None
    rate_base: str = ""
    discount_bp: int | None = None
    min_fee_fen: int | None = None
    standard: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a fee gives for the project, and how."""

    fee_fen: int
    steps: tuple[Step, ...]


def price(
    terms: Terms | None, bases: Mapping[str, Fraction], computed: Calculation | None
) -> Price | Hindrance:
    """Compute what a published fee gives for a project.

    Args:
        terms: The fee in force; none if nothing is published.
        bases: For each base that a rate may name, the project's amount in fen.
        computed: The fee by a standard, before any discount; none if it could not be computed.

    Returns:
        The price in whole yuan with its steps, or why there is none.

    Source:
        Issue 4, Fees: 'compute for my project'. The firm's least fee applies after its discount.
    """
    if terms is None:
        return Hindrance.NO_FEE
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
            discounted(ledger, terms.discount_bp or 0)
    return _finish(ledger, terms.min_fee_fen)


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
    return None if computed.standard.id == terms.standard else Hindrance.OTHER_STANDARD


def _finish(ledger: Ledger, min_fee_fen: int | None) -> Price:
    if min_fee_fen is not None and ledger.amount_fen < min_fee_fen:
        ledger.take(
            Operation.AT_LEAST,
            min_fee_fen,
            msgid("不足机构的最低收费%(least)s，按最低收费计"),
            least=Money(Fraction(min_fee_fen)),
        )
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
