"""What is done to a round between its submission and its end, besides accepting and returning."""

from datetime import date, datetime
from typing import Final

from market import regulations
from market.calendar import end_of, provisional_calendar
from market.clocks import actions as clocks
from market.clocks.card_rules import Trigger
from market.clocks.rules import Party
from market.contracts import timing
from market.contracts.actions.held import locked, locked_free, pause
from market.contracts.actions.record import rules_for, subject_of
from market.contracts.actions.service import finish, give_back
from market.contracts.errors import NoCommentError, ReviewLateError
from market.contracts.examining import queries
from market.contracts.examining.model import Examination
from market.contracts.examining.record import (
    give_time,
    owners_term,
    review_term,
    service_clock,
    step,
    term,
)
from market.contracts.examining.redo import give_back_time
from market.contracts.examining.rules import (
    TOLERATED,
    ExamMove,
    ExamState,
    IllegalExamMoveError,
    advance,
    check_end,
    check_lack_day,
    check_reason,
    check_supplements,
    check_tolerances,
    clause_of,
    listed,
)
from market.contracts.messages import ASKED, LAPSED, SUPPLIED
from market.contracts.model import Contract
from market.contracts.rules import ContractState, IllegalContractMoveError, ReturnReason
from market.db import UnitOfWork
from market.draws.rules import AwardState
from market.errors import MissingError, msgid
from market.files import StoredFile
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.messages.actions import tell
from market.needs.queries import by_id as need_by_id
from market.reasons import long_enough
from market.supervision.actions import give_card

COMMENT_SHORTEST: Final = 10


def supplement(work: UnitOfWork, contract: Contract, missing: str) -> None:
    """Let the owner ask for a small correction, listing all that is missing.

    Raises:
        NothingListedError: Nothing is listed.
        SupplementedOftenError: The round was supplemented as often as the rules allow.
        ReviewLateError: The owner's silence has accepted the work.
        IllegalContractMoveError, IllegalExamMoveError: The round is not with the owner.
        AwardHeldError: An objection holds the award.
    """
    exam = _with_owner(work, contract)
    lines = listed(missing)
    rules = regulations.current().by_id(exam.regulation_id)
    check_supplements(exam.supplements, rules.integer("supplement.most_per_round"))
    due_at = term(work, exam, "supplement.working_days")
    exam.supplements += 1
    _ask(work, contract, exam, ExamMove.SUPPLEMENT, lines=lines, due_at=due_at)
    give_back_time(work, contract, exam, msgid("业主要求补正"))


def tolerate(work: UnitOfWork, contract: Contract, missing: str, by_on: date | None) -> None:
    """Accept a round although a listed document is missing (容缺); the clock stops until its day.

    The owner does so while the round is with it, and the authority while it reviews.

    Raises:
        NothingListedError: Nothing is listed.
        LackDayError: The day is not said, past, or further away than the rules allow.
        ToleratedOftenError: They did so as often as the rules allow.
        ReviewLateError: The owner's silence has accepted the work.
        IllegalContractMoveError, IllegalExamMoveError: The round is with somebody else.
        AwardHeldError: An objection holds the award.
    """
    owners = work.org_id == contract.owner_org_id
    exam = _with_owner(work, contract) if owners else _with_reviewer(work, contract)
    lines = listed(missing)
    rules = regulations.current().by_id(exam.regulation_id)
    check_tolerances(queries.tolerated(work, exam), rules.integer("lack.most_per_round"))
    longest = rules.integer("lack.most_working_days")
    latest = provisional_calendar().add_working_days(work.today, longest)
    day = check_lack_day(by_on, today=work.today, latest=latest)
    exam.forget_term()  # A day that was agreed is that day, whatever becomes of the calendar.
    _ask(work, contract, exam, ExamMove.TOLERATE, lines=lines, due_at=end_of(day))
    clocks.stop(work, service_clock(work, contract), msgid("容缺接收成果，约定补交日期"))


