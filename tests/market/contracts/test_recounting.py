"""The terms of a contract move with a notice: each is kept, told and logged once."""

from datetime import timedelta

from sqlalchemy import select

from market import jobs
from market.calendar import default_calendar, end_of
from market.clock import beijing_day
from market.contracts.examining import actions as examining
from market.contracts.examining.model import Examination
from market.draws.model import Award
from market.holidays import jobs as holiday_jobs
from market.holidays.model import DeadlineChange
from market.messages.model import Message
from tests.market.factories.contracts import (
    a_contract,
    a_delivered_contract,
    a_filed_contract,
)
from tests.market.factories.holidays import an_amendment, confirmed

NUMBER_2026 = "国办发明电〔2025〕7号"
DAY = timedelta(days=1)
SATURDAY = 5


def next_day(here):
    """Return the next working day: each term that runs counts it."""
    return default_calendar().next_working_day(beijing_day(here.clock()))


def moved_by(here, *days, number="调整1号"):
    jobs.sweeps()
    confirmed(here, an_amendment(number, NUMBER_2026, 2026, *days))
    holiday_jobs.sweep(here)
    with here.sessions() as session:
        rows = session.scalars(select(DeadlineChange).order_by(DeadlineChange.id)).all()
        told = session.scalars(
            select(Message).where(Message.kind == "calendar.deadline-changed")
        ).all()
    return {row.subject.split(":")[0]: row for row in rows}, told


def off(here):
    return (next_day(here).isoformat(), "放假")


def test_materials_are_due_a_working_day_later(here, clock):
    agreed = a_contract(here, clock)
    before = agreed.contract()
    rows, told = moved_by(here, off(here))
    after = agreed.contract()
    assert rows["contract-materials"].was_at == before.act_by_at < after.act_by_at
    assert after.act_by_at == after.materials_by_at == rows["contract-materials"].due_at
    assert {one.org_id for one in told} == {after.owner_org_id, after.firm_org_id}
    assert rows["contract-materials"].is_public
    assert holiday_jobs.sweep(here) == 0


def test_a_filing_and_the_time_to_sign_move_together_and_stay_between_the_sides(here, clock):
    agreed = a_filed_contract(here, clock)
    with agreed.work() as work:
        before = work.session.get_one(Award, agreed.contract().award_id).sign_by_at
    rows, _ = moved_by(here, off(here))
    with agreed.work() as work:
        after = work.session.get_one(Award, agreed.contract().award_id).sign_by_at
    assert after > before
    assert agreed.contract().act_by_at >= after
    assert (rows["award-sign"].is_public, rows["contract-filing"].is_public) == (True, False)


def test_the_owner_s_review_moves_with_its_clock_and_is_told_once(here, clock):
    agreed = a_delivered_contract(here, clock)
    rows, told = moved_by(here, off(here))
    contract = agreed.contract()
    assert contract.act_by_at == contract.next_check_at == rows["contract-review"].due_at
    assert rows["clock"].due_at == contract.act_by_at
    assert len(told) == 2  # the clock's two sides


def test_a_supplement_moves_and_its_contract_with_it(here, clock):
    agreed = a_delivered_contract(here, clock)
    agreed.do(agreed.owner, lambda work, c: examining.supplement(work, c, "缺少第三章附图"))
    rows, _ = moved_by(here, off(here))
    with agreed.work() as work:
        exam = work.session.scalars(select(Examination)).one()
    assert rows["examination"].due_at == exam.due_at == exam.next_check_at
    assert agreed.contract().act_by_at == exam.due_at


def test_a_day_that_was_agreed_is_that_day(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    by_on = next_day(fast_here) + 3 * DAY
    agreed.do(agreed.owner, lambda work, c: examining.tolerate(work, c, "缺少盖章页", by_on))
    rows, _ = moved_by(fast_here, off(fast_here))
    assert "examination" not in rows
    assert agreed.contract().act_by_at == end_of(by_on)


def next_saturday(here):
    """Return the next Saturday that is off."""
    days = (beijing_day(here.clock()) + n * DAY for n in range(1, 30))
    off_days = (day for day in days if not default_calendar().is_working_day(day))
    return next(day for day in off_days if day.weekday() == SATURDAY)


def test_a_saturday_that_is_worked_shortens_a_duty(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    before = agreed.contract().act_by_at
    rows, _ = moved_by(fast_here, (next_saturday(fast_here).isoformat(), "上班"))
    assert rows["contract-materials"].due_at == agreed.contract().act_by_at < before


def test_a_saturday_that_is_worked_leaves_what_silence_decides(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    before = agreed.contract().act_by_at
    rows, _ = moved_by(fast_here, (next_saturday(fast_here).isoformat(), "上班"))
    assert ("contract-review" in rows, agreed.contract().act_by_at) == (False, before)
