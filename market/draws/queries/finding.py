"""Finding draws, enrolments and awards. Who enrolled is nobody's to know before the freeze."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select

from lottery.entries import Notice, decode
from market import log
from market.accounts.model import Organisation
from market.db import UnitOfWork
from market.draws.errors import UnverifiableError
from market.draws.fixed import differing
from market.draws.model import (
    Award,
    Draw,
    DrawCut,
    DrawEntry,
    DrawFile,
    Enrolment,
    Place,
    TrusteeKey,
)
from market.draws.rules import AwardState, DrawState, EnrolmentState
from market.errors import MissingError
from market.firms.model import Firm
from market.firms.queries import firm_by_id
from market.log import NotYetLoggedError
from market.needs.model import Notice as NoticeRow
from market.sweeping import Due, due_rows

LIVE_DRAWS = (DrawState.OPEN, DrawState.CLOSED, DrawState.FROZEN)
LIVE_AWARDS = (
    AwardState.PUBLICITY,
    AwardState.OFFERED,
    AwardState.CONFIRMED,
    AwardState.FROZEN,
    AwardState.UNSIGNED,
    AwardState.SIGNED,
)
GONE_AWARDS = frozenset(AwardState) - frozenset(LIVE_AWARDS)


def by_number(work: UnitOfWork, number: str) -> Draw:
    """Return the draw of a notice, by the notice's number."""
    draw = work.session.scalar(
        select(Draw)
        .join(NoticeRow, NoticeRow.id == Draw.notice_id)
        .where(NoticeRow.number == number)
    )
    if draw is None:
        raise MissingError
    return draw


