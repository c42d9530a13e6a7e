"""What is answered and decided about an objection, and what becomes of the award then."""

from market.contracts.actions.dropping import drop_filing, extend_filing
from market.db import UnitOfWork
from market.draws.actions import branches
from market.draws.model import Award
from market.draws.queries import award_at
from market.draws.rules import AwardState
from market.errors import SeparationOfDutiesError, msgid
from market.installation import Installation
from market.objections import queries
from market.objections.actions.record import move, outcomes_for, require, verify
from market.objections.errors import ComplainLateError, OutcomeNotOpenError
from market.objections.model import AwardObjection
from market.objections.rules import ObjectionMove, ObjectionState, Outcome, advance

GROUND_PREFIX = "objection_"


def answer(
    work: UnitOfWork, here: Installation, one: AwardObjection, outcome: Outcome, text: str
) -> None:
    """Let the operator answer: it finds nothing wrong, or proposes to an authority to annul.

    Raises:
        IllegalObjectionMoveError: It was answered before.
        OutcomeNotOpenError: The rules do not allow what is proposed.
        TooShortError: There are no reasons.
    """
    award, one = _locked(work, one)
    if outcome is Outcome.DISMISS:
        verify(work, here, one, award)
        move(work, one, ObjectionMove.ANSWER, require(text, "text"), is_public=True)
        return
    _propose(work, here, (award, one), ObjectionMove.FIND_RIGHT, outcome=outcome, text=text)


def accept(work: UnitOfWork, one: AwardObjection) -> None:
    """Let the objector accept the answer: the award goes on."""
    award, one = _locked(work, one)
    move(work, one, ObjectionMove.ACCEPT, "", outcome=Outcome.DISMISS)
    _go_on(work, award)


def withdraw(work: UnitOfWork, one: AwardObjection) -> None:
    """Let the objector take it back: the award goes on."""
    award, one = _locked(work, one)
    move(work, one, ObjectionMove.WITHDRAW, "")
    _go_on(work, award)


def complain(work: UnitOfWork, one: AwardObjection, text: str) -> None:
    """Let the objector take it to the authority.

    Raises:
        ComplainLateError: The time for it is over.
        TooShortError: It does not say why.
    """
    _, one = _locked(work, one)
    advance(one.state, ObjectionMove.COMPLAIN)
    if one.due_at is not None and work.now >= one.due_at:
        raise ComplainLateError(one.due_at)
    move(work, one, ObjectionMove.COMPLAIN, require(text, "text"))


def take_up(work: UnitOfWork, one: AwardObjection) -> None:
    """Let the authority take a complaint up."""
    _, one = _locked(work, one)
    move(work, one, ObjectionMove.TAKE_UP, "", is_public=True)


def refuse(work: UnitOfWork, one: AwardObjection, text: str) -> None:
    """Let the authority refuse to take a complaint up, with reasons: the award goes on."""
    award, one = _locked(work, one)
    words = require(text, "text")
    move(work, one, ObjectionMove.REFUSE, words, outcome=Outcome.DISMISS, is_public=True)
    _go_on(work, award)


def propose(
    work: UnitOfWork, here: Installation, one: AwardObjection, outcome: Outcome, text: str
) -> None:
    """Let an officer of the authority propose what to decide about a complaint.

    Raises:
        OutcomeNotOpenError: The rules do not allow it.
        TooShortError: There are no reasons.
    """
    _propose(work, here, _locked(work, one), ObjectionMove.PROPOSE, outcome=outcome, text=text)


def _propose(
    work: UnitOfWork,
    here: Installation,
    pair: tuple[Award, AwardObjection],
    deed: ObjectionMove,
    *,
    outcome: Outcome,
    text: str,
) -> None:
    award, one = pair
    words = require(text, "text")
    verify(work, here, one, award)
    if outcome not in outcomes_for(work, one):
        raise OutcomeNotOpenError
    if outcome is not Outcome.DISMISS:
        if award.state is not AwardState.FROZEN:
            branches.freeze(work, award, one.number)
        # What is about to be annulled stands still, whoever said so first.
        one.freezes = True
    move(work, one, deed, words, outcome=outcome, is_public=True)


def decide(work: UnitOfWork, one: AwardObjection, *, agree: bool, text: str) -> None:
    """Let another person, of the authority, decide what was proposed, or send it back.

    Raises:
        SeparationOfDutiesError: It is the person who proposed.
        TooShortError: There are no reasons.
    """
    award, one = _locked(work, one)
    if one.proposed_by_id == work.user_id:
        raise SeparationOfDutiesError(msgid("提出处理意见的人"), msgid("作出决定的人"))
    words = require(text, "text")
    if not agree:
        move(work, one, ObjectionMove.SEND_BACK, words, is_public=True)
        return
    if one.proposed is Outcome.DISMISS or one.proposed is None:
        move(work, one, ObjectionMove.DISMISS, words, outcome=Outcome.DISMISS, is_public=True)
        _go_on(work, award)
        return
    move(work, one, ObjectionMove.UPHOLD, words, outcome=one.proposed, is_public=True)
    _annul(work, award, one, words)


def _annul(work: UnitOfWork, award: Award, one: AwardObjection, words: str) -> None:
    drop_filing(work, award)
    ground = f"{GROUND_PREFIX}{one.ground}"
    evidence = f"{one.number} {words}"
    if one.outcome is Outcome.ANNUL_RESULT:
        branches.annul_result(work, award, ground, evidence, f"{one.number}：{words}"[:500])
    else:
        branches.annul(work, award, ground, evidence)
    for other in queries.open_of(work, award.id):
        move(work, queries.locked(work, other.id), ObjectionMove.OVERTAKE, one.number)


def settle(work: UnitOfWork, objection_id: int) -> bool:
    """Take an answer as accepted whose time to complain is over."""
    one = work.session.get_one(AwardObjection, objection_id)
    award, one = _locked(work, one)
    if one.state is not ObjectionState.ANSWERED or one.due_at is None or work.now < one.due_at:
        return False
    move(work, one, ObjectionMove.ACCEPT, "", outcome=Outcome.DISMISS)
    _go_on(work, award)
    return True


def overtake(work: UnitOfWork, objection_id: int) -> bool:
    """Close an objection whose award ended otherwise."""
    one = queries.locked(work, objection_id)
    if one.state in {ObjectionState.MOOT, ObjectionState.UPHELD}:
        return False
    move(work, one, ObjectionMove.OVERTAKE, "")
    return True


def _locked(work: UnitOfWork, one: AwardObjection) -> tuple[Award, AwardObjection]:
    """Lock the award before the objection, as whoever raises another does."""
    award = award_at(work, one.award_id)
    return award, queries.locked(work, one.id)


def _go_on(work: UnitOfWork, award: Award) -> None:
    """Let an award go on once nothing holds it any more; not one day of its term is lost."""
    work.session.flush()
    if award.state is AwardState.FROZEN and not queries.holding(work, award.id):
        branches.thaw(work, award)
        extend_filing(work, award)
