"""The form 'my project': the bases that firms' fees name, as they are typed in an address. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from market.tariffs import asking
from market.tariffs.asking import Typed
from market.tariffs.errors import CalculationError
from market.tariffs.inputs import Base, key_of, label_of
from market.tariffs.rules import Asked
from market.tariffs.steps import FEN_PER_WAN

Bases = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class BaseNamed:
    """A base that a fee names; with a unit it is a quantity."""

    name: str
    unit: str = ""

    @property
    def key(self) -> str:
        """By what a fee finds it."""
        return key_of(self.name, self.unit)

    @property
    def label(self) -> str:
        """How people read it."""
        return label_of(self.name, self.unit)

    @property
    def field(self) -> str:
        """The name of its field: a link keeps its meaning whatever other firms publish later."""
        return f"b-{hashlib.sha256(self.key.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseField:
    """A base as the form shows it, and what the project has of it."""

    base: BaseNamed
    name: str
    value: str
    amount: Fraction | None = None
    problem: CalculationError | None = None


def fields_of(named: Iterable[BaseNamed], typed: Typed, shared: str | None) -> list[BaseField]:
    """Return the fields for some bases, with what can be read of them.

    Args:
        named: The bases that fees name, each once.
        typed: Every field with all its values.
        shared: The key of the amount that the table on the page asks for as well, which is not
            asked twice.

    Returns:
        One field for each base; that of the shared base has the table's own name.

    Source: issue 4, Fees: 'compute for my project'.
    """
    return [_field(base, typed, shared) for base in named]


def _field(base: BaseNamed, typed: Typed, shared: str | None) -> BaseField:
    name = "base" if base.key == shared else base.field
    value, amount, problem = asking.first(typed, name), None, None
    try:
        scale = 1 if base.unit else asking.unit_asked(typed)
        amount = asking.amount_asked(typed, name, scale)
    except CalculationError as error:
        problem = error
    return BaseField(base=base, name=name, value=value, amount=amount, problem=problem)


def bases_in(fields: Iterable[BaseField]) -> dict[str, Fraction]:
    """Return what the project has of each base, by its key.

    Args:
        fields: The fields of the form.

    Source: platform default.
    """
    return {one.base.key: one.amount for one in fields if one.amount is not None}


def lines_of(fields: Iterable[BaseField], asked: tuple[str, Asked] | None) -> str:
    """Return the bases as a need states them.

    Args:
        fields: The fields of the form.
        asked: The name of the table's base in yuan, with the question; none without a table.

    Source: market.tariffs.inputs.
    """
    found = {one.base.key: _line(one.base, one.amount) for one in fields if one.amount}
    if asked is not None and len(asked[1].parts) == 1:
        base, (part,) = BaseNamed(name=asked[0]), asked[1].parts
        found.setdefault(base.key, _line(base, part.base))
    return "\n".join(found.values())


def _line(base: BaseNamed, amount: Fraction) -> str:
    if base.unit:
        return Base(name=base.name, number=amount, unit=base.unit).line
    return Base(name=base.name, number=amount / FEN_PER_WAN, unit="万元").line
