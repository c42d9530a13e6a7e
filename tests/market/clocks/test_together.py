"""Many due clocks in one transaction: the same as one by one; a broken one holds up no other."""

import threading
from datetime import date

import pytest
from sqlalchemy import func, select

from audit.store import submissions
from market import sweeping
from market.calendar import end_of
from market.clock import beijing
from market.clocks import following, jobs, together
from market.clocks import recounting as recounting  # noqa: PLC0414 - declares the deadlines
from market.clocks.kinds import SERVICE
from market.clocks.model import Card, Clock
from market.clocks.rules import CardStage, Party, SuspensionReason
from market.db import Actor, unit_of_work
from market.holidays import jobs as holiday_jobs
from market.holidays import queries as holidays
from market.holidays.model import DeadlineChange
from market.messages.model import Message
from market.sweeping import PutOff
from tests.market.factories.clocks import a_clock
from tests.market.factories.holidays import an_amendment, confirmed
from tests.market.factories.many_clocks import many_clocks

NUMBER_2026 = "国办发明电〔2025〕7号"
LADDER = list(CardStage)
JOB = Actor("job:clocks")
LONG_AFTER = end_of(date(2026, 4, 3))


def a_mixed_lot(here, clock):
    """Return clocks that were only started, that went back and forth, and that stood still."""
    timed = [a_clock(here, limit=2 + n) for n in range(7)]
    clock.move_to(beijing(date(2026, 3, 3), 10))
    timed[1].hand_to(Party.OWNER)
    asked = timed[2].request(reason=SuspensionReason.OWNER_MATERIALS, working_days=1)
    timed[2].answer(asked)
    timed[5].request(working_days=2)
    clock.move_to(beijing(date(2026, 3, 5), 10))
    timed[1].hand_to(Party.FIRM)
    timed[6].hand_to(Party.REVIEWER)
    return timed


def told(here):
    """Return all that the sweep wrote: cards, clocks, messages and entries, without their ids."""
    with here.sessions() as session:
        cards = session.execute(
            select(
                Card.number, Card.clock_id, Card.stage, Card.reached_at, Card.issued_at, Card.cause,
                Card.org_id, Card.once, Card.reply_by_at, Card.next_check_at, Card.regulation_id,
            ).order_by(Card.id)
        ).all()  # fmt: skip
        clocks = session.execute(
            select(Clock.id, Clock.due_at, Clock.next_stage, Clock.next_check_at).order_by(Clock.id)
        ).all()
        messages = session.execute(
            select(Message.kind, Message.recipient, Message.once, Message.facts, Message.path)
            .where(Message.kind == "card.given")
            .order_by(Message.id)
        ).all()
        entries = session.execute(select(submissions.c.body).order_by(submissions.c.id)).all()
    return cards, clocks, messages, [body for (body,) in entries if b"card.issued" in body]


@pytest.fixture
def one_by_one(monkeypatch):
    """Let no two clocks share a transaction."""

    def alone():
        monkeypatch.setattr(together, "deal_all", lambda _work, ids: (0, frozenset(ids)))

    return alone


@pytest.mark.parametrize("shared", [True, False])
def test_the_cards_are_those_that_each_clock_gets_alone(here, clock, one_by_one, shared):
    timed = a_mixed_lot(here, clock)
    earlier = len(told(here)[0])  # dealt before a person's deed took effect
    clock.move_to(LONG_AFTER)
    if not shared:
        one_by_one()
    done = jobs.sweep(here)
    cards, clocks, messages, entries = told(here)
    waiting = {timed[6].clock_id}
    for one in timed:
        dealt = [card.stage for card in cards if card.clock_id == one.clock_id]
        assert dealt == ([] if one.clock_id in waiting else LADDER[: len(dealt)])
    assert {card.clock_id for card in cards} == {t.clock_id for t in timed} - waiting
    numbers = [card.number for card in cards]
    assert numbers == [f"JC-2026-{n:06d}" for n in range(1, len(cards) + 1)]
    assert len(messages) == len(entries) == len(cards) == len({m.once for m in messages})
    assert [m.path.rpartition("/")[2] for m in messages] == numbers
    assert [number for number in numbers if number.encode() in b"".join(entries)] == numbers
    assert (
        done == len(cards) - earlier + 2
    )  # the suspension's end and the request without an answer
    for row in clocks:
        assert row.next_check_at is None or row.next_check_at > clock()
    assert jobs.sweep(here) == 0


