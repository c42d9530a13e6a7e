"""Steps and amounts as the reader's language prints them."""

from datetime import date
from fractions import Fraction

from flask import Flask
from flask_babel import gettext

from market.tariffs.files import current_standards
from market.tariffs.rules import Calculation, Standard
from market.tariffs.steps import FEN_PER_WAN, Fact, Money, Named, Number, Operation, Rate, Step
from market.tariffs.words import per_cent, per_mille, plain, wan, yuan
from market.web.language import language


def init_app(app: Flask) -> None:
    """Give templates the filters of this feature."""
    app.jinja_env.filters["fee_step"] = sentence
    app.jinja_env.filters["fee_effect"] = effect
    app.jinja_env.filters["fee_name"] = name
    app.jinja_env.filters["fee_yuan"] = yuan
    app.jinja_env.filters["fee_percent"] = basis_points
    app.jinja_env.filters["fee_times"] = milli
    app.jinja_env.filters["fee_table"] = table


def name(named: Named) -> str:
    """Return a name of the tables in the reader's language."""
    return named.en if language() == "en" else named.zh


def table(address: str) -> str:
    """Return what the table of a calculation is called; an unknown one stays an address."""
    found = current_standards().on(date.max).get(address.partition("?")[0])
    return address if found is None else name(found.name)


def basis_points(number: int) -> str:
    """Return basis points in per cent: 2 000 is ``20%``."""
    return per_cent(number * 100)


def milli(number: int) -> str:
    """Return thousandths as a coefficient: 850 is ``0.85``."""
    return plain(Fraction(number, 1000))


def sentence(step: Step) -> str:
    """Return what a step did, in words."""
    return str(gettext(step.sentence, **{key: _fact(fact) for key, fact in step.facts.items()}))


def effect(step: Step) -> str:
    """Return what a step did to the amount, as a sign and a number."""
    match step.operation:
        case Operation.NOTE:
            return ""
        case Operation.ADD:
            return f"+ {yuan(step.operand)}"
        case Operation.TIMES:
            return f"× {plain(step.operand)}"
        case Operation.AT_LEAST | Operation.AT_MOST:
            return f"→ {yuan(step.operand)}"
        case Operation.ROUND:
            return "≈"


def _fact(fact: Fact) -> str:
    match fact:
        case Money(fen):
            return amount(fen)
        case Rate():
            return rate(fact)
        case Number(value):
            return plain(value)
        case Named():
            return name(fact)


def amount(fen: Fraction) -> str:
    """Return an amount in ten thousand yuan, or in yuan if it is less than that."""
    if fen and abs(fen) < FEN_PER_WAN:
        return yuan(fen)
    return str(gettext("%(number)s 万元", number=wan(fen)))


def rate(fact: Rate) -> str:
    """Return a rate as its document prints it, in per cent or per mille."""
    return per_mille(fact.ppm) if fact.per_mille else per_cent(fact.ppm)


def as_data(calculation: Calculation) -> dict[str, object]:
    """Return a calculation for programs: exact fractions as ``numerator/denominator``."""
    return {
        **source_data(calculation.standard),
        "variant": calculation.variant.code,
        "parts": [
            {
                "steps": [_step_data(step) for step in part.steps],
                "amount_fen": str(part.amount_fen),
            }
            for part in calculation.parts
        ],
        "sum_fen": str(calculation.sum_fen),
        "steps": [_step_data(step) for step in calculation.steps],
        "exact_fen": str(calculation.exact_fen),
        "fee_fen": calculation.fee_fen,
        "rounding": "half-up to the yuan, once, at the end",
    }


def source_data(standard: Standard) -> dict[str, object]:
    """Return where a table comes from, for programs."""
    return {
        "standard": standard.id,
        "document": standard.document.title,
        "number": standard.document.number,
        "standing": standard.standing.value,
        "confirmed": not standard.needs_confirmation,
    }


def _step_data(step: Step) -> dict[str, object]:
    return {
        "text": sentence(step),
        "operation": step.operation.value,
        "operand": str(step.operand),
        "after_fen": str(step.after_fen),
    }
