"""Calling off: by nobody once the value can be known, and after seven days by two people."""

import inspect
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from lottery.entries import Void, decode
from market.access import OrgKind, Role
from market.draws import actions, queries
from market.draws.actions.calling_off import orders_of, stop_unwitnessed
from market.draws.errors import (
    AuthorityError,
    DrawUnstoppableError,
    NotLostError,
    OrderTextError,
)
from market.draws.exclusion_rules import ExclusionStep
from market.draws.model import Draw
from market.draws.protocol import digest
from market.draws.rules import LOST_AFTER, DrawState, ExclusionGround, Wait
from market.errors import ConflictError, MarketError, MissingError, SeparationOfDutiesError
from market.needs import actions as needs
from market.needs.queries import locked as locked_need
from market.needs.rules import NeedState
from tests.market.draws.beacon_days import ROUND, SIGNATURE, a_frozen_draw_of_mode_a
from tests.market.draws.believing import faults, outcomes, report, run_at
from tests.market.factories.draws import (
    a_frozen_draw,
    a_supervisor_key,
    an_open_draw,
    enrol,
    publish,
)
from tests.market.factories.firms import a_person

TEXT = "经核实，公告指定的监督方密钥灭失，随机值确已无法取得，同意终止本次抽取。"
AUTHORITY = "示范市公共资源交易管理局"
SECOND = timedelta(seconds=1)


@pytest.fixture
def other(city):
    code = city.operator.actor.org_code
    return a_person(city.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)


@pytest.fixture
def lost(city):
    """A draw of mode D2 whose supervisor never answers."""
    a_supervisor_key(city)
    draw = a_frozen_draw(city, mode="D2")
    run_at(city, draw.phi_at)
    return draw


def propose(city, person, draw, authority=AUTHORITY, text=TEXT):
    with city.work(person) as work:
        draw = work.session.get_one(Draw, draw.id)
        return actions.calling_off.propose(work, draw, authority, text)


def confirm(city, person, draw, order):
    with city.work(person) as work:
        actions.calling_off.confirm(work, work.session.get_one(Draw, draw.id), order.id)


@pytest.mark.parametrize("seconds", [-1, 0, 3600, 86400, 7 * 86400 - 1])
def test_between_the_value_and_seven_days_nobody_calls_a_draw_off(city, seconds):
    a_supervisor_key(city)
    draw = a_frozen_draw(city, mode="D2")
    run_at(city, draw.phi_at + timedelta(seconds=seconds))
    with pytest.raises(NotLostError):
        propose(city, city.operator, draw)
    assert city.draw(draw.id).state is DrawState.FROZEN


def test_from_the_value_on_even_the_platform_cannot_stop_a_draw(city, lost):
    with city.work() as work, pytest.raises(DrawUnstoppableError):
        stop_unwitnessed(work, city.here, queries.locked(work, lost.id))
    with city.work(city.clerk) as work, pytest.raises(DrawUnstoppableError):
        actions.ask_withdrawal(work, locked_need(work, lost.need_id), "不想继续了，请终止")


def deeds() -> dict[str, Callable[..., object]]:
    """Return every public action on draws, by its name: a new one is tried as well."""
    found = {name: getattr(actions, name) for name in actions.__all__}
    for name, module in list(found.items()):
        if inspect.ismodule(module):
            del found[name]
            for each, deed in inspect.getmembers(module, inspect.isfunction):
                if deed.__module__ == module.__name__ and not each.startswith("_"):
                    found[f"{name}.{each}"] = deed
    return found


def test_nothing_that_anybody_can_do_stops_a_draw_past_its_value(city, lost):
    """Every action by everybody, with words that would do elsewhere: the draw goes on waiting."""
    people = (city.clerk, city.approver, city.operator, city.supervisor, city.firms[0][1], None)
    before = city.draw(lost.id)
    tried = set()
    for name, deed in deeds().items():
        wanted = [each.name for each in inspect.signature(deed).parameters.values()]
        if "award" in wanted:
            continue  # There is none before the result.
        for person in people:
            with suppress(MarketError, LookupError, TypeError), city.work(person) as work:
                draw = work.session.get_one(Draw, lost.id)
                known = facts(city, work, draw)
                deed(**{each: known[each] for each in wanted if each in known})
                tried.add(name)
        after = city.draw(lost.id)
        said = (after.state, after.phi_at, after.freeze_hash, after.void_reason)
        assert said == (DrawState.FROZEN, before.phi_at, before.freeze_hash, None), name
    assert city.awards(lost.id) == []
    with city.reading() as work:
        assert not {"void", "phi", "result"} & {r.type for r in queries.entries_of(work, lost)}
        assert locked_need(work, lost.need_id).state is NeedState.DRAWING
    assert {"phi.prove", "phi.conclude", "calling_off.orders_of"} <= tried


