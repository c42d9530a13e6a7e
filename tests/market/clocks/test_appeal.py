"""A refused suspension goes to the operator: who would bear the days has not the last word."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from market.calendar import default_calendar
from market.clock import BEIJING, beijing, beijing_day
from market.clocks import actions as clocks
from market.clocks import jobs as clock_jobs
from market.clocks import queries
from market.clocks.appeal import actions, terms
from market.clocks.appeal.rules import (
    AppealedError,
    AppealLateError,
    AppealShortError,
    NoAppealError,
    RejoinderShortError,
    UnheardError,
    appeal_until,
    check_appeal,
)
from market.clocks.errors import AnswerLateError, RequestOpenError
from market.clocks.rules import (
    ClockState,
    NotHoldersTimeError,
    Party,
    SuspensionCapError,
    SuspensionReason,
    SuspensionState,
)
from market.errors import MissingError
from market.messages.model import Message
from tests.market.clocks.test_views import as_
from tests.market.factories.clocks import a_clock

CALENDAR = default_calendar()
WHY = "现场照片和拆迁通知可以证明测点仍然无法布设。"
SAID = "照片是上月拍的，拆迁已于本月初完成，见验收单。"
DAY = timedelta(days=1)


@pytest.fixture
def refused(here):
    """A request that the owner refused."""
    timed = a_clock(here, limit=20)
    request_id = timed.request()
    timed.answer(request_id, agree=False)
    return timed, request_id


def appeal(timed, request_id, actor=None, why=WHY):
    with timed.work(actor or timed.firm) as work:
        clock = queries.by_id(work, timed.clock_id)
        actions.appeal(work, clock, queries.suspension(work, clock, request_id), why)


def rejoin(timed, request_id, actor=None, text=SAID):
    with timed.work(actor or timed.owner) as work:
        clock = queries.by_id(work, timed.clock_id)
        actions.rejoin(work, clock, queries.suspension(work, clock, request_id), text)


def until(timed, request_id):
    with timed.work() as work:
        clock = queries.by_id(work, timed.clock_id)
        return terms.appeal_by(work, clock, queries.suspension(work, clock, request_id))


@pytest.mark.parametrize("state", list(SuspensionState))
@pytest.mark.parametrize("by_side", [True, False])
@pytest.mark.parametrize("appealed", [True, False])
def test_only_what_the_other_side_refused_goes_there_once_and_in_time(
    clock, state, by_side, appealed
):
    facts = {"by_side": by_side, "appealed": appealed, "by_at": clock()}
    if state is SuspensionState.REFUSED and by_side and not appealed:
        check_appeal(state, now=clock() - DAY, **facts)
        with pytest.raises(AppealLateError):
            check_appeal(state, now=clock(), **facts)
    else:
        with pytest.raises(AppealedError):
            check_appeal(state, now=clock() - DAY, **facts)


def test_the_operator_decides_and_the_time_since_the_request_is_whose_it_was(refused):
    timed, request_id = refused
    asked_at = timed.suspension(request_id).requested_at
    timed.here.clock.advance(DAY)
    appeal(timed, request_id)
    found = timed.suspension(request_id)
    assert (found.state, found.appeal) == (SuspensionState.ESCALATED, WHY)
    assert (found.refusal, found.answer) == ("现场已具备条件，不同意。", None)
    assert timed.clock().state is ClockState.RUNNING
    by_at = queries.decide_by(timed.clock(), found)
    assert by_at == CALENDAR.due_at(beijing_day(timed.here.clock()), 2)
    with pytest.raises(AnswerLateError):
        timed.answer(request_id)
    rejoin(timed, request_id)
    timed.answer(request_id, timed.operator)
    with timed.work() as work:
        last = queries.events_of(work, queries.by_id(work, timed.clock_id))[-1]
    assert (last.party, last.happened_at) == (Party.OWNER, asked_at)
    assert timed.clock().state is ClockState.SUSPENDED
    assert timed.suspension(request_id).refusal == "现场已具备条件，不同意。"


def test_what_the_operator_refused_is_refused(refused):
    timed, request_id = refused
    appeal(timed, request_id)
    rejoin(timed, request_id)
    timed.answer(request_id, timed.operator, agree=False)
    assert timed.suspension(request_id).state is SuspensionState.REFUSED
    with pytest.raises(AppealedError):
        appeal(timed, request_id)
    with timed.work() as work:
        told = list(work.session.scalars(select(Message.once).order_by(Message.id)))
    sides = (timed.firm.org_id, timed.owner.org_id)
    assert told == [
        f"suspension:{request_id}:asked",
        f"suspension:{request_id}:refused",
        f"suspension:{request_id}:appealed",
        f"suspension:{request_id}:rejoined",
        *(f"suspension:{request_id}:refused:appealed:{org_id}" for org_id in sides),
    ]


def test_nobody_grants_days_that_another_suspension_has_used_since(here):
    timed = a_clock(here, limit=20)
    refused = timed.request(working_days=10)  # all that the cap of the reason leaves
    timed.answer(refused, agree=False)
    granted = timed.request(working_days=2)
    timed.answer(granted)
    here.clock.advance(DAY)
    timed.resume(granted)
    with pytest.raises(SuspensionCapError):
        appeal(timed, refused)


def test_it_is_too_late_after_its_days_and_says_until_when(refused):
    timed, request_id = refused
    by_at = until(timed, request_id)
    assert by_at == CALENDAR.due_at(beijing_day(timed.here.clock()), 2)
    timed.here.clock.move_to(by_at)
    with pytest.raises(AppealLateError):
        appeal(timed, request_id)


def test_who_may_not_and_what_may_not(refused):
    timed, request_id = refused
    for other in (timed.owner, timed.operator):
        with pytest.raises(MissingError):
            appeal(timed, request_id, other)
    with pytest.raises(AppealShortError):
        appeal(timed, request_id, why="不对")
    second = timed.request(reason=SuspensionReason.OWNER_CHANGE)
    with pytest.raises(RequestOpenError):
        appeal(timed, request_id)
    timed.answer(second, agree=False)
    timed.hand_to(Party.OWNER)
    with pytest.raises(NotHoldersTimeError):
        appeal(timed, request_id)


def test_the_next_step_is_on_the_page_and_on_the_operators_desk(app, fast_here):
    timed = a_clock(fast_here, limit=20)
    request_id = timed.request()
    timed.answer(request_id, agree=False)
    firm, owner = as_(app, timed.firm_user), as_(app, timed.owner_user)
    operator = as_(app, timed.operator_user)
    page = f"/clocks/{timed.clock_id}"
    path = f"{page}/suspensions/{request_id}/appeal"
    assert path in firm.get(page).text
    for other in (owner, operator):
        assert path not in other.get(page).text
    assert owner.get(path).status_code == 404
    assert operator.get(path).status_code == 403
    assert "申请裁定的期限" in firm.get(path).text
    assert firm.post(path, data={"why": "不对"}).status_code == 409
    assert firm.post(path, data={"why": WHY}).status_code == 303
    assert WHY in app.test_client().get(page).text
    assert "裁定对方未同意的挂起申请" in operator.get("/workbench").text
    decide = operator.get(f"{page}/suspensions/{request_id}/decide").text
    assert WHY in decide
    assert "现场已具备条件，不同意。" in decide
    assert "您方说明" not in decide
    assert "现在还不由您决定" in decide
    assert "现在不能申请裁定" in firm.get(path).text


def test_the_side_that_refused_reads_the_new_reasons_and_answers_them_on_its_page(app, fast_here):
    timed = a_clock(fast_here, limit=20)
    request_id = timed.request()
    timed.answer(request_id, agree=False)
    firm, owner = as_(app, timed.firm_user), as_(app, timed.owner_user)
    assert "对方不同意挂起，可以请运营机构裁定" in firm.get("/workbench").text
    appeal(timed, request_id)
    assert "对方不同意挂起，可以请运营机构裁定" not in firm.get("/workbench").text
    page = f"/clocks/{timed.clock_id}"
    path = f"{page}/suspensions/{request_id}/rejoin"
    assert "对裁定请求作出说明" in owner.get("/workbench").text
    assert path in owner.get(page).text
    assert WHY in owner.get(path).text
    assert (firm.get(path).status_code, firm.post(path, data={"text": SAID}).status_code) == (
        404,
        404,
    )
    assert owner.post(path, data={"text": "不对"}).status_code == 409
    assert owner.post(path, data={"text": SAID}).status_code == 303
    assert owner.post(path, data={"text": SAID}).status_code == 409
    operator, decide = as_(app, timed.operator_user), f"{page}/suspensions/{request_id}/decide"
    assert SAID in operator.get(decide).text
    assert operator.post(decide, data={"decision": "agree"}).status_code in {409, 422}
    ruling = {"decision": "agree", "answer": "照片所示与现场核对一致。"}
    assert operator.post(decide, data=ruling).status_code == 303
    public = app.test_client().get(page).text
    for words in (WHY, SAID, ruling["answer"], "（运营机构）决定"):
        assert words in public, words


def test_nobody_decides_before_the_other_side_spoke_or_let_its_day_pass(refused):
    timed, request_id = refused
    with pytest.raises(NoAppealError):
        rejoin(timed, request_id)
    appeal(timed, request_id)
    for agree in (True, False):
        with pytest.raises(UnheardError):
            timed.answer(request_id, timed.operator, agree=agree)
    for other in (timed.firm, timed.operator):
        with pytest.raises(MissingError):
            rejoin(timed, request_id, other)
    with pytest.raises(RejoinderShortError):
        rejoin(timed, request_id, text="不对")
    by_at = timed.suspension(request_id).rejoin_by_at
    assert by_at < queries.decide_by(timed.clock(), timed.suspension(request_id))
    timed.here.clock.move_to(by_at)
    timed.answer(request_id, timed.operator, agree=False)
    with pytest.raises(NoAppealError):
        rejoin(timed, request_id)


def test_the_term_of_one_refusal_does_not_run_out_while_another_is_decided(refused):
    timed, first = refused
    second = timed.request(reason=SuspensionReason.OWNER_CHANGE)
    timed.answer(second, agree=False)
    appeal(timed, first)
    with pytest.raises(RequestOpenError) as caught:
        appeal(timed, second)
    assert "现场不具备条件" in str(caught.value)
    assert until(timed, second) is None
    timed.here.clock.advance(7 * DAY)  # the operator is late
    clock_jobs.sweep(timed.here)
    with pytest.raises(RequestOpenError):
        appeal(timed, second)
    timed.answer(first, timed.operator, agree=False)
    decided_on = beijing_day(timed.here.clock())
    assert until(timed, second) == CALENDAR.due_at(decided_on, 2)
    appeal(timed, second)
    assert timed.suspension(second).state is SuspensionState.ESCALATED


@pytest.mark.parametrize("days", [1, 3])
def test_the_term_does_not_run_while_time_passes_on_another_account(refused, days):
    timed, request_id = refused
    said = until(timed, request_id)
    timed.hand_to(Party.OWNER)
    assert until(timed, request_id) is None
    timed.here.clock.move_to(said + days * DAY + DAY / 2)
    with pytest.raises(NotHoldersTimeError):
        appeal(timed, request_id)
    timed.hand_to(Party.FIRM)
    assert until(timed, request_id) == CALENDAR.due_at(beijing_day(timed.here.clock()), 2)
    appeal(timed, request_id)
    assert timed.suspension(request_id).state is SuspensionState.ESCALATED


def test_a_term_that_is_over_does_not_come_back_with_the_clock(refused):
    timed, request_id = refused
    said = until(timed, request_id)
    timed.here.clock.move_to(said)
    timed.hand_to(Party.OWNER)
    timed.hand_to(Party.FIRM)
    assert until(timed, request_id) == said
    with pytest.raises(AppealLateError):
        appeal(timed, request_id)


def test_a_refusal_while_the_clock_is_away_says_the_earliest_end_of_the_term(here):
    timed = a_clock(here, limit=20)
    request_id = timed.request()
    with timed.work() as work:
        clock = queries.by_id(work, timed.clock_id)
        clocks.hand_to(work, clock, Party.REVIEWER, "", keeps=True)
    here.clock.advance(DAY)
    timed.answer(request_id, agree=False)
    assert until(timed, request_id) is None
    with timed.work() as work:
        kind = work.session.scalars(select(Message).order_by(Message.id.desc())).first()
    said = timed.suspension(request_id).appeal_by_at
    assert f"{said.astimezone(BEIJING) - DAY:%Y-%m-%d}" in kind.facts
    here.clock.advance(9 * DAY)
    timed.hand_to(Party.FIRM)
    assert until(timed, request_id) == CALENDAR.due_at(beijing_day(here.clock()), 2)


def at(day):
    return beijing(date(2026, 3, day), 9)


@pytest.mark.parametrize(
    ("others", "by"),
    [
        ([], 4),
        ([(at(1), at(1))], 4),  # done before the refusal
        ([(at(1), None)], None),
        ([(at(3), None)], None),
        ([(at(3), at(3))], 5),
        ([(at(3), at(9))], 11),
        ([(at(4), None)], 4),  # began when the term was over
        ([(at(10), None), (at(3), at(9))], None),
        ([(at(11), None), (at(3), at(9))], 11),
    ],
)
def test_until_when_a_refusal_may_be_appealed_beside_other_requests(others, by):
    found = appeal_until(at(2), others, lambda since_at: since_at + 2 * DAY)
    assert found == (None if by is None else at(by))
