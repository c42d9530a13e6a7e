"""A wrong decision is withdrawn or corrected: by two people, with everything restored."""

from collections.abc import Collection

from market.credit.cases import letters, messages
from market.credit.cases.actions.effects import order, settle
from market.credit.cases.actions.reviewing import keep, tell_begun
from market.credit.cases.actions.terms import least_months
from market.credit.cases.basis import end_review
from market.credit.cases.errors import ReviewPendingError
from market.credit.cases.model import Case
from market.credit.cases.queries import breaches_of_case
from market.credit.cases.record import firm_of, say, tell_firm
from market.credit.cases.rules import CaseMove, advance, check_lighter, ends_at
from market.credit.cases.texts import required
from market.credit.journal import BreachAnnulled
from market.credit.model import BreachAnnulment
from market.credit.rules import TermError
from market.credit.withdrawals import queries
from market.credit.withdrawals.journal import ReviewMoved
from market.credit.withdrawals.model import CaseReview
from market.credit.withdrawals.rules import ReviewKind, ReviewMove, ReviewState, advance_review
from market.db import UnitOfWork
from market.duties import require_another
from market.errors import MissingError, msgid
from market.firms import queries as firm_queries
from market.firms.restrictions import actions as restrictions
from market.letters.actions import withdraw
from market.letters.model import Letter
from market.salts import salted


def propose_withdrawal(
    work: UnitOfWork, case: Case, why: str, *, wrong_breaches: Collection[int] = ()
) -> CaseReview:
    """Propose that a decision be withdrawn; ``wrong_breaches`` were never done.

    Raises:
        IllegalCaseMoveError: Nothing was decided, or it was withdrawn.
        MissingError: A breach is not one of the case's.
        ReviewPendingError: Another proposal waits.
        TextTooShortError: There are no reasons.
    """
    advance(case.state, CaseMove.WITHDRAW)
    known = {breach.id for breach in breaches_of_case(work, case)}
    if not set(wrong_breaches) <= known:
        raise MissingError
    wrong = " ".join(str(one) for one in sorted(set(wrong_breaches)))
    return _propose(work, case, ReviewKind.WITHDRAW, why, wrong_breaches=wrong)


def propose_correction(
    work: UnitOfWork, case: Case, why: str, *, months: int, scope: str
) -> CaseReview:
    """Propose that a decision be made milder.

    Raises:
        IllegalCaseMoveError: Nothing was decided, or it has ended.
        NotLighterError: It is not milder.
        TermError: It is shorter than the rules of its day let a measure be; withdraw it then.
        ReviewPendingError: Another proposal waits.
        TextTooShortError: There are no reasons.
    """
    advance(case.state, CaseMove.CORRECT)
    check_lighter(months, scope, months_now=case.months, scope_now=case.scope)
    least = least_months(case)
    if months < least:
        raise TermError(least, case.months)
    return _propose(work, case, ReviewKind.CORRECT, why, months=months, scope=scope)


def _propose(
    work: UnitOfWork, case: Case, kind: ReviewKind, why: str, **facts: int | str
) -> CaseReview:
    why = required(why, "why")
    firm_queries.locked(work, case.firm_id)  # Two people must not propose at one moment.
    if queries.pending(work, case) is not None:
        raise ReviewPendingError
    review = CaseReview(
        case_id=case.id,
        kind=kind,
        why=why,
        wrong_breaches=facts.pop("wrong_breaches", ""),
        months_before=case.months,
        scope_before=case.scope,
        proposed_by_id=work.user_id,
        proposed_at=work.now,
        state=ReviewState.PROPOSED,
        **facts,
    )
    work.session.add(review)
    work.session.flush()
    _record(work, case, review, why)
    return review


def refuse(work: UnitOfWork, case: Case, review: CaseReview, why: str) -> None:
    """Leave a decision as it is.

    Raises:
        IllegalCaseMoveError: It was answered before.
        SeparationOfDutiesError: It is the proposer's own.
        TextTooShortError: There are no reasons.
    """
    state = advance_review(review.state, ReviewMove.REFUSE)
    _require_another(work, review)
    _answer(work, review, state, required(why, "why"))
    if _answers_the_fall(case, review):
        keep(work, case, review.answer or "")
    _record(work, case, review, review.answer or "")


