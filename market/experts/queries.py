"""Finding experts. What an actor may not know of is missing, not forbidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select

from market.accounts.handover_rules import HandoverState
from market.accounts.model import PasswordHandover, User
from market.accounts.queries import is_there
from market.accounts.queries_handovers import given_since
from market.db import UnitOfWork
from market.errors import MissingError
from market.experts.model import Expert, ExpertDeed, ExpertSitting, ExpertSpecialty, ExpertTie
from market.experts.recusing import recusals as recusals  # noqa: PLC0414 - asked of this module
from market.experts.recusing import recused_among as recused_among  # noqa: PLC0414 - likewise
from market.experts.rules import ExpertMove, ExpertState


def qualified(
    work: UnitOfWork, item_code: str, known_by: datetime | None = None
) -> Sequence[Expert]:
    """Return the experts who can be drawn for an item, in order of code.

    They are in the pool, their term has not ended, they have the item, and an account of which
    nobody else knows the password. With ``known_by`` all this must have been so at that instant
    and ever since, as far as it could be added: whoever joined, came back, was renewed after the
    term had ended, took up the item, or got an account or a password later is not among them.
    So nobody can be brought into a panel whose need was published before.
    """
    query = select(Expert).where(*_can_be_drawn(work, known_by)).order_by(Expert.code)
    query = query.where(_has_item(item_code, known_by))
    if known_by is not None:
        query = query.where(Expert.active_since_at <= known_by)
    return work.session.scalars(query).all()


def paused_since(
    work: UnitOfWork, item_code: str, known_by: datetime, called: Mapping[int, datetime]
) -> Sequence[Expert]:
    """Return who of some experts would be ``qualified`` but for a pause after they were called.

    A pause, and the return from it, are for panels that are drawn later: nobody moves a panel
    that is known down its order by them. Whatever else was done to an expert since the notice
    counts, and so does a pause before the call.
    """
    deeds = work.session.execute(
        select(ExpertDeed.expert_id, ExpertDeed.move, ExpertDeed.at).where(
            ExpertDeed.expert_id.in_(called), ExpertDeed.at > known_by
        )
    ).all()
    otherwise = {
        row.expert_id
        for row in deeds
        if row.move not in _HARMLESS or row.at <= called[row.expert_id]
    }
    paused = {row.expert_id for row in deeds if row.move is ExpertMove.PAUSE} - otherwise
    query = select(Expert).where(
        Expert.id.in_(paused),
        Expert.state.in_((ExpertState.ACTIVE, ExpertState.PAUSED)),
        *_may_serve(work, known_by),
        _has_item(item_code, known_by),
    )
    return work.session.scalars(query.order_by(Expert.code)).all()


_HARMLESS: Final = frozenset({ExpertMove.PAUSE, ExpertMove.RESUME, ExpertMove.RENEW})


def _has_item(item_code: str, known_by: datetime | None) -> ColumnElement[bool]:
    has_item = exists().where(
        ExpertSpecialty.expert_id == Expert.id, ExpertSpecialty.item_code == item_code
    )
    if known_by is not None:
        has_item = has_item.where(ExpertSpecialty.since_at <= known_by)
    return has_item


def _can_be_drawn(work: UnitOfWork, known_by: datetime | None = None) -> list[ColumnElement[bool]]:
    return [Expert.state == ExpertState.ACTIVE, *_may_serve(work, known_by)]


def _may_serve(work: UnitOfWork, known_by: datetime | None) -> list[ColumnElement[bool]]:
    """Return that an expert's term lasts, and that nobody else can act for the expert."""
    # Whose password others know, or knew since the notice, may not be the expert.
    has_account = exists().where(User.organisation_id == Expert.organisation_id, is_there())
    if known_by is not None:
        given_later = (
            exists()
            .where(PasswordHandover.user_id == User.id, PasswordHandover.decided_at > known_by)
            .where(PasswordHandover.state == HandoverState.HANDED)
        )
        has_account = has_account.where(User.created_at <= known_by, ~given_later)
    return [Expert.renew_by_on >= work.today, has_account]


def pool_of_items(work: UnitOfWork) -> dict[str, int]:
    """Return how many experts can be drawn, by item; items without any are left out."""
    rows = work.session.execute(
        select(ExpertSpecialty.item_code, func.count().label("number"))
        .join(Expert, Expert.id == ExpertSpecialty.expert_id)
        .where(*_can_be_drawn(work))
        .group_by(ExpertSpecialty.item_code)
    )
    return {row.item_code: row.number for row in rows}


def panels_of_items(work: UnitOfWork) -> dict[str, int]:
    """Return in how many panels experts have had a part, by item."""
    rows = work.session.execute(
        select(
            ExpertSitting.item_code, func.count(ExpertSitting.panel.distinct()).label("number")
        ).group_by(ExpertSitting.item_code)
    )
    return {row.item_code: row.number for row in rows}


def count_in_draws(work: UnitOfWork) -> int:
    """Return how many experts can be drawn for something."""
    query = select(func.count()).select_from(Expert).where(*_can_be_drawn(work))
    return work.session.scalar(query) or 0


def expert_at(work: UnitOfWork, code: str) -> Expert:
    """Return an expert by code: for operators.

    Raises:
        MissingError: There is none.
    """
    found = work.session.scalar(select(Expert).where(Expert.code == code))
    if found is None:
        raise MissingError
    return found


