"""How many firms a need would find if its notice went out now: counts by rule, and no names."""

from collections.abc import Mapping

from market import regulations
from market.catalogue.queries import UnknownItemError
from market.catalogue.queries import item as item_of
from market.db import UnitOfWork
from market.draws.eligibility import ASKS, Rule
from market.draws.queries.able import failures_of
from market.draws.rules import minimum_firms
from market.firms.queries import offering
from market.needs.checks import supply
from market.needs.limits import SUBJECT
from market.needs.model import Need
from market.needs.rules import NeedState


def supply_of(work: UnitOfWork, need: Need, recusals: Mapping[str, str]) -> supply.Supply:
    """Judge every firm that offers the item by the rules of enrolment, and count.

    A need that is not stored has its recusals nowhere else: they are judged here as well.
    """
    failures: list[set[str]] = []
    for firm in offering(work, need.item_code):
        rules = {failure.rule.value for failure in failures_of(work, need, firm, None)}
        if firm.code in recusals:
            rules.add(Rule.RECUSAL.value)
        failures.append(rules)
    asks = {rule.value: words for rule, words in ASKS.items()}
    return supply.tally(failures, asks, needed(work, need))


def needed(work: UnitOfWork, need: Need) -> int:
    """Return how many firms a draw of the need would take at least."""
    rules = regulations.in_force(SUBJECT, work.today)
    try:
        scarce = item_of(need.item_code, work.today).scarce
    except UnknownItemError:
        scarce = False
    return minimum_firms(
        attempt=(need.attempt or 1) + (need.state is NeedState.FAILED),
        scarce=scarce,
        usual=rules.integer("draw.minimum_applicants"),
        if_scarce=rules.integer("draw.minimum_applicants_scarce"),
        second=rules.integer("draw.minimum_applicants_second_notice"),
    )


supply.provide(supply_of)
