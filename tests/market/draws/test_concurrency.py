"""R10 to R12: everybody presses everything at once; each step is done once and nothing is lost.

``ISMDRAW_LONG=1`` raises the runs at the closing instant from 50 to 500.
"""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from lottery.beacon import ed25519, vrf
from lottery.seed import commit as commitment_of
from market import log
from market.access import OrgKind, Role
from market.draws import actions, jobs, queries
from market.draws.errors import EnrolmentClosedError, NotEnrolledError
from market.draws.model import Award, Draw, DrawEntry, Enrolment, Place
from market.draws.model_later import Replacement
from market.draws.protocol import to_sign
from market.draws.rules import DrawState, EnrolmentState, ExclusionGround
from market.log import NotYetLoggedError
from market.needs import actions as needs
from market.needs.queries import by_id as need_by_id
from tests.lengths import length
from tests.market.draws.believing import faults, report, run_at
from tests.market.draws.test_numbers import NUMBERS, PAPER
from tests.market.draws.together import together
from tests.market.factories.checks import explain_all
from tests.market.factories.draws import (
    SUPERVISOR_SECRET,
    a_checked_need,
    a_city,
    a_contributor,
    a_project,
    a_supervisor_key,
    an_open_draw,
    enrol,
    need_facts,
)
from tests.market.factories.firms import a_person

RUNS = length(50, 500)
AT_ONE_INSTANT = 10
THREADS = 16
ONCE = ("notice", "close", "freeze", "phi", "result")
KEY = b"\x05" * 32
VALUE = b"\x06" * 32


def counted(city, draw_id):
    with city.reading() as work:
        rows = work.session.scalars(select(DrawEntry.type).where(DrawEntry.draw_id == draw_id))
        return Counter(rows)


def number_of(city, model, draw_id):
    with city.reading() as work:
        return len(work.session.scalars(select(model.id).where(model.draw_id == draw_id)).all())


