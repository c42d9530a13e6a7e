"""An owner's other needs of the same project and service, and the amounts they reach together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from market import regulations
from market.catalogue.rules import Item
from market.money import short_yuan
from market.needs.bundling.queries import Project, projects_of_bundle, projects_of_parts
from market.needs.checks.case import Case, item_today
from market.needs.checks.rules import Finding, Ground
from market.needs.checks.splitting import (
    Purchase,
    Split,
    months_before,
    names_of,
    related_to,
    split_of,
)
from market.needs.model import Need, Notice
from market.needs.rules import NeedState

# What counts as bought or about to be, drafts too: not what came to nothing.
COUNTED: Final = sorted(set(NeedState) - {NeedState.FAILED, NeedState.WITHDRAWN})

BEING_WRITTEN: Final = frozenset({NeedState.DRAFT, NeedState.RETURNED, NeedState.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sisters:
    """A need's sisters: the owner's others of its project and service, and the sum with it."""

    needs: tuple[Purchase, ...]
    sum_fen: int
    months: int


@dataclass(frozen=True, slots=True)
class _Limit:
    """An amount from which another rule applies; ``said_fen`` is how the rule writes it."""

    ground: Ground
    key: str
    from_fen: int
    said_fen: int


def sisters_of(case: Case) -> Sisters:
    """Return the owner's other needs that belong to a need, by number."""
    months = case.rules.integer("split.months")
    found = related_to(_one(case), _others(case, months))
    total = case.need.ceiling_fen + sum(sister.ceiling_fen for sister in found)
    return Sisters(needs=found, sum_fen=total, months=months)


def splits(case: Case, sisters: Sisters) -> Iterable[Finding]:
    """Say which amount a need reaches with its sisters: the gravest only."""
    if not case.need.ceiling_fen:
        return
    # Who is still being written is examined when it is sent on: it does not hold back an earlier.
    sent_on = case.need.state not in BEING_WRITTEN
    others = [one for one in sisters.needs if not (sent_on and one.state in BEING_WRITTEN)]
    for limit in _limits(case):
        split = split_of(_one(case), others, limit.from_fen)
        if split is not None:
            yield _finding(case, limit, split, sisters.months)
            return


def _one(case: Case) -> Purchase:
    return _purchase(case.need, case.item, projects_of_bundle(case.work, case.need))


def _limits(case: Case) -> Iterator[_Limit]:
    """Yield what needs that belong together must stay below, the gravest first."""
    day = case.work.today
    law = regulations.in_force("procurement-threshold", day)
    usual = regulations.in_force("market-process", day)
    summed = law.flag("engineering_services.sums_what_could_be_combined")
    if case.item is not None and case.item.tender_class and summed:
        tender = law.integer("engineering_services.single_contract_from_fen")
        yield _Limit(Ground.SPLIT_TENDER, "split.tender_severity", tender, tender)
    large = usual.integer("amounts.large_from_fen")
    yield _Limit(Ground.SPLIT_LARGE, "split.large_severity", large, large)
    small = usual.integer("amounts.small_up_to_fen")
    yield _Limit(Ground.SPLIT_SMALL, "split.small_severity", small + 1, small)
    direct = regulations.in_force("direct-choice", day).integer("amounts.small_up_to_fen")
    yield _Limit(Ground.SPLIT_DIRECT, "split.direct_severity", direct + 1, direct)


def _finding(case: Case, limit: _Limit, split: Split, months: int) -> Finding:
    return case.finding(
        limit.ground,
        limit.key,
        "ceiling_fen",
        f"{split.sum_fen} {' '.join(split.others)}",
        quote=names_of(split.others),
        others=names_of(split.others),
        sum=short_yuan(split.sum_fen),
        threshold=short_yuan(limit.said_fen),
        months=months,
    )


def _others(case: Case, months: int) -> list[Purchase]:
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
    return [_purchase(need, item_today(case.work, need), parts.get(need.id, ())) for need in found]


def _purchase(need: Need, item: Item | None, parts: Sequence[Project] = ()) -> Purchase:
    return Purchase(
        number=need.number or "",
        project_code=need.project_code or "",
        project_name=need.project_name or "",
        item_code=need.item_code,
        tender_class=item.tender_class if item else "",
        ceiling_fen=need.ceiling_fen,
        title=need.title or "",
        state=need.state,
        parts=tuple(parts),
    )
