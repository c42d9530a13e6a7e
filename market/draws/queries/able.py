"""Who may take part: a firm judged by every rule of eligibility, now."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from market.accounts.queries import organisation
from market.affiliations import tickets
from market.catalogue.queries import UnknownItemError, are_incompatible
from market.catalogue.queries import item as item_of
from market.catalogue.rules import Item
from market.clock import BEIJING, beijing_day
from market.db import UnitOfWork
from market.draws.diagnosis import MarketCounts
from market.draws.eligibility import Asked, Failure, Rule, beside, entry, failures
from market.draws.model import Award, Draw, Enrolment
from market.draws.queries import affiliated, published, recent
from market.draws.queries.excluding import exclusion_of
from market.draws.queries.finding import (
    LIVE_AWARDS,
    LIVE_DRAWS,
    draw_of_need,
)
from market.draws.rules import EnrolmentState
from market.errors import msgid
from market.firms.model import Firm
from market.firms.queries import facts_for, offering
from market.firms.queries_past_projects import counted_for
from market.firms.restrictions.queries import standing_for
from market.firms.rules import Standing
from market.labels import label_of
from market.needs.bundling.queries import projects_of, projects_of_parts
from market.needs.checks.projects import same_project
from market.needs.model import Need
from market.needs.queries import recusals_of


def asked_by(work: UnitOfWork, need: Need) -> Asked:
    """Return what a need asks of every firm."""
    return Asked(
        owner_code=organisation(work, need.owner_org_id).code,
        staff_required=need.staff_required,
        projects_required=need.projects_required or 0,
        recusals={row.firm_code: row.reason for row in recusals_of(work, need)},
        affiliations=_published(work, need),
    )


def _published(work: UnitOfWork, need: Need) -> Mapping[str, object]:
    """Return the rules of affiliations as a notice of today would publish them."""
    rules = affiliated.rules_on(work.today)
    return affiliated.published(rules, need.tickets or tickets.usual(rules))


def failures_of(
    work: UnitOfWork, need: Need, firm: Firm, draw: Draw | None, *, final: bool = False
) -> list[Failure]:
    """Judge a firm by every rule of eligibility, now; ``final`` while the list is being fixed."""
    try:
        item = item_of(need.item_code, work.today)
        facts = facts_for(work, firm, need.item_code, work.today)
    except UnknownItemError:
        return [Failure(rule=Rule.QUALIFICATION, sentence=_NO_ITEM)]
    general = asked_by(work, need)
    excluded = exclusion_of(work, draw, firm.code) if draw else None
    standing_back = recent.rule_of(work, draw)
    behind = affiliated.of_firm(work, firm, general.owner_code, draw, final=final)
    asked = Asked(
        owner_code=general.owner_code,
        staff_required=general.staff_required,
        projects_required=general.projects_required,
        projects_held=_projects(work, need, firm, draw) if general.projects_required else 0,
        recusals=general.recusals,
        conflicts=_conflicts(work, need, firm, item),
        recent=standing_back,
        recent_held=recent.wins_of(work, firm, need, standing_back) if standing_back else 0,
        excluded_for=label_of(excluded.ground).text if excluded else "",
        standing_until=_last_day(standing_for(work, firm, need.item_code)[1]),
        affiliate_until=_beside(work, firm, need.item_code, draw),
        uncomputable=(
            published.uncomputable(work, draw, firm) if draw and facts.fee_published else None
        ),
        undeclared=behind.is_undeclared,
        interests=tuple(label_of(interest).text for interest in behind.interests),
        group=behind.taken_in,
        tickets=behind.rule,
    )
    return failures(item, facts, asked, work.today)


def _projects(work: UnitOfWork, need: Need, firm: Firm, draw: Draw | None) -> int:
    """Return how many of a firm's past projects count, by the rules of the notice's day."""
    day = beijing_day(draw.enrol_open_at) if draw else work.today
    return counted_for(work, firm.id, need.item_code, day)


def bars_of(work: UnitOfWork, firm: Firm, need: Need) -> list[Failure]:
    """Return what keeps a firm from taking on a need: not listed, or sanctioned for its item.

    Also what bars it beside a blacklisted firm, by the rules of the need's notice.
    """
    standing, until_at = standing_for(work, firm, need.item_code)
    kin = _beside(work, firm, need.item_code, draw_of_need(work, need.id))
    return [*entry(firm.state, standing, _last_day(until_at)), *beside(kin)]


def is_barred(work: UnitOfWork, firm: Firm, need: Need) -> bool:
    """Whether a measure, its own or another's that reaches it, keeps a firm from answering now."""
    standing, _ = standing_for(work, firm, need.item_code)
    kin = affiliated.barred_with(work, firm, need.item_code, draw_of_need(work, need.id))
    return standing is not Standing.ACTIVE or kin is not None


