"""The terms of complaints: acceptance and decision, the other side's reply, a complainant's."""

from dataclasses import replace
from typing import Final

from sqlalchemy import select

from market.clock import beijing_day
from market.complaints.actions.record import rules_of
from market.complaints.model import Complaint, ComplaintAbuse, ComplaintStep
from market.complaints.rules import NOT_OVER, AbuseState, ComplaintMove
from market.complaints.terms import Step, days_for
from market.db import UnitOfWork
from market.errors import msgid
from market.holidays.terms import About, Days, Term, declare_term

TITLE: Final = msgid("投诉")


def _about(work: UnitOfWork, one: Complaint) -> About:
    del work
    # The clocks of a complaint tell those whose turn it is (``timing``).
    return About(number=one.number, title=TITLE, path=f"/complaints/{one.number}", org_ids=())


def _about_reply(work: UnitOfWork, one: Complaint) -> About:
    return _to_add(work, one, one.respondent_org_id if one.replied_at else None)


def _about_party(work: UnitOfWork, one: Complaint) -> About:
    return _to_add(work, one, one.party_org_id if one.party_said_at else None)


def _to_add(work: UnitOfWork, one: Complaint, org_id: int | None) -> About:
    """Whoever spoke has no clock any more, and may add until its term ends."""
    return replace(_about(work, one), org_ids=() if org_id is None else (org_id,))


def _asked(work: UnitOfWork, one: Complaint) -> Days | None:
    """Return what the other side's reply is counted from: the day on which it was asked."""
    return _since(work, one, ComplaintMove.ASK)


def _told(work: UnitOfWork, one: Complaint) -> Days | None:
    """Return what the statement of the award's firm is counted from."""
    return _since(work, one, ComplaintMove.HEAR)


def _since(work: UnitOfWork, one: Complaint, move: ComplaintMove) -> Days | None:
    asked_at = work.session.scalar(
        select(ComplaintStep.at).where(
            ComplaintStep.complaint_id == one.id, ComplaintStep.move == move
        )
    )
    if asked_at is None:
        return None
    days = days_for(one, Step.REPLY, rules_of(one))
    return Days(from_on=beijing_day(asked_at), working_days=days)


def _about_abuse(work: UnitOfWork, row: ComplaintAbuse) -> About:
    # Whoever complained is named to nobody, and reads the day under the receipt's number.
    return _about(work, work.session.get_one(Complaint, row.complaint_id))


def _proposed(work: UnitOfWork, row: ComplaintAbuse) -> Days:
    one = work.session.get_one(Complaint, row.complaint_id)
    days = rules_of(one).integer("malicious.reply_working_days")
    return Days(from_on=beijing_day(row.proposed_at), working_days=days)


HANDLING: Final = declare_term(
    Term(
        kind="complaint",
        name=msgid("投诉的办理期限"),
        model=Complaint,
        at=Complaint.due_at,
        along=(Complaint.next_check_at,),
        runs=Complaint.state.in_(sorted(NOT_OVER)),
        about=_about,
    )
)
REPLY: Final = declare_term(
    Term(
        kind="complaint-reply",
        name=msgid("被投诉一方的答复期限"),
        model=Complaint,
        at=Complaint.reply_by_at,
        runs=Complaint.state.in_(sorted(NOT_OVER)) & Complaint.reply_ended_at.is_(None),
        about=_about_reply,
        days=_asked,
        never_earlier=True,
    )
)
PARTY: Final = declare_term(
    Term(
        kind="complaint-party",
        name=msgid("中选机构对投诉陈述意见的期限"),
        model=Complaint,
        at=Complaint.party_by_at,
        runs=Complaint.state.in_(sorted(NOT_OVER)) & Complaint.party_ended_at.is_(None),
        about=_about_party,
        days=_told,
        never_earlier=True,
    )
)
ABUSE_REPLY: Final = declare_term(
    Term(
        kind="complaint-abuse",
        name=msgid("投诉人对恶意投诉认定的陈述期限"),
        model=ComplaintAbuse,
        at=ComplaintAbuse.reply_by_at,
        runs=ComplaintAbuse.state == AbuseState.PROPOSED,
        about=_about_abuse,
        days=_proposed,
        never_earlier=True,
    )
)
