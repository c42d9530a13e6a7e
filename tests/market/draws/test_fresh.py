"""Alternates drawn afresh: who leaves cannot know who gains, and everything is witnessed."""

from datetime import timedelta

import pytest

from lottery.beacon import vrf
from lottery.entries import Decline, Disqualify, Replace, decode
from market.access import OrgKind, Role
from market.draws import actions, jobs, queries
from market.draws.actions.fresh import later_issue
from market.draws.errors import NotLostError
from market.draws.model import Award, Draw
from market.draws.model_later import Replacement
from market.draws.rules import (
    CUT_MARGIN,
    LOST_AFTER,
    AwardState,
    DrawState,
    ReplacementState,
    Wait,
)
from market.firms import actions as firms
from market.firms.queries import locked as locked_firm
from market.firms.rules import Standing
from market.needs.rules import FreshError, NeedState, check_facts
from tests.market.draws.beacon_days import ROUND, SIGNATURE, a_frozen_draw_of_mode_a
from tests.market.draws.believing import faults, outcomes, report, run_at
from tests.market.draws.test_calling_off import AUTHORITY, TEXT
from tests.market.draws.test_committee import committee, prove
from tests.market.draws.test_numbers import NUMBERS, PAPER
from tests.market.factories.draws import a_city, a_drawn_draw, an_open_draw, enrol
from tests.market.factories.firms import a_person
from tests.market.factories.witnesses import witnessed

REASON = "同期项目较多，人员无法保证"


def rows(city, draw):
    with city.reading() as work:
        found = work.session.query(Replacement).filter_by(draw_id=draw.id)
        return found.order_by(Replacement.id).all()


def entries(city, draw, kind):
    with city.reading() as work:
        return [decode(row.body) for row in queries.entries_of(work, draw, kind)]


def decline(city, draw):
    award = city.awards(draw.id)[-1]
    with city.work(city.delegate_of(award)) as work:
        actions.decline(work, queries.own_award(work, award.number), REASON)
    return award


def code_of(city, award):
    return next(firm.code for firm, _ in city.firms if firm.id == award.firm_id)


def test_a_firm_that_leaves_is_replaced_by_a_later_value(here, clock, tmp_path):
    with witnessed(a_city(here, clock, firms=5), tmp_path / "w") as (city, _, _):
        draw = a_drawn_draw(city, fresh_alternates=True)
        assert entries(city, draw, "notice")[0].a == 0
        first = decline(city, draw)
        [left] = entries(city, draw, "decline")
        assert isinstance(left, Decline)
        [row] = rows(city, draw)
        assert left.next_value.t_phi == int(row.phi_at.timestamp())
        assert row.phi_at >= clock() + timedelta(seconds=600)
        assert city.need(draw.id).state is NeedState.PUBLICITY
        jobs.run_due(city.here)
        run_at(city, clock() + timedelta(seconds=5))
        [row] = rows(city, draw)
        assert row.state is ReplacementState.WITNESSED
        with city.reading() as work:
            [block] = queries.what_blocks(work, city.here, city.draw(draw.id))
            assert block.kind is Wait.REPLACEMENT
        assert faults(report(city, draw)) == []
        assert len(city.awards(draw.id)) == 1
        run_at(city, row.phi_at)
        one, two = city.awards(draw.id)
        assert (one.state, two.state) == (AwardState.DECLINED, AwardState.PUBLICITY)
        assert two.firm_id != first.firm_id
        [replaced] = entries(city, draw, "replace")
        assert isinstance(replaced, Replace)
        assert (replaced.in_firm, replaced.rank) == (code_of(city, two), 1)
        found = report(city, draw)
        assert faults(found) == []
        assert outcomes(found)["V11"] == "passed"
        assert found.selected == (code_of(city, two),)


def test_the_second_who_leaves_is_replaced_again_and_then_the_need_failed(city):
    draw = a_drawn_draw(city, fresh_alternates=True, alternates=2)
    called = []
    for _ in range(2):
        called.append(decline(city, draw).firm_id)
        jobs.run_due(city.here)
        run_at(city, rows(city, draw)[-1].phi_at)
    last = city.awards(draw.id)[-1]
    assert last.state is AwardState.PUBLICITY
    assert last.firm_id not in called
    assert faults(report(city, draw)) == []
    decline(city, draw)
    assert city.need(draw.id).state is NeedState.FAILED
    assert [row.wanted for row in rows(city, draw)] == [True, True, False]
    assert city.draw(draw.id).state is DrawState.DRAWN
    jobs.run_due(city.here)
    found = report(city, draw)
    assert faults(found) == []
    assert found.selected == ()


