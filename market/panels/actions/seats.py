"""Seats: who is called, what they answer, and who comes next in the order of the draw."""

from collections.abc import Callable, Sequence
from typing import Final

from market.db import UnitOfWork
from market.experts.queries import reset_since
from market.journal import encode
from market.panels import entries, own, queries, subjects
from market.panels.actions.record import write
from market.panels.errors import (
    AnswerOverError,
    DeclarationMissingError,
    NewAccountError,
    PanelOverError,
    SheetInError,
    UnfitError,
)
from market.panels.fitness import Unfit, unfit_among
from market.panels.journal import SeatMoved
from market.panels.model import Panel, Seat
from market.panels.rules import (
    DeclineGround,
    SeatMove,
    SeatState,
    advance_seat,
    answer_by,
    next_rank,
)

NO_ANSWER: Final = "no_answer"
BY_EXPERT: Final = "expert"
MOST_WORDS: Final = 500

_committed: list[Callable[[UnitOfWork, Seat], bool]] = []


def provide_committed(said: Callable[[UnitOfWork, Seat], bool]) -> None:
    """Take what knows whether an expert has handed in the scores, and so stays."""
    _committed.append(said)


def call(work: UnitOfWork, panel: Panel, rank: int, code: str) -> Seat:
    """Offer a seat to the expert of a rank of the order.

    Who may not sit any more is passed over by ``strike``, which looks at every seat.
    """
    expert = queries.expert_known_as(work, panel, code)
    seat = Seat(
        panel_id=panel.id,
        rank=rank,
        expert_id=expert.id,
        expert_code=code,
        state=SeatState.OFFERED,
        offered_at=work.now,
        answer_by_at=answer_by(
            work.now, minutes=panel.answer_minutes, scoring_by_at=panel.scoring_by_at
        ),
    )
    work.session.add(seat)
    work.session.flush()
    _say(work, panel, seat)
    return seat


def accept(work: UnitOfWork, panel: Panel, *, declared: bool) -> Seat:
    """Take one's seat, with the declaration that nothing ties one to anybody involved.

    Raises:
        MissingError: The actor was not called.
        DeclarationMissingError: The declaration is missing.
        AnswerOverError: The term is over.
        UnfitError: The actor is not of the pool any more, or tied to somebody who takes part.
        IllegalSeatMoveError: It was answered before.
    """
    panel, seat = _own(work, panel)
    if subjects.is_over(work, panel):
        raise PanelOverError
    if reset_since(work, queries.expert_of(work, seat), panel.opened_at):
        raise NewAccountError
    if not declared:
        raise DeclarationMissingError
    _in_time(work, seat)
    require_fit(work, panel, seat)
    _move(work, panel, seat, SeatMove.ACCEPT)
    return seat


def decline(work: UnitOfWork, panel: Panel, ground: DeclineGround, words: str) -> Seat:
    """Give one's seat up, for a reason of the list; the next of the order is called.

    Raises:
        MissingError: The actor was not called.
        AnswerOverError: The term is over.
        SheetInError: The actor's scores were handed in.
        IllegalSeatMoveError: The seat was given up or passed on before.
    """
    panel, seat = _own(work, panel)
    if any(said(work, seat) for said in _committed):
        raise SheetInError
    if subjects.is_over(work, panel) or work.now >= panel.scoring_by_at:
        raise PanelOverError
    if seat.state is SeatState.OFFERED:
        _in_time(work, seat)
    seat.ground, seat.reason = ground, words.strip()[:MOST_WORDS]
    _move(work, panel, seat, SeatMove.DECLINE)
    _pass_on(work, panel, seat, reason=ground)
    return seat


def require_fit(work: UnitOfWork, panel: Panel, seat: Seat) -> None:
    """Require that an expert may sit at this moment; ``strike`` calls the next one otherwise.

    Raises:
        UnfitError: The expert is not of the pool any more, or tied to somebody who takes part.
    """
    if _unfit(work, panel, [seat]):
        raise UnfitError


def strike(work: UnitOfWork, panel_id: int) -> int:
    """Pass on the seats of a panel whose experts may not sit any more; return how many.

    Scores that were handed in stand: nobody makes them void by removing their author. Who is
    paused after being called keeps the seat, and is asked to decline it if need be.
    """
    panel = _locked(work, panel_id)
    if subjects.is_over(work, panel):
        return 0
    done = 0
    # Who is called in place of another may be unfit as well.
    while found := _unfit_seats(work, panel):
        for seat, why in found:
            seat.reason = why.words[:MOST_WORDS]
            _move(work, panel, seat, SeatMove.STRIKE, ground=why.code)
            _pass_on(work, panel, seat, reason=why.code)
            done += 1
    return done