def test_together_and_alone_write_the_same(fast_here, clock, one_by_one, monkeypatch):
    timed = [a_clock(fast_here, limit=2 + n % 4) for n in range(6)]
    clock.move_to(beijing(date(2026, 3, 4), 10))
    timed[1].hand_to(Party.OWNER)
    clock.move_to(beijing(date(2026, 3, 6), 10))
    timed[1].hand_to(Party.FIRM)
    earlier = len(told(fast_here)[0])
    clock.move_to(LONG_AFTER)
    with unit_of_work(fast_here.sessions, JOB, fast_here.clock) as work:
        ids = [one.clock_id for one in timed]
        done, left = together.deal_all(work, ids)
        work.session.flush()
        assert not left
        assert done == 4 * len(ids) - earlier
        with_others = _seen(work, ids)
        work.session.rollback()
    one_by_one()
    assert jobs.sweep(fast_here) == 4 * len(ids) - earlier
    with unit_of_work(fast_here.sessions, JOB, fast_here.clock) as work:
        assert _seen(work, ids) == with_others


def _seen(work, ids):
    cards = work.session.execute(
        select(Card.clock_id, Card.stage, Card.reached_at, Card.reply_by_at, Card.subject_number)
        .where(Card.clock_id.in_(ids))
        .order_by(Card.clock_id, Card.id)
    ).all()
    clocks = work.session.execute(
        select(Clock.id, Clock.due_at, Clock.next_stage, Clock.next_check_at)
        .where(Clock.id.in_(ids))
        .order_by(Clock.id)
    ).all()
    return cards, clocks


def test_one_broken_clock_lets_the_others_of_its_transaction_through(here, clock):
    timed = [a_clock(here, limit=2) for _ in range(4)]
    broken, *fine = timed
    with here.sessions.begin() as session:
        session.get(Clock, broken.clock_id).regulation_id = "a-file-that-was-lost"
    clock.move_to(LONG_AFTER)
    assert jobs.sweep(here) == 4 * len(fine)
    assert all(one.stages() == LADDER for one in fine)
    assert broken.stages() == []
    with here.sessions() as session:
        assert session.scalars(select(PutOff.key)).all() == [str(broken.clock_id)]
    late = a_clock(here, limit=2)
    clock.move_to(end_of(date(2026, 5, 20)))
    jobs.sweep(here)  # the broken one has its own turn, the other is not held up
    assert late.stages() == LADDER
    assert broken.stages() == []
    with here.sessions() as session:
        assert session.scalar(select(func.count()).select_from(PutOff)) == 1


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
def test_a_clock_that_a_person_holds_is_left_for_its_own_turn(here, clock):
    held, free = a_clock(here, limit=2), a_clock(here, limit=2)
    clock.move_to(LONG_AFTER)
    with unit_of_work(here.sessions, JOB, here.clock) as person:
        person.session.get_one(Clock, held.clock_id, with_for_update=True)
        with unit_of_work(here.sessions, JOB, here.clock) as work:
            done, left = together.deal_all(work, [held.clock_id, free.clock_id])
        assert (done, left) == (4, {held.clock_id})
    assert jobs.sweep(here) == 4
    assert held.stages() == free.stages() == LADDER


def test_what_goes_along_with_a_clock_is_told_of_each_of_many(here, clock, monkeypatch):
    told = []
    many_clocks(here, 3)
    monkeypatch.setitem(
        following._PLANNED, SERVICE.code, lambda _work, planned: told.append(planned.id)
    )
    clock.move_to(beijing(date(2026, 3, 16), 12))
    assert jobs.sweep(here) == 3
    assert len(set(told)) == len(told) == 3


def test_two_workers_share_no_card_of_a_transaction(here, clock, monkeypatch):
    monkeypatch.setattr(sweeping, "TOGETHER", 3)
    timed = [a_clock(here, limit=2) for _ in range(8)]
    clock.move_to(LONG_AFTER)
    workers = [threading.Thread(target=jobs.sweep, args=(here,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    jobs.sweep(here)
    assert all(one.stages() == LADDER for one in timed)
    with here.sessions() as session:
        numbers = session.scalars(select(Card.number)).all()
    assert sorted(numbers) == [f"JC-2026-{n:06d}" for n in range(1, 33)]


def test_a_notice_brings_the_next_card_of_a_late_clock_forward(here, clock):
    late, green = a_clock(here), a_clock(here, limit=60)
    clock.move_to(end_of(date(2026, 3, 19)))
    jobs.sweep(here)
    assert late.stages() == LADDER[:3]
    assert late.clock().next_check_at == end_of(date(2026, 3, 30))
    due_at = late.clock().due_at
    confirmed(here, an_amendment("调整1号", NUMBER_2026, 2026, ("2026-03-21", "上班")))
    with unit_of_work(here.sessions, JOB, here.clock) as work:
        row = holidays.imports(work)[0]
        assert holidays.preview(work, row).moving == 0  # it is in force already
    holiday_jobs.sweep(here)
    assert late.clock().next_check_at == end_of(date(2026, 3, 27))
    assert late.clock().due_at == due_at
    with here.sessions() as session:
        moved = session.scalars(select(DeadlineChange.subject)).all()
    assert f"clock:{green.clock_id}" in moved
    assert f"clock:{late.clock_id}" not in moved  # its due date is the same
    clock.move_to(end_of(date(2026, 3, 27)))
    jobs.sweep(here)
    assert late.stages() == LADDER
