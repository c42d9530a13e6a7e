"""How many firms a need would find if its notice went out now: counts by rule, and no names."""

from collections.abc import Mapping
from dataclasses import replace

from market import regulations
from market.catalogue.queries import UnknownItemError
from market.catalogue.queries import item as item_of
from market.db import UnitOfWork
from market.draws.eligibility import ASKS, Rule
from market.draws.queries.able import everybody
from market.draws.recent import leaves_enough
from market.draws.rules import minimum_firms
from market.needs.checks import supply
from market.needs.limits import SUBJECT
from market.needs.model import Need
from market.needs.rules import NeedState


def supply_of(work: UnitOfWork, need: Need, recusals: Mapping[str, str]) -> supply.Supply:
    """Judge every firm that offers the item by the rules of enrolment, and count.

    A need that is not stored has its recusals nowhere else: they are judged here as well.
    """
    found = everybody(work, need)
    failures = [
        {rule.value for rule in each.rules}
        | ({Rule.RECUSAL.value} if each.firm.code in recusals else set())
        for each in found
    ]
    wanted = needed(work, need)
    if not leaves_enough(failures, wanted):  # The notice would waive the rule.
        for rules in failures:
            rules.discard(Rule.RECENT.value)
    asks = {rule.value: words for rule, words in ASKS.items()}
    able = [each.worth for each, rules in zip(found, failures, strict=True) if not rules]
    return replace(
        supply.tally(failures, asks, wanted),
        computed=sum(worth.fen is not None for worth in able),
        above=sum(worth.is_above for worth in able),
    )


def recent_applies(work: UnitOfWork, need: Need, wanted: int) -> bool:
    """Return whether recent winners stand back from a draw of the need: enough others are left."""
    each = [{rule.value for rule in one.rules} for one in everybody(work, need)]
    return leaves_enough(each, wanted)


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