def _answers_the_fall(case: Case, review: CaseReview) -> bool:
    """Whether to refuse a proposal says that a decision stands though it lost something.

    Not where it was proposed before, or asked only for less: who refuses that may want more.
    """
    if case.basis_seen_at is None or review.kind is not ReviewKind.WITHDRAW:
        return False
    return review.proposed_at >= case.basis_seen_at


def confirm(work: UnitOfWork, case: Case, review: CaseReview) -> None:
    """Undo what was decided wrongly, as the second person.

    Raises:
        IllegalCaseMoveError: It was answered before, or the case moved on.
        SeparationOfDutiesError: It is the proposer's own.
    """
    state = advance_review(review.state, ReviewMove.CONFIRM)
    _require_another(work, review)
    _answer(work, review, state, None)
    end_review(case)
    _record(work, case, review, review.why)
    if review.kind is ReviewKind.WITHDRAW:
        _withdraw(work, case, review)
    else:
        _correct(work, case, review)


def _withdraw(work: UnitOfWork, case: Case, review: CaseReview) -> None:
    case.state = advance(case.state, CaseMove.WITHDRAW)
    # A repaired case was lifted before: since when the measure bears no more stays true.
    if case.lifted_at is None:
        case.lifted_at = work.now
        if case.effective_at is not None:  # What was put off ordered nothing.
            restrictions.lift(work, case.number)
    case.next_check_at = None
    _annul(work, case, review)
    say(work, case, review.why)
    firm = firm_queries.locked(work, case.firm_id)
    settle(work, firm, why=msgid("决定已撤销"))
    gone = review.wrong_ids
    replaced_by = letters.withdrawal(work, case, review.why, gone)
    _withdraw_letters(work, case, review, replaced_by)
    kept = len(breaches_of_case(work, case)) - len(gone)
    tell_firm(work, case, messages.WITHDRAWN, "withdrawn", gone=len(gone), kept=kept)


def _withdraw_letters(
    work: UnitOfWork, case: Case, review: CaseReview, replaced_by: Letter
) -> None:
    """Whoever checks the decision's letters from now on reads that they stand no longer."""
    for letter in queries.decision_letters(work, case):
        withdraw(work, letter, reason=review.why, replaced_by=replaced_by)


def _annul(work: UnitOfWork, case: Case, review: CaseReview) -> None:
    wrong = review.wrong_ids
    for breach in breaches_of_case(work, case):
        if breach.id not in wrong:
            continue
        work.session.add(
            BreachAnnulment(
                breach_id=breach.id,
                case_number=case.number,
                why=review.why,
                annulled_at=work.now,
                annulled_by_id=work.user_id,
            )
        )
        work.record(
            BreachAnnulled(
                firm=firm_of(work, case).code,
                source=f"{breach.source}:{breach.source_id}",
                case=case.number,
                why_digest=salted(work, case.number, review.why),
            )
        )


def _correct(work: UnitOfWork, case: Case, review: CaseReview) -> None:
    was_put_off = case.is_put_off
    case.state = advance(case.state, CaseMove.CORRECT)
    months, scope = review.months or case.months, review.scope or ""
    check_lighter(months, scope, months_now=case.months, scope_now=case.scope)
    case.months, case.scope = months, scope
    if case.effective_at is not None:
        until_at = ends_at(case.effective_at, months)
        case.ends_at = until_at
        restrictions.change(work, case.number, scope=scope, until_at=until_at)
    else:
        order(work, case)
    say(work, case, review.why)
    settle(work, firm_queries.locked(work, case.firm_id), why=msgid("决定已更正"))
    letters.correction(work, case, review.why)
    tell_firm(work, case, messages.CORRECTED, f"corrected:{review.id}", until=case.ends_at)
    if was_put_off:
        tell_begun(work, case)


def _answer(work: UnitOfWork, review: CaseReview, state: ReviewState, answer: str | None) -> None:
    review.state = state
    review.answer = answer
    review.decided_by_id = work.user_id
    review.decided_at = work.now


def _require_another(work: UnitOfWork, review: CaseReview) -> None:
    require_another(work, review.proposed_by_id, first=msgid("提出人"), second=msgid("确认人"))


def _record(work: UnitOfWork, case: Case, review: CaseReview, text: str) -> None:
    work.record(
        ReviewMoved(
            case=case.number,
            review=review.id,
            what=review.kind,
            state=review.state,
            text_digest=salted(work, case.number, text),
        )
    )
