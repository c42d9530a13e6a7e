"""One mechanism for every kind: its unit, its start, who may read it, what the log is told."""

from datetime import date, timedelta

import pytest
from flask import url_for
from sqlalchemy import select

from audit.store import submissions
from market.calendar import end_of
from market.clock import beijing
from market.clocks import actions, boards, jobs, late, queries, whose
from market.clocks.counting import StartRule, Unit
from market.clocks.errors import LateEntryError
from market.clocks.kinds import (
    AUTHORITY_DECISION,
    COMPLAINT,
    OBJECTION_REPLY,
    PAYMENT,
    ClockKind,
    declare,
    every,
)
from market.clocks.rules import ClockState, EventOrderError, Party
from market.errors import MissingError
from tests.market.factories.accounts import sign_in
from tests.market.factories.clocks import a_clock

SECOND = timedelta(seconds=1)
HALF_DAYS = declare(
    ClockKind(
        code="test-halves", title="半日", unit=Unit.HALF_DAY, start=StartRule.AT_ONCE, public=True
    )
)
HOURS = declare(
    ClockKind(code="test-hours", title="小时", unit=Unit.HOUR, start=StartRule.AT_ONCE, public=True)
)


def on(month, day, hour=9, minute=0):
    return beijing(date(2026, month, day), hour, minute)


@pytest.mark.parametrize(
    ("kind", "limit", "due_at"),
    [
        (AUTHORITY_DECISION, 5, end_of(date(2026, 3, 9))),
        (PAYMENT, 5, end_of(date(2026, 3, 9))),  # 7 March is a Saturday: the next working day
        (PAYMENT, 7, end_of(date(2026, 3, 9))),
        (HALF_DAYS, 3, end_of(date(2026, 3, 3))),
        (HALF_DAYS, 2, on(3, 3, 12)),
        (HOURS, 36, on(3, 3, 21)),
    ],
)
def test_each_kind_counts_in_its_unit_from_its_start(here, clock, kind, limit, due_at):
    timed = a_clock(here, limit=limit, kind=kind)
    found = timed.clock()
    assert (found.due_at, found.next_stage, found.next_check_at) == (due_at, None, None)
    said = timed.statement()
    clock.move_to(due_at - SECOND)
    used = timed.statement()
    assert sum(used.accounts.values()) == used.elapsed
    assert said.used <= used.used
    clock.move_to(due_at + timedelta(days=30))
    assert jobs.sweep(here) == 0
    assert timed.stages() == []
    assert timed.statement().left < 0


def test_hours_pass_on_accounts_to_the_second(here, clock):
    timed = a_clock(here, limit=36, kind=HOURS)
    clock.move_to(on(3, 2, 11, 30))
    timed.hand_to(Party.OWNER)
    clock.move_to(on(3, 2, 20))
    timed.hand_to(Party.FIRM)
    assert timed.clock().due_at == on(3, 4, 5, 30)
    hour = timedelta(hours=1) // timedelta(microseconds=1)
    used = timed.statement().accounts
    assert (used[Party.FIRM], used[Party.OWNER]) == (2.5 * hour, 8.5 * hour)


def test_what_is_not_public_is_for_its_sides_and_those_who_oversee(here):
    private, public, other = a_clock(here, kind=COMPLAINT), a_clock(here), a_clock(here)
    for timed in (private, public):
        for actor in (private.firm, private.owner, private.operator):
            with timed.work(actor) as work:
                assert queries.readable(work, timed.clock_id).id == timed.clock_id
    for actor in (other.firm, other.owner, None):
        with private.work(actor) as work:
            assert queries.readable(work, public.clock_id).id == public.clock_id
            with pytest.raises(MissingError):
                queries.readable(work, private.clock_id)


def test_the_log_and_the_public_lists_tell_nothing_of_what_is_not_public(here, clock):
    timed = a_clock(here, kind=OBJECTION_REPLY)
    with timed.work(timed.firm) as work:
        actions.hand_to(work, queries.by_id(work, timed.clock_id), Party.OWNER, "")
    clock.move_to(on(3, 6))
    with timed.work() as work:
        assert sum(share.working_days for share in whose.shares(work)) == 0
        assert late.late_shares(work, 20) == []
        assert boards.board(work) == []
        told = b"".join(work.session.scalars(select(submissions.c.body).order_by(submissions.c.id)))
    found = timed.clock()
    assert found.number.encode() not in told
    assert f"clock:{found.id}".encode() in told
    assert timed.firm.name.encode() not in told


