"""What the public says of a firm in its publicity, and the operator's answer to each."""

from market import rulebook
from market.db import UnitOfWork
from market.firms import queries, queries_entry
from market.firms.actions.checks import check_return
from market.firms.actions.register import register, require_words
from market.firms.actions.registration import move, settle_promise
from market.firms.checks import CheckOutcome, ReturnReason
from market.firms.entry import FeedbackReason, FeedbackState, VerificationState
from market.firms.errors import FeedbackAnsweredError, PublicityOverError
from market.firms.journal import FeedbackMoved
from market.firms.model import Firm
from market.firms.model_entry import FirmFeedback
from market.firms.queries_entry import RULES
from market.firms.rules import SETTLED, FirmState, Move
from market.firms.schedule import reschedule


def hand_in_feedback(
    work: UnitOfWork, firm: Firm, reason: FeedbackReason, words: str, contact: str = ""
) -> FirmFeedback:
    """Take what anybody says about a firm in its publicity; the contact is never public.

    What is said already in the same words, and waits for its answer, is not kept twice.

    Raises:
        PublicityOverError: The firm is not in its publicity.
        WordsMissingError: Nothing is said.
    """
    if not queries_entry.in_publicity(work, firm):
        raise PublicityOverError
    said = require_words(words, "words")
    if same := queries_entry.same_feedback(work, firm, reason, said):
        return same
    rules = rulebook.apply(work, RULES)
    row = FirmFeedback(
        firm_id=firm.id,
        reason=reason,
        words=said,
        contact=contact.strip(),
        handed_in_at=work.now,
        state=FeedbackState.OPEN,
    )
    row.due_at = row.count_term(work.today, rules.integer("feedback.answer_working_days"))
    work.session.add(row)
    work.session.flush()
    _record(work, firm, row)
    return row


def answer_feedback(
    work: UnitOfWork, firm: Firm, row: FirmFeedback, answer: str, *, upheld: bool
) -> None:
    """Answer feedback in public; what is found right sends the registration back.

    Raises:
        FeedbackAnsweredError: Somebody answered it.
        WordsMissingError: The answer gives no reasons.
    """
    firm = queries.locked(work, firm.id)
    work.session.refresh(row)
    if row.state is not FeedbackState.OPEN:
        raise FeedbackAnsweredError
    row.answer = require_words(answer, "answer")
    row.state = FeedbackState.UPHELD if upheld else FeedbackState.REJECTED
    row.answered_at = work.now
    row.answered_by_id = work.user_id
    _record(work, firm, row)
    work.session.flush()
    if upheld:
        _send_back(work, firm, row.answer)
    else:
        reschedule(work, firm)  # It may have been the last that held the listing.


def _send_back(work: UnitOfWork, firm: Firm, answer: str) -> None:
    reasons = [ReturnReason.OBJECTION_UPHELD]
    if firm.state is FirmState.PUBLICITY:
        check_return(work, firm, reasons, answer)
    elif firm.state in SETTLED:
        register(work, firm, CheckOutcome.RETURNED, reasons, comment=answer)
        settle_promise(work, firm, None, VerificationState.ENDED)
        move(work, firm, Move.REVOKE)
        firm.publicity_ends_at = None
        reschedule(work, firm)


def _record(work: UnitOfWork, firm: Firm, row: FirmFeedback) -> None:
    work.record(
        FeedbackMoved(
            firm=firm.code,
            feedback=row.id,
            reason=row.reason,
            state=row.state,
            due_at=row.due_at,
        )
    )
