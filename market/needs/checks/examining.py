"""A need under every check: its words, recusals, staff, its owner's other needs, and the market."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import func, select

from market import regulations
from market.accounts.queries import organisation
from market.catalogue.queries import UnknownItemError
from market.catalogue.queries import item as item_of
from market.catalogue.rules import Item
from market.db import UnitOfWork
from market.firms.model import Firm
from market.firms.queries import offering
from market.firms.rules import PUBLIC
from market.money import short_yuan
from market.needs.bundling.queries import Project, projects_of_bundle, projects_of_parts
from market.needs.checks.rules import Finding, Ground, Severity, in_order
from market.needs.checks.splitting import (
    Purchase,
    Split,
    months_before,
    names_of,
    split_of,
)
from market.needs.checks.supply import Supply, supply_of
from market.needs.checks.vocabulary import (
    law_on,
    rules_on,
    severity_of,
    source_of,
    vocabulary_of,
)
from market.needs.checks.wording import hits, named, plain
from market.needs.model import Need, Notice
from market.needs.queries import recusals_of
from market.needs.rules import NeedState
from market.regulations import Regulation

TEXTS: Final = ("title", "content", "scale", "criteria")
# What counts as bought or about to be: not a draft, nor what came to nothing.
COUNTED: Final = sorted(
    set(NeedState) - {NeedState.DRAFT, NeedState.RETURNED, NeedState.FAILED, NeedState.WITHDRAWN}
)
PERCENT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Everything the checks say of a need now."""

    findings: tuple[Finding, ...]
    supply: Supply
    rules: Regulation


@dataclass(frozen=True, slots=True)
class _Case:
    """A need with all that the checks look at."""

    work: UnitOfWork
    need: Need
    recusals: Mapping[str, str]
    item: Item | None
    rules: Regulation
    law: Regulation

    def finding(
        self, ground: Ground, key: str, where: str = "", about: str = "", **facts: object
    ) -> Finding:
        """Return a finding whose severity the rules say under a key."""
        return Finding(
            ground=ground,
            severity=severity_of(self.rules, key),
            where=where,
            about=about,
            facts=MappingProxyType(facts),
            source=source_of(self.law, ground),
        )


def examine(work: UnitOfWork, need: Need, recusals: Mapping[str, str] | None = None) -> Examination:
    """Put a need under every check. It need not be stored; then its recusals are given.

    Raises:
        NoRegulationError: No rules of the checks are in force: nothing goes out unchecked.
    """
    if recusals is None:
        recusals = {row.firm_code: row.reason for row in recusals_of(work, need)}
    rules = rules_on(work.today)
    case = _Case(work, need, recusals, _item(work, need), rules, law_on(work.today))
    supply = supply_of(work, need, recusals)
    found = (
        *_worded(case),
        *_named(case),
        *_staff(case),
        *_recused(case),
        *_splits(case),
        *_supplied(case, supply),
        *_builder(case),
    )
    return Examination(findings=tuple(in_order(found)), supply=supply, rules=rules)


def _item(work: UnitOfWork, need: Need) -> Item | None:
    try:
        return item_of(need.item_code, work.today)
    except UnknownItemError:
        return None


def _worded(case: _Case) -> Iterable[Finding]:
    words = vocabulary_of(case.rules)
    for where in TEXTS:
        for hit in hits(getattr(case.need, where) or "", words):
            ground = Ground(hit.ground)
            yield case.finding(ground, f"{ground}.severity", where, hit.quote, quote=hit.quote)


def _named(case: _Case) -> Iterable[Finding]:
    own = organisation(case.work, case.need.owner_org_id).code
    allowed = {own, *case.recusals}
    rows = case.work.session.execute(select(Firm.code, Firm.name).where(Firm.state.in_(PUBLIC)))
    names = [name for code, name in rows if code not in allowed]
    words = vocabulary_of(case.rules)
    for where in TEXTS:
        text = getattr(case.need, where) or ""
        for name, demanded in named(text, names, words):
            key = "named_firm.severity" if demanded else "named_firm.mention"
            yield case.finding(Ground.NAMED_FIRM, key, where, plain(name), quote=name)


def _staff(case: _Case) -> Iterable[Finding]:
    least = case.item.staff.count if case.item and case.item.staff else 0
    asked = case.need.staff_required or 0
    if asked - least >= case.rules.integer("staff.above_catalogue"):
        yield case.finding(
            Ground.STAFF, "staff.severity", "staff_required", str(asked), asked=asked, least=least
        )


def _recused(case: _Case) -> Iterable[Finding]:
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


def _splits(case: _Case) -> Iterable[Finding]:
    if not case.need.ceiling_fen:
        return
    one = _purchase(case.need, case.item, projects_of_bundle(case.work, case.need))
    months = case.rules.integer("split.months")
    others = _others(case, months)
    for ground, key, threshold in _thresholds(case):
        if (split := split_of(one, others, threshold)) is not None:
            yield _split_finding(case, ground, key, split, months)
            return


def _thresholds(case: _Case) -> Sequence[tuple[Ground, str, int]]:
    """Return what needs that belong together must stay below, the gravest first."""
    day = case.work.today
    law = regulations.in_force("procurement-threshold", day)
    usual = regulations.in_force("market-process", day).integer("amounts.large_from_fen")
    large = (Ground.SPLIT_LARGE, "split.large_severity", usual)
    summed = law.flag("engineering_services.sums_what_could_be_combined")
    if case.item is None or not case.item.tender_class or not summed:
        return (large,)
    limit = law.integer("engineering_services.single_contract_from_fen")
    return ((Ground.SPLIT_TENDER, "split.tender_severity", limit), large)


def _split_finding(case: _Case, ground: Ground, key: str, split: Split, months: int) -> Finding:
    return case.finding(
        ground,
        key,
        "ceiling_fen",
        f"{split.sum_fen} {' '.join(split.others)}",
        quote=names_of(split.others),
        others=names_of(split.others),
        sum=short_yuan(split.sum_fen),
        threshold=short_yuan(split.threshold_fen),
        months=months,
    )


def _others(case: _Case, months: int) -> list[Purchase]:
    """Return the owner's other needs of the period, whatever their project."""
    since = months_before(case.work.now, months)
    published = func.max(Notice.published_at)
    query = (
        select(Need)
        .outerjoin(Notice, Notice.need_id == Need.id)
        .where(Need.owner_org_id == case.need.owner_org_id, Need.state.in_(COUNTED))
        .where(Need.number != (case.need.number or ""))
        .group_by(Need.id)
        .having(func.coalesce(published, Need.state_since) >= since)
    )
    found = case.work.session.scalars(query).all()
    parts = projects_of_parts(case.work, [need.id for need in found])
    return [_purchase(need, _item(case.work, need), parts.get(need.id, ())) for need in found]


def _purchase(need: Need, item: Item | None, parts: Sequence[Project] = ()) -> Purchase:
    return Purchase(
        number=need.number or "",
        project_code=need.project_code or "",
        project_name=need.project_name or "",
        item_code=need.item_code,
        tender_class=item.tender_class if item else "",
        ceiling_fen=need.ceiling_fen,
        parts=tuple(parts),
    )


def _supplied(case: _Case, supply: Supply) -> Iterable[Finding]:
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


def _builder(case: _Case) -> Iterable[Finding]:
    if case.need.item_code not in case.rules.texts("roles.builder_items"):
        return
    words = case.rules.texts("roles.builder_words")
    if not any(word in plain(reason) for reason in case.recusals.values() for word in words):
        yield case.finding(Ground.BUILDER, "roles.severity", "recusals")
