"""The service itself: materials, deliverables, and the owner's review of each round."""

from datetime import date, datetime

from market.clocks import actions as clocks
from market.clocks import late
from market.clocks.model import Clock
from market.clocks.rules import Party
from market.contracts import disputes, over, queries, timing
from market.contracts.actions.held import locked, locked_free, pause
from market.contracts.actions.record import move, rules_for, subject_of
from market.contracts.actions.terms import set_review_term
from market.contracts.claims import actions as claims
from market.contracts.errors import NoCommentError, NoMaterialsError, ReviewLateError
from market.contracts.examining.queries import current, overturned_reasons, review_days
from market.contracts.examining.record import (
    give_time,
    open_round,
    review_term,
    service_clock,
    step,
)
from market.contracts.examining.redo import give_back_time
from market.contracts.examining.rules import (
    ExamMove,
    ExamState,
    SignerMissingError,
    check_changed,
    check_end,
    check_reason,
    clause_of,
)
from market.contracts.journal import (
    DeliverableReviewed,
    DeliverableSubmitted,
    MaterialsHandedOver,
)
from market.contracts.messages import RETURNED
from market.contracts.model import Contract, Deliverable, Review
from market.contracts.reports import missing
from market.contracts.reports import record as reports
from market.contracts.rules import ContractMove, ReturnReason, advance
from market.contracts.staffing.actions import require_named
from market.contracts.staffing.queries import named
from market.db import UnitOfWork
from market.draws.rules import AwardState
from market.errors import msgid
from market.files import StoredFile
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.labels import label_of
from market.messages.actions import tell
from market.needs import actions as needs
from market.needs.queries import by_id as need_by_id
from market.needs.rules import Move
from market.reasons import long_enough

COMMENT_SHORTEST = 10
MATERIALS_SHORTEST = 5


def hand_over(work: UnitOfWork, contract: Contract, materials: str) -> Clock:
    """Record that the owner handed over the materials; the service clock starts now.

    No earlier day can be entered: it would take time from the firm that did not know of it.

    Raises:
        NoMaterialsError: It is not said what is handed over.
        AwardHeldError: An objection holds the award: nothing is begun meanwhile.
        TooFewNamedError: The firm has not named the people that the rules ask for.
        UnknownYearError: The deadline would lie in a year without a notice: none is issued.
    """
    if len(materials.strip()) < MATERIALS_SHORTEST:
        raise NoMaterialsError
    locked_free(work, contract)
    require_named(work, contract)
    move(work, contract, ContractMove.HAND_OVER)
    contract.materials = materials.strip()
    contract.materials_at = work.now
    clock = clocks.start(
        work,
        subject=subject_of(contract),
        number=contract.number,
        title=contract.title,
        holder=Party.FIRM,
        holder_org_id=contract.firm_org_id,
        other_org_id=contract.owner_org_id,
        limit=contract.service_working_days,
        complete_at=contract.materials_at,
        regulation=rules_for(work, contract),
    )
    reports.start(work, contract)
    work.record(MaterialsHandedOver(contract=contract.number, handed_over_at=contract.materials_at))
    return clock


def deliver(
    work: UnitOfWork,
    contract: Contract,
    stored: StoredFile,
    note: str,
    *,
    signer_id: int | None = None,
    happened_on: date | None = None,
) -> Deliverable:
    """Hand in a round of the firm's work; time passes on the owner's account until the review.

    The person in charge who signs it is locked with it. A firm is never kept from delivering by a
    calendar that ends: the owner's term is then left open, and set as soon as the year is known.
    ``happened_on`` is the day on which the firm says that the owner had it, if that is entered
    later. The firm's time ends now all the same; once the owner confirms that day, what passed
    since goes to the owner's account (``claims``).

    Raises:
        SameFileError: It is the very file of a round that was returned.
        SignerMissingError: People are named in the contract, and none of them signs.
        MarketError: The return of the last round is disputed.
        ClockSuspendedError: The clock must be resumed first.
        NotAuthorisedError: The delegate's authority does not cover it.
        EventOrderError, LateEntryError: It cannot have been that day.
    """
    at = late.instant_of(happened_on, work.now)
    require_authority(work, Deed.REPORT, need_by_id(work, contract.need_id).item_code)
    award = locked(work, contract)
    disputes.require_undisputed(work, contract)
    missing.settle(work, contract)
    move(work, contract, ContractMove.DELIVER)
    rounds = queries.rounds_of(work, contract)
    check_changed(stored.digest, queries.returned(rounds))
    deliverable = Deliverable(
        contract_id=contract.id,
        round_no=len(rounds) + 1,
        file_id=stored.id,
        digest=stored.digest,
        note=note.strip(),
        signer_staff_id=_signer(work, contract, signer_id),
        submitted_at=work.now,
        submitted_by_id=work.user_id,
    )
    work.session.add(deliverable)
    open_round(work, contract, deliverable)
    set_review_term(contract, rules_for(work, contract), submitted_on=work.today, today=work.today)
    if award.state is AwardState.FROZEN:
        pause(work, award)
    else:
        timing.begin(work, contract)
    if at is not None and happened_on is not None:
        claims.claim(work, contract, deliverable, happened_on, at)
    give_time(work, contract, Party.OWNER, msgid("成果已提交，业主验收中"))
    work.record(
        DeliverableSubmitted(
            contract=contract.number, round=deliverable.round_no, file_digest=stored.digest
        )
    )
    return deliverable