def test_no_answer_in_time_is_replaced_afresh_too(city):
    draw = a_drawn_draw(city, fresh_alternates=True)
    for _ in range(2):
        run_at(city, city.awards(draw.id)[0].next_check_at)
    [lost] = entries(city, draw, "disqualify")
    assert isinstance(lost, Disqualify)
    assert lost.next_value is not None
    run_at(city, city.clock() + timedelta(seconds=5))
    run_at(city, rows(city, draw)[0].phi_at)
    assert city.awards(draw.id)[-1].state is AwardState.PUBLICITY
    assert faults(report(city, draw)) == []


def blacklist(city, left_out):
    """Blacklist everybody but one firm until the end of a year."""
    for firm, _ in city.firms:
        if firm.id == left_out:
            continue
        with city.work(city.operator) as work:
            until = work.now + timedelta(days=365)
            firms.set_standing(
                work, locked_firm(work, firm.id), Standing.BLACKLISTED, until, f"AJ-{firm.id}"
            )


def lift(city, left_out):
    """Make those firms active again."""
    for firm, _ in city.firms:
        if firm.id == left_out:
            continue
        with city.work(city.operator) as work:
            firms.lift_standing(work, locked_firm(work, firm.id), "处理决定撤销")


def test_who_no_longer_meets_the_rules_takes_the_place_and_loses_it_at_once(city):
    draw = a_drawn_draw(city, fresh_alternates=True, alternates=2)
    first = decline(city, draw)
    jobs.run_due(city.here)
    blacklist(city, first.firm_id)
    run_at(city, rows(city, draw)[0].phi_at)
    unfit = city.awards(draw.id)[-1]
    assert (unfit.state, unfit.reason) == (AwardState.DISQUALIFIED, "standing")
    [replaced], [lost] = entries(city, draw, "replace"), entries(city, draw, "disqualify")
    assert (lost.who, replaced.rank) == (replaced.in_firm, 1)
    assert lost.next_value.t_phi > int(city.clock().timestamp())
    assert city.need(draw.id).state is NeedState.PUBLICITY
    assert faults(report(city, draw)) == []
    lift(city, first.firm_id)
    jobs.run_due(city.here)
    run_at(city, rows(city, draw)[-1].phi_at)
    award = city.awards(draw.id)[-1]
    assert award.state is AwardState.PUBLICITY
    assert award.firm_id not in {first.firm_id, unfit.firm_id}
    assert [row.state for row in rows(city, draw)] == [ReplacementState.DRAWN] * 2
    found = report(city, draw)
    assert faults(found) == []
    assert found.selected == (code_of(city, award),)


def test_nobody_who_was_not_selected_is_ever_disqualified(city):
    draw = a_drawn_draw(city, fresh_alternates=True, alternates=2)
    first = decline(city, draw)
    jobs.run_due(city.here)
    blacklist(city, first.firm_id)
    for place in range(2):
        run_at(city, rows(city, draw)[place].phi_at)
        jobs.run_due(city.here)
    assert city.need(draw.id).state is NeedState.FAILED
    came = [move.in_firm for move in entries(city, draw, "replace")]
    assert [left.who for left in entries(city, draw, "disqualify")] == came
    assert len(came) == 2
    assert [row.wanted for row in rows(city, draw)] == [True, True, False]
    found = report(city, draw)
    assert faults(found) == []
    assert found.selected == ()


def test_a_departure_that_nobody_witnessed_in_time_cannot_be_replaced(city, tmp_path):
    with witnessed(city, tmp_path / "w") as (seen, stack, _):
        draw = a_drawn_draw(seen, fresh_alternates=True)
        decline(seen, draw)
        stack.close()
        [row] = rows(seen, draw)
        run_at(seen, row.phi_at - CUT_MARGIN + timedelta(seconds=1))
        [row] = rows(seen, draw)
        assert row.state is ReplacementState.STOPPED
        need = seen.need(draw.id)
        assert need.state is NeedState.FAILED
        assert "见证" in need.failure
        run_at(seen, row.phi_at)
        assert len(seen.awards(draw.id)) == 1


def test_the_members_of_a_committee_prove_again(city):
    members = committee(city, 2)
    draw = an_open_draw(city, mode="C", fresh_alternates=True)
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    run_at(city, draw.phi_at)
    for person, secret in members:
        prove(city, draw, person, secret)
    decline(city, draw)
    jobs.run_due(city.here)
    [row] = rows(city, draw)
    run_at(city, row.phi_at)
    for person, secret in members:
        with city.work(person) as work:
            found = work.session.get_one(Draw, draw.id)
            waits = queries.awaited_next(work, found, work.session.get_one(Replacement, row.id))
            key = vrf.public_key(secret).hex()
            actions.submit_trustee_proof(
                work, city.here, found, key, vrf.prove(secret, waits.alpha)
            )
    assert len(city.awards(draw.id)) == 2
    assert faults(report(city, draw)) == []


