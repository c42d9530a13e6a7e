"""Many at once, and stops in the middle: one result, and no acknowledged enrolment lost."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from lottery.policy import parse_policy
from lottery.verify import examine
from market import log
from market.db import unit_of_work
from market.draws import actions, jobs, outcome, queries
from market.draws.actions import record
from market.draws.bundles import bundle_of
from market.draws.errors import EnrolmentClosedError
from market.draws.model import Award, Draw, DrawEntry, Place
from market.draws.rules import AwardState, DrawState, EnrolmentState
from market.errors import MarketError
from tests.market.draws.believing import STEPS
from tests.market.draws.together import together
from tests.market.factories.draws import (
    a_city,
    a_drawn_draw,
    a_frozen_draw,
    an_offered_award,
    an_open_draw,
    enrol,
)

ONCE = ("notice", "close", "freeze", "phi", "result")


def counted(city, draw):
    with city.reading() as work:
        rows = work.session.scalars(select(DrawEntry).where(DrawEntry.draw_id == draw.id))
        kinds = Counter(row.type for row in rows)
        places = work.session.scalars(select(Place).where(Place.draw_id == draw.id)).all()
        awards = work.session.scalars(select(Award).where(Award.draw_id == draw.id)).all()
    return kinds, len(places), len(awards)


def believed(city, draw):
    log.sequence(city.here)
    with city.reading() as work:
        data = bundle_of(work, city.here, city.draw(draw.id))
    return examine(data, parse_policy(city.policy().encode()))


def test_sixteen_workers_make_one_result(here, clock):
    city = a_city(here, clock, firms=4)
    draw = an_open_draw(city)
    enrol(city, draw)
    clock.move_to(draw.enrol_close_at)
    together(16, lambda _: jobs.run_due(here))
    jobs.run_due(here)
    clock.move_to(draw.phi_at)
    together(16, lambda _: jobs.run_due(here))
    jobs.run_due(here)
    kinds, places, awards = counted(city, draw)
    assert {kind: kinds[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)
    assert (places, awards) == (4, 1)
    assert believed(city, draw).ok


def test_sixteen_workers_offer_an_award_once_and_lapse_it_once(here, clock):
    drawn = an_offered_award(here, clock)
    clock.move_to(drawn.award.answer_by_at)
    together(16, lambda _: jobs.run_due(here))
    jobs.run_due(here)
    first, second = drawn.city.awards(drawn.draw.id)
    assert (first.state, second.state) == (AwardState.LAPSED, AwardState.PUBLICITY)
    assert believed(drawn.city, drawn.draw).ok


def test_a_firm_that_presses_eight_times_is_enrolled_once(here, clock):
    city = a_city(here, clock, firms=1)
    draw = an_open_draw(city)
    _, delegate = city.firms[0]

    def press(_: int) -> int:
        with city.work(delegate) as work:
            return actions.enrol(work, work.session.get_one(Draw, draw.id)).sequence

    got = together(8, press)
    assert [one for one in got if one == 0] == [0]
    assert sum(isinstance(one, MarketError) for one in got) == 7


@pytest.mark.parametrize("round_no", range(3))
def test_who_was_told_enrolled_is_in_the_frozen_list(here, clock, round_no):
    """Firms enrol while the worker closes: whoever was acknowledged is in, nobody else."""
    city = a_city(here, clock, firms=8)
    draw = an_open_draw(city)
    enrol(city, draw, *[person for _, person in city.firms[:3]])
    closing = draw.enrol_close_at
    clock.move_to(closing - timedelta(seconds=1))

    def act(place: int) -> object:
        if place == 0:
            clock.move_to(closing)
            return jobs.run_due(here)
        firm, delegate = city.firms[2 + place]
        with city.work(delegate) as work:
            actions.enrol(work, work.session.get_one(Draw, draw.id))
        return firm.code

    got = together(6, act)
    jobs.run_due(here)
    acknowledged = {one for one in got[1:] if isinstance(one, str)}
    refused = [one for one in got[1:] if not isinstance(one, str)]
    assert all(isinstance(one, EnrolmentClosedError) for one in refused)
    expected = acknowledged | {firm.code for firm, _ in city.firms[:3]}
    with city.reading() as work:
        enrolled = queries.enrolments_of(work, draw)
        listed = queries.file_of(work, draw, "list.ndjson") or b""
    assert {e.firm_code for e in enrolled} == expected
    assert all(e.state is EnrolmentState.ENROLLED for e in enrolled)
    assert {code for code in expected if code.encode() in listed} == expected
    assert listed.count(b"\n") == len(expected)


class PowerCutError(Exception):
    """The machine stopped here."""


@pytest.mark.parametrize("entry", ["close", "freeze", "phi", "result"])
def test_a_stop_in_the_middle_of_a_step_leads_to_the_same_result(city, clock, monkeypatch, entry):
    draw = an_open_draw(city)
    enrol(city, draw)
    write = record.write

    def cut_off(work, of, what):
        done = write(work, of, what)
        if what.kind == entry:
            raise PowerCutError
        return done

    with monkeypatch.context() as patch:
        for module in (jobs.closing, jobs.phi):
            patch.setattr(module, "write", cut_off)
        clock.move_to(draw.enrol_close_at)
        jobs.run_due(city.here)
        clock.move_to(draw.phi_at) if entry in {"phi", "result"} else None
        jobs.run_due(city.here)
        assert not counted(city, draw)[0][entry]
    jobs.run_due(city.here)
    clock.move_to(draw.phi_at)
    jobs.run_due(city.here)
    kinds, places, awards = counted(city, draw)
    assert {kind: kinds[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)
    assert (places, awards) == (4, 1)
    assert believed(city, draw).ok


def test_a_stop_between_the_steps_is_made_good(city, clock):
    """After each single step the machine stops; another run goes on from there."""
    draw = an_open_draw(city)
    enrol(city, draw)
    for at in (draw.enrol_close_at, draw.phi_at):
        clock.move_to(at)
        for step in STEPS:
            log.sequence(city.here)
            with unit_of_work(city.here.sessions, jobs.ACTOR, clock) as work:
                step(work, city.here, queries.locked(work, draw.id))
    assert city.draw(draw.id).state is DrawState.DRAWN
    assert believed(city, draw).ok


def test_the_result_depends_on_nothing_but_what_is_logged(city, clock):
    """Recomputing from the stored entries gives the stored order, however often."""
    draw = a_drawn_draw(city)
    with city.reading() as work:
        order = [firm.code for _, firm in queries.places_of(work, draw)]
        evidence = queries.evidence_of(work, queries.awaited(work, draw))
        for _ in range(3):
            again = outcome.outcome(queries.fixed_of(work, draw), evidence, 0)
            assert list(again.order) == order
            assert again.entry.seed == draw.seed


def test_the_database_refuses_a_second_result(city, clock):
    draw = a_drawn_draw(city)
    with city.reading() as work:
        [row] = queries.entries_of(work, draw, "result")
    with pytest.raises(Exception, match="UNIQUE"), city.work() as work:
        work.session.add(
            DrawEntry(
                draw_id=draw.id,
                type="result",
                submission_id=work.submit(row.body),
                body=row.body,
            )
        )


def test_the_database_refuses_to_change_what_is_on_record(city, clock):
    draw = a_frozen_draw(city)
    for change in (
        "UPDATE draw_entry SET body = x'00'",
        "DELETE FROM draw_entry",
        "UPDATE draw_file SET body = x'00'",
        "DELETE FROM draw_cut",
    ):
        with pytest.raises(Exception, match="table of record"), city.work() as work:
            work.session.connection().exec_driver_sql(change)
    assert city.draw(draw.id).state is DrawState.FROZEN
