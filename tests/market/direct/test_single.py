"""The one firm that applied for a second notice may be named; nobody else, and not before."""

import pytest

from market.direct import actions
from market.direct.errors import NoticeCalledOffError, NotSingleError
from market.direct.judging import single_applicants
from market.direct.rules import DirectGround, DirectState
from market.draws import jobs
from market.draws.rules import AwardState, DrawState
from market.needs import actions as needs
from market.needs.queries import by_id, locked
from market.needs.rules import NeedState
from tests.market.direct.test_story import as_, seen, typed
from tests.market.factories.direct import Chosen, choice_facts
from tests.market.factories.draws import a_city, an_open_draw, enrol, publish
from tests.market.needs.test_changes import an_accepted_change


@pytest.fixture
def city(fast_here, clock):
    return a_city(fast_here, clock, firms=2)


def closed_with(city, draw, *delegates):
    """Let some firms enrol, and the draw close with too few of them."""
    if delegates:
        enrol(city, draw, *delegates)
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    assert city.draw(draw.id).state is DrawState.VOID
    return city.need(draw.id)


def again(city, need):
    with city.work(city.clerk) as work:
        needs.renotice(work, locked(work, need.id))
    with city.work(city.approver) as work:
        needs.approve(work, locked(work, need.id))
    with city.reading() as work:
        return publish(city, by_id(work, need.id))


def propose(city, need, firm):
    facts = choice_facts(
        city, ground=DirectGround.SINGLE_APPLICANT, firm_code=firm.code, price_fen=900_000
    )
    with city.work(city.clerk) as work:
        return actions.propose(work, by_id(work, need.id), facts)


def test_only_the_single_applicant_of_a_second_notice_may_be_named(app, city):
    (first, delegate), (second, _) = city.firms
    need = closed_with(city, an_open_draw(city), delegate)
    with pytest.raises(NotSingleError):
        propose(city, need, first)
    need = closed_with(city, again(city, need), delegate)
    assert need.state is NeedState.FAILED
    with pytest.raises(NotSingleError):
        propose(city, need, second)
    with city.reading() as work:
        assert [firm.code for firm in single_applicants(work, need)] == [first.code]
    clerk = as_(app, city.clerk)
    assert first.name in clerk.get(f"/direct/choose/{need.id}").text
    data = typed(city, ground="single_applicant", firm_code=first.code, price_fen="9000")
    assert clerk.post(f"/direct/choose/{need.id}", data=seen(need, **data)).status_code == 303
    chosen = Chosen(city, 1, first, delegate)
    data = seen(chosen.choice(), reason="改为再次公告")
    assert clerk.post("/direct/own/1/withdraw", data=data).status_code == 303
    assert chosen.choice().state is DirectState.WITHDRAWN
    assert chosen.need().state is NeedState.FAILED


def test_after_a_refusal_the_need_has_failed_as_before(city):
    first, delegate = city.firms[0]
    need = closed_with(city, again(city, closed_with(city, an_open_draw(city))), delegate)
    choice = propose(city, need, first)
    chosen = Chosen(city, choice.id, first, delegate)
    with city.work(city.approver) as work:
        actions.approve(work, chosen.choice())
    with city.work(city.operator) as work:
        actions.name(work, chosen.choice())
    city.clock.move_to(chosen.award().publicity_ends_at)
    jobs.run_due(city.here)
    city.clock.move_to(chosen.award().answer_by_at)
    jobs.run_due(city.here)
    assert (chosen.award().state, chosen.need().state) == (AwardState.LAPSED, NeedState.FAILED)


def test_two_applicants_are_no_single_one(city):
    need = closed_with(city, an_open_draw(city))
    second = again(city, need)
    enrol(city, second)
    city.clock.move_to(second.enrol_close_at)
    jobs.run_due(city.here)
    with city.reading() as work:
        assert single_applicants(work, by_id(work, need.id)) == ()


def test_a_notice_that_was_called_off_for_a_change_is_not_replaced_by_a_name(city):
    need = an_accepted_change(city, an_open_draw(city))
    with city.work(city.operator) as work:
        needs.return_to_owner(work, locked(work, need.id), "请补充测绘范围")
    with pytest.raises(NoticeCalledOffError, match="须再次公告"):
        propose(city, need, city.firms[0][0])