def _unfit_seats(work: UnitOfWork, panel: Panel) -> list[tuple[Seat, Unfit]]:
    live = [seat for seat in queries.seats_of(work, panel) if may_leave(work, seat)]
    found = _unfit(work, panel, live)
    return [(seat, found[seat.expert_id]) for seat in live if seat.expert_id in found]


def _unfit(work: UnitOfWork, panel: Panel, seats: Sequence[Seat]) -> dict[int, Unfit]:
    called = {seat.expert_id: seat.offered_at for seat in seats}
    return unfit_among(work, panel, called, called)


def may_leave(work: UnitOfWork, seat: Seat) -> bool:
    """Whether an expert may still give a seat up."""
    live = {SeatState.OFFERED, SeatState.ACCEPTED}
    return seat.state in live and not any(said(work, seat) for said in _committed)


def lapse(work: UnitOfWork, seat_id: int) -> bool:
    """Pass a seat on whose expert did not answer in time; return whether this call did."""
    found = work.session.get_one(Seat, seat_id)
    panel = _locked(work, found.panel_id)
    work.session.refresh(found)
    by_at = found.answer_by_at
    if found.state is not SeatState.OFFERED or by_at is None or work.now < by_at:
        return False
    if subjects.is_over(work, panel):
        found.answer_by_at = None  # Nobody is asked any more, and nobody is at fault.
        return False
    _move(work, panel, found, SeatMove.LAPSE)
    _pass_on(work, panel, found, reason=NO_ANSWER)
    return True


def _locked(work: UnitOfWork, panel_id: int) -> Panel:
    """Return a panel as it stands, locked after what it serves."""
    found = work.session.get_one(Panel, panel_id)
    return subjects.subject_of(found).lock(work, panel_id)


def _own(work: UnitOfWork, panel: Panel) -> tuple[Panel, Seat]:
    panel = _locked(work, panel.id)
    seat = own.own_seat(work, panel)
    work.session.refresh(seat)
    return panel, seat


def _in_time(work: UnitOfWork, seat: Seat) -> None:
    if seat.answer_by_at is not None and work.now >= seat.answer_by_at:
        raise AnswerOverError(seat.answer_by_at)


def _move(work: UnitOfWork, panel: Panel, seat: Seat, move: SeatMove, *, ground: str = "") -> None:
    seat.state = advance_seat(seat.state, move)
    seat.answered_at = work.now
    work.session.flush()
    _say(work, panel, seat, ground=ground)


def _say(work: UnitOfWork, panel: Panel, seat: Seat, *, ground: str = "") -> None:
    entry = SeatMoved(
        panel=panel.number,
        expert=seat.expert_code,
        rank=seat.rank,
        state=seat.state,
        ground=seat.ground or ground,
    )
    work.submit(encode(entry, by=BY_EXPERT, at=work.now))


def _pass_on(work: UnitOfWork, panel: Panel, seat: Seat, *, reason: str) -> None:
    """Log that an expert left, and call the next of the order while there is time for it.

    What goes on the expert's own record waits for the publication of the scores, for it names
    the expert by the code in the pool.
    """
    left = entries.leave(
        panel,
        who=seat.expert_code,
        reason=reason,
        # With the salt: a short phrase cannot be guessed from its digest.
        evidence=f"{queries.salt_of(work, panel, seat).hex()}\n{seat.reason or ''}",
        declined=seat.state is SeatState.DECLINED,
        at=work.now,
    )
    write(work, panel, left)
    called = [one.rank for one in queries.seats_of(work, panel)]
    rank = next_rank(called, queries.last_rank(work, panel))
    if rank is None or work.now >= panel.scoring_by_at:
        # A panel that cannot be filled ends what it serves now, not when the time is over.
        subjects.subject_of(panel).look_again(work, panel)
        return
    code = queries.file_lines(work, panel)[rank - 1]
    entry = entries.replace(panel, out=seat.expert_code, into=code, rank=rank, at=work.now)
    write(work, panel, entry)
    call(work, panel, rank, code)
