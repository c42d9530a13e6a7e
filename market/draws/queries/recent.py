"""How often a firm was selected of late, and what a draw's notice says of that."""

import json

from sqlalchemy import func, select

from market import regulations
from market.db import UnitOfWork
from market.draws.model import Award, Draw
from market.draws.queries.finding import LIVE_AWARDS, file_of
from market.draws.recent import Among, RecentRule, rule_in
from market.firms.model import Firm
from market.needs.limits import DRAW_SUBJECT
from market.needs.model import Need

ELIGIBILITY_FILE = "eligibility.json"


def rule_of(work: UnitOfWork, draw: Draw | None) -> RecentRule | None:
    """Return the rule as a draw's notice fixed it, or as one of today would; None if it waived it.

    Raises:
        RecentRuleError: The rules are ill-formed.
    """
    if draw is None:
        return rule_in(regulations.in_force(DRAW_SUBJECT, work.today), work.now)
    rule = said_of(work, draw)
    return rule if rule and rule.applies else None


def said_of(work: UnitOfWork, draw: Draw) -> RecentRule | None:
    """Return what a draw's notice says of the rule; None if its rules have no such rule."""
    rule = rule_in(regulations.current().by_id(draw.rules_id), draw.enrol_close_at)
    if rule is None:
        return None
    told = json.loads(file_of(work, draw, ELIGIBILITY_FILE) or b"{}").get("recent")
    # A notice from before the program knew the rule says nothing of it: it never reaches back.
    if told is None:
        return None
    return RecentRule(
        wins=told["wins"],
        days=told["days"],
        among=Among(told["of"]),
        until=draw.enrol_close_at,
        source=rule.source,
        applies=told["applies"],
    )


def wins_of(work: UnitOfWork, firm: Firm, need: Need, rule: RecentRule) -> int:
    """Return how many awards of draws a firm holds that the rule counts."""
    query = select(func.count(Award.id)).where(
        Award.firm_id == firm.id,
        Award.draw_id.is_not(None),
        Award.state.in_(LIVE_AWARDS),
        Award.published_at >= rule.since,
        Award.published_at <= rule.until,
    )
    if rule.among is Among.OWNER:
        query = query.join(Need, Need.id == Award.need_id).where(
            Need.owner_org_id == need.owner_org_id
        )
    return work.session.scalar(query) or 0
