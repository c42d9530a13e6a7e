"""Finding the parts of bundles, and the drafts that could be joined."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import exists, select

from market.db import UnitOfWork
from market.needs.bundling.model import NeedPart
from market.needs.model import Need
from market.needs.rules import NeedState

Project = tuple[str, str]


def parts_of(work: UnitOfWork, need: Need) -> Sequence[NeedPart]:
    """Return the parts of a need in order; none if it is no bundle, or is not stored."""
    if need.id is None:
        return ()
    return work.session.scalars(
        select(NeedPart).where(NeedPart.need_id == need.id).order_by(NeedPart.position)
    ).all()


def facts_of_parts(work: UnitOfWork, need: Need) -> list[dict[str, object]]:
    """Return the parts of a bundle as notices and pages say them; none for a need that is none."""
    return [
        {
            "title": part.title,
            "project": {"code": part.project_code, "name": part.project_name},
            "scale": part.scale,
            "ceiling_fen": part.ceiling_fen,
        }
        for part in parts_of(work, need)
    ]


def projects_of(work: UnitOfWork, need: Need) -> list[Project]:
    """Return code and name of every project of a need: its own, or those of its parts."""
    return projects_of_bundle(work, need) or [(need.project_code or "", need.project_name or "")]


def projects_of_bundle(work: UnitOfWork, need: Need) -> list[Project]:
    """Return the projects of the parts of a need, none if it is no bundle."""
    return [(part.project_code, part.project_name) for part in parts_of(work, need)]


def projects_of_parts(work: UnitOfWork, need_ids: Iterable[int]) -> dict[int, list[Project]]:
    """Return the projects of those needs that are bundles, by need."""
    found: dict[int, list[Project]] = defaultdict(list)
    rows = work.session.scalars(
        select(NeedPart).where(NeedPart.need_id.in_(list(need_ids))).order_by(NeedPart.id)
    )
    for part in rows:
        found[part.need_id].append((part.project_code, part.project_name))
    return dict(found)


def drafts(work: UnitOfWork) -> list[Need]:
    """Return the drafts of the actor's organisation that could be parts, by item."""
    return list(
        work.session.scalars(
            select(Need)
            .where(
                Need.owner_org_id == work.actor.org_id,
                Need.state == NeedState.DRAFT,
                ~exists().where(NeedPart.need_id == Need.id),
            )
            .order_by(Need.item_code, Need.id)
        )
    )


def groups(work: UnitOfWork) -> dict[str, list[Need]]:
    """Return the drafts that could be joined: two or more of one item."""
    by_item: dict[str, list[Need]] = defaultdict(list)
    for need in drafts(work):
        by_item[need.item_code].append(need)
    return {item: needs for item, needs in by_item.items() if len(needs) > 1}