def test_numbers_of_the_next_issue_replace_in_mode_b(city):
    code = city.operator.actor.org_code
    second = a_person(city.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)
    draw = an_open_draw(city, mode="B", issue="2026063", fresh_alternates=True)
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    run_at(city, draw.phi_at + timedelta(minutes=20))
    for person in (city.operator, second):
        with city.work(person) as work:
            actions.type_numbers(work, city.here, "cwl-kl8/2026063", NUMBERS, source=PAPER)
    decline(city, draw)
    jobs.run_due(city.here)
    [row] = rows(city, draw)
    assert row.issue == "2026064"
    run_at(city, row.phi_at + timedelta(minutes=20))
    later = list(range(1, 80, 4))
    for person in (city.operator, second):
        with city.work(person) as work:
            done = actions.type_numbers(work, city.here, "cwl-kl8/2026064", later, source=PAPER)
    assert done
    assert len(city.awards(draw.id)) == 2
    assert faults(report(city, draw, NUMBERS)) == []


def test_mode_a_fixes_the_first_round_of_the_next_session(city):
    draw = a_frozen_draw_of_mode_a(city, fresh_alternates=True)
    run_at(city, draw.phi_at)
    with city.work(city.operator) as work:
        actions.submit_phi_round(work, city.here, ROUND, SIGNATURE)
    decline(city, draw)
    jobs.run_due(city.here)
    [row] = rows(city, draw)
    [left] = entries(city, draw, "decline")
    assert left.next_value.phi.round == row.phi_round
    assert row.phi_round > ROUND
    assert faults(report(city, draw)) == []


def test_the_issue_of_a_later_day_is_never_one_that_was_drawn(clock):
    at = clock()
    assert later_issue("2026061", at, at + timedelta(days=1)) == "2026062"
    assert later_issue("2026061", at, at + timedelta(days=40)) == "2026101"
    assert later_issue("2026350", at, at + timedelta(days=365)) == "2027061"
    for hours in range(0, 9600, 7):
        issue = later_issue("2026061", at, at + timedelta(hours=hours))
        assert len(issue) == 7
        assert issue > "2026061"


def test_the_rules_may_forbid_it():
    usual = {
        "mode": "A",
        "ceiling_fen": 1,
        "tender_from_fen": None,
        "service_working_days": 1,
        "limit_working_days": 1,
        "staff_required": 0,
        "least_staff": 0,
        "alternates": 0,
        "most_alternates": 2,
    }
    check_facts(**usual, fresh=True)
    with pytest.raises(FreshError):
        check_facts(**usual, fresh=True, fresh_allowed=False)


def test_running_again_replaces_once(city):
    draw = a_drawn_draw(city, fresh_alternates=True)
    decline(city, draw)
    jobs.run_due(city.here)
    [row] = rows(city, draw)
    run_at(city, row.phi_at)
    for _ in range(3):
        jobs.replace(city.here, row.id)
    with city.reading() as work:
        assert work.session.query(Award).filter_by(draw_id=draw.id).count() == 2
    assert len(entries(city, draw, "replace")) == 1


def test_a_replacements_value_that_never_comes_is_given_up_by_two_people(city):
    draw = a_frozen_draw_of_mode_a(city, fresh_alternates=True)
    run_at(city, draw.phi_at)
    with city.work(city.operator) as work:
        actions.submit_phi_round(work, city.here, ROUND, SIGNATURE)
    decline(city, draw)
    jobs.run_due(city.here)
    [row] = rows(city, draw)
    with city.work(city.operator) as work, pytest.raises(NotLostError):
        actions.calling_off.propose(work, city.draw(draw.id), AUTHORITY, TEXT)
    run_at(city, row.phi_at + LOST_AFTER)
    code = city.operator.actor.org_code
    other = a_person(city.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)
    with city.work(city.operator) as work:
        order = actions.calling_off.propose(work, city.draw(draw.id), AUTHORITY, TEXT)
    with city.work(other) as work:
        actions.calling_off.confirm(work, city.draw(draw.id), order.id)
    assert city.need(draw.id).state is NeedState.FAILED
    assert city.draw(draw.id).state is DrawState.DRAWN
    assert rows(city, draw)[0].state is ReplacementState.STOPPED
    assert faults(report(city, draw)) == []