def supply(work: UnitOfWork, contract: Contract, stored: StoredFile, note: str) -> None:
    """Let the firm hand in what it was asked for; the round goes back to whoever asked.

    Raises:
        IllegalContractMoveError, IllegalExamMoveError: Nothing is asked of the firm.
        ClockSuspendedError: The clock must be resumed first.
        NotAuthorisedError: The delegate's authority does not cover it.
    """
    require_authority(work, Deed.REPORT, need_by_id(work, contract.need_id).item_code)
    award = locked(work, contract)
    exam = _examined(work, contract)
    back_to = advance(exam.state, ExamMove.SUPPLY)
    to_owner = back_to is ExamState.SUBMITTED
    due_at = None if to_owner else review_term(work, exam)
    exam.missing = ""
    step(work, contract, exam, ExamMove.SUPPLY, text=note.strip(), due_at=due_at, stored=stored)
    if to_owner:
        owners_term(work, contract)
    else:
        contract.act_by_at, contract.next_check_at = due_at, None
    if award.state is AwardState.FROZEN:
        pause(work, award)
    tell(
        work,
        SUPPLIED,
        org_id=contract.owner_org_id,
        path=f"/contracts/mine/{contract.id}",
        once=_once(work, exam),
        number=contract.number,
    )
    party = Party.OWNER if to_owner else Party.REVIEWER
    why = msgid("已补交，业主核对中") if to_owner else msgid("已补交，评审部门核对中")
    give_time(work, contract, party, why)


def pass_work(work: UnitOfWork, contract: Contract, comment: str) -> None:
    """Let the authority pass a round: it is accepted, the contract is done.

    Raises:
        IllegalContractMoveError, IllegalExamMoveError: The round is not with the authority.
        AwardHeldError: An objection holds the award.
    """
    exam = _with_reviewer(work, contract)
    step(work, contract, exam, ExamMove.PASS, text=comment.strip())
    finish(work, contract, comment, at=work.now, by_silence=False, why=msgid("成果评审通过"))


def ask_revision(
    work: UnitOfWork, contract: Contract, missing: str, reason: ReturnReason, clause: str
) -> None:
    """Let the authority pass a round once it is revised; it looks at the revision.

    Raises:
        NothingListedError, NoClauseError: It is not said what, or on which clause.
        IllegalContractMoveError, IllegalExamMoveError: The round is not with the authority.
        AwardHeldError: An objection holds the award.
    """
    exam = _with_reviewer(work, contract)
    lines, named = listed(missing), clause_of(clause)
    due_at = term(work, exam, "review.revise_working_days")
    move = ExamMove.REVISE
    _ask(work, contract, exam, move, lines=lines, due_at=due_at, reason=reason, clause=named)
    give_back_time(work, contract, exam, msgid("按评审意见修改"))


def fail(
    work: UnitOfWork, contract: Contract, reason: ReturnReason, clause: str, comment: str
) -> None:
    """Let the authority fail a round with reason and clause: the firm does the work again.

    Raises:
        NoClauseError, NoCommentError: It is not said on which clause, or what is wrong.
        NotOverdueError: The firm still has time to revise.
        IllegalContractMoveError, IllegalExamMoveError: The round is not with the authority.
        AwardHeldError: An objection holds the award.
    """
    exam = _free(work, contract)
    named = clause_of(clause)
    words = long_enough(comment, COMMENT_SHORTEST, NoCommentError)
    advance(exam.state, ExamMove.FAIL)
    check_end(exam.state, overdue=exam.overdue)
    check_reason(reason, queries.overturned_reasons(work, exam))
    step(work, contract, exam, ExamMove.FAIL, text=words, reason=reason, clause=named)
    give_back(work, contract, reason=reason, clause=named, comment=words, why=msgid("评审不通过"))


