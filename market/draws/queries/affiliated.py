"""What of a firm's affiliations matters in a draw: declared at all, its owner, its one ticket."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from market import regulations
from market.affiliations import declared, profiles, tickets
from market.affiliations import queries as affiliations
from market.affiliations.rules import (
    CLAIMED,
    Group,
    Interest,
    TicketRule,
    is_required,
    taken_by,
)
from market.affiliations.sanctions import queries as sanctions
from market.affiliations.sanctions.rules import Blacklisting
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws.model import Draw, Enrolment
from market.draws.queries.finding import LIVE_DRAWS
from market.draws.rules import DrawState, EnrolmentState
from market.firms.model import Firm
from market.needs.documents import fixed_tickets
from market.needs.model import Notice
from market.regulations import Regulation

BEFORE_FREEZE = frozenset({DrawState.OPEN, DrawState.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliated:
    """A firm's affiliations as one draw sees them.

    ``taken_in`` is the number of the group in which another firm enrolled first; empty if none,
    and empty before the freeze where the notice excludes: nobody learns sooner who is in.
    """

    is_undeclared: bool
    interests: tuple[Interest, ...]
    groups: tuple[Group, ...]
    taken_in: str
    rule: TicketRule


def rules_on(day: date) -> Regulation:
    """Return the rules of affiliations for a notice of a day."""
    return regulations.in_force(profiles.SUBJECT, day)


def rules_of_draw(work: UnitOfWork, draw: Draw | None) -> Regulation:
    """Return the rules of a draw's notice; a later instrument never reaches back."""
    return rules_on(beijing_day(draw.enrol_open_at) if draw else work.today)


def published(rules: Regulation, rule: TicketRule) -> Mapping[str, object]:
    """Return what of the rules, and of the need's own choice, is published with a draw."""
    return {
        "authority_ties": rules.flag("recusal.authority_ties"),
        "control_over_bp": rules.integer("detection.control_over_bp"),
        "declaration_required_from": rules.text("declaration.required_from"),
        "regulation": rules.id,
        "regulation_sha256": rules.digest,
        "sanctioned_affiliates": sanctions.reach_of(rules).value,
        "shareholder_bp": rules.integer("recusal.shareholder_bp"),
        "tickets": rule.value,
    }


def rule_of(work: UnitOfWork, draw: Draw | None) -> TicketRule:
    """Return what a draw's notice does with firms of one controller; without one, the usual."""
    if draw is None:
        return tickets.usual(rules_on(work.today))
    return fixed_tickets(work.session.get_one(Notice, draw.notice_id))


def of_firm(
    work: UnitOfWork, firm: Firm, owner_code: str, draw: Draw | None, *, final: bool = False
) -> Affiliated:
    """Judge a firm's affiliations now, by the rules of the draw's notice.

    Args:
        work: The unit of work.
        firm: The firm that is judged.
        owner_code: The owner's credit code.
        draw: The draw, if there is one.
        final: Whether the list is being fixed.
    """
    rules = rules_of_draw(work, draw)
    asked = is_required(rules.text("declaration.required_from"), _day(work, draw))
    undeclared = asked and affiliations.declaration_of(work, firm.id) is None
    groups = _groups(work, firm, draw, rules) if draw else ()
    rule = rule_of(work, draw)
    taken = None
    # What is confirmed after the freeze does not reach back to a list that is fixed.
    is_told = final or rule is TicketRule.MERGE
    if draw is not None and groups and is_told and draw.state in BEFORE_FREEZE:
        taken = taken_by(firm.id, groups, _enrolled(work, draw), final=final)
    return Affiliated(
        is_undeclared=undeclared,
        interests=_interests(work, firm, owner_code, draw, rules),
        groups=_own(firm, groups),
        taken_in=taken[0] if taken else "",
        rule=rule,
    )


def warned(work: UnitOfWork, firm: Firm, draw: Draw) -> tuple[str, ...]:
    """Return the groups of a firm whose other firms the notice may keep out, or it for them.

    What it claims alone is among them by either rule: that is judged at the freeze. The same is
    told whether or not another of them has enrolled: nobody learns anything here.
    """
    if draw.state not in BEFORE_FREEZE:
        return ()
    excludes = rule_of(work, draw) is TicketRule.EXCLUDE
    groups = _own(firm, _groups(work, firm, draw, rules_of_draw(work, draw)))
    return tuple(group.number for group in groups if excludes or group.number == CLAIMED)


def barred_with(
    work: UnitOfWork, firm: Firm, item_code: str, draw: Draw | None
) -> Blacklisting | None:
    """Return the blacklisting of a firm under the same controller that bars a firm here."""
    rules = rules_of_draw(work, draw)
    number = work.session.get_one(Notice, draw.notice_id).number if draw else ""
    exempt = affiliations.exempted(work, number) if number else frozenset()
    return sanctions.bar_of(work, firm, item_code, rules, exempt)


def _groups(work: UnitOfWork, firm: Firm, draw: Draw, rules: Regulation) -> tuple[Group, ...]:
    """Return the groups, confirmed and declared, that bear on a firm's ticket in a draw."""
    number = work.session.get_one(Notice, draw.notice_id).number
    over = rules.integer("detection.control_over_bp")
    exempt = affiliations.exempted(work, number)
    return tuple(declared.groups_now(work, firm.id, over, exempt))


def _own(firm: Firm, groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return the groups that bind a firm itself, each number once."""
    return tuple({each.number: each for each in groups if firm.id in each.binding()}.values())


def loosened(work: UnitOfWork) -> list[Firm]:
    """Return the firms that changed who controls them while a draw is under way, enrolled or not.

    It asks nothing of the enrolments: nobody learns before the freeze who is in.
    """
    since = work.session.scalar(
        select(func.min(Draw.enrol_open_at)).where(Draw.state.in_(LIVE_DRAWS))
    )
    return declared.loosened_since(work, since) if since else []


def asked_from(work: UnitOfWork, firm: Firm, draw: Draw) -> str:
    """Return from when a declaration is asked of a firm that made none and may enrol without it.

    Empty where it has declared, or where the draw asks for it already.
    """
    said = rules_of_draw(work, draw).text("declaration.required_from")
    if is_required(said, _day(work, draw)) or affiliations.declaration_of(work, firm.id):
        return ""
    return said


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
