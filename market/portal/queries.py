"""What the public lists show: notices, awards, failures, draws of the day, and some numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from market.accounts.model import Organisation
from market.clock import beijing
from market.contracts.model import Contract
from market.contracts.rules import ContractState
from market.db import UnitOfWork
from market.draws.model import Award, Draw
from market.draws.queries import LIVE_DRAWS
from market.errors import MissingError
from market.firms.listing import listed_counts
from market.firms.model import Firm
from market.needs.methods import Method
from market.needs.model import Need, NeedFailure, Notice
from market.needs.rules import NeedState
from market.needs.views.shown import PublicState, public_state

NOTICE_SORTS: Final = ("published", "closes", "price")
AWARD_SORTS: Final = ("published", "price")
# Of a need, only what follows a notice is public.
PUBLIC_STATES: Final = (
    NeedState.OPEN,
    NeedState.DRAWING,
    NeedState.PUBLICITY,
    NeedState.AWARDED,
    NeedState.CONTRACTED,
    NeedState.COMPLETED,
    NeedState.TERMINATED,
    NeedState.FAILED,
    NeedState.WITHDRAWN,
)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice with its need, its owner's name and how that attempt failed, if it did."""

    notice: Notice
    need: Need
    owner_name: str
    failure: NeedFailure | None

    @property
    def state(self) -> PublicState:
        """What became of the notice, as far as the public may know."""
        return public_state(self.need, self.notice, self.failure)


