"""Draws that were called off for a change of their notice, and who has to enrol anew."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from market.db import UnitOfWork
from market.draws.model import Draw, Enrolment
from market.draws.rules import DrawState, EnrolmentState, VoidReason
from market.firms.model import Firm
from market.needs.model import Need, Notice
from market.needs.rules import NeedState


@dataclass(frozen=True, slots=True)
class Changed:
    """A notice that a firm had enrolled for; ``again`` takes its place, once it is out."""

    need: Need
    number: str
    again: Notice | None


def changed_for(work: UnitOfWork, firm: Firm) -> list[Changed]:
    """Return the changed notices that a firm had enrolled for and has not enrolled for since.

    Only while that leads somewhere: while the next notice is being checked, or is open.
    """
    rows = work.session.execute(
        select(Need, Notice.number, Draw)
        .join(Draw, Draw.need_id == Need.id)
        .join(Notice, Notice.id == Draw.notice_id)
        .join(Enrolment, Enrolment.draw_id == Draw.id)
        .where(
            Enrolment.firm_id == firm.id,
            Enrolment.state == EnrolmentState.ENROLLED,
            Draw.state == DrawState.VOID,
            Draw.void_reason == VoidReason.CHANGED,
            Need.state.in_({NeedState.CHECK, NeedState.OPEN}),
            Need.id.not_in(_enrolled_now(firm)),
        )
        .order_by(Need.id, Draw.attempt.desc())
    )
    found: dict[int, Changed] = {}
    for need, number, _ in rows:
        found.setdefault(need.id, Changed(need, number, _open_notice(work, need)))
    return list(found.values())


def _enrolled_now(firm: Firm) -> "Select[int]":
    later = aliased(Draw)
    return (
        select(later.need_id)
        .join(Enrolment, Enrolment.draw_id == later.id)
        .where(Enrolment.firm_id == firm.id, later.state == DrawState.OPEN)
    )


def _open_notice(work: UnitOfWork, need: Need) -> Notice | None:
    if need.state is not NeedState.OPEN:
        return None
    return work.session.scalar(
        select(Notice).where(Notice.need_id == need.id, Notice.attempt == need.attempt)
    )
