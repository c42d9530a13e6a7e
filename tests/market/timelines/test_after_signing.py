"""The city's headline counts from signing until the money: no day of the owner is left out."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from market.accounts.queries import organisation
from market.calendar import default_calendar
from market.clock import beijing_day
from market.clocks import whose
from market.clocks.model import Clock
from market.clocks.rules import Party, Stage
from market.draws.queries import award_at
from market.needs.model import Need
from market.objections.actions.holding import go_on, hold_for
from market.payments import jobs as payment_jobs
from market.timelines.after_signing import together, without
from market.timelines.queries import timeline
from market.timelines.rules import Account, Step
from tests.market.factories.contracts import a_contract, a_running_contract
from tests.market.factories.payments import a_payment, an_invoice, answered

CALENDAR = default_calendar()


@pytest.fixture
def here(fast_here):
    return fast_here


def shares_of(agreed, groups=frozenset()):
    with agreed.work() as work:
        return {share.party: share for share in whose.shares(work, None, groups)}


def line_of(agreed):
    with agreed.work() as work:
        return timeline(work, work.session.get_one(Need, agreed.contract().need_id).number)


def test_an_owner_that_hands_nothing_over_is_in_the_headline(here, clock):
    agreed = a_contract(here, clock)
    clock.advance(timedelta(days=40))
    owner = shares_of(agreed)[Party.OWNER]
    waiting = owner.by_stage[Stage.MATERIALS]
    assert waiting == line_of(agreed).spans[-1].working_days > 20
    assert (owner.working_days, owner.total, owner.per_cent) == (waiting, waiting, 100)
    agreed.hand_over()
    clock.advance(timedelta(days=9))
    shares = shares_of(agreed)
    assert shares[Party.OWNER].by_stage[Stage.MATERIALS] == waiting
    assert shares[Party.FIRM].by_stage[Stage.SERVICE] > 0
    assert shares[Party.FIRM].by_stage[Stage.MATERIALS] == 0
    assert sum(share.working_days for share in shares.values()) == shares[Party.OWNER].total
    since = agreed.contract().confirmed_at
    whole = CALENDAR.working_days_between(beijing_day(since), beijing_day(clock()))
    assert shares[Party.OWNER].total in {whole, whole + 1}


def test_the_headline_says_what_the_timeline_says(here, clock):
    agreed = a_contract(here, clock)
    clock.advance(timedelta(days=11))
    agreed.hand_over()
    clock.advance(timedelta(days=6))
    agreed.deliver()
    clock.advance(timedelta(days=4))
    used, shares = line_of(agreed).used, shares_of(agreed)
    assert used[Account.OWNER] == shares[Party.OWNER].working_days
    assert shares[Party.FIRM].working_days > 0


def test_while_the_award_stands_still_nobody_waits_for_the_owner(here, clock):
    agreed = a_contract(here, clock)
    clock.advance(timedelta(days=5, hours=10))
    before = shares_of(agreed)[Party.OWNER].working_days
    with agreed.work() as work:
        hold_for(work, award_at(work, agreed.contract().award_id), "TS-2026-000001")
    clock.advance(timedelta(days=21))
    during = shares_of(agreed)[Party.OWNER].working_days
    assert during == before
    assert during == line_of(agreed).used[Account.OWNER]
    with agreed.work() as work:
        go_on(work, award_at(work, agreed.contract().award_id))
    clock.advance(timedelta(days=7))
    after = shares_of(agreed)[Party.OWNER].working_days
    assert after == line_of(agreed).used[Account.OWNER] > during


def test_money_that_is_due_and_not_paid_is_the_owner_s_time(here, clock):
    agreed = a_running_contract(here, clock)
    agreed.deliver()
    agreed.accept()
    an_invoice(agreed, 4_000_000)
    an_invoice(agreed, 5_800_000, "25512000000000000002")
    clock.advance(timedelta(days=20))
    assert shares_of(agreed)[Party.OWNER].by_stage[Stage.PAYMENT] == 0
    clock.advance(timedelta(days=40, hours=10))
    payment_jobs.sweep(here)
    late = shares_of(agreed)[Party.OWNER]
    unpaid = late.by_stage[Stage.PAYMENT]
    with agreed.work() as work:
        [due_at] = {
            one.due_at for one in work.session.scalars(select(Clock).where(Clock.kind == "payment"))
        }
    last_on = beijing_day(due_at) - timedelta(days=1)
    assert unpaid == CALENDAR.working_days_between(last_on, beijing_day(clock())) > 0
    a_payment(agreed, 9_800_000)
    clock.advance(timedelta(days=30))
    assert shares_of(agreed)[Party.OWNER].by_stage[Stage.PAYMENT] == unpaid
    assert late.total == late.working_days + sum(
        share.working_days for party, share in shares_of(agreed).items() if party != Party.OWNER
    )


def read(client, agreed):
    with agreed.work() as work:
        need = work.session.get_one(Need, agreed.contract().need_id)
    return client.get(f"/timelines/{need.number}").text


def test_overdue_money_stands_on_the_owner_s_account_of_the_timeline(client, here, clock):
    agreed = a_running_contract(here, clock)
    clock.advance(timedelta(days=3))
    agreed.deliver()
    agreed.accept()
    an_invoice(agreed, 4_000_000)
    clock.advance(timedelta(days=2))
    an_invoice(agreed, 5_800_000, "25512000000000000002")
    before = line_of(agreed)
    assert before.is_over
    assert not before.owes
    assert before.used[Account.OWNER] == shares_of(agreed)[Party.OWNER].working_days
    clock.advance(timedelta(days=60, hours=10))
    payment_jobs.sweep(here)
    late, share = line_of(agreed), shares_of(agreed)[Party.OWNER]
    assert share.by_stage[Stage.PAYMENT] > 10
    assert late.used[Account.OWNER] == share.working_days
    assert (late.is_over, late.owes) == (False, True)
    assert sum(span.working_days for span in late.spans) == late.working_days + late.idle_days
    (began,) = (span for span in late.spans if span.moment.step is Step.OVERDUE)
    assert began.account is Account.OWNER
    with agreed.work() as work:
        owner = organisation(work, agreed.contract().owner_org_id).name
    assert began.moment.why[-1] == owner
    page = read(client, agreed)
    assert "款项逾期未付" in page
    assert "已办结" not in page
    assert f"款项没有逾期的工作日不计，共 {late.idle_days} 个" in page
    a_payment(agreed, 9_800_000)
    clock.advance(timedelta(days=30))
    paid = line_of(agreed)
    assert (paid.is_over, paid.owes) == (True, False)
    assert paid.used[Account.OWNER] == shares_of(agreed)[Party.OWNER].working_days
    assert paid.used[Account.OWNER] == late.used[Account.OWNER]
    assert [span.account for span in paid.spans][-1] is Account.NOBODY
    page = read(client, agreed)
    assert "款项逾期未付" not in page
    assert "已办结" in page
    assert "付款逾期的时间到此为止" in page


def test_a_disputed_invoice_is_not_overdue_meanwhile(here, clock):
    agreed = a_running_contract(here, clock)
    agreed.deliver()
    agreed.accept()
    an_invoice(agreed, 9_800_000)
    clock.advance(timedelta(days=45))
    late = line_of(agreed)
    assert late.owes
    answered(agreed, agreed.owner, 1, confirmed=False)
    clock.advance(timedelta(days=3))
    disputed = line_of(agreed)
    assert (disputed.is_over, disputed.owes) == (True, False)
    assert disputed.used[Account.OWNER] == shares_of(agreed)[Party.OWNER].working_days
    assert disputed.used[Account.OWNER] == late.used[Account.OWNER] > 0


def test_another_group_s_authority_counts_nothing_of_it(here, clock):
    agreed = a_contract(here, clock)
    clock.advance(timedelta(days=9))
    with agreed.work() as work:
        need = work.session.get_one(Need, agreed.contract().need_id)
        group = need.item_code.split("-")[1]
    assert shares_of(agreed, frozenset({group}))[Party.OWNER].working_days > 0
    assert shares_of(agreed, frozenset({"99"}))[Party.OWNER].working_days == 0


times = st.lists(st.tuples(st.integers(0, 40), st.none() | st.integers(0, 15)), max_size=6).map(
    lambda many: [(at, None if n is None else at + n) for at, n in many]
)


def covered(some):
    return {n for at, until in some for n in range(at, 99 if until is None else until)}


@given(times)
def test_times_together_cover_the_same_and_do_not_overlap(some):
    found = together(some)
    assert covered(found) == covered(some)
    assert sum(len(covered([one])) for one in found) == len(covered(found))


@given(st.integers(0, 20), st.none() | st.integers(21, 60), times)
def test_what_is_left_without_gaps_is_in_none_of_them(from_at, until_at, gaps):
    apart = together(gaps)
    found = without((from_at, until_at), apart)
    assert covered(found) == covered([(from_at, until_at)]) - covered(apart)
