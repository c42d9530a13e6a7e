"""A notice that makes a term to answer end earlier leaves it (docs/adr/0077)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from market import jobs as all_jobs
from market.clock import BEIJING
from market.clocks import queries
from market.clocks.appeal import actions as appealing
from market.clocks.appeal import terms as appeals
from market.clocks.appeal.rules import UnheardError
from market.clocks.extension import actions as extensions
from market.clocks.extension.model import Extension
from market.clocks.extension.rules import ExtensionReason
from market.clocks.model import Suspension
from market.clocks.over import actions as overs
from market.clocks.over.model import SuspensionOver
from market.holidays import jobs as holiday_jobs
from market.holidays.messages import DEADLINE_CHANGED
from market.messages.model import Message
from tests.market.factories.clocks import EVIDENCE, a_clock
from tests.market.factories.holidays import an_amendment, confirmed

NUMBER_2026 = "国办发明电〔2025〕7号"
FRIDAY = datetime(2026, 3, 6, 10, tzinfo=BEIJING)


def weekend_is_worked(here):
    all_jobs.sweeps()
    days = (("2026-03-07", "上班"), ("2026-03-08", "上班"))
    confirmed(here, an_amendment("国办发明电〔2026〕9号", NUMBER_2026, 2026, *days))
    holiday_jobs.sweep(here)


def week_is_off(here):
    all_jobs.sweeps()
    days = (("2026-03-09", "放假"), ("2026-03-10", "放假"))
    confirmed(here, an_amendment("国办发明电〔2026〕9号", NUMBER_2026, 2026, *days))
    holiday_jobs.sweep(here)


def suspension(timed):
    timed.here.clock.move_to(FRIDAY)
    timed.request()
    return Suspension


def extension(timed):
    timed.here.clock.move_to(FRIDAY)
    with timed.work(timed.firm) as work:
        clock = queries.by_id(work, timed.clock_id)
        extensions.request(work, clock, ExtensionReason.MORE_TESTS, EVIDENCE, 2)
    return Extension


def declared_over(timed):
    timed.here.clock.move_to(FRIDAY - timedelta(days=1))
    request_id = timed.request()
    timed.answer(request_id)
    timed.here.clock.move_to(FRIDAY)
    with timed.work(timed.owner) as work:
        clock = queries.by_id(work, timed.clock_id)
        request = queries.suspension(work, clock, request_id)
        overs.declare(work, clock, request, FRIDAY.date(), EVIDENCE)
    return SuspensionOver


def refused(timed):
    timed.here.clock.move_to(FRIDAY)
    timed.answer(timed.request(), agree=False)


def appealed(timed):
    refused(timed)
    with timed.work(timed.firm) as work:
        clock = queries.by_id(work, timed.clock_id)
        [request] = queries.suspensions_of(work, clock)
        appealing.appeal(work, clock, request, "现场照片和拆迁通知可以证明测点仍然无法布设。")


def answer_by(timed, model):
    with timed.work() as work:
        if model is None:
            clock = queries.by_id(work, timed.clock_id)
            [request] = queries.suspensions_of(work, clock)
            return request.rejoin_by_at or appeals.appeal_by(work, clock, request)
        return work.session.scalars(select(model.answer_by_at)).one()


@pytest.mark.parametrize("ask", [suspension, extension, declared_over, refused, appealed])
@pytest.mark.parametrize("notice", [weekend_is_worked, week_is_off])
def test_a_time_to_answer_only_grows(fast_here, ask, notice):
    timed = a_clock(fast_here, limit=40)
    model = ask(timed)
    said = answer_by(timed, model)
    notice(fast_here)
    now = answer_by(timed, model)
    assert now > said if notice is week_is_off else now == said


def test_nobody_decides_before_the_time_to_rejoin_that_was_said(fast_here):
    timed = a_clock(fast_here, limit=40)
    appealed(timed)
    said = answer_by(timed, None)
    [request_id] = [one.id for one in suspensions(timed)]
    weekend_is_worked(fast_here)
    fast_here.clock.move_to(said - timedelta(days=1))  # over, if it were counted anew
    with pytest.raises(UnheardError):
        timed.answer(request_id, timed.operator)
    fast_here.clock.move_to(said)
    timed.answer(request_id, timed.operator)


def suspensions(timed):
    with timed.work() as work:
        return queries.suspensions_of(work, queries.by_id(work, timed.clock_id))


@pytest.mark.parametrize("has_rejoined", [True, False])
def test_a_later_time_to_rejoin_is_told_to_the_side_that_had_refused(fast_here, has_rejoined):
    timed = a_clock(fast_here, limit=40)
    appealed(timed)
    if has_rejoined:
        [request_id] = [one.id for one in suspensions(timed)]
        with timed.work(timed.owner) as work:
            clock = queries.by_id(work, timed.clock_id)
            request = queries.suspension(work, clock, request_id)
            appealing.rejoin(work, clock, request, "拆迁已于本月初完成，见验收单。")
    week_is_off(fast_here)
    with timed.work() as work:
        told = list(
            work.session.scalars(
                select(Message.org_id).where(
                    Message.kind == DEADLINE_CHANGED.code,
                    Message.once.contains("suspension-rejoinder"),
                )
            )
        )
    assert told == ([] if has_rejoined else [timed.owner.org_id])