def expert_of_actor(work: UnitOfWork) -> Expert | None:
    """Return the expert who is signed in, in whatever state."""
    if work.actor.org_id is None:
        return None
    return work.session.scalar(select(Expert).where(Expert.organisation_id == work.actor.org_id))


def own(work: UnitOfWork) -> Expert:
    """Return the expert who is signed in.

    Raises:
        MissingError: Somebody else is.
    """
    found = expert_of_actor(work)
    if found is None:
        raise MissingError
    return found


def locked(work: UnitOfWork, expert_id: int) -> Expert:
    """Return an expert, held against every other change until the work ends."""
    query = select(Expert).where(Expert.id == expert_id).with_for_update()
    return work.session.scalars(query.execution_options(populate_existing=True)).one()


def account_of(work: UnitOfWork, expert: Expert) -> User | None:
    """Return the account with which an expert signs in, if it was opened and is not closed."""
    return work.session.scalar(
        select(User)
        .where(User.organisation_id == expert.organisation_id, User.active)
        .order_by(User.id)
        .limit(1)
    )


def reset_since(work: UnitOfWork, expert: Expert, instant: datetime) -> bool:
    """Return whether others could have come by an expert's account since an instant.

    It was opened since, or two people of the operator gave it a new password: what is done
    with it for a panel that was announced before need not be the expert's own doing.
    """
    return given_since(work, expert.organisation_id, instant)


def specialties_of(work: UnitOfWork, expert: Expert) -> tuple[str, ...]:
    """Return the items for which an expert may be drawn, in order of code."""
    query = select(ExpertSpecialty.item_code).where(ExpertSpecialty.expert_id == expert.id)
    return tuple(work.session.scalars(query.order_by(ExpertSpecialty.item_code)))


def ties_of(work: UnitOfWork, expert: Expert) -> Sequence[ExpertTie]:
    """Return what an expert avoids: what lasts first, then the latest first."""
    return work.session.scalars(
        select(ExpertTie)
        .where(ExpertTie.expert_id == expert.id)
        .order_by(ExpertTie.ended_at.is_not(None), ExpertTie.id.desc())
    ).all()


def deeds_of(work: UnitOfWork, expert: Expert) -> Sequence[ExpertDeed]:
    """Return what was done to an expert, the latest first."""
    return work.session.scalars(
        select(ExpertDeed).where(ExpertDeed.expert_id == expert.id).order_by(ExpertDeed.id.desc())
    ).all()


def sittings_of(work: UnitOfWork, expert: Expert) -> Sequence[ExpertSitting]:
    """Return how an expert's parts in panels ended, the latest first."""
    return work.session.scalars(
        select(ExpertSitting)
        .where(ExpertSitting.expert_id == expert.id)
        .order_by(ExpertSitting.id.desc())
    ).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which experts an operator's list shows; empty or None asks for all."""

    item_code: str = ""
    state: ExpertState | None = None
    words: str = ""


def listed(work: UnitOfWork, wanted: Wanted, *, limit: int, offset: int) -> Sequence[Expert]:
    """Return some of the wanted experts, the newest first."""
    query = select(Expert).where(*_as_wanted(wanted)).order_by(Expert.id.desc())
    return work.session.scalars(query.limit(limit).offset(offset)).all()


def count_listed(work: UnitOfWork, wanted: Wanted) -> int:
    """Return how many experts are wanted."""
    query = select(func.count()).select_from(Expert).where(*_as_wanted(wanted))
    return work.session.scalar(query) or 0


def _as_wanted(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(Expert.state == wanted.state)
    if wanted.item_code:
        has_item = ExpertSpecialty.item_code == wanted.item_code
        found.append(exists().where(ExpertSpecialty.expert_id == Expert.id, has_item))
    if wanted.words:
        found.append(
            Expert.name.contains(wanted.words, autoescape=True)
            | Expert.code.contains(wanted.words.upper(), autoescape=True)
            | Expert.employer_name.contains(wanted.words, autoescape=True)
        )
    return found


def items_of(work: UnitOfWork, experts: Sequence[Expert]) -> dict[int, tuple[str, ...]]:
    """Return the items of some experts, by the expert's id."""
    found: dict[int, list[str]] = {expert.id: [] for expert in experts}
    for row in work.session.scalars(
        select(ExpertSpecialty)
        .where(ExpertSpecialty.expert_id.in_(found))
        .order_by(ExpertSpecialty.item_code)
    ):
        found[row.expert_id].append(row.item_code)
    return {expert_id: tuple(codes) for expert_id, codes in found.items()}


def ending(work: UnitOfWork, until: date) -> Sequence[Expert]:
    """Return the experts of the pool whose term ends by a day, the first to end first."""
    serving = Expert.state.in_((ExpertState.ACTIVE, ExpertState.PAUSED))
    query = select(Expert).where(serving, Expert.renew_by_on <= until)
    return work.session.scalars(query.order_by(Expert.renew_by_on, Expert.id)).all()


def in_state(work: UnitOfWork, *states: ExpertState) -> Sequence[Expert]:
    """Return the experts in some states, those who have waited longest first."""
    query = select(Expert).where(Expert.state.in_(states))
    return work.session.scalars(query.order_by(Expert.state_since, Expert.id)).all()


def without_account(work: UnitOfWork) -> Sequence[Expert]:
    """Return the experts of the pool for whom nobody has opened an account."""
    has_account = exists().where(User.organisation_id == Expert.organisation_id, User.active)
    query = select(Expert).where(Expert.state == ExpertState.ACTIVE, ~has_account)
    return work.session.scalars(query.order_by(Expert.state_since, Expert.id)).all()
