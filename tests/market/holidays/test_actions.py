"""A notice arrives: two people, one version of the calendar, and every process counts by it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from market.calendar import default_calendar, end_of, provisional_calendar
from market.clock import beijing
from market.clocks import jobs as clock_jobs
from market.clocks import recounting as recounting_clocks
from market.clocks.model import Clock
from market.clocks.rules import CardStage, Party
from market.db import Actor, reading_work, unit_of_work
from market.errors import MissingError, SeparationOfDutiesError
from market.holidays import actions, jobs, queries, recounting
from market.holidays.errors import (
    AlreadyAnnouncedError,
    IllegalImportMoveError,
    ImportWaitsError,
    NothingChangesError,
    NoWordsError,
)
from market.holidays.model import DeadlineChange, HolidayImport, HolidayNotice
from market.holidays.rules import ImportState
from market.holidays.sources import sources
from market.installation import Installation
from market.messages.model import Message
from tests.market.factories.clocks import a_clock
from tests.market.factories.holidays import (
    NUMBER_2027,
    an_amendment,
    an_operator,
    confirmed,
    proposed,
    the_notice_of_2027,
)

NUMBER_2026 = "国办发明电〔2025〕7号"
FRIDAY_OFF = an_amendment("调整1号", NUMBER_2026, 2026, ("2026-03-06", "放假"))


def changes(here) -> list[DeadlineChange]:
    with here.sessions() as session:
        return list(session.scalars(select(DeadlineChange).order_by(DeadlineChange.id)))


def counted(here, ask):
    with reading_work(here.sessions, Actor("test"), here.clock):
        return ask()


def test_a_notice_that_two_people_put_to_use_is_the_calendar_of_every_process(here):
    ask = lambda: default_calendar().add_working_days(date(2026, 12, 31), 1)  # noqa: E731
    import_id = proposed(here, the_notice_of_2027())
    assert 2027 not in counted(here, lambda: default_calendar().years)
    with unit_of_work(here.sessions, an_operator(here), here.clock) as work:
        actions.confirm(work, queries.by_id(work, import_id))
        assert ask() == date(2027, 1, 4)
    assert counted(here, ask) == date(2027, 1, 4)
    other = Installation.open(here.config, here.clock)  # another process
    assert counted(other, ask) == date(2027, 1, 4)
    other.engine.dispose()
    assert counted(here, lambda: default_calendar().is_working_day(date(2027, 1, 31)))
    assert not counted(here, lambda: default_calendar().is_provisional(date(2027, 6, 1)))
    assert counted(here, lambda: default_calendar().is_provisional(date(2028, 6, 1)))
    assert 2027 not in default_calendar().years  # outside a unit of work: the files alone


def test_whoever_imported_a_notice_does_not_confirm_it(fast_here):
    operator = an_operator(fast_here)
    import_id = proposed(fast_here, the_notice_of_2027(), operator)
    for deed in (actions.confirm, lambda work, row: actions.refuse(work, row, "日期与原文不符")):
        with (
            pytest.raises(SeparationOfDutiesError),
            unit_of_work(fast_here.sessions, operator, fast_here.clock) as work,
        ):
            deed(work, queries.by_id(work, import_id))
    with unit_of_work(fast_here.sessions, operator, fast_here.clock) as work:
        actions.withdraw(work, queries.by_id(work, import_id))
        assert queries.by_id(work, import_id).state is ImportState.WITHDRAWN


def test_a_refusal_says_why_and_ends_it(fast_here):
    import_id = proposed(fast_here, the_notice_of_2027())
    other = an_operator(fast_here)
    with (
        pytest.raises(NoWordsError),
        unit_of_work(fast_here.sessions, other, fast_here.clock) as work,
    ):
        actions.refuse(work, queries.by_id(work, import_id), " 不 ")
    with (
        pytest.raises(MissingError),
        unit_of_work(fast_here.sessions, other, fast_here.clock) as work,
    ):
        actions.withdraw(work, queries.by_id(work, import_id))
    with unit_of_work(fast_here.sessions, other, fast_here.clock) as work:
        actions.refuse(work, queries.by_id(work, import_id), "日期与原文不符")
    with (
        pytest.raises(IllegalImportMoveError),
        unit_of_work(fast_here.sessions, other, fast_here.clock) as work,
    ):
        actions.confirm(work, queries.by_id(work, import_id))
    assert 2027 not in counted(fast_here, lambda: default_calendar().years)


def test_one_notice_of_a_year_waits_at_a_time_and_one_is_in_force(fast_here):
    proposed(fast_here, the_notice_of_2027())
    with pytest.raises(ImportWaitsError):
        proposed(fast_here, the_notice_of_2027())
    with unit_of_work(fast_here.sessions, an_operator(fast_here), fast_here.clock) as work:
        actions.confirm(work, queries.waiting(work)[0])
    with pytest.raises(AlreadyAnnouncedError):
        proposed(fast_here, the_notice_of_2027())


def test_an_amendment_of_an_imported_notice_wins_and_must_change_something(fast_here):
    confirmed(fast_here, the_notice_of_2027())
    amendment = an_amendment("调整2号", NUMBER_2027, 2027, ("2027-01-31", "放假"))
    notice = confirmed(fast_here, amendment)
    assert notice.amends == "notice-1"
    assert not counted(fast_here, lambda: default_calendar().is_working_day(date(2027, 1, 31)))
    with pytest.raises(NothingChangesError):
        proposed(fast_here, amendment.replace("调整2号".encode(), "调整3号".encode()))


def test_a_version_of_the_calendar_cannot_be_changed_or_deleted(here):
    confirmed(here, the_notice_of_2027())
    for statement in (update(HolidayNotice).values(content=""), delete(HolidayNotice)):
        with pytest.raises(DBAPIError), here.sessions.begin() as session:
            session.execute(statement)


def test_every_running_clock_that_moves_is_kept_told_and_logged_once(here, clock):
    moving, still = a_clock(here, limit=10), a_clock(here, limit=2)
    resting = a_clock(here, limit=10)
    resting.hand_to(Party.OWNER)
    was_at = moving.clock().due_at
    notice = confirmed(here, FRIDAY_OFF)
    assert jobs.sweep(here) > 0
    assert moving.clock().due_at == was_at + timedelta(days=1)
    assert still.clock().due_at == end_of(date(2026, 3, 4))
    assert resting.clock().due_at is None
    (change,) = changes(here)
    assert (change.notice_id, change.subject) == (notice.id, f"clock:{moving.clock_id}")
    assert (change.was_at, change.due_at) == (was_at, moving.clock().due_at)
    with here.sessions() as session:
        told = session.scalars(select(Message).order_by(Message.id)).all()
    assert {message.org_id for message in told} == {moving.firm.org_id, moving.owner.org_id}
    assert all("2026-03-16 24:00" in message.facts for message in told)
    assert jobs.sweep(here) == 0
    clock.advance(recounting.AGAIN_AFTER)
    assert jobs.sweep(here) > 0  # once more, for work that was under way
    assert len(changes(here)) == 1
    clock.advance(recounting.AGAIN_AFTER)
    assert jobs.sweep(here) == 0


def test_work_that_still_counted_by_the_old_calendar_is_found_the_second_time(fast_here, clock):
    confirmed(fast_here, FRIDAY_OFF)
    jobs.sweep(fast_here)
    timed = a_clock(fast_here, limit=10)
    right = timed.clock().due_at
    with fast_here.sessions.begin() as session:  # as a transaction that began before would leave it
        session.execute(update(Clock).values(due_at=right - timedelta(days=1)))
    clock.advance(recounting.AGAIN_AFTER)
    jobs.sweep(fast_here)
    assert timed.clock().due_at == right


def test_the_clocks_declare_their_deadlines():
    kinds = [source.kind for source in sources()]
    assert recounting_clocks.CLOCKS in sources()
    assert kinds == sorted(kinds)


def test_a_worker_that_is_killed_goes_on_where_it_was(here, clock, monkeypatch):
    monkeypatch.setattr(recounting, "BATCH", 2)
    timed = [a_clock(here, limit=10) for _ in range(5)]
    was_at = timed[0].clock().due_at
    notice = confirmed(here, FRIDAY_OFF)
    with unit_of_work(here.sessions, jobs.ACTOR, here.clock) as work:
        assert recounting.step(work, notice.import_id) == 2  # and then it is killed
    with (
        pytest.raises(KeyboardInterrupt),
        unit_of_work(here.sessions, jobs.ACTOR, here.clock) as work,
    ):
        recounting.step(work, notice.import_id)
        raise KeyboardInterrupt
    assert len(changes(here)) == 2
    jobs.sweep(here)
    assert [change.subject for change in changes(here)] == [f"clock:{t.clock_id}" for t in timed]
    assert {t.clock().due_at for t in timed} == {was_at + timedelta(days=1)}


def test_a_suspension_and_a_request_are_counted_again(here, clock):
    timed, asking = a_clock(here), a_clock(here)
    running = timed.request(working_days=4)
    timed.answer(running)
    waiting = asking.request()
    until_on, answer_by_at = (
        timed.suspension(running).until_on,
        asking.suspension(waiting).answer_by_at,
    )
    confirmed(
        here,
        an_amendment("调整1号", NUMBER_2026, 2026, ("2026-03-04", "放假"), ("2026-03-05", "放假")),
    )
    jobs.sweep(here)
    assert timed.suspension(running).until_on == until_on + timedelta(days=4)  # over a weekend
    assert timed.suspension(running).next_check_at == end_of(timed.suspension(running).until_on)
    assert asking.suspension(waiting).answer_by_at == answer_by_at + timedelta(days=2)
    assert asking.suspension(waiting).next_check_at == asking.suspension(waiting).answer_by_at


def test_a_provisional_deadline_becomes_firm_and_cards_are_dealt_by_it(fast_here, clock):
    clock.move_to(beijing(date(2026, 12, 21), 9))
    timed = a_clock(fast_here, limit=12)
    due_at = timed.clock().due_at
    confirmed(fast_here, the_notice_of_2027())
    jobs.sweep(fast_here)
    assert timed.clock().due_at == due_at
    clock.move_to(due_at)
    clock_jobs.sweep(fast_here)
    assert timed.stages() == [CardStage.YELLOW, CardStage.RED]


def test_a_preview_says_what_moves_and_changes_nothing(fast_here):
    moving, still = a_clock(fast_here, limit=10), a_clock(fast_here, limit=2)
    before = moving.clock().due_at
    import_id = proposed(fast_here, FRIDAY_OFF)
    with reading_work(fast_here.sessions, an_operator(fast_here), fast_here.clock) as work:
        found = queries.preview(work, queries.by_id(work, import_id))
        assert not work.session.dirty
    assert [(one.on, one.was, one.becomes) for one in found.days] == [
        (date(2026, 3, 6), True, False)
    ]
    assert (found.looked_at, found.moving, found.is_whole) == (2, 1, True)
    assert found.shown[0].deadline.id == moving.clock_id
    assert found.shown[0].becomes == before + timedelta(days=1)
    assert still.clock().due_at == end_of(date(2026, 3, 4))
    assert moving.clock().due_at == before


def test_the_statute_s_days_are_answered_only_to_those_who_ask_for_them(fast_here):
    with fast_here.sessions() as session:
        assert session.scalar(select(HolidayImport.id)) is None
    assert counted(fast_here, lambda: provisional_calendar().years).stop == 2031
    assert counted(fast_here, lambda: default_calendar().years).stop == 2027
