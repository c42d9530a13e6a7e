"""Finding what one firm declared of another. What an actor may not know of is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from market.affiliations import queries as groups
from market.affiliations.links.model import DeclaredLink
from market.affiliations.links.rules import LinkState
from market.db import UnitOfWork
from market.errors import MissingError
from market.firms.model import Firm

MOST_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A tie with its two firms."""

    link: DeclaredLink
    declarant: Firm
    other: Firm


def put_to(work: UnitOfWork, firm: Firm) -> list[LinkRow]:
    """Return what others declared of a firm, the latest first."""
    return _rows(work, DeclaredLink.other_id == firm.id)


def own(work: UnitOfWork, number: str) -> DeclaredLink:
    """Return what was put to the firm that the actor acts for.

    Raises:
        MissingError: Nothing of that number was.
    """
    found = work.session.scalar(
        select(DeclaredLink)
        .join(Firm, Firm.id == DeclaredLink.other_id)
        .where(DeclaredLink.number == number, Firm.organisation_id == work.actor.org_id)
    )
    if found is None:
        raise MissingError
    return found


def between(work: UnitOfWork, declarant_id: int, other_id: int) -> DeclaredLink | None:
    """Return what one firm declared of another, held against every other change."""
    query = (
        select(DeclaredLink)
        .where(DeclaredLink.declarant_id == declarant_id, DeclaredLink.other_id == other_id)
        .with_for_update()
    )
    return work.session.scalar(query.execution_options(populate_existing=True))


def locked(work: UnitOfWork, link_id: int) -> DeclaredLink:
    """Return a tie, held against every other change until the work ends."""
    query = select(DeclaredLink).where(DeclaredLink.id == link_id).with_for_update()
    return work.session.scalars(query.execution_options(populate_existing=True)).one()


def to_look_at(work: UnitOfWork) -> list[LinkRow]:
    """Return what was denied, or not answered in time, and is no case yet: for operators."""
    late = (DeclaredLink.state == LinkState.ASKED) & (DeclaredLink.answer_by_at <= work.now)
    rows = _rows(work, or_(DeclaredLink.state == LinkState.DENIED, late))
    return [row for row in rows if groups.holding(work, [row.declarant.id, row.other.id]) is None]


def _rows(work: UnitOfWork, condition: ColumnElement[bool]) -> list[LinkRow]:
    links: Sequence[DeclaredLink] = work.session.scalars(
        select(DeclaredLink).where(condition).order_by(DeclaredLink.id.desc()).limit(MOST_ROWS)
    ).all()
    ids = {firm_id for link in links for firm_id in (link.declarant_id, link.other_id)}
    firms = {
        firm.id: firm for firm in work.session.scalars(select(Firm).where(Firm.id.in_(sorted(ids))))
    }
    return [
        LinkRow(link=link, declarant=firms[link.declarant_id], other=firms[link.other_id])
        for link in links
    ]
