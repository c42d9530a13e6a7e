"""What the clients of the history test do: the market's own actions on things they share (R13).

Each kind of thing is a list that only grows: the events of a clock, the requests to suspend or
extend it, the working days it was extended by (1, 2, 3 …), the firms enrolled in a draw, the
breaches in a firm's ledger, the numbers of a series, and what was told once.
"""

import json
import random  # noqa: TID251 - who does what in a test, no draw
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from market.clocks import actions as clocks
from market.clocks import queries as of_clocks
from market.clocks.extension import actions as extensions
from market.clocks.extension import queries as of_extensions
from market.clocks.extension.rules import ExtensionReason, ExtensionState
from market.clocks.model import Clock
from market.clocks.rules import Party, SuspensionReason, SuspensionState
from market.credit.model import Breach
from market.credit.rules import BreachKind
from market.db import UnitOfWork
from market.draws import actions as draws
from market.draws.model import Draw, Enrolment
from market.draws.rules import EnrolmentState
from market.firms.model import Firm
from market.messages.actions import tell
from market.messages.kinds import Kind, declare
from market.messages.model import Message
from market.numbers import NumberSeries, next_number
from tests.market.factories.credit import report_breach
from tests.market.reliability.history import Notes, Value

READING, SEQUENCING = "read", "sequence the log"
TOLD: Final = declare(Kind(code="clock.test-history", subject="%(token)s", body="%(token)s"))
PARTIES: Final = (Party.FIRM, Party.OWNER, Party.REVIEWER)
SOME: Final = 3  # the last so many messages that a reader looks for


