"""Which blacklistings reach a firm through its controller, now. Nothing of it is stored.

A bar begins and ends with the measure that it follows, also when that is lifted or made milder, and
it reaches a firm that registers only afterwards.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from market import regulations
from market.affiliations import declared
from market.affiliations.model import AffiliationObjection
from market.affiliations.profiles import SUBJECT
from market.affiliations.rules import Group, ObjectionState, connected
from market.affiliations.sanctions import labels as labels  # noqa: PLC0414 - registers the labels
from market.affiliations.sanctions.rules import (
    KEY,
    Blacklisting,
    Reach,
    UnknownReachError,
    heaviest,
    reached_by,
)
from market.db import UnitOfWork
from market.errors import MissingError, msgid
from market.firms import doubles
from market.firms.model import Firm
from market.firms.restrictions.model import FirmRestriction
from market.firms.restrictions.queries import blacklistings
from market.firms.restrictions.rules import covers
from market.regulations import Regulation


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A blacklisting that reaches the firm that asks, and whether it objected with success."""

    measure: FirmRestriction
    firm: Firm
    is_contested: bool


def reach_of(rules: Regulation) -> Reach:
    """Return how far blacklistings reach; where a city's rules say nothing, no further.

    Raises:
        UnknownReachError: The rules say something that this program does not know.
    """
    if KEY not in rules:
        return Reach.OFF
    said = rules.text(KEY)
    if said not in set(Reach):
        raise UnknownReachError(rules.title, said)
    return Reach(said)


def bar_of(
    work: UnitOfWork, firm: Firm, item_code: str, rules: Regulation, exempt: Collection[int] = ()
) -> Blacklisting | None:
    """Return the blacklisting of another firm that bars a firm from an item now.

    Args:
        work: The unit of work.
        firm: The firm that is judged; what bears on itself is its standing.
        item_code: The item: a measure for some groups of items reaches nobody further.
        rules: The affiliation rules that count for the matter.
        exempt: Firms whose objection to what was declared was found right in the matter.
    """
    running = [
        row
        for row in blacklistings(work)
        if row.firm_id != firm.id and covers(frozenset(row.scope.split()), item_code)
    ]
    if not running:  # As nearly always: nobody's groups need be looked for.
        return None
    found = [
        Blacklisting(firm=row.firm_id, case_number=row.case_number, until_at=row.until_at)
        for row in _of_kin(work, firm, running, rules, exempt)
    ]
    return heaviest(frozenset(one.firm for one in found), found, contested(work, firm.id))


def reaching(work: UnitOfWork, firm: Firm) -> list[Reached]:
    """Return the blacklistings of other firms that reach a firm by the rules of today.

    Also one that begins at the next midnight: the firm is told of it when it is decided.
    """
    rules = regulations.in_force(SUBJECT, work.today)
    listed = [row for row in blacklistings(work, ordered=True) if row.firm_id != firm.id]
    right = contested(work, firm.id)
    return [
        Reached(
            measure=row,
            firm=work.session.get_one(Firm, row.firm_id),
            is_contested=row.case_number in right,
        )
        for row in _of_kin(work, firm, listed, rules, ())
    ]


def reaching_of(work: UnitOfWork, firm: Firm, case_number: str) -> Reached:
    """Return the blacklisting of a case that reaches a firm.

    Raises:
        MissingError: None does.
    """
    for one in reaching(work, firm):
        if one.measure.case_number == case_number:
            return one
    raise MissingError


def affiliates_of(work: UnitOfWork, firm: Firm) -> Sequence[Firm]:
    """Return the firms that a blacklisting of a firm reaches by the rules of today."""
    rules = regulations.in_force(SUBJECT, work.today)
    groups = _groups(work, firm, rules, ())
    others = [
        other
        for other in connected(firm.id, groups) - {firm.id}
        if firm.id in reached_by(other, groups, reach_of(rules))
    ]
    return work.session.scalars(
        select(Firm).where(Firm.id.in_(sorted(others))).order_by(Firm.code)
    ).all()


def taken_back(work: UnitOfWork) -> list[Firm]:
    """Return the firms that took back what a running blacklisting reaches them by: it still does.

    Two people look at it, once the firm objects with evidence.
    """
    listed = blacklistings(work, ordered=True)
    if not listed:
        return []
    since = min(map(_since, listed))
    return [
        firm
        for firm in declared.loosened_since(work, since)
        if any(not one.is_contested for one in reaching(work, firm))
    ]


def contested(work: UnitOfWork, firm_id: int) -> frozenset[str]:
    """Return the cases that do not reach a firm, because its objection was found right."""
    return frozenset(
        work.session.scalars(
            select(AffiliationObjection.subject).where(
                AffiliationObjection.firm_id == firm_id,
                AffiliationObjection.group_id.is_(None),
                AffiliationObjection.notice_number == "",
                AffiliationObjection.state == ObjectionState.UPHELD,
            )
        )
    )


def _of_kin(
    work: UnitOfWork,
    firm: Firm,
    listed: Sequence[FirmRestriction],
    rules: Regulation,
    exempt: Collection[int],
) -> list[FirmRestriction]:
    """Return the blacklistings that reach a firm; by what it declared while they ran as well.

    Who takes back what it is barred by is barred until somebody has looked at it.
    """
    reach = reach_of(rules)
    if not listed or reach is Reach.OFF:
        return []
    earliest = _groups(work, firm, rules, exempt, min(map(_since, listed)))
    others = reached_by(firm.id, earliest, reach)
    return [
        row
        for row in listed
        if row.firm_id in others
        and row.firm_id
        in reached_by(firm.id, _groups(work, firm, rules, exempt, _since(row)), reach)
    ]


def _groups(
    work: UnitOfWork,
    firm: Firm,
    rules: Regulation,
    exempt: Collection[int],
    since: datetime | None = None,
) -> list[Group]:
    over = rules.integer("detection.control_over_bp")
    return declared.groups_now(work, firm.id, over, exempt, since)


def _since(row: FirmRestriction) -> datetime:
    """Return from when what firms declare counts: they hear of a measure the day before it."""
    return row.from_at - timedelta(days=1)


_KIN = msgid("申报的控制人或法定代表人与一家正被列入黑名单的机构相同")
_NAMESAKE = msgid("法定代表人与一家正被列入黑名单的机构同名，须核对是否同一人")


def _doubts(work: UnitOfWork, firm: Firm) -> list[str]:
    """Return why a person looks at a registration: whoever is barred comes back under no name.

    The rule itself bars the firm from every item that the measure covers, whatever is decided.
    """
    listed = {row.firm_id for row in blacklistings(work)} - {firm.id}
    if not listed or reach_of(regulations.in_force(SUBJECT, work.today)) is Reach.OFF:
        return []
    found = [_KIN] if reaching(work, firm) else []
    names = work.session.scalars(
        select(Firm.legal_representative).where(Firm.id.in_(sorted(listed)))
    )
    if not found and doubles.person(firm.legal_representative) in map(doubles.person, names):
        found.append(_NAMESAKE)
    return found


doubles.provide(_doubts)
