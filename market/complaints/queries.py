"""Finding complaints. Whoever is complained about never finds one as those who handle it do."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, func, or_, select, true

from market.access import OrgKind, Permission
from market.accounts.model import Organisation, User
from market.calendar import binding_until
from market.clock import beijing, months_after
from market.complaints.model import (
    Complaint,
    ComplaintAbuse,
    ComplaintImport,
    ComplaintOpening,
    ComplaintStep,
)
from market.complaints.rules import (
    NOT_OVER,
    OFFICES,
    AbuseState,
    ComplaintMove,
    ComplaintState,
)
from market.complaints.sealing import org_mark
from market.contracts.queries import is_over
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.queries.finding import GONE_AWARDS
from market.draws.rules import AwardState
from market.errors import MissingError
from market.firms.model import Firm
from market.keys import Keys

MOST = 200
HANDLING = frozenset({Permission.COMPLAINT_HANDLE, Permission.COMPLAINT_DECIDE})
OPEN_ABUSE = (AbuseState.PROPOSED, AbuseState.REPLIED)


def by_number(work: UnitOfWork, number: str) -> Complaint:
    """Return a complaint by its number.

    Raises:
        MissingError: There is none.
    """
    return _one(work, Complaint.number == number)


def handled(work: UnitOfWork, number: str) -> Complaint:
    """Return a complaint that the actor's authority handles.

    Raises:
        MissingError: There is none, or the actor's organisation is complained about.
    """
    return _one(work, Complaint.number == number, _handles(work))


def against_own(work: UnitOfWork, number: str) -> Complaint:
    """Return a complaint against the actor's organisation of which it was told.

    Raises:
        MissingError: There is none.
    """
    return _one(work, Complaint.number == number, _knows_as_accused(work))


def heard_as_party(work: UnitOfWork, number: str) -> Complaint:
    """Return a complaint about which the actor's firm, whose award it is, is heard.

    Raises:
        MissingError: There is none.
    """
    return _one(work, Complaint.number == number, _knows_as_party(work))


def own(work: UnitOfWork, keys: Keys, number: str) -> Complaint:
    """Return a complaint that the actor's organisation made.

    Raises:
        MissingError: There is none.
    """
    return _one(work, Complaint.number == number, Complaint.org_mark == org_mark(keys, work.org_id))


def unassigned(work: UnitOfWork, number: str) -> Complaint:
    """Return a complaint that the operator, or the supervisor, has to assign.

    Raises:
        MissingError: There is none, or the actor is complained about, or it is not its to assign.
    """
    return _one(work, Complaint.number == number, *_to_assign(work))


def public(work: UnitOfWork, number: str) -> Complaint:
    """Return a complaint for which an award stands still, or stood: anybody may ask why.

    Raises:
        MissingError: There is none.
    """
    return _one(work, Complaint.number == number, Complaint.freezes.is_(True))


def _handles(work: UnitOfWork) -> ColumnElement[bool]:
    org_id = work.actor.org_id
    is_other = Complaint.respondent_org_id.is_(None) | (Complaint.respondent_org_id != org_id)
    return (Complaint.authority_org_id == org_id) & is_other


def _knows_as_accused(work: UnitOfWork) -> ColumnElement[bool]:
    told = (Complaint.reply_by_at.is_not(None)) | Complaint.freezes
    return (Complaint.respondent_org_id == work.actor.org_id) & told


def _knows_as_party(work: UnitOfWork) -> ColumnElement[bool]:
    told = Complaint.party_by_at.is_not(None)
    return (Complaint.party_org_id == work.actor.org_id) & told


def _to_assign(work: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    is_supervisor = work.actor.org_kind == OrgKind.SUPERVISOR
    return (
        Complaint.authority_org_id.is_(None),
        Complaint.state == ComplaintState.RECEIVED,
        # About an office only who is above it chooses.
        Complaint.against.in_(sorted(OFFICES)) if is_supervisor else true(),
        or_(
            Complaint.respondent_org_id.is_(None),
            Complaint.respondent_org_id != work.actor.org_id,
        ),
    )


def own_list(work: UnitOfWork, keys: Keys) -> Sequence[Complaint]:
    """Return what the actor's organisation complained about, the latest first."""
    if work.actor.org_id is None:
        return ()
    return _listed(work, Complaint.org_mark == org_mark(keys, work.actor.org_id))


def against_list(work: UnitOfWork) -> Sequence[Complaint]:
    """Return the complaints on which the actor's organisation was told that it may speak."""
    if work.actor.org_id is None:
        return ()
    return _listed(work, or_(_knows_as_accused(work), _knows_as_party(work)))