def time_is_up(work: UnitOfWork, contract: Contract, exam: Examination) -> None:
    """Do what a term that ended does: a 容缺 lapses, everybody else is late.

    What was accepted without a document stands no longer: the round is to be supplemented, and
    time passes on the firm's account again. Platform default.
    """
    due_at = exam.due_at
    lapses = ExamMove.LAPSE if exam.state in TOLERATED else None
    _give_card(work, contract, exam)
    if lapses is None:
        step(work, contract, exam, ExamMove.OVERDUE, happened_at=due_at)
        return
    again_at = term(work, exam, "supplement.working_days")
    step(work, contract, exam, lapses, text=exam.missing, due_at=again_at)
    contract.act_by_at = again_at
    give_time(work, contract, Party.FIRM, msgid("逾期未补交，容缺接收失效"))
    for org_id in (contract.firm_org_id, contract.owner_org_id):
        tell(
            work,
            LAPSED,
            org_id=org_id,
            path=f"/contracts/mine/{contract.id}",
            once=_once(work, exam),
            number=contract.number,
        )


def _give_card(work: UnitOfWork, contract: Contract, exam: Examination) -> None:
    """Give whoever's turn it is a card: late with a step, although the whole may be in time."""
    is_review = exam.state is ExamState.UNDER_REVIEW
    org_id = timing.reviewer_id(work, contract) if is_review else contract.firm_org_id
    if org_id is None:
        return  # No authority looks after the item: nobody held the clock.
    give_card(
        work,
        Trigger.STEP_OVER,
        org_id=org_id,
        subject=subject_of(contract),
        number=contract.number,
        title=contract.title,
        cause=_cause(exam.state),
        happened_at=exam.due_at or work.now,
        once=_once(work, exam),
    )


def _cause(state: ExamState) -> str:
    if state is ExamState.UNDER_REVIEW:
        return msgid("评审的期限已过，评审部门没有作出意见。")
    return msgid("容缺的材料逾期未补交") if state in TOLERATED else msgid("逾期未补正成果")


def postpone(work: UnitOfWork, contract: Contract, exam: Examination) -> None:
    """Let a term wait for the next working day while the service clock is suspended."""
    later = exam.count_term(work.today, 1)
    exam.due_at = exam.next_check_at = contract.act_by_at = later


def _ask(
    work: UnitOfWork,
    contract: Contract,
    exam: Examination,
    move: ExamMove,
    *,
    lines: tuple[str, ...],
    due_at: datetime,
    reason: ReturnReason | None = None,
    clause: str = "",
) -> None:
    """Ask the firm for what is listed; the round waits for it until ``due_at``."""
    exam.missing = "\n".join(lines)
    step(work, contract, exam, move, text=exam.missing, due_at=due_at, reason=reason, clause=clause)
    contract.act_by_at, contract.next_check_at = due_at, None
    tell(
        work,
        ASKED,
        org_id=contract.firm_org_id,
        path=f"/contracts/mine/{contract.id}",
        once=_once(work, exam),
        number=contract.number,
        due_at=due_at,
    )


def _once(work: UnitOfWork, exam: Examination) -> str:
    """Return what no other step of an examination is called."""
    work.session.flush()
    return f"examination:{exam.id}:{exam.version}"


def _examined(work: UnitOfWork, contract: Contract) -> Examination:
    work.session.refresh(contract)
    if contract.state is not ContractState.DELIVERED:
        raise IllegalContractMoveError
    return queries.current(work, contract)


def _free(work: UnitOfWork, contract: Contract) -> Examination:
    locked_free(work, contract)
    return _examined(work, contract)


def _with_owner(work: UnitOfWork, contract: Contract) -> Examination:
    if work.org_id != contract.owner_org_id:
        raise MissingError
    exam = _free(work, contract)
    if exam.state is not ExamState.SUBMITTED:
        raise IllegalExamMoveError
    by_at = contract.act_by_at
    accepts = rules_for(work, contract).flag("deliverable.silence_accepts")
    if accepts and by_at is not None and work.now >= by_at:
        raise ReviewLateError(by_at)
    return exam


def _with_reviewer(work: UnitOfWork, contract: Contract) -> Examination:
    exam = _free(work, contract)
    if exam.state is not ExamState.UNDER_REVIEW:
        raise IllegalExamMoveError
    return exam
