"""Refusing to take a complaint up: one person proposes it, another decides (docs/adr/0113).

Until then the term to accept runs on, and the complainant has no letter.
"""

from market.complaints import messages, words
from market.complaints.actions.handling import require_read
from market.complaints.actions.record import close_clocks, locked, move, require
from market.complaints.errors import NotYourProposalError
from market.complaints.letters import send_refusal
from market.complaints.model import Complaint
from market.complaints.rules import ComplaintMove, ComplaintState, Refusal, advance
from market.db import UnitOfWork
from market.duties import require_another, took
from market.errors import msgid
from market.keys import Keys


def propose_refusal(work: UnitOfWork, keys: Keys, one: Complaint, why: Refusal, text: str) -> None:
    """Propose to refuse to take a complaint up: why, and where to go instead.

    Raises:
        UnreadError: Nobody of the authority has read what the complainant wrote.
        TooShortError: It does not say where to go.
        TellingWordsError, CopiedWordsError: It tells the other side who complained.
    """
    _, one = locked(work, one)
    advance(one.state, ComplaintMove.PROPOSE_REFUSAL)
    require_read(work, one)
    one.refusal, one.reasons = why, words.told(work, keys, one, text, "text")
    one.proposed_by_id = work.user_id
    move(work, one, ComplaintMove.PROPOSE_REFUSAL, one.reasons)


def take_refusal_back(work: UnitOfWork, one: Complaint, text: str) -> None:
    """Let whoever proposed a refusal take it back until it is decided.

    Raises:
        NotYourProposalError: Somebody else proposed.
        TooShortError: There are no reasons.
    """
    _, one = locked(work, one)
    advance(one.state, ComplaintMove.REFUSE)
    if not took(work, one.proposed_by_id):
        raise NotYourProposalError
    opinion = require(text, "why_taken_back")
    _drop(one)
    move(work, one, ComplaintMove.TAKE_BACK, opinion)


def decide_refusal(work: UnitOfWork, keys: Keys, one: Complaint, *, agree: bool, text: str) -> None:
    """Let another person refuse to take it up as proposed, or send it back to be taken up.

    Raises:
        SeparationOfDutiesError: It is the person who proposed.
        TooShortError: There are no reasons.
    """
    _, one = locked(work, one)
    advance(one.state, ComplaintMove.REFUSE)
    require_another(
        work, one.proposed_by_id, first=msgid("提出不予受理的人"), second=msgid("作出决定的人")
    )
    opinion = require(text, "text")
    if not agree:
        _drop(one)
        move(work, one, ComplaintMove.SEND_BACK, opinion)
        return
    move(work, one, ComplaintMove.REFUSE, opinion)
    close_clocks(work, one)
    send_refusal(work, one)
    messages.tell_complainant(work, keys, one, "refused")


def is_refusing(one: Complaint) -> bool:
    """Whether it waits for the second person to refuse it."""
    return one.state is ComplaintState.REFUSING


def _drop(one: Complaint) -> None:
    """Forget what was proposed and nobody decided; the steps keep it for the office."""
    one.refusal, one.reasons, one.proposed_by_id = None, "", None