def handled_list(work: UnitOfWork, *states: ComplaintState) -> Sequence[Complaint]:
    """Return what the actor's authority handles in some states, the most urgent first."""
    return work.session.scalars(
        select(Complaint)
        .where(_handles(work), Complaint.state.in_(states))
        .order_by(Complaint.due_at, Complaint.id.desc())
        .limit(MOST)
    ).all()


def to_assign(work: UnitOfWork) -> Sequence[Complaint]:
    """Return the complaints that nobody looks after yet, the first one first."""
    return work.session.scalars(
        select(Complaint).where(*_to_assign(work)).order_by(Complaint.due_at).limit(MOST)
    ).all()


def ownerless(work: UnitOfWork) -> Sequence[Complaint]:
    """Return the complaints about an office that nobody there is may handle: anybody sees them."""
    return work.session.scalars(
        select(Complaint)
        .where(
            Complaint.authority_org_id.is_(None),
            Complaint.state == ComplaintState.RECEIVED,
            Complaint.against.in_(sorted(OFFICES)),
        )
        .order_by(Complaint.id)
        .limit(MOST)
    ).all()


def late(work: UnitOfWork) -> Sequence[Complaint]:
    """Return the complaints that lie beyond their term, the longest first."""
    return work.session.scalars(
        select(Complaint)
        .where(
            Complaint.state.in_(NOT_OVER),
            Complaint.due_at <= work.now,
            or_(
                Complaint.respondent_org_id.is_(None),
                Complaint.respondent_org_id != work.actor.org_id,
            ),
        )
        .order_by(Complaint.due_at, Complaint.id)
        .limit(MOST)
    ).all()


def of_award(work: UnitOfWork, award_id: int) -> Sequence[Complaint]:
    """Return the complaints for which an award stands still now."""
    return work.session.scalars(
        select(Complaint)
        .join(Award, Award.id == Complaint.award_id)
        .where(Award.id == award_id, Award.state == AwardState.FROZEN)
        .where(Complaint.freezes, Complaint.state.in_(NOT_OVER))
        .order_by(Complaint.id)
    ).all()


def public_list(work: UnitOfWork) -> Sequence[Complaint]:
    """Return the complaints for which an award stands still, or stood, the latest first."""
    return _listed(work, Complaint.freezes.is_(True))


def holds(work: UnitOfWork, award_id: int) -> bool:
    """Whether an award stands still for a complaint."""
    return bool(of_award(work, award_id))


def award_is_over(work: UnitOfWork, award: Award) -> bool:
    """Whether there is nothing of an award left to hold."""
    return award.state in GONE_AWARDS or is_over(work, award.id)


def firm_org_id(work: UnitOfWork, award: Award) -> int:
    """Return the organisation of the firm that has an award."""
    return work.session.scalars(select(Firm.organisation_id).where(Firm.id == award.firm_id)).one()


def _same_complainant(one: Complaint) -> ColumnElement[bool]:
    marks = [
        column == mark
        for column, mark in (
            (Complaint.org_mark, one.org_mark),
            (Complaint.contact_mark, one.contact_mark),
        )
        if mark is not None
    ]
    return or_(false(), *marks)


def held_before(work: UnitOfWork, one: Complaint) -> bool:
    """Whether the same complainant stopped the award before, saying the same."""
    found = exists().where(
        Complaint.award_id == one.award_id,
        Complaint.matter == one.matter,
        Complaint.freezes.is_(True),
        Complaint.id != one.id,
        _same_complainant(one),
    )
    return bool(work.session.scalar(select(found)))


def count_today(work: UnitOfWork, mark: str) -> int:
    """Return how many complaints an organisation has made today."""
    wanted = select(func.count(Complaint.id)).where(
        Complaint.org_mark == mark, Complaint.entered_at >= beijing(work.today)
    )
    return work.session.scalar(wanted) or 0


def of_complainant(work: UnitOfWork, mark: str, award_id: int) -> Sequence[Complaint]:
    """Return what an organisation complained of about an award, the first one first."""
    return work.session.scalars(
        select(Complaint)
        .where(Complaint.org_mark == mark, Complaint.award_id == award_id)
        .order_by(Complaint.id)
    ).all()


def steps_of(work: UnitOfWork, one: Complaint) -> Sequence[ComplaintStep]:
    """Return what was done with a complaint, the first step first."""
    return work.session.scalars(
        select(ComplaintStep).where(ComplaintStep.complaint_id == one.id).order_by(ComplaintStep.id)
    ).all()


