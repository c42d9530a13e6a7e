"""An earlier day moves time onto the other side's account only once that side confirms it."""

from io import BytesIO
from itertools import product

import pytest

from market.calendar import default_calendar
from market.clock import beijing, beijing_day
from market.clocks import jobs, late
from market.clocks import queries as clocks
from market.clocks.errors import LateEntryError
from market.clocks.rules import EventOrderError, Party
from market.contracts import actions
from market.contracts.claims import actions as claims
from market.contracts.claims.errors import NoDenialError
from market.contracts.claims.queries import of_rounds
from market.contracts.claims.rules import (
    ClaimMove,
    ClaimState,
    IllegalClaimMoveError,
    advance,
)
from tests.market.contracts.test_views import as_, own, seen
from tests.market.factories.contracts import a_contract, a_file, a_pdf


def day_of(agreed, working_days):
    """Return a working day so many after the contract was confirmed."""
    first = beijing_day(agreed.contract().confirmed_at)
    return default_calendar().add_working_days(first, working_days)


def at(day):
    return beijing(day, 10)


def used(agreed):
    with agreed.work() as work:
        return clocks.statement(work, agreed.clock()).accounts


def delivered(here, clock):
    """Return a contract whose firm enters on its 4th day what it says to have done on the 2nd."""
    agreed = a_contract(here, clock)
    clock.move_to(at(day_of(agreed, 1)))
    agreed.hand_over()
    deliver(agreed, clock, entered_on=day_of(agreed, 4), done_on=day_of(agreed, 2))
    return agreed


def deliver(agreed, clock, *, entered_on, done_on):
    """Let the firm enter a round on a day, and say that it was done on another."""
    clock.move_to(at(entered_on))

    def deed(work, contract):
        stored = a_file(agreed.here, work, "成果.pdf")
        actions.deliver(work, contract, stored, "", happened_on=done_on)

    agreed.do(agreed.firm, deed)


def answer(agreed, *, agree, words=""):
    agreed.do(agreed.owner, lambda work, c: claims.answer(work, c, agree=agree, words=words))


def shares(agreed):
    accounts = used(agreed)
    return accounts[Party.FIRM], accounts[Party.OWNER]


def state_of(agreed):
    with agreed.work() as work:
        (one,) = of_rounds(work, agreed.contract()).values()
        return one.state


def test_a_claimed_day_moves_time_once_the_owner_confirms_it(here, clock):
    agreed = delivered(here, clock)
    # The day on which it was handed over does not count; then the firm had it on three days.
    assert shares(agreed) == (3, 0)
    clock.move_to(at(day_of(agreed, 6)))
    assert shares(agreed) == (3, 2)
    answer(agreed, agree=True)
    assert shares(agreed) == (1, 4)
    assert state_of(agreed) is ClaimState.CONFIRMED
    with pytest.raises(IllegalClaimMoveError):
        answer(agreed, agree=True)
    assert shares(agreed) == (1, 4)


def test_a_claimed_day_that_is_denied_or_left_moves_nothing(here, clock):
    agreed = delivered(here, clock)
    with pytest.raises(NoDenialError):
        answer(agreed, agree=False, words="没有")
    answer(agreed, agree=False, words="当日没有收到任何材料")
    clock.move_to(at(day_of(agreed, 6)))
    assert (shares(agreed), state_of(agreed)) == ((3, 2), ClaimState.DENIED)
    with pytest.raises(IllegalClaimMoveError):
        answer(agreed, agree=True)


def test_a_day_is_confirmed_after_the_return_and_counts_until_the_entry(here, clock):
    agreed = delivered(here, clock)
    clock.move_to(at(day_of(agreed, 5)))
    agreed.return_work()
    clock.move_to(at(day_of(agreed, 7)))
    assert shares(agreed) == (5, 1)
    answer(agreed, agree=True)
    assert shares(agreed) == (3, 3)


def test_a_day_nobody_confirmed_ends_with_the_contract(here, clock):
    agreed = delivered(here, clock)
    agreed.do(agreed.owner, actions.accept)
    assert state_of(agreed) is ClaimState.MOOT
    with pytest.raises(IllegalClaimMoveError):
        answer(agreed, agree=True)