@dataclass(frozen=True, slots=True)
class Job:
    """What there is to work on, and what the next value is."""

    clocks: list[int]
    draws: list[int]
    firm_id: int
    org_id: int
    round: int
    token: str
    chance: random.Random

    @property
    def series(self) -> str:
        """The series of public numbers of this round."""
        return f"{self.round:04d}"

    def a_clock(self) -> int:
        """Return one of the clocks."""
        return self.chance.choice(self.clocks)


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done in one transaction, what is looked at in it afterwards, and who does it."""

    act: Callable[[UnitOfWork, Notes], None]
    see: Callable[[UnitOfWork, Notes], None]
    by: str = ""  # a job, the ``holder`` or the ``other`` side of the clocks, or ``delegate``


def see_clock(work: UnitOfWork, notes: Notes, clock_id: int) -> tuple[Value, ...]:
    """Look at everything about a clock; return its events."""
    clock = of_clocks.by_id(work, clock_id)
    asked = reversed(of_clocks.suspensions_of(work, clock))
    notes.read(f"requests:{clock_id}", [one.evidence for one in asked])
    more = reversed(of_extensions.of_clock(work, clock))
    notes.read(f"extensions:{clock_id}", [one.why for one in more])
    units = work.session.scalar(select(Clock.extended_units).where(Clock.id == clock_id)) or 0
    notes.read(f"extended:{clock_id}", range(1, units + 1))
    events = of_clocks.events_of(work, clock)[1:]  # it was started before anybody came
    return notes.read(f"clock:{clock_id}", [f"{one.kind}:{one.why}" for one in events])


def _move(job: Job) -> Deed:
    """Hand a clock over, stop it or start it again; a message goes with it."""
    clock_id = job.a_clock()
    move = job.chance.choice(("hand", "hand", "stop", "reopen", "reopen"))

    def act(work: UnitOfWork, notes: Notes) -> None:
        _moved(work, notes, job, clock_id, move)

    return Deed(act, lambda work, notes: see_clock(work, notes, clock_id) and None)


def _moved(work: UnitOfWork, notes: Notes, job: Job, clock_id: int, move: str) -> None:
    token, clock = f"{job.token}.{clock_id}", of_clocks.by_id(work, clock_id)
    notes.append(f"clock:{clock_id}", f"{move}:{token}")
    notes.append(f"told:{token}", token)
    match move:
        case "hand":
            clocks.hand_to(work, clock, job.chance.choice(PARTIES), token)
        case "stop":
            clocks.stop(work, clock, token)
        case _:
            clocks.reopen(work, clock, Party.FIRM, token)
    tell(work, TOLD, org_id=job.org_id, once=token, token=token)


def _move_two(job: Job) -> Deed:
    """Hand over two clocks, both or neither."""
    two = sorted(job.chance.sample(job.clocks, 2))

    def act(work: UnitOfWork, notes: Notes) -> None:
        for clock_id in two:
            _moved(work, notes, job, clock_id, "hand")

    def see(work: UnitOfWork, notes: Notes) -> None:
        for clock_id in two:
            see_clock(work, notes, clock_id)

    return Deed(act, see)


def _suspend(job: Job) -> Deed:
    """Ask for a suspension, answer what was asked, or end what was granted."""
    clock_id, by = job.a_clock(), job.chance.choice(("holder", "other"))

    def act(work: UnitOfWork, notes: Notes) -> None:
        clock = of_clocks.by_id(work, clock_id)
        found = next(iter(of_clocks.suspensions_of(work, clock)), None)
        if found is not None and found.state is SuspensionState.REQUESTED and by == "other":
            agree = job.chance.random() < 0.8
            if agree:
                notes.append(f"clock:{clock_id}", f"suspend:{found.evidence}")
            clocks.answer_suspension(work, clock, found, agree=agree, answer=job.token)
        elif found is not None and found.state is SuspensionState.RUNNING and by == "holder":
            notes.append(f"clock:{clock_id}", f"resume:{job.token}")
            clocks.resume(work, clock, found, job.token)
        else:
            notes.append(f"requests:{clock_id}", job.token)
            reason = job.chance.choice(list(SuspensionReason))
            clocks.request_suspension(work, clock, reason, job.token, 1)

    return Deed(act, lambda work, notes: see_clock(work, notes, clock_id) and None, by)


def _extend(job: Job) -> Deed:
    """Ask for one more working day, or answer who asked."""
    clock_id, by = job.a_clock(), job.chance.choice(("holder", "other"))

    def act(work: UnitOfWork, notes: Notes) -> None:
        clock = of_clocks.by_id(work, clock_id)
        found = next(iter(of_extensions.of_clock(work, clock)), None)
        if by == "other" and found is not None and found.state is ExtensionState.REQUESTED:
            agree = job.chance.random() < 0.6
            extensions.answer(work, clock, found, agree=agree, words=job.token)
            if agree:
                notes.append(f"extended:{clock_id}", clock.extended_units)
            return
        notes.append(f"extensions:{clock_id}", job.token)
        reason = job.chance.choice(list(ExtensionReason))
        extensions.request(work, clock, reason, job.token, 1)

    return Deed(act, lambda work, notes: see_clock(work, notes, clock_id) and None, by)


def _enrol(job: Job) -> Deed:
    """Enrol the client's firm in a draw, or take it back."""
    draw_id, back = job.chance.choice(job.draws), job.chance.random() < 0.3

    def act(work: UnitOfWork, notes: Notes) -> None:
        draw, code = work.session.get_one(Draw, draw_id), str(work.actor.org_code)
        # Noted when it is done: a firm tries again, and its code stays the same.
        if back:
            draws.withdraw(work, draw)
            notes.append(f"withdrawn:{draw_id}:{code}", code)
        else:
            draws.enrol(work, draw)
            notes.append(f"enrolled:{draw_id}", code)

    return Deed(act, lambda work, notes: see_draw(work, notes, draw_id), "delegate")


def see_draw(work: UnitOfWork, notes: Notes, draw_id: int) -> None:
    """Look at who is enrolled in a draw, and who took it back."""
    rows = work.session.execute(
        select(Enrolment.firm_code, Enrolment.state)
        .where(Enrolment.draw_id == draw_id)
        .order_by(Enrolment.sequence)
    ).all()
    notes.read(f"enrolled:{draw_id}", [code for code, _ in rows])
    for code, state in rows:
        gone = [code] if state is EnrolmentState.WITHDRAWN else []
        notes.read(f"withdrawn:{draw_id}:{code}", gone)


