"""The record of malicious complaints: proposed, answered, confirmed by another, withdrawable.

A complaint that is not upheld is no malicious one; what makes it one is a closed list, with
evidence. Of a citizen nothing is kept but that there was one (docs/adr/0073).
"""

from datetime import datetime

from sqlalchemy import select

from market.calendar import provisional_calendar
from market.complaints import messages, queries, sealing
from market.complaints.actions.handling import require_read
from market.complaints.actions.record import BRIEF, locked, require, rules_of, write
from market.complaints.errors import (
    NotHeardError,
    NotRejectedError,
    NotYourFindingError,
    RepliedError,
    ReplyOverError,
    ReplyUnreadError,
)
from market.complaints.letters import recall_finding, send_finding
from market.complaints.model import Complaint, ComplaintAbuse
from market.complaints.opening import reads_of
from market.complaints.rules import (
    AbuseMove,
    AbuseReason,
    AbuseState,
    ComplaintState,
    IllegalComplaintMoveError,
    advance_abuse,
    may_confirm,
)
from market.db import UnitOfWork
from market.duties import require_another, took
from market.errors import MissingError, msgid
from market.keys import Keys

PROPOSER, JUDGE = msgid("提出恶意投诉认定的人"), msgid("作出认定的人")


def propose(
    work: UnitOfWork, keys: Keys, one: Complaint, reason: AbuseReason, evidence: str
) -> ComplaintAbuse:
    """Propose to find that a rejected complaint was malicious; the complainant may reply first.

    Raises:
        NotRejectedError: The complaint was not rejected.
        IllegalComplaintMoveError: It was proposed before.
        TooShortError: There is no evidence.
    """
    _, one = locked(work, one)  # Two officers may propose it at one moment.
    if one.state is not ComplaintState.REJECTED:
        raise NotRejectedError
    if queries.abuse_of(work, one) is not None:
        raise IllegalComplaintMoveError
    days = rules_of(one).integer("malicious.reply_working_days")
    row = ComplaintAbuse(
        complaint_id=one.id,
        reason=reason,
        evidence=require(evidence, "evidence"),
        state=AbuseState.PROPOSED,
        proposed_by_id=work.user_id,
        proposed_at=work.now,
        reply_by_at=provisional_calendar().due_at(work.today, days),
    )
    work.session.add(row)
    work.session.flush()
    write(work, one, None, row.evidence, abuse=row.state)
    messages.tell_complainant(work, keys, one, "abuse-proposed")
    return row


def take_back(work: UnitOfWork, keys: Keys, one: Complaint, text: str) -> None:
    """Let whoever proposed it take it back until it is decided; it is not proposed again.

    Raises:
        NotYourFindingError: Somebody else proposed.
        IllegalComplaintMoveError: It was decided.
        TooShortError: It does not say why.
    """
    row = _locked(work, one)
    state = advance_abuse(row.state, AbuseMove.TAKE_BACK)
    if not took(work, row.proposed_by_id):
        raise NotYourFindingError
    row.why_withdrawn = require(text, "why_taken_back", BRIEF)
    row.state, row.withdrawn_by_id, row.withdrawn_at = state, work.user_id, work.now
    write(work, one, None, row.why_withdrawn, abuse=state)
    messages.tell_complainant(work, keys, one, "abuse-taken-back")


def reply(work: UnitOfWork, keys: Keys, one: Complaint, text: str) -> None:
    """Let the complainant say what there is to say; it is sealed as the complaint is.

    Raises:
        RepliedError: There is a reply.
        ReplyOverError: The time for it is over.
        TooShortError: It says nothing.
    """
    row = _locked(work, one)
    if row.replied_at is not None:
        raise RepliedError
    row.state = advance_abuse(row.state, AbuseMove.REPLY)
    if work.now >= row.reply_by_at:
        raise ReplyOverError(row.reply_by_at)
    row.sealed_reply = sealing.seal_text(keys, f"{one.number}:abuse", require(text, "text"))
    row.replied_at = work.now
    # What was said stays sealed: the step says only that it was.
    write(work, one, None, "", abuse=row.state, by_complainant=True)


def judge(work: UnitOfWork, keys: Keys, one: Complaint, *, confirm: bool, text: str) -> None:
    """Let another person confirm it, after the reply or its term, or drop it.

    Raises:
        SeparationOfDutiesError: It is the person who proposed, or who proposed to reject.
        NotHeardError: The complainant still has time to reply.
        UnreadError, ReplyUnreadError: To confirm it, nobody of the authority has read the
            complaint, or the judge has not read what was said to the proposal.
        TooShortError: There are no reasons.
    """
    row = _locked(work, one)
    require_another(work, row.proposed_by_id, first=PROPOSER, second=JUDGE)
    state = advance_abuse(row.state, AbuseMove.CONFIRM if confirm else AbuseMove.DROP)
    if confirm and not may_confirm(row.state, is_due=work.now >= row.reply_by_at):
        raise NotHeardError(row.reply_by_at)
    if confirm:
        _require_read(work, one, row)
    row.decision = require(text, "text")
    row.state, row.decided_by_id, row.decided_at = state, work.user_id, work.now
    if confirm:
        row.org_id = sealing.open_sealed(keys, one.number, one.sealed).org_id
        send_finding(work, one, row)
    write(work, one, None, row.decision, abuse=state)
    messages.tell_complainant(work, keys, one, "abuse-judged")


def _require_read(work: UnitOfWork, one: Complaint, row: ComplaintAbuse) -> None:
    """Refuse to confirm what the judge did not look into."""
    require_read(work, one)
    if row.replied_at is not None and not has_read(work, one, row.replied_at):
        raise ReplyUnreadError


def has_read(work: UnitOfWork, one: Complaint, since: datetime) -> bool:
    """Whether the actor opened what the complainant wrote, at or after an instant."""
    return any(took(work, each.by_id) and each.at >= since for each in reads_of(work, one))


def undo(work: UnitOfWork, keys: Keys, one: Complaint, text: str) -> None:
    """Withdraw a finding that was wrong: the organisation's name goes with it.

    Raises:
        IllegalComplaintMoveError: It was not confirmed.
        TooShortError: It does not say why.
    """
    row = _locked(work, one)
    row.state = advance_abuse(row.state, AbuseMove.WITHDRAW)
    row.why_withdrawn = require(text, "text", BRIEF)
    row.withdrawn_by_id, row.withdrawn_at, row.org_id = work.user_id, work.now, None
    recall_finding(work, one)
    write(work, one, None, row.why_withdrawn, abuse=row.state)
    messages.tell_complainant(work, keys, one, "abuse-withdrawn")


def reply_of(keys: Keys, one: Complaint, row: ComplaintAbuse) -> str:
    """Return what the complainant said to it; empty without a reply."""
    if row.sealed_reply is None:
        return ""
    return sealing.open_text(keys, f"{one.number}:abuse", row.sealed_reply)


def _locked(work: UnitOfWork, one: Complaint) -> ComplaintAbuse:
    found = work.session.scalar(
        select(ComplaintAbuse)
        .where(ComplaintAbuse.complaint_id == one.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MissingError
    return found
