"""What a firm's published fee gives for a project whose bases are known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from market.firms.fee_brackets import Brackets, BracketShape, stored_brackets
from market.firms.fees import FeeKind
from market.firms.model import FirmFee
from market.tariffs import asking, inputs
from market.tariffs.comparing import Hindrance, Price, Terms, price
from market.tariffs.errors import CalculationError, UnknownTableError
from market.tariffs.inputs import QuestionError, key_of, label_of
from market.tariffs.queries import named_in, standard
from market.tariffs.rules import Calculation, Standard, calculate
from market.tariffs.shapes import (
    Bracket,
    Fixed,
    FixedByBand,
    Formula,
    Interpolated,
    Point,
    Progressive,
    UnitPrice,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What is known of a project: its bases by key, and its fee by a table, if one was stated."""

    bases: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))
    computed: Calculation | None = None


def project_of(bases: str, question: str, day: date) -> Project:
    """Return what two texts of a need say of its project.

    Raises:
        BasesError: A base cannot be read.
        QuestionError: The calculation by a table cannot be read, or not be made.
    """
    stated = {base.key: base.value for base in inputs.read_bases(bases)}
    computed = computed_of(question, day)
    return Project(bases=MappingProxyType(_shared(computed) | stated), computed=computed)


def computed_of(question: str, day: date) -> Calculation | None:
    """Return the fee by the table that a text asks for; None if it asks for none.

    Raises:
        QuestionError: It cannot be read, or not be computed.
    """
    asked = inputs.read_question(question)
    if asked is None:
        return None
    try:
        table = standard(asked.table, day)
        variant = asking.variant_asked(table, asked.typed)
        return calculate(table, asking.asked(table, variant, asked.typed))
    except (CalculationError, UnknownTableError) as error:
        raise QuestionError(str(error)) from error


def require_column(question: str, item_code: str, day: date) -> None:
    """Refuse a calculation by a column of the table that is not the standard of the item.

    Raises:
        QuestionError: It cannot be read, or prices another service.
    """
    asked = inputs.read_question(question)
    if asked is None:
        return
    try:
        asking.require_variant(standard(asked.table, day), asked.typed, item_code)
    except (CalculationError, UnknownTableError) as error:
        raise QuestionError(str(error)) from error


def _shared(computed: Calculation | None) -> dict[str, Fraction]:
    """Return the base that the table asks for as well: a rate may name it."""
    if computed is None or computed.variant.counts or len(computed.asked.parts) != 1:
        return {}
    return {key_of(computed.variant.base.zh): computed.asked.parts[0].base}


def named(fee: FirmFee, day: date) -> Standard | None:
    """Return the table that a fee rests on: by its id, else by the document it names."""
    if not fee.standard_id:
        return named_in(fee.basis_document, fee.item_code, day)
    try:
        return standard(fee.standard_id, day)
    except UnknownTableError:
        return None


def base_key(fee: FirmFee) -> str:
    """Return the key of the base that a fee needs; empty where it needs none."""
    return key_of(fee.rate_base, fee.unit) if fee.rate_base else ""


def base_label(fee: FirmFee) -> str:
    """Return how people read the base that a fee needs; empty where it needs none."""
    return label_of(fee.rate_base, fee.unit) if fee.rate_base else ""


def terms_of(fee: FirmFee | None, day: date) -> Terms | None:
    """Return what a fee says, as far as an amount depends on it."""
    if fee is None:
        return None
    table = named(fee, day) if fee.kind is FeeKind.DISCOUNT else None
    return Terms(
        kind=fee.kind,
        amount_fen=fee.amount_fen,
        rate_ppm=fee.rate_ppm,
        rate_base=base_key(fee),
        formula=_formula(fee),
        discount_bp=fee.discount_bp,
        discount_to_bp=fee.discount_to_bp,
        min_fee_fen=fee.min_fee_fen,
        max_fee_fen=fee.max_fee_fen,
        standard=table.id if table else None,
        variants=_own_columns(table, fee.item_code),
    )


def _own_columns(table: Standard | None, item_code: str) -> frozenset[str]:
    if table is None:
        return frozenset()
    return frozenset(one.code for one in table.variants_for(item_code))


def price_of(fee: FirmFee | None, project: Project, day: date) -> Price | Hindrance:
    """Return what a fee gives for a project by the tables of a day, or why that cannot be said."""
    return price(terms_of(fee, day), project.bases, project.computed)


def _formula(fee: FirmFee) -> Formula | None:
    if fee.kind is FeeKind.UNIT:
        return UnitPrice(fee.unit_price_fen)
    table = stored_brackets(fee.brackets)
    return formula_of(table) if table else None


def formula_of(table: Brackets) -> Formula:
    """Return a firm's own table as the shape that the engine computes."""
    match table.shape:
        case BracketShape.PROGRESSIVE:
            steps = tuple(Bracket(row.up_to_fen, row.number) for row in table.rows)
            return Progressive(steps, per_mille=True)
        case BracketShape.INTERPOLATED:
            return Interpolated(tuple(Point(row.up_to_fen or 0, row.number) for row in table.rows))
        case BracketShape.PER_BAND:
            return FixedByBand(tuple(Fixed(row.up_to_fen, row.number) for row in table.rows))
