"""Within which limits a measure may last for a firm today."""

from collections.abc import Mapping

from market import regulations
from market.credit import queries
from market.credit.cases.model import Case
from market.credit.cases.queries import suspensions_in_window
from market.credit.rules import Measure
from market.db import UnitOfWork
from market.firms.model import Firm


def terms_for(work: UnitOfWork, firm: Firm) -> Mapping[Measure, tuple[int, int]]:
    """Return the least and most months of each measure for a firm today.

    A very low score, or repeated suspensions within the window, allow the long suspension.
    """
    rules = regulations.in_force("credit", work.today)
    terms = regulations.in_force("credit-terms", work.today)
    low = queries.ledger(work, firm.id).score <= rules.integer("thresholds.long_suspend_at")
    before = rules.integer("suspension.suspensions_before_long")
    repeated = suspensions_in_window(work, firm.id) >= before
    most = "suspension.long_months" if low or repeated else "suspension.maximum_months"
    return {
        Measure.SUSPENSION: (rules.integer("suspension.minimum_months"), rules.integer(most)),
        Measure.BLACKLIST: (
            terms.integer("general.minimum_months"),
            terms.integer("general.maximum_months"),
        ),
        Measure.SERIOUS_BLACKLIST: (
            terms.integer("serious.minimum_months"),
            terms.integer("serious.maximum_months"),
        ),
    }


def least_months(case: Case) -> int:
    """Return the shortest term that the rules a case was proposed under give its measure."""
    key = {
        Measure.SUSPENSION: "suspension.minimum_months",
        Measure.BLACKLIST: "general.minimum_months",
        Measure.SERIOUS_BLACKLIST: "serious.minimum_months",
    }[case.measure]
    rules = regulations.current()
    if case.measure is Measure.SUSPENSION:
        return rules.by_id(case.regulation_id).integer(key)
    return rules.by_id(case.terms_regulation_id).integer(key)