def test_what_happened_earlier_is_entered_within_the_days_allowed_and_shows(here, clock):
    timed, never = a_clock(here), a_clock(here)
    clock.move_to(on(3, 6))
    with timed.work(timed.firm) as work:
        found = queries.by_id(work, timed.clock_id)
        actions.hand_to(work, found, Party.OWNER, "已提交", happened_at=on(3, 4, 15))
        actions.hand_to(work, found, Party.FIRM, "已退回")
    said = timed.statement()
    assert (said.accounts[Party.FIRM], said.accounts[Party.OWNER]) == (2, 2)
    with timed.work() as work:
        events = queries.events_of(work, queries.by_id(work, timed.clock_id))
        assert [event.is_late for event in events] == [False, True, False]
        assert (events[1].happened_at, events[1].entered_at) == (on(3, 4, 15), on(3, 6))
        entered = late.entered(work, on(3, 1), on(3, 7))
        share = entered[timed.firm.org_id]
        assert (share.late, share.entered, share.per_cent) == (1, 2, 50)
        assert never.firm.org_id not in entered
        assert late.entered(work, on(3, 1), on(3, 6)) == {}
        assert late.LateShare(late=0, entered=0).per_cent == 0
        assert [row.share for row in late.late_shares(work, 20)] == [share]
        assert late.count_late_shares(work) == 1
    clock.move_to(on(3, 16))
    with pytest.raises(LateEntryError, match="5 个工作日"), timed.work(timed.firm) as work:
        found = queries.by_id(work, timed.clock_id)
        actions.hand_to(work, found, Party.OWNER, "", happened_at=on(3, 6, 18))
    with timed.work(timed.firm) as work:  # Monday a week ago is five working days ago.
        found = queries.by_id(work, timed.clock_id)
        actions.hand_to(work, found, Party.OWNER, "", happened_at=on(3, 9, 0))


def test_a_suspension_may_be_found_to_have_ended_earlier(here, clock):
    timed = a_clock(here, limit=4)
    request = timed.request(working_days=4)
    timed.answer(request)  # suspended from 3 March on
    clock.move_to(on(3, 6))
    for wrong in (on(3, 1), on(3, 6, 10)):
        with pytest.raises(EventOrderError):
            timed.resume(request, happened_at=wrong)
    timed.resume(request, happened_at=end_of(date(2026, 3, 3)))
    said = timed.statement()
    assert (said.accounts[Party.OWNER], said.accounts[Party.FIRM]) == (1, 3)
    assert timed.clock().due_at == end_of(date(2026, 3, 9))
    assert timed.suspension(request).until_on == date(2026, 3, 3)
    # The yellow rung was reached on the 5th: its card is dealt with the entry, and says both.
    with timed.work() as work:
        found = queries.by_id(work, timed.clock_id)
        card, stretches = queries.cards_of(work, found)[0], queries.stretches(work, found)
        assert (card.reached_at, card.issued_at) == (on(3, 5, 0), on(3, 6))
        assert late.overtaken(stretches, [card]) == frozenset()


def test_a_late_entry_before_a_card_marks_it_and_takes_nothing_back(here, clock):
    timed = a_clock(here, limit=3)  # red from 6 March
    clock.move_to(on(3, 6, 0))
    jobs.sweep(here)
    clock.move_to(on(3, 6, 9))
    with timed.work(timed.firm) as work:
        found = queries.by_id(work, timed.clock_id)
        actions.hand_to(work, found, Party.OWNER, "当时已提交", happened_at=on(3, 5, 9))
    with timed.work() as work:
        found = queries.by_id(work, timed.clock_id)
        dealt = queries.cards_of(work, found)
        marked = late.overtaken(queries.stretches(work, found), dealt)
    assert marked == {card.id for card in dealt if card.reached_at == on(3, 6, 0)}
    assert len(marked) == 1
    assert timed.clock().state is ClockState.RUNNING


def test_cards_of_what_is_not_public_are_refused():
    with pytest.raises(ValueError, match="not public"):
        ClockKind(code="wrong", title="", public=False, ladder=True)


def test_the_page_of_a_clock_calls_it_what_it_is_and_leads_to_what_it_is_about(app, fast_here):
    for kind in every():
        if kind.about is not None:
            assert kind.about.endpoint in app.view_functions, kind.code
    for kind in (PAYMENT, COMPLAINT, OBJECTION_REPLY, HOURS):
        timed = a_clock(fast_here, kind=kind)
        browser = app.test_client()
        sign_in(browser, timed.firm_user)
        page = browser.get(f"/clocks/{timed.clock_id}").text
        assert kind.title in page
        assert "服务时限</a>" not in page
        number = timed.clock().number
        with app.test_request_context():
            path = url_for(kind.about.endpoint, number=number) if kind.about else ""
        assert (f'href="{path}"' in page) is bool(path)
        assert f'href="/contracts/{number}"' not in page or kind is PAYMENT


def test_one_end_is_written_wherever_a_clock_is_shown(app, fast_here):
    timed = a_clock(fast_here, kind=PAYMENT, limit=10)
    page = app.test_client().get(f"/clocks/{timed.clock_id}").text
    assert page.count("24:00") == 2
    assert " 00:00" not in page.partition('id="facts"')[2].partition('id="events"')[0]
