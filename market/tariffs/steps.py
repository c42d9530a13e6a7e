"""The steps of a calculation: what each did, with which number, and what stood afterwards. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

FEN_PER_YUAN: Final = 100
FEN_PER_WAN: Final = 1_000_000


class Operation(StrEnum):
    """What a step does to the amount that stood before it."""

    NOTE = "note"
    ADD = "add"
    TIMES = "times"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"
    ROUND = "round"


@dataclass(frozen=True, slots=True)
class Money:
    """A fact that is an amount, in fen, exact."""

    fen: Fraction


@dataclass(frozen=True, slots=True)
class Rate:
    """A fact that is a rate, in millionths of the base; ``per_mille`` says how it is printed."""

    ppm: int
    per_mille: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A fact that is a plain number: a coefficient or a quantity."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Named:
    """A fact that is a name in both languages."""

    zh: str
    en: str


Fact = Money | Rate | Number | Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a calculation.

    ``sentence`` is a msgid, ``facts`` fill its places. ``operand`` is what was added (fen),
    multiplied by (a pure number), or held against (fen); ``after_fen`` is what stood afterwards.
    """

    sentence: str
    operation: Operation
    operand: Fraction
    after_fen: Fraction
    facts: Mapping[str, Fact]

    @property
    def added_fen(self) -> Fraction | None:
        """What the step added, if it is one that adds."""
        return self.operand if self.operation is Operation.ADD else None


class Ledger:
    """Collects steps; each one is done by ``done`` and by nothing else."""

    def __init__(self, start_fen: Fraction | int = 0) -> None:
        self.amount_fen = Fraction(start_fen)
        self.steps: list[Step] = []

    def take(
        self, operation: Operation, operand: Fraction | int, sentence: str, **facts: Fact
    ) -> None:
        """Do a step and write it down."""
        self.amount_fen = done(self.amount_fen, operation, Fraction(operand))
        self.steps.append(
            Step(
                sentence=sentence,
                operation=operation,
                operand=Fraction(operand),
                after_fen=self.amount_fen,
                facts=MappingProxyType(facts),
            )
        )


def done(before_fen: Fraction, operation: Operation, operand: Fraction) -> Fraction:
    """Return the amount after one operation.

    Args:
        before_fen: The amount that stood before, in fen, exact.
        operation: What to do.
        operand: Fen for sums and limits, a pure number for a product, the unit in fen of a
            rounding; a note has none.

    Returns:
        The amount afterwards, in fen, exact.

    Source:
        Handbook, domain.md section 12: 四舍五入, once, at the end.
    """
    match operation:
        case Operation.NOTE:
            return before_fen
        case Operation.ADD:
            return before_fen + operand
        case Operation.TIMES:
            return before_fen * operand
        case Operation.AT_LEAST:
            return max(before_fen, operand)
        case Operation.AT_MOST:
            return min(before_fen, operand)
        case Operation.ROUND:
            return rounded(before_fen / operand) * operand


def rounded(number: Fraction) -> Fraction:
    """Round to a whole number, a half upwards (四舍五入).

    Args:
        number: Any exact number that is not negative.

    Returns:
        The nearest whole number.

    Source:
        Handbook, domain.md section 12.
    """
    return Fraction((number + Fraction(1, 2)).__floor__())


def replay(steps: Iterable[Step], start_fen: Fraction | int = 0) -> Fraction:
    """Do the steps again from their operands alone: what was printed must give the result.

    Args:
        steps: The printed steps, in order.
        start_fen: What stood before the first.

    Returns:
        The amount after the last step, in fen.

    Source:
        Issue 4: every step is printed and the steps give the total.
    """
    amount = Fraction(start_fen)
    for step in steps:
        amount = done(amount, step.operation, step.operand)
    return amount
