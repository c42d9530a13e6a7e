"""Dormancy, pause, removal, the ways back, and the reminders before anything ends."""

from datetime import date, timedelta

import pytest

from market.clock import beijing
from market.firms import actions, activity, jobs, queries, queries_entry
from market.firms.checks import QualificationState
from market.firms.endings import endings
from market.firms.entry import ReminderSubject, RemovalState, stage_due
from market.firms.errors import (
    NoRemovalError,
    ReapplyEarlyError,
    RemovalPendingError,
    WordsMissingError,
)
from market.firms.rules import FirmState, IllegalFirmMoveError
from tests.market.factories.firms import (
    ITEM,
    a_filled_in_firm,
    a_listed_firm,
    a_public_firm,
    a_qualification,
    a_submitted_firm,
    an_operator,
)

WHY = "经查长期无法联系"


def state_of(here, working, delegate):
    with working(here, delegate) as work:
        return queries.own(work).state


def reminded(work, subject):
    rows = queries_entry.reminders(work, queries.own(work))
    return [row.days for row in reversed(rows) if row.subject is subject]


def test_a_firm_that_does_not_enrol_is_told_goes_dormant_and_wakes_at_once(here, clock, working):
    _, delegate = a_listed_firm(here, clock)  # on 2026-03-10
    clock.move_to(beijing(date(2027, 3, 10)) - timedelta(seconds=1))
    jobs.sweep(here)
    assert state_of(here, working, delegate) is FirmState.LISTED
    with working(here, delegate) as work:
        assert queries_entry.awake_until(work, queries.own(work)) == date(2027, 3, 9)
    clock.move_to(beijing(date(2027, 3, 10)))
    jobs.sweep(here)
    assert state_of(here, working, delegate) is FirmState.DORMANT
    with working(here, delegate) as work:
        assert queries.offering(work, ITEM) == []
        actions.wake(work, queries.own(work))
        firm = queries.own(work)
        assert firm.state is FirmState.LISTED
        assert queries_entry.awake_until(work, firm) == date(2028, 3, 9)
        with pytest.raises(IllegalFirmMoveError):
            actions.wake(work, firm)


def test_it_is_told_thirty_and_seven_days_before(fast_here, clock, working):
    _, delegate = a_listed_firm(fast_here, clock)
    for day, told in (
        (date(2027, 2, 6), []),
        (date(2027, 2, 7), [30]),
        (date(2027, 3, 1), [30]),
        (date(2027, 3, 2), [30, 7]),
    ):
        clock.move_to(beijing(day))
        for _ in range(2):
            jobs.sweep(fast_here)
        with working(fast_here, delegate) as work:
            assert reminded(work, ReminderSubject.DORMANCY) == told


def test_taking_part_puts_dormancy_off(fast_here, clock, working, monkeypatch):
    _, delegate = a_listed_firm(fast_here, clock)
    enrolled_at = beijing(date(2026, 9, 1), 10)
    monkeypatch.setattr(activity, "_PROVIDERS", [lambda _work, _firm: enrolled_at])
    clock.move_to(beijing(date(2027, 3, 10)))
    jobs.sweep(fast_here)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        assert firm.state is FirmState.LISTED
        assert queries_entry.awake_until(work, firm) == date(2027, 8, 31)


def test_certificates_are_reminded_of_at_sixty_thirty_and_seven_days(here, clock, working):
    last_day = date(2026, 8, 31)
    _, delegate = a_filled_in_firm(here, item_codes=())
    with working(here, delegate) as work:
        firm = queries.own(work)
        row = actions.add_qualification(
            work, firm, a_qualification(work.today, valid_to_on=last_day)
        )
        work.session.flush()
        firm.state = FirmState.LISTED
        firm.listed_at = work.now
        row.state = QualificationState.CONFIRMED
        actions.refresh_services(work, firm)
    told = []
    for days in (60, 30, 7):
        clock.move_to(beijing(last_day - timedelta(days=days)) - timedelta(seconds=1))
        assert jobs.sweep(here) == 0
        clock.advance(timedelta(seconds=1))
        assert jobs.sweep(here) == 1
        told.append(days)
        with working(here, delegate) as work:
            assert reminded(work, ReminderSubject.QUALIFICATION) == told
    with working(here, delegate) as work:
        renewal = a_qualification(work.today, number=row.number, valid_from_on=date(2026, 8, 1))
        actions.add_qualification(work, queries.own(work), renewal)
        work.session.flush()
        found = list(endings(work, queries.own(work)))
        assert [one.subject for one in found] == [ReminderSubject.DORMANCY]


@pytest.mark.parametrize(
    ("left", "stage"), [(61, None), (60, 60), (31, 60), (30, 30), (7, 7), (0, 7), (-1, None)]
)
def test_the_stage_is_the_nearest_reached(left, stage):
    end = date(2026, 8, 31)
    assert stage_due((60, 30, 7), end, end - timedelta(days=left)) == stage


