"""A need under every check: its words, recusals, staff, its owner's other needs, and the market."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import select

from market.accounts.queries import organisation
from market.db import UnitOfWork
from market.firms.model import Firm
from market.firms.queries import offering
from market.firms.rules import PUBLIC
from market.needs.checks.case import Case, item_today
from market.needs.checks.figures import figures
from market.needs.checks.rules import Finding, Ground, Severity, in_order
from market.needs.checks.sums import Sisters, sisters_of, splits
from market.needs.checks.supply import Supply, supply_of
from market.needs.checks.vocabulary import law_on, rules_on, source_of, vocabulary_of
from market.needs.checks.wording import Hit, hits, named, plain
from market.needs.model import Need
from market.needs.queries import recusals_of
from market.regulations import Regulation

TEXTS: Final = ("title", "content", "scale", "criteria")
PERCENT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Everything the checks say of a need now."""

    findings: tuple[Finding, ...]
    supply: Supply
    sisters: Sisters
    rules: Regulation


def examine(work: UnitOfWork, need: Need, recusals: Mapping[str, str] | None = None) -> Examination:
    """Put a need under every check. It need not be stored; then its recusals are given.

    Raises:
        NoRegulationError: No rules of the checks are in force: nothing goes out unchecked.
    """
    if recusals is None:
        recusals = {row.firm_code: row.reason for row in recusals_of(work, need)}
    rules = rules_on(work.today)
    case = Case(work, need, recusals, item_today(work, need), rules, law_on(work.today))
    supply = supply_of(work, need, recusals)
    sisters = sisters_of(case)
    found = (
        *_worded(case),
        *_named(case),
        *_staff(case),
        *_recused(case),
        *splits(case, sisters),
        *figures(case),
        *_supplied(case, supply),
        *_builder(case),
    )
    return Examination(findings=tuple(in_order(found)), supply=supply, sisters=sisters, rules=rules)


def _worded(case: Case) -> Iterable[Finding]:
    """Say each passage once, with every field it stands in."""
    words = vocabulary_of(case.rules)
    fields: dict[Hit, list[str]] = {}
    for where in TEXTS:
        for hit in hits(getattr(case.need, where) or "", words):
            fields.setdefault(hit, []).append(where)
    for hit, wheres in fields.items():
        ground = Ground(hit.ground)
        key = f"{ground}.severity"
        yield case.finding(ground, key, ",".join(wheres), hit.quote, quote=hit.quote)


def _named(case: Case) -> Iterable[Finding]:
    own = organisation(case.work, case.need.owner_org_id).code
    allowed = {own, *case.recusals}
    rows = case.work.session.execute(select(Firm.code, Firm.name).where(Firm.state.in_(PUBLIC)))
    names = [name for code, name in rows if code not in allowed]
    words = vocabulary_of(case.rules)
    fields: dict[tuple[str, bool], list[str]] = {}
    for where in TEXTS:
        for found in named(getattr(case.need, where) or "", names, words):
            fields.setdefault(found, []).append(where)
    for (name, demanded), wheres in fields.items():
        key = "named_firm.severity" if demanded else "named_firm.mention"
        yield case.finding(Ground.NAMED_FIRM, key, ",".join(wheres), plain(name), quote=name)


def _staff(case: Case) -> Iterable[Finding]:
    least = case.item.staff.count if case.item and case.item.staff else 0
    asked = case.need.staff_required or 0
    if asked - least >= case.rules.integer("staff.above_catalogue"):
        yield case.finding(
            Ground.STAFF, "staff.severity", "staff_required", str(asked), asked=asked, least=least
        )


def _recused(case: Case) -> Iterable[Finding]:
    grounds = case.rules.texts("recusals.grounds")
    for code, reason in case.recusals.items():
        if any(word in plain(reason) for word in grounds):
            yield Finding(
                ground=Ground.RECUSALS,
                severity=Severity.BLOCK,
                where="recusals",
                about=code,
                facts=MappingProxyType({"quote": reason}),
                source=source_of(case.law, Ground.RECUSALS),
            )
    codes = {firm.code for firm in offering(case.work, case.need.item_code)}
    recused = codes & set(case.recusals)
    share = case.rules.integer("recusals.share_percent")
    many = len(recused) >= case.rules.integer("recusals.least")
    if many and len(recused) * PERCENT >= share * len(codes):
        quote = f"{len(recused)}/{len(codes)}"
        about = ",".join(sorted(recused))
        yield case.finding(Ground.RECUSALS, "recusals.severity", "recusals", about, quote=quote)


def _supplied(case: Case, supply: Supply) -> Iterable[Finding]:
    if supply.able >= supply.needed:
        return
    ground, key = (
        (Ground.TOO_FEW, "supply.too_few_severity")
        if supply.able
        else (Ground.NOBODY, "supply.nobody_severity")
    )
    yield case.finding(
        ground, key, offering=supply.offering, able=supply.able, needed=supply.needed
    )


def _builder(case: Case) -> Iterable[Finding]:
    if case.need.item_code not in case.rules.texts("roles.builder_items"):
        return
    words = case.rules.texts("roles.builder_words")
    if not any(word in plain(reason) for reason in case.recusals.values() for word in words):
        yield case.finding(Ground.BUILDER, "roles.severity", "recusals")
