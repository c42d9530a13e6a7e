"""Changing a notice that is out: called off before the close, announced afresh, told to all."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market import log
from market.access import OrgKind, Role
from market.db import UnitOfWork
from market.draws import actions as draws
from market.draws import jobs
from market.draws.bundles import bundle_of
from market.draws.errors import DrawUnstoppableError
from market.draws.queries.changed import changed_for
from market.draws.rules import DrawState, VoidReason
from market.errors import MarketError, MissingError, SeparationOfDutiesError
from market.needs import actions as needs
from market.needs import queries as need_queries
from market.needs.actions import EnrolmentOverError, NeedFacts, NoReasonError
from market.needs.changes import actions, queries
from market.needs.changes.actions import (
    ChangeUnderWayError,
    NothingChangedError,
    OtherItemError,
)
from market.needs.changes.labels import FIELDS
from market.needs.changes.model import NeedChange
from market.needs.changes.rules import (
    MOVES,
    ChangeMove,
    ChangeState,
    IllegalChangeMoveError,
    advance,
    differences,
)
from market.needs.model import Need
from market.needs.rules import NeedState
from market.web.once import fresh_key
from tests.market.factories.accounts import sign_in
from tests.market.factories.draws import (
    City,
    a_city,
    an_open_draw,
    enrol,
    publish,
    withdraw_notice,
)
from tests.market.factories.firms import PASSWORD, a_person

WHY = "批复的投资规模有调整，服务内容相应增加。"


@pytest.fixture
def city(here, clock) -> City:
    """A city, on SQLite and then on PostgreSQL."""
    return a_city(here, clock)


@pytest.fixture
def fast_city(fast_here, clock) -> City:
    """A city on SQLite."""
    return a_city(fast_here, clock)


def propose(city: City, need: Need, why: str = WHY, **differ) -> NeedChange:
    with city.work(city.clerk) as work:
        need = need_queries.own(work, need.id)
        facts = replace(needs.facts_of(work, need), **(differ or {"scale": "道路全长 3.1 公里"}))
        return actions.propose(work, need, facts, why)


def approve(city: City, need: Need, change: NeedChange) -> None:
    with city.work(city.approver) as work:
        actions.approve(work, need_queries.own(work, need.id), change.id)


def accept(city: City, need: Need, change: NeedChange) -> None:
    with city.work(city.operator) as work:
        draws.change_notice(work, need_queries.to_check(work, need.id), change.id)


def an_accepted_change(city: City, draw, **differ) -> Need:
    need = city.need(draw.id)
    change = propose(city, need, **differ)
    approve(city, need, change)
    accept(city, need, change)
    return city.need(draw.id)


def state_of(city: City, change: NeedChange) -> ChangeState:
    with city.reading() as work:
        return work.session.get_one(NeedChange, change.id).state


@pytest.mark.parametrize(("state", "move"), list(product(ChangeState, ChangeMove)))
def test_every_move_from_every_state(state, move):
    if (state, move) in MOVES:
        assert advance(state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalChangeMoveError):
            advance(state, move)
    assert {target for _, target in MOVES.items()} >= {ChangeState.ACCEPTED, ChangeState.LAPSED}


FACTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2), min_size=6, max_size=6)


@given(FACTS, FACTS)
def test_differences_are_exactly_what_differs(before, after):
    found = differences(before, after)
    rebuilt = before | {one.field: one.after for one in found}
    assert rebuilt == after
    assert all(one.before != one.after for one in found)
    assert differences(after, after) == []


def test_every_field_of_a_need_has_a_name():
    assert set(FIELDS) == {field.name for field in fields(NeedFacts)}


def test_a_change_calls_the_draw_off_and_the_next_notice_names_it(city):
    draw = an_open_draw(city)
    enrol(city, draw, city.firms[0][1])
    need = an_accepted_change(city, draw)
    old = city.draw(draw.id)
    assert (old.state, old.void_reason) == (DrawState.VOID, VoidReason.CHANGED)
    assert (need.state, need.attempt, need.changes) == (NeedState.CHECK, 2, 1)
    assert need.scale == "道路全长 3.1 公里"
    city.clock.advance(draw.enrol_close_at - city.clock())
    again = publish(city, need)
    with city.reading() as work:
        first, second = need_queries.notices_of(work, need)
        said = json.loads(second.document)["replaces"]
    assert (said["notice"], said["digest"], said["reason"]) == (first.number, first.digest, WHY)
    assert said["differences"] == [
        {"field": "scale", "before": "道路全长 2.3 公里", "after": "道路全长 3.1 公里"}
    ]
    # The whole period of notice begins anew, and the series of attempts goes on.
    assert second.enrol_close_at > first.enrol_close_at
    assert (again.series, again.series_attempt) == (old.series, 2)


def test_nobody_stays_enrolled_and_whoever_was_is_told(city):
    draw = an_open_draw(city)
    (firm, person), (other, _) = city.firms[:2]
    enrol(city, draw, person)
    need = an_accepted_change(city, draw)

    def told(work: UnitOfWork) -> list[list[bool]]:
        return [[row.again is not None for row in changed_for(work, one)] for one in (firm, other)]

    with city.reading() as work:
        assert told(work) == [[False], []]
    again = publish(city, need)
    with city.reading() as work:
        assert told(work) == [[True], []]
    enrol(city, again, person)
    with city.reading() as work:
        assert told(work) == [[], []]


def test_a_change_does_not_lower_the_number_of_firms_a_first_notice_needs(city):
    draw = an_open_draw(city)
    need = an_accepted_change(city, draw)
    again = publish(city, need)
    enrol(city, again, *(person for _, person in city.firms[:2]))
    city.clock.move_to(again.enrol_close_at)
    jobs.run_due(city.here)
    assert city.draw(again.id).void_reason == VoidReason.TOO_FEW
    assert city.need(again.id).state is NeedState.FAILED


def test_a_draw_after_a_change_is_believed_from_its_bundle(city):
    draw = an_open_draw(city)
    need = an_accepted_change(city, draw)
    log.sequence(city.here)
    jobs.run_due(city.here)
    again = publish(city, need)
    enrol(city, again)
    for at in (again.enrol_close_at, again.phi_at):
        city.clock.move_to(at)
        jobs.run_due(city.here)
        log.sequence(city.here)
    assert city.draw(again.id).state is DrawState.DRAWN
    with city.reading() as work:
        assert bundle_of(work, city.here, city.draw(again.id))


def test_what_cannot_be_proposed(city):
    draw = an_open_draw(city)
    need = city.need(draw.id)
    for error, differ in (
        (NothingChangedError, {"scale": need.scale}),
        (OtherItemError, {"item_code": "ZJ-03-001-02"}),
        (needs.NoReasonError, {"why": "短"}),
        (MarketError, {"service_working_days": 9999}),
    ):
        with pytest.raises(error):
            propose(city, need, **differ) if "why" not in differ else propose(city, need, "短")
    propose(city, need)
    with pytest.raises(ChangeUnderWayError):
        propose(city, need, title="又一个名称")


def test_two_people_of_the_owner_and_one_of_the_operator(city):
    draw = an_open_draw(city)
    need = city.need(draw.id)
    change = propose(city, need)
    with pytest.raises(IllegalChangeMoveError):
        accept(city, need, change)
    with city.work(city.clerk) as work:
        for deed in (actions.approve, lambda *of: actions.refuse(*of, WHY)):
            with pytest.raises(SeparationOfDutiesError):
                deed(work, need, change.id)
    with city.work(city.approver) as work, pytest.raises(NoReasonError):
        actions.refuse(work, need, change.id, "不")
    with city.work(city.approver) as work:
        actions.refuse(work, need, change.id, "变更理由不充分，请核对批复。")
    assert state_of(city, change) is ChangeState.REFUSED
    again = propose(city, need)
    approve(city, need, again)
    with city.work(city.clerk) as work:
        actions.take_back(work, need, again.id)
    with pytest.raises(IllegalChangeMoveError):
        accept(city, need, again)
    assert city.draw(draw.id).state is DrawState.OPEN
    stranger = a_person(city.here, OrgKind.OWNER, Role.OWNER_APPROVER)
    with city.work(stranger) as work, pytest.raises(MissingError):
        need_queries.own(work, need.id)


def test_from_the_close_on_nothing_is_changed_and_the_change_lapses(city):
    draw = an_open_draw(city)
    need = city.need(draw.id)
    change = propose(city, need)
    approve(city, need, change)
    city.clock.move_to(draw.enrol_close_at)
    with pytest.raises(DrawUnstoppableError):
        accept(city, need, change)
    enrol_nobody_and_close(city)
    assert state_of(city, change) is ChangeState.LAPSED
    with pytest.raises(EnrolmentOverError):
        propose(city, need, title="另一个名称")


def enrol_nobody_and_close(city: City) -> None:
    jobs.run_due(city.here)


def test_a_withdrawn_notice_takes_its_change_with_it(city):
    draw = an_open_draw(city)
    need = city.need(draw.id)
    change = propose(city, need)
    withdraw_notice(city, draw)
    assert state_of(city, change) is ChangeState.LAPSED


def test_two_who_carry_a_change_out_at_once_do_it_once(city):
    draw = an_open_draw(city)
    need = city.need(draw.id)
    change = propose(city, need)
    approve(city, need, change)

    def attempt(_: int) -> bool:
        try:
            accept(city, need, change)
        except MarketError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == [False, True]
    with city.reading() as work:
        assert len(queries.made(work, need)) == 1
    assert city.need(draw.id).attempt == 2


def test_the_pages_of_a_change(fast_city, app):
    city = fast_city
    draw = an_open_draw(city)
    enrol(city, draw, city.firms[0][1])
    need = city.need(draw.id)
    clerk, approver, operator, firm = (
        browser_of(app, person)
        for person in (city.clerk, city.approver, city.operator, city.firms[0][1])
    )
    url = f"/needs/{need.id}/change"
    assert url in clerk.get(f"/needs/{need.id}/own").text
    assert "变更理由" in clerk.get(url).text
    assert clerk.post(url, data=typed(city, need, why="")).status_code == 422
    answer = clerk.post(url, data=typed(city, need, why=WHY, title="改名后的项目"))
    assert answer.status_code == 303, answer.text
    page = approver.get(answer.location).text
    assert "改名后的项目" in page
    assert "审批公告变更" in approver.get("/workbench").text
    (change,) = changes_in(city, need)
    at = f"/needs/{need.id}/changes/{change.id}"
    assert approver.post(f"{at}/refuse", data=key() | {"reason": "短"}).status_code == 409
    assert approver.post(f"{at}/approve", data=key()).status_code == 303
    assert "办理公告变更" in operator.get("/workbench").text
    assert "终止原公告，办理变更" in operator.get(answer.location).text
    done = operator.post(f"/draws/change/{need.id}/{change.id}", data=key())
    assert done.location == f"/needs/{need.id}/check"
    assert operator.post(f"/draws/change/{need.id}/{change.id}", data=key()).status_code == 409
    public = firm.get(f"/needs/{need.number}").text
    assert "本公告已变更" in public
    assert "公告将变更" in firm.get("/workbench").text
    publish(city, city.need(draw.id))
    public = firm.get(f"/needs/{need.number}").text
    assert "改名后的项目" in public
    assert "本公告变更并取代" in public
    assert "公告已变更，原报名不再有效" in firm.get("/workbench").text
    old = firm.get(f"/needs/{need.number}?attempt=1").text
    assert "已变更" in old
    assert "已变更" in firm.get("/notices").text
    with city.reading() as work:
        first = need_queries.notices_of(work, need)[0]
    assert WHY in firm.get(f"/draws/{first.number}").text


def browser_of(app, person):
    client = app.test_client()
    sign_in(client, person.user, PASSWORD)
    return client


def key() -> dict[str, str]:
    return {"request_key": fresh_key()}


def typed(city: City, need: Need, **differences) -> dict[str, str]:
    with city.reading() as work:
        facts = needs.facts_of(work, need)
    names = [f.name for f in fields(facts) if f.name not in {"recusals", "item_code"}]
    found = {name: getattr(facts, name) for name in names}
    said = {n: str(value) for n, value in found.items() if value is not None and value is not False}
    said["ceiling_fen"] = "98000.00"
    return key() | {"move": "change"} | said | differences


def changes_in(city: City, need: Need) -> list[NeedChange]:
    with city.reading() as work:
        return list(queries.of_need(work, need))
