"""A firm is told at once when a breach takes its score to a threshold, and what that means."""

from market import regulations
from market.credit import queries
from market.credit.messages import THRESHOLD
from market.credit.model import Breach
from market.credit.rules import crossed
from market.db import UnitOfWork
from market.firms.model import Firm
from market.messages.actions import tell


def warn(work: UnitOfWork, firm: Firm, breach: Breach) -> None:
    """Tell a firm whose score a breach has just taken to a threshold or below it."""
    rules = regulations.in_force("credit", work.today)
    found = queries.ledger(work, firm.id)
    if not any(row.counts and row.breach.id == breach.id for row in found.rows):
        return
    before = max(found.start - found.deducted + breach.points, 0)
    limits = {name: rules.integer(f"thresholds.{name}_at") for name in _NAMES}
    reached = crossed(before, found.score, limits.values())
    if reached is None:
        return
    tell(
        work,
        THRESHOLD,
        org_id=firm.organisation_id,
        path="/credit/ledger",
        once=f"breach:{breach.id}",
        breach=breach.kind,
        points=breach.points,
        score=found.score,
        reached=reached,
        remind=limits["remind"],
        suspend=limits["suspend"],
        long=limits["long_suspend"],
    )


_NAMES = ("remind", "suspend", "long_suspend")
