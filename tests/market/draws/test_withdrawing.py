"""Withdrawing a notice takes two people of its owner, before the close, and never afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product

import pytest

from market.access import OrgKind, Role
from market.draws import actions, jobs
from market.draws.errors import DrawUnstoppableError
from market.draws.rules import DrawState
from market.errors import ConflictError, MarketError, MissingError, SeparationOfDutiesError
from market.needs.changes import actions as changes
from market.needs.errors import NoReasonError, VagueReasonError
from market.needs.queries import by_id, own
from market.needs.record.rules import CancelGround
from market.needs.rules import NeedState
from market.needs.withdrawals import actions as withdrawals
from market.needs.withdrawals.actions import WithdrawalWaitingError
from market.needs.withdrawals.model import NeedWithdrawal
from market.needs.withdrawals.rules import (
    MOVES,
    WithdrawalMove,
    WithdrawalOverError,
    WithdrawalState,
    advance,
)
from market.web.once import fresh_key
from tests.market.factories.accounts import sign_in
from tests.market.factories.draws import City, a_city, an_open_draw, enrol
from tests.market.factories.firms import PASSWORD, Person, a_person
from tests.market.needs.test_changes import approve as approve_change
from tests.market.needs.test_changes import propose as propose_change

WHY = "项目资金计划调整，暂缓实施"


@pytest.fixture
def city(fast_here, clock) -> City:
    """A city on SQLite."""
    return a_city(fast_here, clock)


def ask(city: City, draw, person: Person | None = None, why: str = WHY, **differences) -> int:
    with city.work(person or city.clerk) as work:
        need = own(work, draw.need_id)
        return actions.ask_withdrawal(work, need, why, **differences).id


def confirm(city: City, draw, asked: int, person: Person | None = None) -> None:
    with city.work(person or city.approver) as work:
        actions.withdraw_need(work, own(work, draw.need_id), asked)


def state_of(city: City, asked: int) -> WithdrawalState:
    with city.reading() as work:
        return work.session.get_one(NeedWithdrawal, asked).state


def states(city: City, draw) -> tuple[DrawState, NeedState]:
    return city.draw(draw.id).state, city.need(draw.id).state


@pytest.mark.parametrize(("state", "move"), list(product(WithdrawalState, WithdrawalMove)))
def test_every_move_from_every_state(state, move):
    if (state, move) in MOVES:
        assert advance(state, move) is MOVES[state, move]
    else:
        with pytest.raises(WithdrawalOverError):
            advance(state, move)


def test_one_person_asks_and_nothing_ends_until_another_confirms(city):
    draw = an_open_draw(city)
    enrol(city, draw)
    asked = ask(city, draw)
    assert states(city, draw) == (DrawState.OPEN, NeedState.OPEN)
    confirm(city, draw, asked)
    assert states(city, draw) == (DrawState.VOID, NeedState.WITHDRAWN)
    assert state_of(city, asked) is WithdrawalState.CONFIRMED
    with pytest.raises(WithdrawalOverError):
        confirm(city, draw, asked)


def test_whoever_asked_does_not_decide_though_the_role_would_let_it(city):
    draw = an_open_draw(city)
    code = city.clerk.actor.org_code or ""
    both = a_person(city.here, OrgKind.OWNER, Role.OWNER_APPROVER, code=code)
    asked = ask(city, draw, both)
    with pytest.raises(SeparationOfDutiesError):
        confirm(city, draw, asked, both)
    with city.work(both) as work, pytest.raises(SeparationOfDutiesError):
        withdrawals.refuse(work, own(work, draw.need_id), asked, "不同意撤回，继续公告")
    assert states(city, draw) == (DrawState.OPEN, NeedState.OPEN)


def test_a_request_needs_a_reason_and_there_is_one_at_a_time(city):
    draw = an_open_draw(city)
    with pytest.raises(NoReasonError):
        ask(city, draw, why="")
    with pytest.raises(VagueReasonError):
        ask(city, draw, why="其他其他其他其他其他其他", ground=CancelGround.OTHER)
    asked = ask(city, draw)
    with pytest.raises(WithdrawalWaitingError):
        ask(city, draw)
    with city.work(city.approver) as work:
        withdrawals.refuse(work, own(work, draw.need_id), asked, "资金已经落实，继续公告")
    assert state_of(city, asked) is WithdrawalState.REFUSED
    again = ask(city, draw)
    with city.work(city.clerk) as work:
        withdrawals.take_back(work, own(work, draw.need_id), again)
    with pytest.raises(WithdrawalOverError):
        confirm(city, draw, again)
    assert states(city, draw) == (DrawState.OPEN, NeedState.OPEN)


def test_a_request_of_one_need_does_not_withdraw_another(city):
    one, other = an_open_draw(city), an_open_draw(city)
    asked = ask(city, one)
    with pytest.raises(MissingError):
        confirm(city, other, asked)


def test_what_nobody_confirmed_before_the_close_has_lapsed(city):
    draw = an_open_draw(city)
    enrol(city, draw)
    asked = ask(city, draw)
    city.clock.move_to(draw.enrol_close_at)
    with pytest.raises(DrawUnstoppableError):
        confirm(city, draw, asked)
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.FROZEN
    assert state_of(city, asked) is WithdrawalState.LAPSED
    with pytest.raises(DrawUnstoppableError):
        ask(city, draw)


def test_a_changed_notice_takes_the_request_with_it(city):
    draw = an_open_draw(city)
    need = city.need(draw.id)
    asked = ask(city, draw)
    change = propose_change(city, need)
    approve_change(city, need, change)
    with city.work(city.operator) as work:
        actions.change_notice(work, by_id(work, need.id), change.id)
    assert state_of(city, asked) is WithdrawalState.LAPSED
    with city.work(city.clerk) as work, pytest.raises(MarketError):
        changes.take_back(work, own(work, need.id), change.id)


def test_a_confirmation_in_the_last_second_and_the_freeze_exclude_each_other(here, clock):
    """Someone confirms with a clock that reads the last second, while the list is frozen."""
    city = a_city(here, clock, firms=3)
    for round_no in range(4):
        draw = an_open_draw(city)
        enrol(city, draw)
        asked = ask(city, draw)
        clock.move_to(draw.enrol_close_at - timedelta(seconds=1))
        with ThreadPoolExecutor(2) as pool:
            deciding = pool.submit(_confirmed, city, draw, asked)
            clock.move_to(draw.enrol_close_at)
            freezing = pool.submit(jobs.run_due, city.here)
            freezing.result()
            confirmed = deciding.result()
        jobs.run_due(city.here)
        expected = (
            ((DrawState.VOID, NeedState.WITHDRAWN), WithdrawalState.CONFIRMED)
            if confirmed
            else ((DrawState.FROZEN, NeedState.DRAWING), WithdrawalState.LAPSED)
        )
        assert (states(city, draw), state_of(city, asked)) == expected, round_no


def _confirmed(city: City, draw, asked: int) -> bool:
    try:
        confirm(city, draw, asked)
    except (MarketError, ConflictError):
        return False
    return True


def test_the_page_of_a_request(city, app):
    draw = an_open_draw(city)
    clerk, approver = browser_of(app, city.clerk), browser_of(app, city.approver)
    at = f"/draws/withdraw/{draw.need_id}"
    assert at in clerk.get(f"/needs/{draw.need_id}/own").text
    assert "没有待审批的撤回申请" in approver.get(at).text
    said = {"ground": "other", "reason": WHY}
    assert clerk.post(at, data=key() | {"ground": "other", "reason": ""}).status_code in {409, 422}
    assert clerk.post(at, data=key() | said).status_code == 303
    mine = clerk.get(at).text
    assert "收回申请" in mine
    assert "同意撤回公告" not in mine
    assert "有一项撤回公告的申请待审批" in approver.get(f"/needs/{draw.need_id}/own").text
    assert "审批撤回公告" in approver.get("/workbench").text
    page = approver.get(at).text
    assert WHY in page
    assert "同意撤回公告" in page
    with city.reading() as work:
        (row,) = work.session.query(NeedWithdrawal).all()
    assert clerk.post(f"{at}/{row.id}/confirm", data=key()).status_code == 403
    assert approver.post(f"{at}/{row.id}/refuse", data=key() | {"reason": ""}).status_code == 422
    assert approver.post(f"{at}/{row.id}/confirm", data=key()).status_code == 303
    assert "公告已经撤回" in approver.get(at).text
    assert WHY in clerk.get(f"/needs/{city.need(draw.id).number}").text
    assert "查看撤回申请" in clerk.get(f"/needs/{draw.need_id}/own").text


def browser_of(app, person: Person):
    client = app.test_client()
    sign_in(client, person.user, PASSWORD)
    return client


def key() -> dict[str, str]:
    return {"request_key": fresh_key()}
