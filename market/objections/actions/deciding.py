"""What is answered and decided about an objection, and what becomes of the award then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from market.calendar import UnknownYearError, default_calendar
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws.model import Award
from market.draws.queries import award_at
from market.duties import require_another, took
from market.errors import MissingError, msgid
from market.files import StoredFile
from market.installation import Installation
from market.objections import hearing, queries, timing
from market.objections.actions.holding import annul, go_on, hold
from market.objections.actions.record import Said, move, outcomes_for, require, rules_of, verify
from market.objections.errors import (
    AnnulledOftenError,
    ClauseMissingError,
    ComplainEarlyError,
    ComplainLateError,
    FactMissingError,
    GroundMissingError,
    HearingOverError,
    NeverAskedError,
    OutcomeNotOpenError,
    SpokenError,
    UnheardError,
)
from market.objections.letters import send_decision, send_refusal
from market.objections.model import AwardObjection
from market.objections.rules import (
    Fact,
    Ground,
    ObjectionMove,
    ObjectionState,
    Outcome,
    advance,
    facts_of,
    may_complain,
)

CLAUSE_SHORTEST: Final = 4
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """On what a conclusion rests that is no dismissal: clause, ground, fact of a procedure."""

    clause: str = ""
    fact: Fact | None = None
    ground: Ground | None = None


NO_BASIS: Final = Basis()


def answer(
    work: UnitOfWork,
    here: Installation,
    one: AwardObjection,
    outcome: Outcome,
    text: str,
    *,
    basis: Basis = NO_BASIS,
) -> None:
    """Let the operator answer: it finds nothing wrong, or proposes to an authority to annul.

    Raises:
        IllegalObjectionMoveError: It was answered before, or went on without an answer.
        OutcomeNotOpenError: The rules do not allow what is proposed.
        ClauseMissingError, FactMissingError, AnnulledOftenError: It rests on nothing.
        TooShortError: There are no reasons.
    """
    award, one = _locked(work, one)
    if outcome is Outcome.DISMISS:
        verify(work, here, one, award)
        move(work, one, ObjectionMove.ANSWER, require(text, "text"), is_public=True)
        return
    verify(work, here, one, award)
    _rest(work, one, outcome, basis)
    hold(work, award, one)
    words = require(text, "text")
    move(work, one, ObjectionMove.FIND_RIGHT, words, outcome=outcome, is_public=True)
    hearing.begin(work, one, award, rules_of(one))


def accept(work: UnitOfWork, one: AwardObjection) -> None:
    """Let the objector accept the answer: the award goes on."""
    award, one = _locked(work, one)
    move(work, one, ObjectionMove.ACCEPT, "", outcome=Outcome.DISMISS)
    go_on(work, award)


def withdraw(work: UnitOfWork, one: AwardObjection) -> None:
    """Let the objector take it back: the award goes on."""
    award, one = _locked(work, one)
    move(work, one, ObjectionMove.WITHDRAW, "")
    go_on(work, award)


def complain(work: UnitOfWork, one: AwardObjection, text: str) -> None:
    """Let the objector take it to the authority: after the answer, or when none came in time.

    Raises:
        ComplainEarlyError: The operator still has time to answer.
        ComplainLateError: The time for it is over.
        TooShortError: It does not say why.
    """
    _, one = _locked(work, one)
    advance(one.state, ObjectionMove.COMPLAIN)
    is_due = one.due_at is not None and work.now >= one.due_at
    if not may_complain(one.state, is_due=is_due) and one.due_at is not None:
        is_open = one.state is ObjectionState.OPEN
        raise ComplainEarlyError(one.due_at) if is_open else ComplainLateError(one.due_at)
    move(work, one, ObjectionMove.COMPLAIN, require(text, "text"))


def take_up(work: UnitOfWork, one: AwardObjection) -> None:
    """Let the authority take a complaint up: from now on the award stands still, signed or not."""
    award, one = _locked(work, one)
    advance(one.state, ObjectionMove.TAKE_UP)
    hold(work, award, one)
    move(work, one, ObjectionMove.TAKE_UP, "", is_public=True)


def refuse(work: UnitOfWork, one: AwardObjection, text: str) -> None:
    """Let the authority refuse to take a complaint up, with reasons: the award goes on."""
    award, one = _locked(work, one)
    words = require(text, "text")
    one.decided_by_org_id = work.org_id
    move(work, one, ObjectionMove.REFUSE, words, outcome=Outcome.DISMISS, is_public=True)
    send_refusal(work, one, words)
    go_on(work, award)


def propose(
    work: UnitOfWork,
    here: Installation,
    one: AwardObjection,
    outcome: Outcome,
    text: str,
    *,
    basis: Basis = NO_BASIS,
) -> None:
    """Let an officer of the authority propose what to decide about a complaint.

    Raises:
        OutcomeNotOpenError: The rules do not allow it.
        ClauseMissingError, FactMissingError, AnnulledOftenError: It rests on nothing.
        TooShortError: There are no reasons.
    """
    award, one = _locked(work, one)
    verify(work, here, one, award)
    _rest(work, one, outcome, basis)
    if outcome is not Outcome.DISMISS:
        hold(work, award, one)
    words = require(text, "text")
    move(work, one, ObjectionMove.PROPOSE, words, outcome=outcome, is_public=True)
    hearing.begin(work, one, award, rules_of(one))


def state(
    work: UnitOfWork,
    one: AwardObjection,
    text: str,
    stored: StoredFile | None = None,
    *,
    is_last: bool = False,
) -> None:
    """Let who would lose by what is proposed say what it has to say, as often as its term lasts.

    A file that shows what it says (``stored``) goes to the same readers as its words. Nothing is
    decided before the term ends, unless it says that it adds nothing (``is_last``).

    Raises:
        MissingError: It is not asked.
        SpokenError: It said that it adds nothing.
        HearingOverError: The time for it is over.
        TooShortError: It says nothing.
    """
    _, one = _locked(work, one)
    row = hearing.own(work, one)
    advance(one.state, ObjectionMove.STATE)
    if row.ended_at is not None:
        raise SpokenError
    if work.now >= row.by_at:
        raise HearingOverError(row.by_at)
    words = require(text, "said")
    hearing.speak(work, row, is_last=is_last)
    move(work, one, ObjectionMove.STATE, words, said=Said(row, stored))


def take_back(work: UnitOfWork, one: AwardObjection, text: str) -> None:
    """Let whoever proposed take it back until it is decided; nobody gains time by it.

    What by rule stops nothing, such as a report, held the award for the operator's proposal alone.

    The authority goes on examining. The operator has what is left of its term to answer; where
    that is over, it goes to the authority at once, as what was not answered does.

    Raises:
        IllegalObjectionMoveError: It is not proposed any more.
        MissingError: Somebody else proposed.
        TooShortError: There are no reasons.
    """
    _, one = _locked(work, one)
    award, one = _locked(work, one)
    is_operators = queries.proposed_by_operator(work, one)
    deed = ObjectionMove.RETRACT if is_operators else ObjectionMove.TAKE_BACK
    advance(one.state, deed)
    if not took(work, one.proposed_by_id):
        raise MissingError
    words = require(text, "why_taken_back")
    _drop(one)
    if is_operators and one.no_freeze_reason:
        one.freezes = False
    move(work, one, deed, words, is_public=True)
    if not is_operators:
        return
    go_on(work, award)
    if one.due_at is not None and work.now >= one.due_at:
        move(work, one, ObjectionMove.ESCALATE, "", is_public=True)
    else:
        timing.begin_again(work, one, rules_of(one))


def _drop(one: AwardObjection) -> None:
    """Forget what was proposed and nobody decided: it is no finding, on no page and in no entry."""
    one.clause, one.fact, one.proposed = "", None, None


def _rest(work: UnitOfWork, one: AwardObjection, outcome: Outcome, basis: Basis) -> None:
    """Keep on what a conclusion rests."""
    if outcome is Outcome.DISMISS:
        one.clause, one.fact = "", None
        return
    ground = basis.ground or (None if one.more else one.ground)
    if ground not in one.grounds:
        raise GroundMissingError
    if outcome not in outcomes_for(work, one, ground):
        raise OutcomeNotOpenError
    one.name_grounds(ground, one.grounds)
    if len(basis.clause.strip()) < CLAUSE_SHORTEST:
        raise ClauseMissingError
    one.clause, one.fact = basis.clause.strip(), None
    if one.ground is Ground.PROCEDURE:
        if basis.fact not in facts_of(verifies=one.verified):
            raise FactMissingError
        one.fact = basis.fact
        _limit(work, one, outcome)


def _limit(work: UnitOfWork, one: AwardObjection, outcome: Outcome) -> None:
    """Refuse to annul by procedure the results of a need once more than the rules allow."""
    rules = rules_of(one)
    earlier = queries.annulled_by_procedure(work, one.need_id)
    if outcome is not Outcome.STAND and earlier >= rules.integer("annulment.most_per_need"):
        raise AnnulledOftenError(earlier, rules.title)


def decide(work: UnitOfWork, one: AwardObjection, *, agree: bool, text: str) -> None:
    """Let another person, of the authority, decide what was proposed, or send it back.

    Raises:
        SeparationOfDutiesError: It is the person who proposed.
        UnheardError, NeverAskedError: Who would lose by it was not heard.
        OutcomeNotOpenError, AnnulledOftenError: What was proposed is no longer possible.
        TooShortError: There are no reasons.
    """
    award, one = _locked(work, one)
    require_another(
        work, one.proposed_by_id, first=msgid("提出处理意见的人"), second=msgid("作出决定的人")
    )
    words = require(text, "text")
    if not agree:
        _drop(one)
        move(work, one, ObjectionMove.SEND_BACK, words, is_public=True)
        return
    advance(one.state, ObjectionMove.UPHOLD)
    one.decided_by_org_id = work.org_id
    outcome = one.proposed or Outcome.DISMISS
    if outcome is Outcome.DISMISS:
        move(work, one, ObjectionMove.DISMISS, words, outcome=outcome, is_public=True)
        send_decision(work, one, words)
        go_on(work, award)
        return
    _require_heard(work, one)
    _rest(work, one, outcome, Basis(clause=one.clause, fact=one.fact, ground=one.ground))
    move(work, one, ObjectionMove.UPHOLD, words, outcome=outcome, is_public=True)
    send_decision(work, one, words)
    if outcome is Outcome.STAND:
        go_on(work, award)
    else:
        annul(work, award, one, words)


def _require_heard(work: UnitOfWork, one: AwardObjection) -> None:
    """Refuse to find right what nobody could answer yet."""
    if not hearing.open_of(work, one):
        raise NeverAskedError
    row = hearing.waits(work, one)
    if row is not None:
        raise UnheardError(row.by_at)


def settle(work: UnitOfWork, objection_id: int) -> bool:
    """Take an answer as accepted whose time to complain is over."""
    one = work.session.get_one(AwardObjection, objection_id)
    award, one = _locked(work, one)
    if one.state is not ObjectionState.ANSWERED or one.due_at is None or work.now < one.due_at:
        return False
    move(work, one, ObjectionMove.ACCEPT, "", outcome=Outcome.DISMISS)
    go_on(work, award)
    return True


def escalate(work: UnitOfWork, objection_id: int) -> bool:
    """Take an objection to the authority that the operator lets lie, though nobody complained."""
    one = work.session.get_one(AwardObjection, objection_id)
    _, one = _locked(work, one)
    if one.state is not ObjectionState.OPEN or one.due_at is None:
        return False
    at = escalates_at(one, one.due_at)
    if at is None or work.now < at:
        return False
    move(work, one, ObjectionMove.ESCALATE, "", is_public=True)
    return True


def escalates_at(one: AwardObjection, due_at: datetime) -> datetime | None:
    """Return when an objection without an answer goes to the authority by itself.

    None while the day cannot be told: the year's holidays have not been announced, and nothing
    goes anywhere by itself on a provisional day.
    """
    last_on = beijing_day(due_at) - ONE_DAY
    days = rules_of(one).integer("objection.escalate_working_days")
    try:
        return default_calendar().due_at(last_on, days)
    except UnknownYearError:
        return None


def overtake(work: UnitOfWork, objection_id: int) -> bool:
    """Close an objection whose award ended otherwise."""
    one = queries.locked(work, objection_id)
    if one.state in {ObjectionState.MOOT, ObjectionState.UPHELD}:
        return False
    _drop(one)
    move(work, one, ObjectionMove.OVERTAKE, "")
    return True


def _locked(work: UnitOfWork, one: AwardObjection) -> tuple[Award, AwardObjection]:
    """Lock the award before the objection, as whoever raises another does."""
    award = award_at(work, one.award_id)
    return award, queries.locked(work, one.id)