def locked(work: UnitOfWork, draw_id: int) -> Draw:
    """Return a draw as it stands now, locked until the transaction ends.

    Raises:
        MissingError: There is none.
        UnverifiableError: Its row does not say what its NOTICE fixed: nothing is done with it.
    """
    draw = work.session.scalar(
        select(Draw)
        .where(Draw.id == draw_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if draw is None:
        raise MissingError
    if columns := differing(draw, notice_entry(work, draw)):
        raise UnverifiableError("draw", columns)
    return draw


def draw_of_need(work: UnitOfWork, need_id: int) -> Draw | None:
    """Return the latest draw of a need."""
    return work.session.scalar(
        select(Draw).where(Draw.need_id == need_id).order_by(Draw.attempt.desc()).limit(1)
    )


def draws_of_need(work: UnitOfWork, need_id: int) -> Sequence[Draw]:
    """Return every draw of a need, the first attempt first."""
    return work.session.scalars(
        select(Draw).where(Draw.need_id == need_id).order_by(Draw.attempt)
    ).all()


def number_of(work: UnitOfWork, draw: Draw) -> str:
    """Return the number of a draw's notice, by which the public knows the draw."""
    return work.session.scalars(
        select(NoticeRow.number).where(NoticeRow.id == draw.notice_id)
    ).one()


def due_draws(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    """Return the draws for which something is due, the longest overdue first.

    Those that were put to sleep are found by ``sleeping_draws``.
    """
    return due_rows(work, Draw.next_check_at, Draw.id, after=after, limit=limit)


def due_awards(work: UnitOfWork, after: Due | None, limit: int) -> Sequence[Due]:
    """Return the awards for which something is due, the longest overdue first.

    Those that were put to sleep are found by ``sleeping_awards``.
    """
    return due_rows(work, Award.next_check_at, Award.id, after=after, limit=limit)


def entries_of(work: UnitOfWork, draw: Draw, kind: str | None = None) -> Sequence[DrawEntry]:
    """Return a draw's entries, or those of one type, in the order they were written."""
    chosen = select(DrawEntry).where(DrawEntry.draw_id == draw.id)
    if kind is not None:
        chosen = chosen.where(DrawEntry.type == kind)
    return work.session.scalars(chosen.order_by(DrawEntry.id)).all()


def has_entry(work: UnitOfWork, draw: Draw, kind: str) -> bool:
    """Whether a draw has an entry of a type."""
    return bool(entries_of(work, draw, kind))


def index_of(work: UnitOfWork, submission_id: int) -> int:
    """Return where an entry lies in the log.

    Raises:
        NotYetLoggedError: It waits for its index.
    """
    index = log.index_of(work, submission_id)
    if index is None:
        raise NotYetLoggedError
    return index


def notice_entry(work: UnitOfWork, draw: Draw) -> Notice:
    """Return a draw's NOTICE."""
    entry = decode(entries_of(work, draw, Notice.kind)[0].body)
    if not isinstance(entry, Notice):
        raise TypeError(f"draw {draw.id}: the entry is no notice")
    return entry


def file_of(work: UnitOfWork, draw: Draw, name: str) -> bytes | None:
    """Return a published file of a draw."""
    return work.session.scalar(
        select(DrawFile.body).where(DrawFile.draw_id == draw.id, DrawFile.name == name)
    )


def cut_of(work: UnitOfWork, draw: Draw) -> DrawCut | None:
    """Return the checkpoint kept at the freeze, or at the calling-off."""
    return work.session.get(DrawCut, draw.id)


def enrolments_of(work: UnitOfWork, draw: Draw) -> Sequence[Enrolment]:
    """Return a draw's enrolments. For the jobs: no page may show them before the freeze."""
    return work.session.scalars(
        select(Enrolment).where(Enrolment.draw_id == draw.id).order_by(Enrolment.sequence)
    ).all()


def enrolment_counts(work: UnitOfWork, draw: Draw) -> Counter[EnrolmentState]:
    """Return how many enrolments there are in each state: numbers tell nobody who."""
    rows = work.session.execute(
        select(Enrolment.state, func.count())
        .where(Enrolment.draw_id == draw.id)
        .group_by(Enrolment.state)
    )
    return Counter({state: number for state, number in rows})  # noqa: C416 - rows are no pairs


def enrolment_of(work: UnitOfWork, draw: Draw, firm: Firm) -> Enrolment | None:
    """Return a firm's own enrolment in a draw."""
    return work.session.scalar(
        select(Enrolment).where(Enrolment.draw_id == draw.id, Enrolment.firm_id == firm.id)
    )


def places_of(work: UnitOfWork, draw: Draw) -> Sequence[tuple[Place, Firm]]:
    """Return the order of a draw with its firms, the first place first."""
    rows = work.session.execute(
        select(Place, Firm)
        .join(Firm, Firm.id == Place.firm_id)
        .where(Place.draw_id == draw.id)
        .order_by(Place.rank)
    )
    return [(place, firm) for place, firm in rows]


def award_at(work: UnitOfWork, award_id: int) -> Award:
    """Return an award, locked until the transaction ends."""
    award = work.session.scalar(
        select(Award)
        .where(Award.id == award_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if award is None:
        raise MissingError
    return award


def own_award(work: UnitOfWork, number: str) -> Award:
    """Return an award of a draw to the actor's own firm."""
    award = work.session.scalar(
        select(Award)
        .join(Firm, Firm.id == Award.firm_id)
        .where(
            Award.number == number,
            Award.draw_id.is_not(None),
            Firm.organisation_id == work.actor.org_id,
        )
    )
    if award is None:
        raise MissingError
    return award


def awards_of(work: UnitOfWork, draw: Draw) -> Sequence[Award]:
    """Return every award of a draw, the first one first."""
    return work.session.scalars(
        select(Award).where(Award.draw_id == draw.id).order_by(Award.id)
    ).all()


def award_in_force(work: UnitOfWork, need_id: int) -> Award:
    """Return the award of a need that has neither been declined nor lapsed."""
    award = work.session.scalar(
        select(Award)
        .where(Award.need_id == need_id, Award.state.in_(LIVE_AWARDS))
        .order_by(Award.id.desc())
        .limit(1)
    )
    if award is None:
        raise MissingError
    return award


def awards_since(work: UnitOfWork, award_id: int, limit: int = 200) -> Sequence[Award]:
    """Return the awards made after one, the oldest first."""
    return work.session.scalars(
        select(Award).where(Award.id > award_id).order_by(Award.id).limit(limit)
    ).all()


def trustee_keys(work: UnitOfWork) -> Sequence[tuple[TrusteeKey, Organisation]]:
    """Return the latest trustee key of each organisation that has one, by its code."""
    latest = select(func.max(TrusteeKey.id)).group_by(TrusteeKey.organisation_id)
    rows = work.session.execute(
        select(TrusteeKey, Organisation)
        .join(Organisation, Organisation.id == TrusteeKey.organisation_id)
        .where(TrusteeKey.id.in_(latest))
        .order_by(Organisation.code)
    )
    return [(key, organisation) for key, organisation in rows]


def listed_firms(work: UnitOfWork, draw: Draw) -> dict[str, Firm]:
    """Return the firms that enrolled in a draw by the code that each enrolled with."""
    rows = work.session.execute(
        select(Enrolment.firm_code, Firm)
        .join(Firm, Firm.code == Enrolment.firm_code)
        .where(Enrolment.draw_id == draw.id)
    )
    return {code: firm for code, firm in rows}  # noqa: C416 - rows are no pairs


def firm_of(work: UnitOfWork, firm_id: int) -> Firm:
    """Return a firm whose part in a draw is public."""
    return firm_by_id(work, firm_id)


def entry_by_submission(work: UnitOfWork, submission_id: int) -> DrawEntry:
    """Return the entry that was handed in under a submission's id."""
    return work.session.scalars(
        select(DrawEntry).where(DrawEntry.submission_id == submission_id)
    ).one()