def test_an_overdue_firm_gains_no_day_by_itself(here, clock):
    agreed = a_contract(here, clock)
    clock.move_to(at(day_of(agreed, 1)))
    agreed.hand_over()
    limit = agreed.contract().service_working_days
    entered, said = day_of(agreed, limit + 2), day_of(agreed, limit - 2)
    deliver(agreed, clock, entered_on=entered, done_on=said)
    assert used(agreed)[Party.FIRM] == limit + 1
    assert used(agreed)[Party.OWNER] == 0


def test_what_cannot_have_been_that_day_is_refused(here, clock):
    agreed = a_contract(here, clock)
    days = [day_of(agreed, number) for number in range(13)]
    clock.move_to(at(days[1]))
    agreed.hand_over()
    for wrong in (days[0], days[10]):
        with pytest.raises((EventOrderError, LateEntryError)):
            deliver(agreed, clock, entered_on=days[9], done_on=wrong)
    with pytest.raises(LateEntryError, match="5 个工作日"):
        deliver(agreed, clock, entered_on=days[9], done_on=days[3])
    deliver(agreed, clock, entered_on=days[9], done_on=days[4])


@pytest.mark.parametrize(("state", "move"), list(product(ClaimState, ClaimMove)))
def test_every_state_and_move(state, move):
    if state is ClaimState.OPEN:
        assert (
            advance(state, move)
            is {
                ClaimMove.CONFIRM: ClaimState.CONFIRMED,
                ClaimMove.DENY: ClaimState.DENIED,
                ClaimMove.OVERTAKE: ClaimState.MOOT,
            }[move]
        )
    else:
        with pytest.raises(IllegalClaimMoveError):
            advance(state, move)


def test_the_owner_answers_on_a_page_and_both_times_are_public(app, fast_here, clock):
    agreed = a_contract(fast_here, clock)
    days = [day_of(agreed, number) for number in range(1, 6)]
    clock.move_to(at(days[0]))
    agreed.hand_over()
    clock.move_to(at(days[3]))
    firm, owner = as_(app, agreed.firm), as_(app, agreed.owner)
    for place, person in (("/materials", owner), ("/review", owner)):
        assert 'name="happened_on"' not in person.get(own(agreed, place)).text
    data = lambda: {"file": (BytesIO(a_pdf()), "成果.pdf")}  # noqa: E731
    future = seen(agreed, **data(), happened_on=str(days[4]))
    refused = firm.post(own(agreed, "/deliver"), data=future)
    assert (refused.status_code, "不晚于现在" in refused.text) == (409, True)
    typed = seen(agreed, **data(), happened_on=str(days[1]))
    assert firm.post(own(agreed, "/deliver"), data=typed).status_code == 303
    assert "确认中介机构自称的提交日期" in owner.get("/workbench").text
    page = owner.get(own(agreed, "/claim")).text
    assert str(days[1]) in page
    assert str(days[3]) in page
    assert firm.get(own(agreed, "/claim")).status_code in {403, 404}
    public = app.test_client().get(f"/contracts/{agreed.contract().number}").text
    assert f"自称 {days[1]} 已提交" in public
    agreed_to = seen(agreed, decision="agree", words="")
    assert owner.post(own(agreed, "/claim"), data=agreed_to).status_code == 303
    shown = app.test_client().get(f"/clocks/{agreed.clock().id}").text
    assert "补登" in shown
    assert str(days[1]) in shown
    assert "确认中介机构自称的提交日期" not in owner.get("/workbench").text


def test_a_claimed_day_marks_a_card_only_once_the_owner_confirms_it(here, clock):
    agreed = a_contract(here, clock)
    clock.move_to(at(day_of(agreed, 1)))
    agreed.hand_over()
    limit = agreed.contract().service_working_days
    clock.move_to(at(day_of(agreed, limit + 2)))
    jobs.sweep(here)
    deliver(agreed, clock, entered_on=day_of(agreed, limit + 3), done_on=day_of(agreed, limit - 2))

    def marked():
        with agreed.work() as work:
            found = agreed.clock()
            dealt = clocks.cards_of(work, found)
            assert dealt
            return late.overtaken(clocks.stretches(work, found), dealt)

    assert marked() == frozenset()
    answer(agreed, agree=True)
    assert marked() != frozenset()
