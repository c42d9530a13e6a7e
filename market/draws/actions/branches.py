"""What else becomes of an award: frozen and thawed, annulled, unsigned, left without a breach."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from lottery.entries import Decline, Disqualify
from market.calendar import provisional_calendar
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import protocol, queries
from market.draws.actions.awarding import exhaust, rules_of, say
from market.draws.actions.awards import leave
from market.draws.actions.record import write
from market.draws.model import Award
from market.draws.model_freeze import AwardFreeze
from market.draws.queries.freezes import freeze_of, last_freeze
from market.draws.rules import AlternatesKind, AwardMove, AwardState, advance_award
from market.needs.queries import by_id as need_by_id
from market.needs.queries import locked as locked_need

ONE_DAY: Final = timedelta(days=1)
# The firm is not to blame that it has no contract.
NO_FAULT: Final = "no_fault"
_BACK: Final[Mapping[AwardState, AwardMove]] = MappingProxyType(
    {
        AwardState.PUBLICITY: AwardMove.SHOW_AGAIN,
        AwardState.OFFERED: AwardMove.OFFER_AGAIN,
        AwardState.CONFIRMED: AwardMove.SIGN_AGAIN,
        AwardState.UNSIGNED: AwardMove.HEAR_AGAIN,
        AwardState.SIGNED: AwardMove.STAND_AGAIN,
    }
)


def freeze(work: UnitOfWork, award: Award, why: str) -> AwardFreeze:
    """Stop the term that runs for an award; the working days it had left are kept.

    Raises:
        IllegalAwardMoveError: No term of the award runs.
    """
    award = queries.award_at(work, award.id)
    was = award.state
    award.state = advance_award(was, AwardMove.FREEZE)
    row = AwardFreeze(
        award_id=award.id,
        why=why,
        was=was,
        left_working_days=_left(work, award, was),
        frozen_at=work.now,
    )
    award.next_check_at = None
    work.session.add(row)
    work.session.flush()
    say(work, award)
    return row


def _left(work: UnitOfWork, award: Award, was: AwardState) -> int:
    """Return the working days a term has left; the present day counts as a whole one.

    The day on which a term was set does not count, as it did not when the term was set.
    """
    ends_at = _term(award, was)
    if ends_at is None or work.now >= ends_at:
        return 1
    began_on = _began_on(work, award, was)
    after = work.today if work.today == began_on else work.today - ONE_DAY
    last_on = beijing_day(ends_at) - ONE_DAY
    return max(1, provisional_calendar().working_days_between(after, last_on))


def _term(award: Award, was: AwardState) -> datetime | None:
    match was:
        case AwardState.PUBLICITY:
            return award.publicity_ends_at
        case AwardState.OFFERED:
            return award.answer_by_at
        case _:
            return award.sign_by_at


def _began_on(work: UnitOfWork, award: Award, was: AwardState) -> date:
    """Return the day on which the running term was set."""
    match was:
        case AwardState.PUBLICITY:
            began_on = beijing_day(award.published_at)
        case AwardState.OFFERED:
            began_on = beijing_day(award.publicity_ends_at) - ONE_DAY
        case _:
            began_on = beijing_day(award.answered_at or award.published_at)
    last = last_freeze(work, award.id)
    if last is not None and last.ended_at is not None:
        return max(began_on, beijing_day(last.ended_at))
    return began_on


def thaw(work: UnitOfWork, award: Award) -> None:
    """Let an award go on where it stood, with the working days it had left.

    Raises:
        IllegalAwardMoveError: It is not frozen.
    """
    award = queries.award_at(work, award.id)
    row = freeze_of(work, award.id)
    was = row.was if row is not None else AwardState.PUBLICITY
    award.state = advance_award(award.state, _BACK[was])
    days = row.left_working_days if row is not None else 1
    match was:
        case AwardState.PUBLICITY:
            award.publicity_ends_at = award.count_term(work.today, days)
            award.next_check_at = award.publicity_ends_at
        case AwardState.OFFERED:
            award.answer_by_at = award.next_check_at = award.count_term(work.today, days)
        case AwardState.CONFIRMED:
            award.sign_by_at = award.count_term(work.today, days)
        case _:
            # No term of the award ran: the hearing's and the contract's are theirs to give back.
            pass
    _end(work, award)
    say(work, award, was_held=True)


def annul(work: UnitOfWork, award: Award, ground: str, evidence: str) -> None:
    """Take a frozen award from its firm for a decided ground; the next of the same draw is called.

    Raises:
        IllegalAwardMoveError: It is not frozen.
    """
    award = queries.award_at(work, award.id)
    award.state = advance_award(award.state, AwardMove.DISQUALIFY)
    award.reason, award.ended_at = ground, work.now
    _end(work, award)
    leave(work, award, Disqualify, reason=ground, evidence=evidence)


def annul_result(work: UnitOfWork, award: Award, ground: str, evidence: str, words: str) -> None:
    """Annul a whole result: nobody of its order is called any more, and the need failed.

    The protocol knows no VOID after a RESULT: everybody who could be called leaves instead, each
    with an entry, and the result stays readable. Where alternates are drawn afresh only the
    selected firm can leave; there a result is annulled award by award (docs/adr/0043).

    Raises:
        IllegalAwardMoveError: It is not frozen.
        ValueError: The draw's alternates are drawn afresh, or nothing was drawn.
    """
    award = queries.award_at(work, award.id)
    if award.draw_id is None:
        raise ValueError("a direct choice has no result to annul, only its award")
    draw = queries.locked(work, award.draw_id)
    if draw.alternates_kind is AlternatesKind.FRESH:
        raise ValueError("only an ordered result can be annulled as a whole")
    award.state = advance_award(award.state, AwardMove.DISQUALIFY)
    award.reason, award.ended_at = ground, work.now
    award.next_check_at = None
    _end(work, award)
    gone = {left.who for left in queries.left_of(work, draw)}
    for code in queries.result_entry(work, draw).order:
        if code not in gone:
            leaving = protocol.Leaving(who=code, reason=ground, evidence=evidence)
            write(work, draw, protocol.leave(Disqualify, draw, leaving, work.now))
    say(work, award)
    exhaust(work, draw, locked_need(work, draw.need_id), words)


def expire(work: UnitOfWork, award: Award) -> None:
    """The time to sign ended without a contract: both sides are heard before anything happens.

    Raises:
        IllegalAwardMoveError: The award does not wait for a contract.
    """
    award = queries.award_at(work, award.id)
    award.state = advance_award(award.state, AwardMove.EXPIRE)
    award.next_check_at = None
    say(work, award)


def sign_again(work: UnitOfWork, award: Award) -> datetime:
    """Give the two sides the whole time to sign once more; return when it ends.

    Raises:
        IllegalAwardMoveError: The award is not unsigned.
    """
    award = queries.award_at(work, award.id)
    award.state = advance_award(award.state, AwardMove.SIGN_AGAIN)
    days = rules_of(need_by_id(work, award.need_id)).integer("contract.sign_working_days")
    award.sign_by_at = award.count_term(work.today, days)
    say(work, award)
    return award.sign_by_at


def renew_signing(work: UnitOfWork, award: Award) -> None:
    """Give the two sides the whole time to sign: something that barred it until now is over.

    A term may gain a day by this, it never loses one. A frozen award has it when it thaws.
    """
    award = queries.award_at(work, award.id)
    days = rules_of(need_by_id(work, award.need_id)).integer("contract.sign_working_days")
    if award.state is AwardState.CONFIRMED:
        whole = provisional_calendar().due_at(work.today, days)
        if award.sign_by_at is None or whole > award.sign_by_at:
            award.sign_by_at = award.count_term(work.today, days)
        return
    row = freeze_of(work, award.id)
    if row is not None and row.was is AwardState.CONFIRMED:
        row.left_working_days = max(row.left_working_days, days)


def release(work: UnitOfWork, award: Award, evidence: str) -> None:
    """Let a firm go that is not to blame; the next of the same draw is called.

    Raises:
        IllegalAwardMoveError: The award is neither confirmed nor unsigned.
    """
    award = queries.award_at(work, award.id)
    award.state = advance_award(award.state, AwardMove.RELEASE)
    award.reason, award.ended_at = NO_FAULT, work.now
    leave(work, award, Decline, reason=NO_FAULT, evidence=evidence)


def _end(work: UnitOfWork, award: Award) -> None:
    row = freeze_of(work, award.id)
    if row is not None:
        row.ended_at = work.now
    work.session.flush()
