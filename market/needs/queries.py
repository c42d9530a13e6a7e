"""Finding needs. What an actor may not know of is missing, not forbidden."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select

from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.errors import MissingError
from market.needs.model import Need, NeedFailure, NeedRecusal, NeedReturn, Notice
from market.needs.rules import NeedState


def own(work: UnitOfWork, need_id: int) -> Need:
    """Return a need of the actor's organisation."""
    return _one(work, Need.id == need_id, Need.owner_org_id == work.actor.org_id)


def own_list(
    work: UnitOfWork,
    *,
    state: NeedState | None = None,
    text: str = "",
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Need]:
    """Return the needs of the actor's organisation, the latest change first."""
    return work.session.scalars(
        select(Need)
        .where(*_own_chosen(work, state, text))
        .order_by(Need.state_since.desc(), Need.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def own_count(work: UnitOfWork, *, state: NeedState | None = None, text: str = "") -> int:
    """Return how many needs ``own_list`` chooses from."""
    return (
        work.session.scalar(
            select(func.count()).select_from(Need).where(*_own_chosen(work, state, text))
        )
        or 0
    )


def own_in(work: UnitOfWork, state: NeedState) -> Sequence[Need]:
    """Return the needs of the actor's organisation in one state, the oldest first."""
    return work.session.scalars(
        select(Need)
        .where(Need.owner_org_id == work.actor.org_id, Need.state == state)
        .order_by(Need.state_since, Need.id)
    ).all()


def latest_by(work: UnitOfWork, user_id: int) -> Need | None:
    """Return the need that a person of the actor's organisation wrote last, if any."""
    return work.session.scalar(
        select(Need)
        .where(Need.owner_org_id == work.actor.org_id, Need.posted_by_id == user_id)
        .order_by(Need.id.desc())
        .limit(1)
    )


def for_check(work: UnitOfWork) -> Sequence[Need]:
    """Return the needs that wait for the operator, the oldest first."""
    return work.session.scalars(
        select(Need).where(Need.state == NeedState.CHECK).order_by(Need.state_since, Need.id)
    ).all()


def to_check(work: UnitOfWork, need_id: int) -> Need:
    """Return a need that waits for the operator or has been published."""
    return _one(
        work,
        Need.id == need_id,
        or_(Need.state == NeedState.CHECK, _has_notice()),
    )


def published(work: UnitOfWork, number: str) -> Need:
    """Return a need that anyone may read."""
    return _one(work, Need.number == number, _has_notice())


def by_id(work: UnitOfWork, need_id: int) -> Need:
    """Return any need: for jobs and for features that have checked the reader themselves."""
    return _one(work, Need.id == need_id)


def locked(work: UnitOfWork, need_id: int) -> Need:
    """Return a need as it stands now, locked until the transaction ends."""
    need = work.session.scalar(
        select(Need)
        .where(Need.id == need_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if need is None:
        raise MissingError
    return need


def notice_of(work: UnitOfWork, need: Need) -> Notice | None:
    """Return the notice of the need's present attempt."""
    return work.session.scalar(
        select(Notice).where(Notice.need_id == need.id, Notice.attempt == need.attempt)
    )


def notices_of(work: UnitOfWork, need: Need) -> Sequence[Notice]:
    """Return all notices of a need, the first attempt first."""
    return work.session.scalars(
        select(Notice).where(Notice.need_id == need.id).order_by(Notice.attempt)
    ).all()


def latest_notices(
    work: UnitOfWork,
    *,
    item_code: str = "",
    state: NeedState | None = None,
    text: str = "",
    limit: int = 20,
    offset: int = 0,
) -> list[tuple[Notice, Need, str]]:
    """Return published notices with their needs and owners' names, the latest first."""
    statement = (
        select(Notice, Need, Organisation.name)
        .join(Need, Need.id == Notice.need_id)
        .join(Organisation, Organisation.id == Need.owner_org_id)
        .where(*_chosen(item_code, state, text))
        .order_by(Notice.published_at.desc(), Notice.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(notice, need, name) for notice, need, name in work.session.execute(statement)]


def count_notices(
    work: UnitOfWork, *, item_code: str = "", state: NeedState | None = None, text: str = ""
) -> int:
    """Return how many notices ``latest_notices`` chooses from."""
    return (
        work.session.scalar(
            select(func.count())
            .select_from(Notice)
            .join(Need, Need.id == Notice.need_id)
            .where(*_chosen(item_code, state, text))
        )
        or 0
    )


def recusals_of(work: UnitOfWork, need: Need) -> Sequence[NeedRecusal]:
    """Return the firms that the owner has recused, by code."""
    return work.session.scalars(
        select(NeedRecusal).where(NeedRecusal.need_id == need.id).order_by(NeedRecusal.firm_code)
    ).all()


def returns_of(work: UnitOfWork, need: Need) -> Sequence[NeedReturn]:
    """Return every refusal of a need, the latest first."""
    return work.session.scalars(
        select(NeedReturn).where(NeedReturn.need_id == need.id).order_by(NeedReturn.id.desc())
    ).all()


def failures_of(work: UnitOfWork, need: Need) -> Sequence[NeedFailure]:
    """Return how each failed attempt of a need failed, the first attempt first."""
    return work.session.scalars(
        select(NeedFailure).where(NeedFailure.need_id == need.id).order_by(NeedFailure.attempt)
    ).all()


def by_number(work: UnitOfWork, number: str) -> Need:
    """Return any need by its number: for views that judge the reader themselves."""
    return _one(work, Need.number == number)


def owner_names(work: UnitOfWork, needs: Sequence[Need]) -> dict[int, str]:
    """Return the names of the needs' owners by the owners' ids."""
    wanted = {need.owner_org_id for need in needs}
    rows = work.session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    )
    return {row.id: row.name for row in rows}


def owner_name(work: UnitOfWork, need: Need) -> str:
    """Return the name of the need's owner."""
    return work.session.scalars(
        select(Organisation.name).where(Organisation.id == need.owner_org_id)
    ).one()


def _own_chosen(work: UnitOfWork, state: NeedState | None, text: str) -> list[ColumnElement[bool]]:
    chosen = [Need.owner_org_id == work.actor.org_id]
    if state is not None:
        chosen.append(Need.state == state)
    if text:
        chosen.append(or_(Need.title.contains(text, autoescape=True), Need.number == text))
    return chosen


def _chosen(item_code: str, state: NeedState | None, text: str) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if item_code:
        chosen.append(Need.item_code == item_code)
    if state is not None:
        chosen.append(Need.state == state)
    if text:
        chosen.append(or_(Need.title.contains(text, autoescape=True), Notice.number == text))
    return chosen


def _has_notice() -> ColumnElement[bool]:
    return select(Notice.id).where(Notice.need_id == Need.id).exists()


def _one(work: UnitOfWork, *conditions: ColumnElement[bool]) -> Need:
    need = work.session.scalar(select(Need).where(*conditions))
    if need is None:
        raise MissingError
    return need
