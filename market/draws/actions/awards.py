"""What becomes of a result: publicity, the offer, the firm's answer, and the next alternate."""

from datetime import date, timedelta

from market import regulations
from market.calendar import default_calendar
from market.clock import beijing_day
from market.db import UnitOfWork
from market.draws import protocol, queries
from market.draws.actions.record import write
from market.draws.diagnosis import exhausted
from market.draws.eligibility import in_words
from market.draws.errors import AnswerLateError, BarredError, DeclineReasonError
from market.draws.journal import AwardMoved
from market.draws.model import Award, Draw
from market.draws.rules import AwardMove, AwardState, VoidReason, advance_award
from market.firms import queries as firms
from market.needs import actions as needs
from market.needs.model import Need
from market.needs.queries import locked as locked_need
from market.needs.rules import Move
from market.numbers import next_number
from market.regulations import Regulation

REASON_SHORTEST = 5
DECLINED = "declined"
NO_ANSWER = "no_answer"
NOT_SIGNED = "not_signed"


def publish_award(work: UnitOfWork, draw: Draw, need: Need, *, rank: int) -> Award:
    """Publish that a place of the order is called; its publicity begins."""
    firm_id = next(
        place.firm_id for place, _ in queries.places_of(work, draw) if place.rank == rank
    )
    rules = _rules_of(need)
    small = need.ceiling_fen <= rules.integer("amounts.small_up_to_fen")
    days = "award.publicity_small_working_days" if small else "award.publicity_working_days"
    ends_at = default_calendar().due_at(work.today, rules.integer(days))
    award = Award(
        draw_id=draw.id,
        need_id=need.id,
        firm_id=firm_id,
        rank=rank,
        number=next_number(work, "ZX"),
        price_fen=need.ceiling_fen,
        state=AwardState.PUBLICITY,
        published_at=work.now,
        publicity_ends_at=ends_at,
        next_check_at=ends_at,
    )
    work.session.add(award)
    work.session.flush()
    _say(work, award)
    return award


def offer(work: UnitOfWork, award: Award) -> None:
    """End the publicity: the firm is asked to confirm."""
    need = locked_need(work, award.need_id)
    days = _rules_of(need).integer("award.confirm_working_days")
    award.state = advance_award(award.state, AwardMove.OFFER)
    award.answer_by_at = default_calendar().due_at(_last_day_of_publicity(work, award), days)
    award.next_check_at = award.answer_by_at
    needs.step(work, need, Move.OFFER)
    _say(work, award)


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
    _in_time(work, award)
    if bars := queries.bars_of(work, firms.locked(work, award.firm_id)):
        raise BarredError(in_words(bars))
    need = locked_need(work, award.need_id)
    days = _rules_of(need).integer("contract.sign_working_days")
    award.state = state
    award.answered_at = work.now
    award.sign_by_at = default_calendar().due_at(work.today, days)
    award.next_check_at = None
    _say(work, award)


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
    _in_time(work, award)
    award.state = state
    award.answered_at = work.now
    award.reason = reason.strip()
    draw = queries.locked(work, award.draw_id)
    who = queries.firm_of(work, award.firm_id).code
    write(
        work,
        draw,
        protocol.decline(draw, who=who, reason=DECLINED, evidence=award.reason, at=work.now),
    )
    _vacate(work, draw, award)


def lapse(work: UnitOfWork, award: Award, why: str) -> None:
    """The winner did not answer or sign in time; it loses its place to the next alternate.

    ``why`` is a code such as ``no_answer`` or ``not_signed``.

    Raises:
        IllegalAwardMoveError: The award does not wait for the firm.
    """
    award = queries.award_at(work, award.id)
    award.state = advance_award(award.state, AwardMove.LAPSE)
    award.reason = why
    draw = queries.locked(work, award.draw_id)
    who = queries.firm_of(work, award.firm_id).code
    write(
        work,
        draw,
        protocol.disqualify(draw, who=who, reason=why, evidence=award.number, at=work.now),
    )
    _vacate(work, draw, award)


def signed(work: UnitOfWork, award: Award) -> None:
    """The contract is signed. Called by ``contracts``, which moves the need itself."""
    award = queries.award_at(work, award.id)
    award.state = advance_award(award.state, AwardMove.SIGN)
    award.next_check_at = None
    _say(work, award)


def _vacate(work: UnitOfWork, draw: Draw, award: Award) -> None:
    """Call the next alternate that still meets the rules; without one the need failed."""
    award.next_check_at = None
    _say(work, award)
    need = locked_need(work, draw.need_id)
    out = queries.firm_of(work, award.firm_id).code
    last = draw.places + draw.alternates
    for place, firm in queries.places_of(work, draw):
        if not award.rank < place.rank <= last:
            continue
        if found := queries.failures_of(work, need, firm, draw):
            entry = protocol.disqualify(
                draw, who=firm.code, reason=found[0].rule, evidence=in_words(found), at=work.now
            )
            write(work, draw, entry)
            continue
        entry_in = protocol.replace(draw, out=out, into=firm.code, rank=place.rank, at=work.now)
        write(work, draw, entry_in)
        needs.step(work, need, Move.SUBSTITUTE)
        publish_award(work, draw, need, rank=place.rank)
        return
    called = len(queries.awards_of(work, draw))
    needs.fail(work, need, VoidReason.EXHAUSTED, exhausted(called))


def _in_time(work: UnitOfWork, award: Award) -> None:
    if award.answer_by_at is not None and work.now >= award.answer_by_at:
        raise AnswerLateError(award.answer_by_at)


def _rules_of(need: Need) -> Regulation:
    """Return the rules the notice was published under; a later instrument never reaches back."""
    return regulations.current().by_id(need.regulation_id or "")


def _say(work: UnitOfWork, award: Award) -> None:
    draw = work.session.get_one(Draw, award.draw_id)
    need = work.session.get_one(Need, award.need_id)
    work.record(
        AwardMoved(
            award=award.number,
            need=need.number,
            draw=draw.draw_hash,
            firm=queries.firm_of(work, award.firm_id).code,
            rank=award.rank,
            state=award.state,
        )
    )