@dataclass(frozen=True, slots=True)
class AwardRow:
    """An award with its need, owner, firm and draw."""

    award: Award
    need: Need
    owner_name: str
    firm: Firm
    draw: Draw
    notice_number: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One award as its letter shows it; without a notice it was chosen directly."""

    award: Award
    need: Need
    owner_name: str
    firm: Firm
    notice_number: str | None


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A failed attempt with its need, its notice and its owner's name."""

    failure: NeedFailure
    need: Need
    notice: Notice
    owner_name: str


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw with its need and the number of its notice."""

    draw: Draw
    need: Need
    notice_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """The numbers of the home page: since the beginning, and this month."""

    firms: int
    services: int
    notices: int
    notices_this_month: int
    completed: int
    completed_this_month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeQuery:
    """What a reader looks for among the notices."""

    words: str = ""
    item_code: str = ""
    state: NeedState | None = None
    method: Method | None = None
    sort: str = "published"
    descending: bool = True


def counters(work: UnitOfWork) -> Counters:
    """Return the numbers of the home page."""
    month = beijing(work.today.replace(day=1))
    firms, services = listed_counts(work)
    notices, notices_this_month = _counts(work, Notice.published_at.expression, month)
    completed, completed_this_month = _counts(
        work, Contract.accepted_at.expression, month, Contract.state == ContractState.ACCEPTED
    )
    return Counters(
        firms=firms,
        services=services,
        notices=notices,
        notices_this_month=notices_this_month,
        completed=completed,
        completed_this_month=completed_this_month,
    )


def _counts(
    work: UnitOfWork, at: ColumnElement[Any], month: datetime, *conditions: ColumnElement[bool]
) -> tuple[int, int]:
    row = work.session.execute(
        select(func.count(at), func.count(at).filter(at >= month)).where(*conditions)
    ).one()
    return row[0], row[1]


def notices(
    work: UnitOfWork, wanted: NoticeQuery, *, limit: int, offset: int = 0
) -> list[NoticeRow]:
    """Return published notices as the reader wants them."""
    keys: dict[str, ColumnElement[Any]] = {
        "published": Notice.published_at.expression,
        "closes": Notice.enrol_close_at.expression,
        "price": Need.ceiling_fen.expression,
    }
    key = keys[wanted.sort]
    ordered = key.desc() if wanted.descending else key
    return _notices(work, _chosen(wanted), (ordered, Notice.id.desc()), limit, offset)


def count_notices(work: UnitOfWork, wanted: NoticeQuery) -> int:
    """Return how many notices ``notices`` chooses from."""
    return (
        work.session.scalar(
            select(func.count(Notice.id))
            .join(Need, Need.id == Notice.need_id)
            .where(*_chosen(wanted))
        )
        or 0
    )


def latest_notices(work: UnitOfWork, limit: int) -> list[NoticeRow]:
    """Return the notices still open, those that close first, then the latest of the others."""
    is_open = and_(Need.state == NeedState.OPEN, Notice.attempt == Need.attempt)
    found = _notices(
        work, [is_open], (Notice.enrol_close_at.expression, Notice.id.expression), limit
    )
    if len(found) < limit:
        latest = (Notice.published_at.desc(), Notice.id.desc())
        found += _notices(work, [~is_open], latest, limit - len(found))
    return found


def _notices(
    work: UnitOfWork,
    chosen: list[ColumnElement[bool]],
    order: tuple[ColumnElement[Any], ...],
    limit: int,
    offset: int = 0,
) -> list[NoticeRow]:
    rows = work.session.execute(
        select(Notice, Need, Organisation.name, NeedFailure)
        .join(Need, Need.id == Notice.need_id)
        .join(Organisation, Organisation.id == Need.owner_org_id)
        .outerjoin(
            NeedFailure,
            and_(NeedFailure.need_id == Notice.need_id, NeedFailure.attempt == Notice.attempt),
        )
        .where(*chosen)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    return [NoticeRow(*row) for row in rows]


def _chosen(wanted: NoticeQuery) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if wanted.item_code:
        chosen.append(Need.item_code == wanted.item_code)
    if wanted.method is not None:
        chosen.append(Need.method == wanted.method)
    if wanted.words:
        chosen.append(_named(wanted.words, Notice.number.expression))
    if wanted.state is not None:
        current = and_(Notice.attempt == Need.attempt, Need.state == wanted.state)
        # An earlier attempt of a need that is tried again has failed, unless it was changed.
        told = and_(NeedFailure.need_id == Need.id, NeedFailure.attempt == Notice.attempt)
        earlier = select(NeedFailure.id).where(told).correlate(Need, Notice).exists()
        failed = wanted.state is NeedState.FAILED
        chosen.append(or_(current, earlier) if failed else current)
    return chosen


def awards(
    work: UnitOfWork, *, words: str, sort: str, descending: bool, limit: int, offset: int = 0
) -> list[AwardRow]:
    """Return published awards."""
    keys: dict[str, ColumnElement[Any]] = {
        "published": Award.published_at.expression,
        "price": Award.price_fen.expression,
    }
    key = keys[sort]
    chosen = [_named(words, Award.number.expression)] if words else []
    rows = work.session.execute(
        select(Award, Need, Organisation.name, Firm, Draw, Notice.number)
        .join(Need, Need.id == Award.need_id)
        .join(Organisation, Organisation.id == Need.owner_org_id)
        .join(Firm, Firm.id == Award.firm_id)
        .join(Draw, Draw.id == Award.draw_id)
        .join(Notice, Notice.id == Draw.notice_id)
        .where(*chosen)
        .order_by(key.desc() if descending else key, Award.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [AwardRow(*row) for row in rows]


def letter(work: UnitOfWork, number: str) -> Letter:
    """Return a published award by its number, for its letter.

    Raises:
        MissingError: There is none.
    """
    row = work.session.execute(
        select(Award, Need, Organisation.name, Firm, Notice.number)
        .join(Need, Need.id == Award.need_id)
        .join(Organisation, Organisation.id == Need.owner_org_id)
        .join(Firm, Firm.id == Award.firm_id)
        .outerjoin(Draw, Draw.id == Award.draw_id)
        .outerjoin(Notice, Notice.id == Draw.notice_id)
        .where(Award.number == number)
    ).one_or_none()
    if row is None:
        raise MissingError
    return Letter(*row)


def count_awards(work: UnitOfWork, *, words: str) -> int:
    """Return how many awards ``awards`` chooses from."""
    chosen = [_named(words, Award.number.expression)] if words else []
    return (
        work.session.scalar(
            select(func.count(Award.id)).join(Need, Need.id == Award.need_id).where(*chosen)
        )
        or 0
    )


def failures(work: UnitOfWork, *, words: str = "", limit: int, offset: int = 0) -> list[FailureRow]:
    """Return the failed attempts (流标), the latest first."""
    rows = work.session.execute(
        select(NeedFailure, Need, Notice, Organisation.name)
        .join(Need, Need.id == NeedFailure.need_id)
        .join(Notice, _same_attempt())
        .join(Organisation, Organisation.id == Need.owner_org_id)
        .where(*([_named(words, Notice.number.expression)] if words else []))
        .order_by(NeedFailure.at.desc(), NeedFailure.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [FailureRow(*row) for row in rows]


def count_failures(work: UnitOfWork, *, words: str = "") -> int:
    """Return how many failed attempts ``failures`` chooses from."""
    return (
        work.session.scalar(
            select(func.count(NeedFailure.id))
            .join(Need, Need.id == NeedFailure.need_id)
            .join(Notice, _same_attempt())
            .where(*([_named(words, Notice.number.expression)] if words else []))
        )
        or 0
    )


def draws_today(work: UnitOfWork, limit: int = 10) -> list[DrawRow]:
    """Return the draws whose instant falls on today in Beijing, in order of time."""
    begins = beijing(work.today)
    return _draws(
        work, Draw.phi_at >= begins, Draw.phi_at < begins + timedelta(days=1), limit=limit
    )


def next_draw(work: UnitOfWork) -> DrawRow | None:
    """Return the next draw that is still to come."""
    found = _draws(work, Draw.phi_at > work.now, Draw.state.in_(LIVE_DRAWS), limit=1)
    return found[0] if found else None


def _draws(work: UnitOfWork, *conditions: ColumnElement[bool], limit: int) -> list[DrawRow]:
    rows = work.session.execute(
        select(Draw, Need, Notice.number)
        .join(Need, Need.id == Draw.need_id)
        .join(Notice, Notice.id == Draw.notice_id)
        .where(*conditions)
        .order_by(Draw.phi_at, Draw.id)
        .limit(limit)
    )
    return [DrawRow(*row) for row in rows]


def _named(words: str, number: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(Need.title.contains(words, autoescape=True), number == words.upper())


def _same_attempt() -> ColumnElement[bool]:
    return and_(Notice.need_id == NeedFailure.need_id, Notice.attempt == NeedFailure.attempt)
