"""Who is heard before an objection is found right, by when, and what it said.

What is proposed is told to whoever would lose by it, in the words in which it is proposed; nobody
has to remember to ask. Nothing is found right before its term ended, or it said in words that it
adds nothing (docs/adr/0100, docs/adr/0113).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from market.access import Permission
from market.accounts.model import Organisation
from market.clocks import turns
from market.clocks.kinds import PARTY_REPLY
from market.clocks.rules import Party as ClockSide
from market.db import UnitOfWork
from market.draws.model import Award
from market.errors import MissingError, msgid
from market.firms.model import Firm
from market.needs.model import Need
from market.needs.scope import looks_after
from market.objections.messages import tell_heard
from market.objections.model import AwardObjection, ObjectionHearing, ObjectionStep
from market.objections.queries import Row, row_of
from market.objections.rules import ObjectionState, Outcome, is_heard, owner_is_heard
from market.regulations import Regulation

TERM: Final = "hearing.working_days"
_READERS: Final = frozenset(
    {
        Permission.OVERSIGHT_READ,
        Permission.OBJECTION_ANSWER,
        Permission.OBJECTION_EXAMINE,
        Permission.OBJECTION_DECIDE,
    }
)


def begin(work: UnitOfWork, one: AwardObjection, award: Award, rules: Regulation) -> None:
    """Ask everybody who would lose by what was just proposed; a dismissal takes nothing."""
    if one.proposed in {None, Outcome.DISMISS}:
        return
    firm = work.session.get_one(Firm, award.firm_id)
    asked = {firm.organisation_id: ClockSide.FIRM}
    if owner_is_heard(one.ground, one.party):
        asked[work.session.get_one(Need, one.need_id).owner_org_id] = ClockSide.OWNER
    for org_id, side in asked.items():
        _ask(work, one, org_id, side, rules)


def _ask(
    work: UnitOfWork, one: AwardObjection, org_id: int, side: ClockSide, rules: Regulation
) -> None:
    days = rules.integer(TERM)
    row = ObjectionHearing(objection_id=one.id, org_id=org_id, asked_at=work.now)
    row.by_at = row.count_term(work.today, days)
    work.session.add(row)
    work.session.flush()
    turns.begin(
        work,
        PARTY_REPLY,
        _about(row),
        number=one.number,
        title=msgid("对异议的处理意见作出陈述"),
        holder=side,
        holder_org_id=org_id,
        other_org_id=work.org_id,
        limit=days,
        regulation=rules,
    )
    tell_heard(work, one, row)


def speak(work: UnitOfWork, row: ObjectionHearing, *, is_last: bool) -> None:
    """Keep that somebody spoke: its clock rests, its term runs on unless it adds nothing."""
    if row.said_at is None:
        turns.end(work, _about(row), msgid("已作出陈述"))
    row.said_at = work.now
    if is_last:
        row.ended_at, row.ended_by_id = work.now, work.user_id


def close(work: UnitOfWork, one: AwardObjection) -> None:
    """End every hearing of a proposal that was decided, sent back or overtaken."""
    for row in open_of(work, one):
        row.closed_at = work.now
        row.forget_term()
        turns.end(work, _about(row), msgid("处理意见已经决定、撤回或者退回"))


def _about(row: ObjectionHearing) -> str:
    return f"objection-hearing:{row.id}"


def open_of(work: UnitOfWork, one: AwardObjection) -> Sequence[ObjectionHearing]:
    """Return who is heard of what is proposed now."""
    return work.session.scalars(
        select(ObjectionHearing)
        .where(ObjectionHearing.objection_id == one.id, ObjectionHearing.closed_at.is_(None))
        .order_by(ObjectionHearing.id)
    ).all()


def own(work: UnitOfWork, one: AwardObjection) -> ObjectionHearing:
    """Return the hearing of the actor's organisation, locked.

    Raises:
        MissingError: It is not asked.
    """
    row = work.session.scalar(
        select(ObjectionHearing)
        .where(
            ObjectionHearing.objection_id == one.id,
            ObjectionHearing.org_id == work.actor.org_id,
            ObjectionHearing.closed_at.is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise MissingError
    return row


def waits(work: UnitOfWork, one: AwardObjection) -> ObjectionHearing | None:
    """Return the one who may still speak the longest, if anybody may."""
    rows = [row for row in open_of(work, one) if not _is_heard(work, row)]
    return max(rows, key=lambda row: row.by_at, default=None)


def _is_heard(work: UnitOfWork, row: ObjectionHearing) -> bool:
    return is_heard(has_ended=row.ended_at is not None, is_due=work.now >= row.by_at)


def may_speak(work: UnitOfWork, one: AwardObjection) -> ObjectionHearing | None:
    """Return the hearing in which the actor's organisation may speak now, if it may."""
    if one.state is not ObjectionState.PROPOSED or work.actor.org_id is None:
        return None
    rows = [row for row in open_of(work, one) if row.org_id == work.actor.org_id]
    return next((row for row in rows if not _is_heard(work, row)), None)


def to_speak(work: UnitOfWork) -> list[tuple[Row, datetime]]:
    """Return where the actor's organisation may speak and has not yet, and until when."""
    rows = work.session.execute(
        select(AwardObjection, ObjectionHearing.by_at)
        .join(ObjectionHearing, ObjectionHearing.objection_id == AwardObjection.id)
        .where(
            ObjectionHearing.org_id == work.actor.org_id,
            ObjectionHearing.closed_at.is_(None),
            ObjectionHearing.said_at.is_(None),
            ObjectionHearing.by_at > work.now,
        )
        .order_by(ObjectionHearing.by_at)
    )
    return [(row_of(work, one), at) for one, at in rows]


def statements_of(
    work: UnitOfWork, rows: Iterable[ObjectionHearing]
) -> dict[int, list[ObjectionStep]]:
    """Return what was said at hearings, by their ids, the first statement first."""
    found: dict[int, list[ObjectionStep]] = {row.id: [] for row in rows}
    steps = select(ObjectionStep).where(ObjectionStep.hearing_id.in_(found))
    for step in work.session.scalars(steps.order_by(ObjectionStep.id)):
        found[step.hearing_id or 0].append(step)
    return found


def readable(work: UnitOfWork, one: AwardObjection) -> list[tuple[ObjectionHearing, str]]:
    """Return the hearings that the actor reads, with the names: its own, and an official's all.

    An authority reads what is about the items that it looks after; the objector reads none.
    """
    found = (
        select(ObjectionHearing, Organisation.name)
        .join(Organisation, Organisation.id == ObjectionHearing.org_id)
        .where(ObjectionHearing.objection_id == one.id)
        .order_by(ObjectionHearing.id)
    )
    is_official = bool(work.actor.permissions & _READERS) and work.actor.org_id != one.org_id
    if not (is_official and looks_after(work, work.session.get_one(Need, one.need_id))):
        found = found.where(ObjectionHearing.org_id == work.actor.org_id)
    return [(row, name) for row, name in work.session.execute(found)]