def _report(job: Job) -> Deed:
    """Enter a breach in a firm's ledger; it gets the next number of a series as well."""

    def act(work: UnitOfWork, notes: Notes) -> None:
        notes.append(f"ledger:{job.round}", job.token)
        firm = work.session.get_one(Firm, job.firm_id)
        kind = BreachKind.EXTRA_CHARGE
        grounds = f"多收费用，举报编号：{job.token}"
        report_breach(work, firm, kind, date(2026, 2, 2), grounds)
        number = int(next_number(work, job.series).rpartition("-")[2])
        notes.append(f"series:{job.series}", number)

    return Deed(act, lambda work, notes: see_ledger(work, notes, job))


def see_ledger(work: UnitOfWork, notes: Notes, job: Job) -> None:
    """Look at what was entered in this round, and at how many numbers were given."""
    rows = work.session.scalars(
        select(Breach.evidence)
        .where(Breach.firm_id == job.firm_id, Breach.evidence.contains(f"：{job.round:04d}-"))
        .order_by(Breach.id)
    )
    notes.read(
        f"ledger:{job.round}", [words.partition("；")[0].rpartition("：")[2] for words in rows]
    )
    given = select(NumberSeries.last).where(NumberSeries.prefix == job.series)
    notes.read(f"series:{job.series}", range(1, (work.session.scalar(given) or 0) + 1))


def _tell_once(job: Job) -> Deed:
    """Tell somebody something that others tell as well: it is told by whoever is first."""
    once = f"once-{job.round:04d}-{job.token[-5:-1]}"

    def act(work: UnitOfWork, notes: Notes) -> None:
        if tell(work, TOLD, org_id=job.org_id, once=once, token=job.token):
            notes.append(once, job.token)

    def see(work: UnitOfWork, notes: Notes) -> None:
        facts = work.session.scalars(
            select(Message.facts).where(Message.kind == TOLD.code, Message.once == once)
        )
        seen = notes.read(once, [json.loads(one)["token"] for one in facts])
        assert seen, "who is not told now was told before"

    return Deed(act, see)


def _read(job: Job) -> Deed:
    """Look at many things at once, as a page does that shows them beside each other."""
    two = job.chance.sample(job.clocks, 2)
    looks = [
        lambda work, notes: [_ for one in two for _ in see_clock(work, notes, one)],
        lambda work, notes: see_draw(work, notes, job.chance.choice(job.draws)),
        lambda work, notes: see_ledger(work, notes, job),
        lambda work, _notes: _messages(work, job),
    ]
    order = job.chance.sample(range(len(looks)), len(looks))

    def see(work: UnitOfWork, notes: Notes) -> None:
        got = {number: looks[number](work, notes) for number in order}
        told = got[3]
        moved = [str(one).partition(":")[2] for one in got[0]]
        for token in {*moved[-SOME:], *told[-SOME:]}:
            if "." in token:  # no other event comes with a message
                notes.read(f"told:{token}", [token] * told.count(token))

    return Deed(lambda _work, _notes: None, see)


def _messages(work: UnitOfWork, job: Job) -> list[str]:
    """Return the messages of this round that went with a move of a clock."""
    return list(
        work.session.scalars(
            select(Message.once)
            .where(Message.recipient == f"org:{job.org_id}", Message.kind == TOLD.code)
            .where(Message.once.like(f"{job.round:04d}-%"))
            .order_by(Message.id)
        )
    )


def _sequence(_job: Job) -> Deed:
    return Deed(lambda _work, _notes: None, lambda _work, _notes: None)


DEEDS: Final[dict[str, tuple[int, Callable[[Job], Deed]]]] = {
    "move": (30, _move),
    "move two": (10, _move_two),
    "suspend": (14, _suspend),
    "extend": (6, _extend),
    "enrol": (8, _enrol),
    "report": (8, _report),
    "tell once": (6, _tell_once),
    READING: (16, _read),
    SEQUENCING: (2, _sequence),
}