def test_a_pause_has_reasons_and_ends_with_reasons(here, clock, working):
    firm, delegate = a_listed_firm(here, clock)
    with working(here, an_operator(here)) as work:
        found = queries.for_check(work, firm.id)
        with pytest.raises(WordsMissingError):
            actions.pause(work, found, " ")
        actions.pause(work, found, WHY)
        assert found.state is FirmState.PAUSED
        assert queries.offering(work, ITEM) == []
        assert queries.checks(work, firm.id)[0].comment == WHY
        with pytest.raises(IllegalFirmMoveError):
            actions.pause(work, found, WHY)
        actions.resume(work, found, "已恢复联系，核对无误")
        assert [one.id for one in queries.offering(work, ITEM)] == [firm.id]
    assert state_of(here, working, delegate) is FirmState.LISTED


def test_a_removal_is_told_heard_and_takes_effect_after_its_days(here, clock, working):
    firm, delegate = a_listed_firm(here, clock)
    with working(here, an_operator(here)) as work:
        found = queries.for_check(work, firm.id)
        row = actions.notify_removal(work, found, WHY)
        assert row.effective_at == beijing(date(2026, 3, 18))  # five working days
        with pytest.raises(RemovalPendingError):
            actions.notify_removal(work, found, WHY)
    with working(here, delegate) as work:
        actions.answer_removal(work, queries.own(work), "电话已更换，请再核实")
    clock.move_to(beijing(date(2026, 3, 18)) - timedelta(seconds=1))
    jobs.sweep(here)
    assert state_of(here, working, delegate) is FirmState.LISTED
    clock.move_to(beijing(date(2026, 3, 18)))
    jobs.sweep(here)
    with working(here, delegate) as work:
        found = queries.own(work)
        assert found.state is FirmState.REMOVED
        assert queries_entry.last_removal(work, found).state is RemovalState.DONE
        with pytest.raises(ReapplyEarlyError, match="2027-03-18"):
            actions.reapply(work, found)
    clock.move_to(beijing(date(2027, 3, 18)))
    with working(here, delegate) as work:
        found = queries.own(work)
        actions.reapply(work, found)
        assert found.state is FirmState.DRAFT


def test_a_notice_dropped_or_outrun_removes_nobody(fast_here, clock, working):
    dropped, first = a_listed_firm(fast_here, clock)
    left, second = a_listed_firm(fast_here, clock)
    with working(fast_here, an_operator(fast_here)) as work:
        for firm in (dropped, left):
            actions.notify_removal(work, queries.for_check(work, firm.id), WHY)
        found = queries.for_check(work, dropped.id)
        actions.drop_removal(work, found, "陈述理由成立")
        with pytest.raises(NoRemovalError):
            actions.drop_removal(work, found, "陈述理由成立")
    with working(fast_here, second) as work:
        actions.leave(work, queries.own(work))
    clock.advance(timedelta(days=20))
    for _ in range(2):
        jobs.sweep(fast_here)
    assert jobs.sweep(fast_here) == 0
    assert state_of(fast_here, working, first) is FirmState.LISTED
    assert state_of(fast_here, working, second) is FirmState.LEFT
    with working(fast_here, second) as work, pytest.raises(NoRemovalError):
        actions.answer_removal(work, queries.own(work), "我们已经退出了")


@pytest.mark.parametrize("make", [a_submitted_firm, a_public_firm, a_filled_in_firm])
def test_only_a_settled_firm_is_paused_or_removed(fast_here, working, make):
    firm, _ = make(fast_here)
    with working(fast_here, an_operator(fast_here)) as work:
        found = queries.firm_by_id(work, firm.id)
        with pytest.raises(IllegalFirmMoveError):
            actions.pause(work, found, WHY)
        with pytest.raises(IllegalFirmMoveError):
            actions.notify_removal(work, found, WHY)


def test_pause_removal_and_waking_in_the_browser(fast_here, clock, working, sign_in):
    firm, delegate = a_listed_firm(fast_here, clock)
    clerk, browser = sign_in(an_operator(fast_here)), sign_in(delegate)
    desk = f"/firm-checks/{firm.id}/ends"
    assert clerk.get(desk).status_code == 200
    assert clerk.post(desk, data={"deed": "resume", "why": WHY}).status_code == 422
    assert clerk.post(desk, data={"deed": "pause", "why": WHY}).status_code == 303
    assert "本机构被运营机构暂停" in browser.get("/firm").text
    assert WHY in browser.get("/workbench").text
    assert "被运营机构暂停" in browser.get(f"/firms/{firm.code}").text
    assert clerk.post(desk, data={"deed": "resume", "why": WHY}).status_code == 303
    assert clerk.post(desk, data={"deed": "notify", "why": WHY}).status_code == 303
    assert "请陈述申辩" in browser.get("/workbench").text
    assert browser.post("/firm/removal", data={"words": "请再核实一次"}).status_code == 303
    assert "请再核实一次" in clerk.get(desk).text
    assert clerk.post(desk, data={"deed": "drop", "why": WHY}).status_code == 303
    assert browser.get("/firm/removal").status_code == 409
    with working(fast_here, delegate) as work:
        queries.own(work).state = FirmState.DORMANT
    assert "一键恢复" in browser.get("/firm").text
    assert browser.post("/firm/wake").status_code == 303
    assert state_of(fast_here, working, delegate) is FirmState.LISTED