def _beside(work: UnitOfWork, firm: Firm, item_code: str, draw: Draw | None) -> str:
    bar = affiliated.barred_with(work, firm, item_code, draw)
    return _last_day(bar.until_at) if bar else ""


_NO_ITEM = msgid("该事项已不在服务事项清单内")


def _last_day(until: datetime | None) -> str:
    return until.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if until else ""


def _conflicts(work: UnitOfWork, need: Need, firm: Firm, item: Item) -> tuple[str, ...]:
    """Return the names of incompatible items of the project that the firm holds or is in for.

    What it holds are its awards, also those under contract; the project is the same by its code
    or by its name (``same_project``).
    """
    asked = (Need.id, Need.item_code, Need.project_code, Need.project_name)
    held = (
        select(*asked)
        .join(Award, Award.need_id == Need.id)
        .where(Need.id != need.id, Award.firm_id == firm.id, Award.state.in_(LIVE_AWARDS))
    )
    sought = (
        select(*asked)
        .join(Draw, Draw.need_id == Need.id)
        .join(Enrolment, Enrolment.draw_id == Draw.id)
        .where(
            Need.id != need.id,
            Enrolment.firm_id == firm.id,
            Enrolment.state == EnrolmentState.ENROLLED,
            Draw.state.in_(LIVE_DRAWS),
        )
    )
    rows = [row for query in (held, sought) for row in work.session.execute(query)]
    bundled = projects_of_parts(work, [row.id for row in rows])
    mine = projects_of(work, need)
    codes = {
        row.item_code
        for row in rows
        for theirs in bundled.get(row.id, [(row.project_code, row.project_name)])
        if any(same_project(project, theirs) for project in mine)
    }
    names = (_if_incompatible(item, code, work.today) for code in sorted(codes))
    return tuple(name for name in names if name)


def _if_incompatible(item: Item, code: str, day: date) -> str:
    """Return the name of the other item if one firm must not do both; else nothing."""
    try:
        other = item_of(code, day)
    except UnknownItemError:  # No longer in the catalogue: only this item can still name it.
        return code if code in item.incompatible_with else ""
    return other.name_zh if are_incompatible(item, other) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """A firm that offers an item, as a need's notice of now would find it."""

    firm: Firm
    rules: frozenset[Rule]
    worth: published.Now


def everybody(work: UnitOfWork, need: Need) -> list[Now]:
    """Judge every firm that offers the item as if the need's notice went out now."""
    asking = published.asking(work, need)
    found = []
    for firm in offering(work, need.item_code):
        rules = {failure.rule for failure in failures_of(work, need, firm, None)}
        worth = asking.of(work, firm)
        if worth.keeps_out:
            rules.add(Rule.COMPUTABLE)
        found.append(Now(firm=firm, rules=frozenset(rules), worth=worth))
    return found


def market_counts(work: UnitOfWork, need: Need) -> MarketCounts:
    """Count the firms that offer the item: who meets every rule, who not, and what they publish."""
    found = everybody(work, need)
    draw = draw_of_need(work, need.id)
    if draw is not None and recent.rule_of(work, draw) is None:  # The notice waived the rule.
        found = [replace(each, rules=each.rules - {Rule.RECENT}) for each in found]
    able = [each.worth for each in found if not each.rules]
    return MarketCounts(
        offering=len(found),
        able=len(able),
        failed=Counter(rule for each in found for rule in each.rules),
        computed=sum(worth.fen is not None for worth in able),
        above=sum(worth.is_above for worth in able),
    )
