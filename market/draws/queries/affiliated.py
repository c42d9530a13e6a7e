"""What of a firm's affiliations matters in a draw: declared at all, its owner, its one ticket."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from market import regulations
from market.affiliations import profiles
from market.affiliations import queries as affiliations
from market.affiliations.errors import UnknownTicketRuleError
from market.affiliations.rules import Group, Interest, is_required, taken_by
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState
from market.firms.model import Firm
from market.needs.model import Notice
from market.regulations import Regulation

MERGE = "merge"
BEFORE_FREEZE = frozenset({DrawState.OPEN, DrawState.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliated:
    """A firm's affiliations as one draw sees them.

    ``taken_in`` is the number of the group in which another firm enrolled first; empty if none.
    """

    is_undeclared: bool
    interests: tuple[Interest, ...]
    groups: tuple[Group, ...]
    taken_in: str


def rules_on(day: date) -> Regulation:
    """Return the rules of affiliations for a notice of a day."""
    return regulations.in_force(profiles.SUBJECT, day)


def rules_of_draw(work: UnitOfWork, draw: Draw | None) -> Regulation:
    """Return the rules of a draw's notice; a later instrument never reaches back."""
    return rules_on(beijing_day(draw.enrol_open_at) if draw else work.today)


def published(rules: Regulation) -> Mapping[str, object]:
    """Return what of the rules is published with a draw's eligibility."""
    return {
        "authority_ties": rules.flag("recusal.authority_ties"),
        "control_over_bp": rules.integer("detection.control_over_bp"),
        "declaration_required_from": rules.text("declaration.required_from"),
        "regulation": rules.id,
        "regulation_sha256": rules.digest,
        "shareholder_bp": rules.integer("recusal.shareholder_bp"),
        "tickets": _ticket_rule(rules),
    }


def _ticket_rule(rules: Regulation) -> str:
    rule = rules.text("tickets.rule")
    if rule != MERGE:
        raise UnknownTicketRuleError(rules.title, rule)
    return rule


def of_firm(work: UnitOfWork, firm: Firm, owner_code: str, draw: Draw | None) -> Affiliated:
    """Judge a firm's affiliations now, by the rules of the draw's notice."""
    rules = rules_of_draw(work, draw)
    asked = is_required(rules.text("declaration.required_from"), _day(work, draw))
    undeclared = asked and affiliations.declaration_of(work, firm.id) is None
    groups = tuple(affiliations.groups_of(work, firm.id)) if draw else ()
    taken = None
    # What is confirmed after the freeze does not reach back to a list that is fixed.
    if draw is not None and groups and draw.state in BEFORE_FREEZE:
        taken = taken_by(firm.id, groups, _enrolled(work, draw))
    return Affiliated(
        is_undeclared=undeclared,
        interests=_interests(work, firm, owner_code, draw, rules),
        groups=groups,
        taken_in=taken[0] if taken else "",
    )


def _day(work: UnitOfWork, draw: Draw | None) -> date:
    return beijing_day(draw.enrol_open_at) if draw else work.today


def _interests(
    work: UnitOfWork, firm: Firm, owner_code: str, draw: Draw | None, rules: Regulation
) -> tuple[Interest, ...]:
    found = profiles.interests_of(work, firm, owner_code, rules)
    if found and draw is not None:
        number = work.session.get_one(Notice, draw.notice_id).number
        if firm.id in affiliations.exempted(work, number):
            return ()
    return found


def _enrolled(work: UnitOfWork, draw: Draw) -> dict[int, int]:
    """Return the places of the live enrolments of a draw, by firm."""
    rows = work.session.execute(
        select(Enrolment.firm_id, Enrolment.sequence).where(
            Enrolment.draw_id == draw.id, Enrolment.state == EnrolmentState.ENROLLED
        )
    )
    return {firm_id: sequence for firm_id, sequence in rows}  # noqa: C416 - rows are no pairs
