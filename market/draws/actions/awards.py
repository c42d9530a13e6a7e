"""What becomes of a result: publicity, the offer, the firm's answer, and the next alternate."""

from datetime import date, timedelta

from lottery.entries import Decline, Disqualify
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import protocol, queries
from market.draws.actions import fresh
from market.draws.actions.awarding import exhaust, publish_award, rules_of, say
from market.draws.actions.record import write
from market.draws.eligibility import in_words
from market.draws.errors import AnswerLateError, BarredError, DeclineReasonError
from market.draws.model import Award, Draw
from market.draws.rules import AlternatesKind, AwardMove, advance_award
from market.firms import queries as firms
from market.firms.actions import require_authority
from market.firms.entry import Deed
from market.needs import actions as needs
from market.needs.queries import by_id as need_by_id
from market.needs.queries import failures_of
from market.needs.queries import locked as locked_need
from market.needs.rules import Move

REASON_SHORTEST = 5
DECLINED = "declined"
NO_ANSWER = "no_answer"
NOT_SIGNED = "not_signed"


def offer(work: UnitOfWork, award: Award) -> None:
    """End the publicity: the firm is asked to confirm."""
    need = locked_need(work, award.need_id)
    days = rules_of(need).integer("award.confirm_working_days")
    award.state = advance_award(award.state, AwardMove.OFFER)
    award.answer_by_at = award.count_term(_last_day_of_publicity(work, award), days)
    award.next_check_at = award.answer_by_at
    needs.step(work, need, Move.OFFER)
    say(work, award)


def _last_day_of_publicity(work: UnitOfWork, award: Award) -> date:
    """Return the day after which the answer's working days count.

    The publicity ends at midnight, so the day that begins there is day 1; if the job was down
    and asks later, the firm has its whole term from the day on which it is asked.
    """
    ends_on = beijing_day(award.publicity_ends_at)
    return ends_on - timedelta(days=1) if work.today == ends_on else work.today


def confirm(work: UnitOfWork, award: Award) -> None:
    """The winner accepts; from now on the contract has to be signed in time.

    Raises:
        AnswerLateError: The term is over.
        IllegalAwardMoveError: The award does not wait for an answer.
        BarredError: The firm has left since, or is suspended or blacklisted.
    """
    award = queries.award_at(work, award.id)
    state = advance_award(award.state, AwardMove.CONFIRM)
    need = need_by_id(work, award.need_id)
    require_authority(work, Deed.CONTRACT, need.item_code)
    _in_time(work, award)
    if bars := queries.bars_of(work, firms.locked(work, award.firm_id), need):
        raise BarredError(in_words(bars))
    need = locked_need(work, award.need_id)
    days = rules_of(need).integer("contract.sign_working_days")
    award.state = state
    award.answered_at = work.now
    award.sign_by_at = award.count_term(work.today, days)
    award.next_check_at = None
    say(work, award)


def decline(work: UnitOfWork, award: Award, reason: str) -> None:
    """The winner gives its place up, saying why; the next alternate is called.

    Raises:
        DeclineReasonError: The reason is missing.
        AnswerLateError: The term is over.
        IllegalAwardMoveError: The award was already answered.
    """
    if len(reason.strip()) < REASON_SHORTEST:
        raise DeclineReasonError
    award = queries.award_at(work, award.id)
    state = advance_award(award.state, AwardMove.DECLINE)
    require_authority(work, Deed.CONTRACT, need_by_id(work, award.need_id).item_code)
    _in_time(work, award)
    award.state = state
    award.answered_at = award.ended_at = work.now
    award.was_barred = _is_barred(work, award)
    award.reason = reason.strip()
    leave(work, award, Decline, reason=DECLINED, evidence=award.reason)


def lapse(work: UnitOfWork, award: Award, why: str) -> None:
    """The winner did not answer or sign in time; it loses its place to the next alternate.

    ``why`` is a code such as ``no_answer`` or ``not_signed``.

    Raises:
        IllegalAwardMoveError: The award does not wait for the firm.
    """
    award = queries.award_at(work, award.id)
    award.state = advance_award(award.state, AwardMove.LAPSE)
    award.reason, award.ended_at = why, work.now
    award.was_barred = why == NO_ANSWER and _is_barred(work, award)
    leave(work, award, Disqualify, reason=why, evidence=award.number)


def _is_barred(work: UnitOfWork, award: Award) -> bool:
    """Whether the firm could not have confirmed: it breaks no word that it was not let give."""
    firm = queries.firm_of(work, award.firm_id)
    return queries.is_barred(work, firm, need_by_id(work, award.need_id))


def signed(work: UnitOfWork, award: Award) -> None:
    """The contract is signed. Called by ``contracts``, which moves the need itself."""
    award = queries.award_at(work, award.id)
    award.state = advance_award(award.state, AwardMove.SIGN)
    award.next_check_at = None
    say(work, award)


def leave(
    work: UnitOfWork, award: Award, kind: protocol.LeavingKind, *, reason: str, evidence: str
) -> None:
    """Log that a selected firm leaves, and fill its place as the notice said.

    The caller has moved the award.
    """
    if award.draw_id is None:
        drop_chosen(work, award)
        return
    draw = queries.locked(work, award.draw_id)
    if draw.alternates_kind is AlternatesKind.FRESH:
        fresh.leave(work, draw, award, kind, reason=reason, evidence=evidence)
        return
    who = queries.firm_of(work, award.firm_id).code
    leaving = protocol.Leaving(who=who, reason=reason, evidence=evidence)
    write(work, draw, protocol.leave(kind, draw, leaving, work.now))
    award.next_check_at = None
    say(work, award)
    _call_next(work, draw, who)


def drop_chosen(work: UnitOfWork, award: Award) -> None:
    """Give a need back whose directly chosen firm left: it has no alternates and no order."""
    award.next_check_at = None
    say(work, award)
    need = locked_need(work, award.need_id)
    has_failed = any(row.attempt == need.attempt for row in failures_of(work, need))
    needs.step(work, need, Move.FAIL if has_failed else Move.DROP)


def _call_next(work: UnitOfWork, draw: Draw, out: str) -> None:
    """Call the next alternate that still meets the rules; without one the need failed.

    The order is that of RESULT, and who has left is what the entries say: V11.
    """
    need, firms_by_code = locked_need(work, draw.need_id), queries.listed_firms(work, draw)
    passed = queries.selected_before(work, draw)
    passed |= {left.who for left in queries.left_of(work, draw)}
    for rank, code in enumerate(queries.result_entry(work, draw).order, start=1):
        if code in passed:
            continue
        firm = firms_by_code[code]
        if found := queries.failures_of(work, need, firm, draw):
            leaving = protocol.Leaving(
                who=firm.code, reason=found[0].rule, evidence=in_words(found)
            )
            write(work, draw, protocol.leave(Disqualify, draw, leaving, work.now))
            continue
        entry_in = protocol.replace(draw, out=out, into=firm.code, rank=rank, at=work.now)
        write(work, draw, entry_in)
        needs.step(work, need, Move.SUBSTITUTE)
        publish_award(work, draw, need, rank=rank, firm=firm)
        return
    exhaust(work, draw, need)


def _in_time(work: UnitOfWork, award: Award) -> None:
    if award.answer_by_at is not None and work.now >= award.answer_by_at:
        raise AnswerLateError(award.answer_by_at)