def _signer(work: UnitOfWork, contract: Contract, signer_id: int | None) -> int | None:
    """Return who signs: one of those the contract names, if it names any."""
    able = {one.member.id for one in named(work, contract)}
    if not able and signer_id is None:
        return None
    if signer_id not in able:
        raise SignerMissingError
    return signer_id


def accept(work: UnitOfWork, contract: Contract, comment: str = "") -> None:
    """Accept the last round now: the clock stops, the contract and the need are done.

    No earlier day can be entered: the owner's days would be on nobody's account.
    """
    _accept(work, contract, comment, at=work.now, by_silence=False)


def accept_by_silence(work: UnitOfWork, contract: Contract, at: datetime) -> None:
    """Accept the last round because the owner let the term pass, which ended ``at``.

    A sweep that comes late puts no day of its own on anybody's account.
    """
    _accept(work, contract, "", at=at, by_silence=True)


def return_work(
    work: UnitOfWork, contract: Contract, reason: ReturnReason, comment: str, *, clause: str
) -> None:
    """Return the last round with a reason code and a clause; the firm's time runs again.

    Raises:
        NoCommentError: It does not say what is wrong.
        NoClauseError: It does not say on which clause the reason rests.
        NotOverdueError: The firm was asked for a supplement and still has time.
        ReviewLateError: The owner's silence has accepted the work.
        SameReasonError: Experts found this reason wrong for this round.
    """
    words = long_enough(comment, COMMENT_SHORTEST, NoCommentError)
    rests_on = clause_of(clause)
    locked_free(work, contract)
    by_at = contract.act_by_at
    advance(contract.state, ContractMove.REWORK)
    exam = current(work, contract)
    accepts = rules_for(work, contract).flag("deliverable.silence_accepts")
    with_owner = exam.state is ExamState.SUBMITTED
    if with_owner and accepts and by_at is not None and work.now >= by_at:
        raise ReviewLateError(by_at)
    check_end(exam.state, overdue=exam.overdue)
    check_reason(reason, overturned_reasons(work, exam))
    step(work, contract, exam, ExamMove.RETURN, text=words, reason=reason, clause=rests_on)
    why = msgid("成果退回重做")
    give_back(work, contract, reason=reason, clause=rests_on, comment=words, why=why)


def give_back(
    work: UnitOfWork,
    contract: Contract,
    *,
    reason: ReturnReason,
    clause: str,
    comment: str,
    why: str,
) -> None:
    """End a round that is to be done again, as the owner or an authority says."""
    move(work, contract, ContractMove.REWORK)
    _review(
        work,
        contract,
        comment=comment,
        accepted=False,
        by_silence=False,
        reason=reason,
        clause=clause,
    )
    give_back_time(work, contract, current(work, contract), why)
    tell(
        work,
        RETURNED,
        org_id=contract.firm_org_id,
        path=f"/contracts/mine/{contract.id}",
        once=f"deliverable:{queries.latest_deliverable(work, contract).id}",
        number=contract.number,
        reason=reason,
        clause=clause,
    )


def _accept(
    work: UnitOfWork, contract: Contract, comment: str, *, at: datetime, by_silence: bool
) -> None:
    """End the owner's examination: the work is accepted, or goes on to the authority."""
    locked_free(work, contract)
    advance(contract.state, ContractMove.ACCEPT)
    exam = current(work, contract)
    days = review_days(work, contract)
    words = comment.strip()
    if days is None:
        deed = ExamMove.SILENT_ACCEPT if by_silence else ExamMove.ACCEPT
        step(work, contract, exam, deed, text=words, happened_at=at)
        why = msgid("业主逾期未表态，视为接收") if by_silence else msgid("成果已验收")
        finish(work, contract, comment, at=at, by_silence=by_silence, why=why)
        return
    exam.review_working_days = days
    due_at = review_term(work, exam)
    deed = ExamMove.SILENT_APPROVE if by_silence else ExamMove.APPROVE
    step(work, contract, exam, deed, text=words, due_at=due_at, happened_at=at)
    contract.act_by_at, contract.next_check_at = due_at, None
    give_time(work, contract, Party.REVIEWER, label_of(deed).text, at)


def finish(
    work: UnitOfWork,
    contract: Contract,
    comment: str,
    *,
    at: datetime,
    by_silence: bool,
    why: str,
) -> None:
    """Accept the last round for good: the clock stops, the contract and the need are done."""
    move(work, contract, ContractMove.ACCEPT)
    contract.accepted_at = at
    reports.close(work, contract)
    claims.close(work, contract)
    _review(work, contract, comment=comment, accepted=True, by_silence=by_silence, reason=None)
    clocks.stop(work, service_clock(work, contract), why, happened_at=at)
    needs.step(work, need_by_id(work, contract.need_id), Move.COMPLETE)
    over.tell(work, contract)


def _review(
    work: UnitOfWork,
    contract: Contract,
    *,
    comment: str,
    accepted: bool,
    by_silence: bool,
    reason: ReturnReason | None,
    clause: str = "",
) -> None:
    deliverable = queries.latest_deliverable(work, contract)
    work.session.add(
        Review(
            deliverable_id=deliverable.id,
            contract_id=contract.id,
            accepted=accepted,
            by_silence=by_silence,
            reason=reason,
            clause=clause,
            comment=comment.strip(),
            reviewed_at=work.now,
            reviewed_by_id=work.actor.user_id,
        )
    )
    work.record(
        DeliverableReviewed(
            contract=contract.number,
            round=deliverable.round_no,
            accepted=accepted,
            by_silence=by_silence,
            reason=reason,
        )
    )
