"""Two decisions about the same days, and a notice that counts past days anew: no order matters."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from market.calendar import end_of
from market.clock import beijing
from market.clocks import actions as clocks
from market.clocks import jobs
from market.clocks import queries as clock_queries
from market.clocks import recounting as recounting  # noqa: PLC0414 - declares the deadlines
from market.clocks.model import ClockEvent
from market.clocks.over import actions
from market.clocks.replay import Correction, followed
from market.clocks.rules import (
    ClockState,
    EventOrderError,
    Party,
    SuspensionReason,
    SuspensionState,
)
from market.holidays import jobs as holiday_jobs
from market.sweeping import PutOff
from tests.market.factories.clocks import a_clock
from tests.market.factories.holidays import an_amendment, confirmed

NUMBER_2026 = "国办发明电〔2025〕7号"
WHY = "资料已于当日移交，见移交单第 3 号。"


def on(month, day, hour=9):
    return beijing(date(2026, month, day), hour)


def a_returned_clock(here, clock):
    """Return a clock whose work was returned on 4 March, that stood from the 5th to the 12th.

    The other side declared on the 9th that the cause had been over since the 6th.
    """
    timed = a_clock(here, limit=30)
    clock.move_to(on(3, 3))
    timed.hand_to(Party.OWNER)
    clock.move_to(on(3, 4))
    timed.hand_to(Party.FIRM)
    returned_at = clock()
    clock.move_to(on(3, 5))
    asked = timed.request(reason=SuspensionReason.OWNER_MATERIALS, working_days=5)
    timed.answer(asked)
    clock.move_to(on(3, 9))
    with timed.work(timed.owner) as work:
        one = clock_queries.by_id(work, timed.clock_id)
        request = clock_queries.suspension(work, one, asked)
        over_id = actions.declare(work, one, request, date(2026, 3, 6), WHY).id
    with timed.work(timed.firm) as work:
        one = clock_queries.by_id(work, timed.clock_id)
        actions.answer(work, one, over_id, agree=False, words="移交的资料不全。")
    clock.move_to(on(3, 13))
    jobs.sweep(here)
    timed.hand_to(Party.REVIEWER)  # The firm disputes the return.
    return timed, returned_at, over_id


def overturn(timed, returned_at):
    """Let experts find that the return was wrong: the firm's days since are the reviewers'."""
    with timed.work() as work:
        one = clock_queries.by_id(work, timed.clock_id)
        clocks.correct(
            work,
            one,
            from_at=returned_at,
            of=Party.FIRM,
            to=Party.REVIEWER,
            party=Party.REVIEWER,
            why="退回被推翻",
        )


def grant(timed, over_id):
    with timed.work(timed.operator) as work:
        one = clock_queries.by_id(work, timed.clock_id)
        actions.decide(work, one, over_id, agree=True, words="移交单有双方签字。")


@pytest.mark.parametrize("first", ["granted", "overturned"])
def test_it_does_not_matter_whether_a_declaration_or_a_return_is_decided_first(here, clock, first):
    timed, returned_at, over_id = a_returned_clock(here, clock)
    before = timed.statement().accounts
    assert before[Party.OWNER] == 6  # 4 March; 6, 9, 10, 11 and 12 March.
    clock.move_to(on(3, 16))
    if first == "overturned":
        overturn(timed, returned_at)
    clock.move_to(on(3, 17))
    grant(timed, over_id)
    clock.move_to(on(3, 18))
    if first == "granted":
        overturn(timed, returned_at)
    said = timed.statement()
    assert sum(said.accounts.values()) == said.elapsed
    assert said.accounts[Party.FIRM] == 1  # 3 March alone: nothing since the return is the firm's.
    assert said.accounts[Party.OWNER] == 2  # 4 and 6 March.
    assert said.accounts[Party.REVIEWER] == 9  # 5 March, 9 to 13 March, 16 to 18 March.


def test_an_upheld_return_leaves_what_a_declaration_gives(here, clock):
    timed, _, over_id = a_returned_clock(here, clock)
    clock.move_to(on(3, 17))
    grant(timed, over_id)
    assert timed.statement().accounts[Party.FIRM] == 7  # 3, 5, and 9 to 13 March.


def at(day):
    return beijing(date(2026, 3, day))


FIRM_TO_REVIEWER = Correction(at(2), at(20), Party.FIRM, Party.REVIEWER)


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ([], []),
        ([FIRM_TO_REVIEWER], [(5, 9, Party.FIRM, Party.REVIEWER)]),
        ([Correction(at(9), at(20), Party.FIRM, Party.REVIEWER)], []),
        ([Correction(at(2), at(20), Party.OWNER, Party.REVIEWER)], []),
        (
            [FIRM_TO_REVIEWER, Correction(at(3), at(30), Party.REVIEWER, Party.THIRD_PARTY)],
            [
                (5, 9, Party.FIRM, Party.REVIEWER),
                (5, 9, Party.REVIEWER, Party.THIRD_PARTY),
            ],
        ),
        ([Correction(at(7), at(20), Party.FIRM, Party.OWNER)], [(7, 9, Party.FIRM, Party.OWNER)]),
    ],
)
def test_earlier_corrections_follow_time_that_changes_hands(earlier, expected):
    latest = Correction(at(5), at(9), Party.OWNER, Party.FIRM)
    wanted = [Correction(at(a), at(b), of, to) for a, b, of, to in expected]
    assert followed(earlier, latest) == wanted


def test_a_notice_that_ends_a_suspension_before_a_declaration_stops_no_sweep(here, clock):
    timed = a_clock(here)
    clock.move_to(on(3, 3))
    asked = timed.request(working_days=6)
    timed.answer(asked)
    clock.move_to(on(3, 10))
    with timed.work(timed.owner) as work:
        one = clock_queries.by_id(work, timed.clock_id)
        request = clock_queries.suspension(work, one, asked)
        actions.declare(work, one, request, date(2026, 3, 10), WHY)
    clock.move_to(on(3, 10, 10))
    days = (("2026-03-07", "上班"), ("2026-03-08", "上班"))
    confirmed(here, an_amendment("调整1号", NUMBER_2026, 2026, *days))
    holiday_jobs.sweep(here)
    assert timed.suspension(asked).next_check_at == end_of(date(2026, 3, 9))
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    assert timed.suspension(asked).state is SuspensionState.ENDED
    assert timed.clock().state is ClockState.RUNNING
    with timed.work() as work:
        last = work.session.scalars(select(ClockEvent).order_by(ClockEvent.id.desc())).first()
        assert work.session.scalars(select(PutOff)).all() == []
    assert (last.kind, last.happened_at) == ("resume", on(3, 10))
    said = timed.statement()
    assert sum(said.accounts.values()) == said.elapsed


def test_what_time_does_is_never_recorded_before_what_was_done_since(here, clock):
    timed = a_clock(here)
    clock.move_to(on(3, 5))
    timed.hand_to(Party.OWNER)
    handed_at = clock()
    clock.move_to(on(3, 6))
    early = handed_at - timedelta(days=1)
    with pytest.raises(EventOrderError), timed.work(timed.owner) as work:
        clocks.stop(work, clock_queries.by_id(work, timed.clock_id), "", happened_at=early)
    with timed.work() as work:
        clocks.hand_to(
            work, clock_queries.by_id(work, timed.clock_id), Party.FIRM, "", happened_at=early
        )
    with timed.work() as work:
        one = clock_queries.by_id(work, timed.clock_id)
        clocks.stop(work, one, "期满", happened_at=early)
        assert [e.happened_at for e in clock_queries.events_of(work, one)][1:] == [handed_at] * 3


def test_the_end_of_a_suspension_is_nobody_s_late_entry(here, clock):
    timed = a_clock(here)
    clock.move_to(on(3, 3))
    asked = timed.request(working_days=1)
    timed.answer(asked)
    clock.move_to(on(3, 27))  # No sweep has been here since; somebody's deed comes after it.
    again = timed.request(working_days=1)
    assert timed.suspension(asked).state is SuspensionState.ENDED
    assert timed.suspension(again).state is SuspensionState.REQUESTED
    with timed.work() as work:
        chosen = select(ClockEvent).where(ClockEvent.kind == "resume")
        (ended,) = work.session.scalars(chosen)
    assert ended.happened_at == end_of(date(2026, 3, 4))
    assert (ended.is_late, ended.entered_by_org_id) == (True, None)
