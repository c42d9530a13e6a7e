"""Coefficients and additional services of a standard. Pure."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from market.errors import msgid
from market.tariffs.errors import (
    CoefficientRangeError,
    NothingLeftError,
    UnknownCoefficientError,
    UnknownExtraError,
)
from market.tariffs.numbers import NotANumberError, read_number
from market.tariffs.steps import Ledger, Named, Operation
from market.tariffs.words import plain

MILLI: Final = 1_000
MOST_CHOSEN: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value that a coefficient may take, in thousandths."""

    code: str
    name: Named
    milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A coefficient: one of several values, or any within a range.

    ``joined``: several may apply and are not multiplied but added, less their number, plus one
    (Σ − n + 1). ``default`` is the option that applies when none is chosen.
    """

    code: str
    name: Named
    options: tuple[Option, ...] = ()
    default: str = ""
    low_milli: int = MILLI
    high_milli: int = MILLI
    joined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """An additional service, charged as a share of the basic fee."""

    code: str
    name: Named
    rate_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """What a coefficient came to, and why."""

    factor: Factor
    names: tuple[Named, ...]
    values: tuple[Fraction, ...]

    @property
    def value(self) -> Fraction:
        """The number to multiply by."""
        if not self.values:
            return Fraction(1)
        return sum(self.values, Fraction(0)) - len(self.values) + 1

    def write(self, ledger: Ledger) -> None:
        """Write the step, unless nothing applies."""
        if not self.values:
            return
        several = len(self.values) > 1
        chosen = Named(
            "；".join(name.zh for name in self.names), "; ".join(name.en for name in self.names)
        )
        ledger.take(
            Operation.TIMES,
            self.value,
            msgid("%(name)s（%(chosen)s；相加，减去个数，再加一）")
            if several
            else msgid("%(name)s（%(chosen)s）"),
            name=self.factor.name,
            chosen=chosen,
        )


def value_of(factor: Factor | None, code: str, chosen: tuple[str, ...]) -> Coefficient:
    """Return what was chosen of a coefficient.

    Args:
        factor: The coefficient; none if the standard does not know ``code``.
        code: Its code, as asked.
        chosen: Codes of options, or numbers where the document leaves a range. Empty means the
            default option, or no coefficient at all.

    Returns:
        The coefficient with its value; without values it is 1 and writes no step.

    Raises:
        UnknownCoefficientError: No such coefficient, or no such value of it.
        CoefficientRangeError: A number outside the range.
        NothingLeftError: Several together come to nothing or less.

    Source:
        Handbook, domain.md section 5.3 (c): several 附加系数 are Σ − n + 1.
    """
    if factor is None:
        raise UnknownCoefficientError(code, "、".join(chosen)[:40])
    wanted = chosen or ((factor.default,) if factor.default else ())
    if len(wanted) > (MOST_CHOSEN if factor.joined else 1):
        raise UnknownCoefficientError(code, "、".join(wanted)[:40])
    found = _chosen(factor, wanted)
    if found.value <= 0:
        raise NothingLeftError(code, "、".join(wanted)[:40])
    return found


def _chosen(factor: Factor, wanted: tuple[str, ...]) -> Coefficient:
    if not factor.options:
        values = tuple(_in_range(factor, text) for text in wanted)
        return Coefficient(
            factor=factor,
            values=values,
            names=tuple(Named(plain(value), plain(value)) for value in values),
        )
    options = [_option(factor, text) for text in wanted]
    return Coefficient(
        factor=factor,
        values=tuple(Fraction(option.milli, MILLI) for option in options),
        names=tuple(option.name for option in options),
    )


def _option(factor: Factor, code: str) -> Option:
    for option in factor.options:
        if option.code == code:
            return option
    raise UnknownCoefficientError(factor.code, code[:40])


def _in_range(factor: Factor, text: str) -> Fraction:
    try:
        value = read_number(text)
    except NotANumberError:
        raise UnknownCoefficientError(factor.code, text[:40]) from None
    low, high = Fraction(factor.low_milli, MILLI), Fraction(factor.high_milli, MILLI)
    if not low <= value <= high:
        raise CoefficientRangeError(factor.name.zh, plain(low), plain(high), factor.code)
    return value


def extra_of(extras: tuple[Extra, ...], code: str) -> Extra:
    """Return an additional service by its code.

    Args:
        extras: Those that the standard knows.
        code: The one asked for.

    Returns:
        The service.

    Raises:
        UnknownExtraError: There is none of that code.

    Source:
        Handbook, domain.md section 5.3 (c).
    """
    for extra in extras:
        if extra.code == code:
            return extra
    raise UnknownExtraError(code[:40])
