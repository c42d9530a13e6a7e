"""Two people decide: one drafts, another confirms; neither proposed the case or chaired it."""

from market.credit.cases import basis, letters, messages
from market.credit.cases.actions.effects import order
from market.credit.cases.actions.telling import tell_those_beside
from market.credit.cases.errors import (
    HearingPendingError,
    NotYourDraftError,
    StillHearingError,
)
from market.credit.cases.model import Case, CaseHearing
from market.credit.cases.record import rules_of, say, tell_firm
from market.credit.cases.rules import (
    CaseMove,
    CaseState,
    advance,
    is_hearing,
)
from market.credit.cases.texts import required
from market.db import UnitOfWork
from market.duties import require_another, took
from market.errors import msgid


def draft(work: UnitOfWork, case: Case, *, uphold: bool, text: str) -> None:
    """Draft the decision: not while the firm may still be heard.

    Raises:
        SeparationOfDutiesError: The drafter proposed the case, or chaired its hearing.
        StillHearingError: The firm's time is not over, and it may still add.
        HearingPendingError: A hearing was asked for and not held.
        UnjudgedBasisError, BasisGoneError: What it rests on was not judged, or was taken back.
        BasisInQuestionError: Somebody proposed to take it back, and nobody has decided.
        TextTooShortError: There are no reasons.
    """
    _require_decider(work, case)
    if case.state in {CaseState.HEARING, CaseState.SUMMONED}:
        raise HearingPendingError
    state = advance(case.state, CaseMove.DRAFT)
    if case.reply_by_at is not None and is_hearing(case.state, case.reply_by_at, work.now):
        raise StillHearingError(case.reply_by_at)
    if uphold:
        basis.require_standing(work, case)
    case.decision = required(text, "decision")
    case.state = state
    case.draft_upholds = uphold
    case.drafted_by_id = work.user_id
    case.drafted_at = work.now
    case.send_back_reason = None
    say(work, case, case.decision)


def send_back(work: UnitOfWork, case: Case, why: str) -> None:
    """Refuse to sign a draft; it is drafted anew.

    Raises:
        IllegalCaseMoveError: There is no draft.
        SeparationOfDutiesError: It is the drafter's own, or the proposer's or the chair's case.
        TextTooShortError: There are no reasons.
    """
    state = advance(case.state, CaseMove.SEND_BACK)
    _require_second(work, case)
    _undo(work, case, state, why)


def take_back(work: UnitOfWork, case: Case, why: str) -> None:
    """Let whoever drafted take the draft back until it is signed; it is drafted anew.

    Raises:
        IllegalCaseMoveError: There is no draft.
        NotYourDraftError: Somebody else drafted it.
        TextTooShortError: There are no reasons.
    """
    state = advance(case.state, CaseMove.TAKE_BACK)
    if not took(work, case.drafted_by_id):
        raise NotYourDraftError
    _undo(work, case, state, why)


def _undo(work: UnitOfWork, case: Case, state: CaseState, why: str) -> None:
    case.send_back_reason = required(why, "why")
    case.state = state
    case.draft_upholds = None
    case.drafted_by_id = None
    case.drafted_at = None
    say(work, case, case.send_back_reason)
    case.decision = None


def confirm_decision(work: UnitOfWork, case: Case) -> None:
    """Sign a draft as the second person: the case is decided, the letter goes out.

    An upheld measure takes effect at the next Beijing midnight and ends by itself.

    Raises:
        IllegalCaseMoveError: There is no draft.
        SeparationOfDutiesError: It is the drafter's own, or the proposer's or the chair's case.
        UnjudgedBasisError, BasisGoneError: What it rests on was not judged, or was taken back.
        BasisInQuestionError: Somebody proposed to take it back, and nobody has decided.
    """
    upholds = bool(case.draft_upholds)
    state = advance(case.state, CaseMove.UPHOLD if upholds else CaseMove.DISMISS)
    _require_second(work, case)
    if upholds:
        basis.require_standing(work, case)
    case.state = state
    case.decided_by_id = work.user_id
    case.decided_at = work.now
    if upholds:
        order(work, case)
    say(work, case, case.decision or "")
    letters.decision(work, case)
    if upholds:
        tell_firm(
            work,
            case,
            messages.DECIDED,
            "decided",
            measure=case.measure,
            from_at=case.effective_at,
        )
        tell_those_beside(work, case)
    else:
        tell_firm(work, case, messages.DISMISSED, "decided")


def _require_second(work: UnitOfWork, case: Case) -> None:
    _require_decider(work, case)
    require_another(work, case.drafted_by_id, first=msgid("拟定人"), second=msgid("确认人"))


def _require_decider(work: UnitOfWork, case: Case) -> None:
    require_another(work, case.proposed_by_id, first=msgid("提出人"), second=msgid("决定人"))
    hearing = work.session.get(CaseHearing, case.id)
    if hearing is not None and not rules_of(case).flag("case.chair_may_decide"):
        require_another(work, hearing.chair_id, first=msgid("听证主持人"), second=msgid("决定人"))