def test_sixteen_people_and_workers_press_everything_at_once(here, clock, caplog):
    """R10: modes B and D2 in one session; workers, typists and a supervisor at one moment."""
    city = a_city(here, clock, firms=3)
    a_supervisor_key(city)
    code = city.operator.actor.org_code
    second = a_person(here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)
    draws = [an_open_draw(city, mode="B", issue="2026063") for _ in range(3)]
    draws += [an_open_draw(city, mode="D2") for _ in range(2)]
    for draw in draws:
        enrol(city, draw)
    run_at(city, draws[-1].enrol_close_at)
    clock.move_to(draws[0].phi_at)

    def press(place):
        match place % 4:
            case 0:
                return jobs.run_due(here)
            case 1 | 2:
                person = city.operator if place % 4 == 1 else second
                with city.work(person) as work:
                    return actions.type_numbers(
                        work, city.here, "cwl-kl8/2026063", NUMBERS, source=PAPER
                    )
            case _:
                draw_id = draws[3 + (place // 4) % 2].id
                with city.work(city.supervisor) as work:
                    draw = work.session.get_one(Draw, draw_id)
                    proof = vrf.prove(SUPERVISOR_SECRET, queries.alpha_of(work, draw))
                    return actions.submit_supervisor_proof(work, here, draw, proof).id

    together(THREADS, press)
    run_at(city, clock() + timedelta(minutes=2))
    for draw in draws:
        kinds = counted(city, draw.id)
        assert {kind: kinds[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)
        assert (number_of(city, Place, draw.id), number_of(city, Award, draw.id)) == (3, 1)
        assert city.draw(draw.id).state is DrawState.DRAWN
        assert faults(report(city, draw)) == []
    assert "deadlock" not in caplog.text


def many_open(city, number):
    """Publish several small needs that close at one instant."""
    with city.work(city.clerk) as work:
        ids = [
            needs.draft(work, need_facts(ceiling_fen=4_000_000, **a_project(each))).id
            for each in range(number)
        ]
        for need_id in ids:
            explain_all(work, need_by_id(work, need_id))
            needs.submit(work, need_by_id(work, need_id))
    with city.work(city.approver) as work:
        for need_id in ids:
            needs.approve(work, need_by_id(work, need_id))
    with city.work(city.operator) as work:
        return [actions.publish(work, city.here, need_by_id(work, i)) for i in ids]


@pytest.mark.long
def test_at_the_closing_instant_nothing_acknowledged_is_lost(city, clock):
    """R11: firms enrol and withdraw while the worker closes and freezes."""
    for _ in range(RUNS // AT_ONE_INSTANT):
        draws = many_open(city, AT_ONE_INSTANT)
        for draw in draws:
            enrol(city, draw, *[person for _, person in city.firms[:3]])
        log.sequence(city.here)
        closing = draws[0].enrol_close_at
        clock.move_to(closing - timedelta(seconds=1))
        got = together(3, lambda place, d=draws, at=closing: race(city, clock, d, at, place))
        jobs.run_due(city.here)
        enrolled, withdrawn = got[1], got[2]
        for draw in draws:
            assert listed(city, draw) == expected(city, draw, enrolled, withdrawn)


def race(city, clock, draws, closing, place):
    """Be the worker, a firm that enrols in every draw, or one that withdraws from every draw."""
    if place == 0:
        clock.move_to(closing)
        return jobs.run_due(city.here)
    done = set()
    _, delegate = city.firms[3 if place == 1 else 0]
    for draw in draws:
        try:
            with city.work(delegate) as work:
                found = work.session.get_one(Draw, draw.id)
                actions.enrol(work, found) if place == 1 else actions.withdraw(work, found)
            done.add(draw.id)
        except (EnrolmentClosedError, NotEnrolledError, NotYetLoggedError):
            continue
    return done


def expected(city, draw, enrolled, withdrawn):
    codes = [firm.code for firm, _ in city.firms]
    inside = {*codes[:3], *([codes[3]] if draw.id in enrolled else [])}
    inside -= {codes[0]} if draw.id in withdrawn else set()
    return inside if len(inside) >= 3 else set()


def listed(city, draw):
    with city.reading() as work:
        body = queries.file_of(work, draw, "list.ndjson") or b""
    return {firm.code for firm, _ in city.firms if firm.code.encode() in body}


def twice(deed):
    """Do a deed in two threads at once and then again; return how often it was done."""
    got = [*together(2, deed), *together(1, deed)]
    return sum(not isinstance(one, Exception) and one is not False for one in got)


def test_every_action_and_job_done_twice_is_done_once(here, clock):
    """R12: a whole draw with a contributor and a fresh alternate; each step pressed three times."""
    city = a_city(here, clock, firms=4)
    who = a_contributor(city, city.clerk, KEY)
    need = a_checked_need(city, fresh_alternates=True)
    press = _presser(city)
    assert twice(press(city.operator, lambda w: actions.publish(w, here, need_by_id(w, need.id))))
    with city.reading() as work:
        draw = queries.draw_of_need(work, need.id)
    _before_the_close(city, draw, press, who)
    for at in (draw.enrol_close_at, draw.phi_at):
        clock.move_to(max(at, clock()))
        together(2, lambda _: jobs.run_due(here))
        jobs.run_due(here)
        if at == draw.enrol_close_at:
            reveal = press(
                city.clerk,
                lambda w: actions.contributions.reveal(
                    w, w.session.get_one(Draw, draw.id), who, VALUE
                ),
            )
            assert twice(reveal) == 1
            together(2, lambda _: jobs.run_due(here))
    assert city.draw(draw.id).state is DrawState.DRAWN
    _after_the_result(city, draw, press)
    kinds = counted(city, draw.id)
    assert kinds == {
        **dict.fromkeys((*ONCE, "commit", "reveal", "withdraw", "decline", "replace"), 1),
        "enrol": 4,
    }
    assert faults(report(city, draw)) == []


def _presser(city):
    def press(person, deed):
        def run(_):
            with city.work(person) as work:
                return deed(work) or True

        return run

    return press


def _before_the_close(city, draw, press, who):
    for _, delegate in city.firms:
        deed = press(delegate, lambda w: actions.enrol(w, w.session.get_one(Draw, draw.id)))
        assert twice(deed) == 1
    log.sequence(city.here)
    leaving = city.firms[3][1]
    withdraw = press(leaving, lambda w: actions.withdraw(w, w.session.get_one(Draw, draw.id)))
    assert twice(withdraw) == 1
    exclude = press(
        city.operator,
        lambda w: actions.propose_exclusion(
            w,
            w.session.get_one(Draw, draw.id),
            city.firms[3][0].code,
            ground=ExclusionGround.COLLUSION,
            basis="示住建函〔2026〕3号",
            evidence="与另一家机构使用同一台设备报名",
        ),
    )
    assert twice(exclude) == 1
    made = commitment_of(bytes.fromhex(draw.draw_hash), who, VALUE)
    signature = ed25519.sign(KEY, to_sign(draw, made))
    commit = press(
        city.clerk,
        lambda w: actions.contributions.commit(
            w, w.session.get_one(Draw, draw.id), who, made, signature
        ),
    )
    assert twice(commit) == 1
    with city.reading() as work:
        states = [e.state for e in work.session.scalars(select(Enrolment))]
    assert states.count(EnrolmentState.WITHDRAWN) == 1


def _after_the_result(city, draw, press):
    [award] = city.awards(draw.id)
    decline = press(
        city.delegate_of(award),
        lambda w: actions.decline(w, queries.own_award(w, award.number), "人员另有安排，无法承担"),
    )
    assert twice(decline) == 1
    together(2, lambda _: jobs.run_due(city.here))
    with city.reading() as work:
        [row] = work.session.scalars(select(Replacement)).all()
    city.clock.move_to(row.phi_at)
    together(2, lambda _: jobs.run_due(city.here))
    jobs.run_due(city.here)
    assert number_of(city, Award, draw.id) == 2