def facts(city, work, draw) -> dict[str, object]:
    """Return something for every name that an action asks for."""
    [enrolment, *_] = queries.enrolments_of(work, draw)
    return {
        "work": work,
        "here": city.here,
        "draw": draw,
        "draws": [draw],
        "need": locked_need(work, draw.need_id),
        "enrolment": enrolment,
        "reason": TEXT,
        "text": TEXT,
        "authority": AUTHORITY,
        "order_id": 1,
        "withdrawal_id": 1,
        "firm_code": enrolment.firm_code,
        "ground": ExclusionGround.COLLUSION,
        "evidence": TEXT,
        "basis": "AJ-2026-000001",
        "exclusion_id": 1,
        "step": ExclusionStep.CONFIRM,
        "words": TEXT,
        "who": "supervisor:nobody",
        "commit": bytes(32),
        "value": bytes(32),
        "signature": SIGNATURE,
        "public_key": bytes(32),
        "proof": bytes(80),
        "key": draw.supervisor_key,
        "round_number": ROUND,
        "session_key": "cwl-kl8/2026063",
        "numbers": range(1, 21),
        "source": "报纸",
        "code": "x",
        "mode": "D2",
    }


def test_two_people_carry_out_a_written_order_and_the_next_notice_is_the_next_attempt(
    city, lost, other
):
    city.clock.move_to(lost.phi_at + LOST_AFTER)
    with city.reading() as work:
        kinds = [block.kind for block in queries.what_blocks(work, city.here, lost)]
    assert Wait.PHI_LOST in kinds
    order = propose(city, city.operator, lost)
    with pytest.raises(SeparationOfDutiesError):
        confirm(city, city.operator, lost, order)
    assert city.draw(lost.id).state is DrawState.FROZEN
    confirm(city, other, lost, order)
    draw = city.draw(lost.id)
    assert (draw.state, draw.void_reason) == (DrawState.VOID, "phi_lost")
    need = city.need(lost.id)
    assert need.state is NeedState.FAILED
    assert TEXT in need.failure
    with city.reading() as work:
        [row] = queries.entries_of(work, draw, "void")
    entry = decode(row.body)
    assert isinstance(entry, Void)
    assert (entry.authority, entry.order) == (AUTHORITY, digest(need.failure))
    run_at(city, city.clock() + SECOND)
    found = report(city, draw)
    assert faults(found) == []
    assert outcomes(found)["V12"] == "flagged"
    _the_second_attempt_is_believed(city, draw)


def _the_second_attempt_is_believed(city, draw):
    with city.work(city.clerk) as work:
        needs.renotice(work, locked_need(work, draw.need_id))
    with city.work(city.approver) as work:
        needs.approve(work, locked_need(work, draw.need_id))
    with city.work(city.clerk) as work:
        locked_need(work, draw.need_id).mode = "D1"
    second = publish(city, city.need(draw.id))
    assert (second.series_attempt, second.attempt) == (2, 2)
    enrol(city, second)
    run_at(city, second.enrol_close_at)
    run_at(city, second.phi_at)
    assert faults(report(city, second)) == []


def test_a_value_that_came_refutes_the_order(city, other):
    draw = a_frozen_draw_of_mode_a(city)
    run_at(city, draw.phi_at + LOST_AFTER)
    order = propose(city, city.operator, draw)
    with city.work(city.operator) as work:
        actions.submit_phi_round(work, city.here, ROUND, SIGNATURE)
    with pytest.raises(NotLostError):
        confirm(city, other, draw, order)
    assert city.draw(draw.id).state is DrawState.DRAWN
    assert outcomes(report(city, draw))["V13"] == "flagged"
    assert faults(report(city, draw)) == []


def test_authority_and_order_are_written_out(city, lost):
    city.clock.move_to(lost.phi_at + LOST_AFTER)
    with pytest.raises(AuthorityError):
        propose(city, city.operator, lost, authority=" ")
    with pytest.raises(OrderTextError):
        propose(city, city.operator, lost, text="同意")


def test_the_latest_order_counts(city, lost, other):
    city.clock.move_to(lost.phi_at + LOST_AFTER)
    first = propose(city, city.operator, lost)
    second = propose(city, city.operator, lost, text=TEXT + "（更正）")
    with city.reading() as work:
        assert [order.id for order in orders_of(work, lost)] == [first.id, second.id]
    with pytest.raises(ConflictError):
        confirm(city, other, lost, first)
    with city.work(other) as work, pytest.raises(MissingError):
        actions.calling_off.confirm(work, work.session.get_one(Draw, lost.id), 99)
    confirm(city, other, lost, second)
    with pytest.raises(NotLostError):
        confirm(city, other, lost, second)


def test_the_withdrawal_of_the_owner_comes_before_the_close_only(city):
    draw = an_open_draw(city)
    city.clock.move_to(draw.enrol_close_at)
    with city.work(city.clerk) as work, pytest.raises(DrawUnstoppableError):
        actions.ask_withdrawal(work, locked_need(work, draw.need_id), "项目资金调整，暂缓实施")
