"""The catalogue of breaches: what each costs, who enters it, on what evidence, by which clause."""

from dataclasses import dataclass
from typing import Final

from market import regulations
from market.clocks.card_rules import Trigger
from market.credit import labels as labels  # noqa: PLC0414 - registers the labels
from market.credit.ledgers.rules import OwnerFault
from market.credit.rules import REPORTED, SERIOUS, BreachKind, Evidence
from market.db import UnitOfWork
from market.regulations import Clause, Regulation

SUBJECT: Final = "credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One breach of the catalogue. ``points`` is None where it is grounds for a case by itself."""

    kind: BreachKind
    points: int | None
    clause: Clause
    is_reported: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Priced:
    """What a judged card or an owner's fault costs, with its clause."""

    kind: Trigger | OwnerFault
    points: int
    clause: Clause


def evidence_for(rules: Regulation, kind: BreachKind) -> tuple[Evidence, ...]:
    """Return what has to be named before a breach is entered; nothing where the rules ask none."""
    key = f"evidence.{kind}"
    return tuple(map(Evidence, rules.texts(key))) if key in rules else ()


def entries(rules: Regulation) -> list[Entry]:
    """Return the breaches that the rules know, in their order; judged cards are in ``cards``."""
    return [
        Entry(
            kind=kind,
            points=None if kind in SERIOUS else rules.integer(f"points.{kind}"),
            clause=rules.clauses[_key(kind)],
            is_reported=kind in REPORTED,
            evidence=evidence_for(rules, kind),
        )
        for kind in BreachKind
        if _key(kind) in rules
    ]


def _key(kind: BreachKind) -> str:
    return "listing.direct_breaches" if kind in SERIOUS else f"points.{kind}"


def cards(rules: Regulation) -> list[Priced]:
    """Return what each cause of a card costs a firm once the card was judged."""
    keys = ((trigger, f"card_points.{trigger}") for trigger in Trigger)
    return [
        Priced(trigger, rules.integer(key), rules.clauses[key])
        for trigger, key in keys
        if key in rules
    ]


def owner_faults(rules: Regulation) -> list[Priced]:
    """Return what each fault costs an owner."""
    keys = ((fault, f"owner_points.{fault}") for fault in OwnerFault)
    return [
        Priced(fault, rules.integer(key), rules.clauses[key]) for fault, key in keys if key in rules
    ]


def card_points(work: UnitOfWork) -> list[tuple[Trigger, int]]:
    """Return each cause of a card with its points by the rules of today."""
    found = cards(regulations.in_force(SUBJECT, work.today))
    return [(one.kind, one.points) for one in found if isinstance(one.kind, Trigger)]