def said_in(work: UnitOfWork, one: Complaint) -> dict[ComplaintMove, list[ComplaintStep]]:
    """Return what the accused and the award's firm said, the first statement first."""
    found: dict[ComplaintMove, list[ComplaintStep]] = {
        ComplaintMove.REPLY: [],
        ComplaintMove.STATE: [],
    }
    for step in steps_of(work, one):
        if step.move in found:
            found[step.move].append(step)
    return found


def transfers_of(work: UnitOfWork, one: Complaint) -> int:
    """Return how often a complaint was passed on; its assignment does not count."""
    wanted = select(func.count(ComplaintStep.id)).where(
        ComplaintStep.complaint_id == one.id, ComplaintStep.move == ComplaintMove.TRANSFER
    )
    return work.session.scalar(wanted) or 0


def name_of(work: UnitOfWork, org_id: int | None) -> str:
    """Return the name of an organisation; empty for none."""
    return work.session.get_one(Organisation, org_id).name if org_id is not None else ""


def was_malicious(work: UnitOfWork, org_id: int | None, months: int) -> bool:
    """Whether an organisation has a malicious complaint on record in the last months."""
    since = beijing(months_after(work.today, -months))
    found = select(
        exists().where(
            ComplaintAbuse.org_id == org_id,
            ComplaintAbuse.state == AbuseState.CONFIRMED,
            ComplaintAbuse.decided_at >= since,
        )
    )
    return org_id is not None and bool(work.session.scalar(found))


def abuse_of(work: UnitOfWork, one: Complaint) -> ComplaintAbuse | None:
    """Return the finding that a complaint was malicious, if one was proposed."""
    return work.session.scalar(select(ComplaintAbuse).where(ComplaintAbuse.complaint_id == one.id))


def abuses(work: UnitOfWork) -> list[tuple[ComplaintAbuse, Complaint]]:
    """Return the findings of the actor's authority, the latest first."""
    rows = work.session.execute(
        select(ComplaintAbuse, Complaint)
        .join(Complaint, Complaint.id == ComplaintAbuse.complaint_id)
        .where(_handles(work))
        .order_by(ComplaintAbuse.id.desc())
        .limit(MOST)
    )
    return [(abuse, one) for abuse, one in rows]


def openings(
    work: UnitOfWork, *, limit: int, offset: int
) -> list[tuple[ComplaintOpening, Complaint, str, str]]:
    """Return who opened what identifies a complainant, the latest first."""
    rows = work.session.execute(
        select(ComplaintOpening, Complaint, Organisation.name, User.name)
        .join(Complaint, Complaint.id == ComplaintOpening.complaint_id)
        .join(Organisation, Organisation.id == ComplaintOpening.org_id)
        .join(User, User.id == ComplaintOpening.by_id)
        .where(*_audits(work))
        .order_by(ComplaintOpening.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(opening, one, name, person) for opening, one, name, person in rows]


def count_openings(work: UnitOfWork) -> int:
    """Return how often somebody opened what identifies a complainant."""
    wanted = (
        select(func.count(ComplaintOpening.id))
        .join(Complaint, Complaint.id == ComplaintOpening.complaint_id)
        .where(*_audits(work))
    )
    return work.session.scalar(wanted) or 0


def _audits(work: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    """Return which openings the actor reads: an authority those of its own people."""
    if Permission.DRAW_SUPERVISE in work.actor.permissions:
        return ()
    return (ComplaintOpening.org_id == work.actor.org_id, _handles(work))


def waiting_import(work: UnitOfWork, import_id: int) -> ComplaintImport:
    """Return a list that the actor's organisation uploaded.

    Raises:
        MissingError: There is none.
    """
    found = work.session.scalar(
        select(ComplaintImport)
        .where(ComplaintImport.id == import_id, ComplaintImport.org_id == work.actor.org_id)
        .with_for_update()
    )
    if found is None:
        raise MissingError
    return found


def due_ids(work: UnitOfWork, now: datetime, limit: int, after_id: int = 0) -> Sequence[int]:
    """Return the complaints whose term has passed and nobody was told yet, by id."""
    return work.session.scalars(
        select(Complaint.id)
        .where(Complaint.next_check_at <= binding_until(now), Complaint.id > after_id)
        .order_by(Complaint.id)
        .limit(limit)
    ).all()


def _listed(work: UnitOfWork, *conditions: ColumnElement[bool]) -> Sequence[Complaint]:
    return work.session.scalars(
        select(Complaint).where(*conditions).order_by(Complaint.id.desc()).limit(MOST)
    ).all()


def _one(work: UnitOfWork, *conditions: ColumnElement[bool]) -> Complaint:
    found = work.session.scalar(select(Complaint).where(*conditions))
    if found is None:
        raise MissingError
    return found
