"""R13: nobody overwrites what somebody else changed meanwhile, on both databases.

A row read before another commit cannot be written; two people who act at one moment get one
effect, and the other is told; a history of edits loses none.
"""

import pytest

from market.db import Actor, unit_of_work
from market.draws import actions as draws
from market.draws import queries as draw_queries
from market.draws.model import Award, Draw
from market.errors import ConflictError, MarketError
from market.firms.model import Firm, FirmService
from market.needs import actions as needs
from market.needs.model import Need
from market.needs.queries import by_id as need_by_id
from market.needs.rules import NeedState
from market.objections import actions as objections
from market.objections import queries as objection_queries
from market.objections.rules import Ground
from market.quotes import actions as quotes
from market.quotes.model import QuoteSeal
from tests.market.draws.together import together
from tests.market.factories.draws import (
    a_city,
    a_drawn_need,
    an_offered_award,
    enrol,
    need_facts,
)
from tests.market.factories.objections import TEXT, another_firm
from tests.market.factories.quotes import a_quote, a_quoted_draw

JOB = Actor("job:test")
EDITS = {
    Need: lambda row: setattr(row, "title", row.title + "（改）"),
    Firm: lambda row: setattr(row, "address", row.address + "（改）"),
    FirmService: lambda row: setattr(row, "frozen_reason", "核查期间暂停"),
    Award: lambda row: setattr(row, "reason", "核查"),
}


def read(here, kind):
    """Return a row as a page that was opened now would hold it."""
    with here.sessions() as session:
        row = session.query(kind).order_by(kind.id).first()
        session.expunge(row)
    return row


def test_what_was_read_before_another_commit_is_not_written(here, clock):
    a_drawn_need(here, clock)
    for kind, edit in EDITS.items():
        stale = read(here, kind)
        key, version = stale.id, stale.version
        with unit_of_work(here.sessions, JOB, clock) as work:
            fresh = work.session.get_one(kind, key)
            edit(fresh)
        with (
            pytest.raises(ConflictError),
            unit_of_work(here.sessions, JOB, clock) as work,
        ):
            work.session.add(stale)
            edit(stale)
            work.session.flush()
        assert read(here, kind).version == version + 1


def a_submitted_need(city):
    with city.work(city.clerk) as work:
        need = needs.draft(work, need_facts())
        needs.submit(work, need)
    return need


def errors_of(got):
    return [one for one in got if isinstance(one, MarketError)]


def test_two_approvers_at_once_approve_once(here, clock):
    city = a_city(here, clock, firms=1)
    need = a_submitted_need(city)

    def approve(_):
        with city.work(city.approver) as work:
            needs.approve(work, need_by_id(work, need.id))

    got = together(4, approve)
    assert len(errors_of(got)) == 3
    with city.reading() as work:
        assert need_by_id(work, need.id).state is NeedState.CHECK


def test_an_owner_and_a_winner_at_once_leave_one_truth(here, clock):
    drawn = an_offered_award(here, clock)
    city, number = drawn.city, drawn.award.number

    def act(place):
        if place % 2:
            with city.work(drawn.delegate) as work:
                draws.confirm(work, draw_queries.own_award(work, number))
        else:
            with city.work(city.clerk) as work:
                award = objection_queries.award_by_number(work, number)
                objections.object_to(work, here, award, Ground.FALSE_MATERIALS, TEXT)

    got = together(4, act)
    with city.reading() as work:
        found = objection_queries.of_award(work, drawn.award.id)
        award = work.session.get_one(Award, drawn.award.id)
    assert len(found) == 1
    assert award.state == "frozen"
    assert len(errors_of(got)) in {2, 3}


def test_two_objections_at_once_freeze_once_and_both_are_kept(here, clock):
    drawn = a_drawn_need(here, clock)
    people = [another_firm(drawn), another_firm(drawn, 1)]

    def act(place):
        with drawn.city.work(people[place % 2]) as work:
            award = objection_queries.award_by_number(work, drawn.award.number)
            objections.object_to(work, here, award, Ground.AFFILIATION, TEXT)

    got = together(4, act)
    assert len(errors_of(got)) == 2
    with drawn.city.reading() as work:
        assert len(objection_queries.holding(work, drawn.award.id)) == 2


def test_a_history_of_seals_loses_none(here, clock):
    city = a_city(here, clock, firms=1)
    draw = a_quoted_draw(city)
    [(_, delegate)] = city.firms
    enrol(city, draw, delegate)
    files = [a_quote(city, draw, delegate, 5_000 + n) for n in range(6)]

    def seal(place):
        with city.work(delegate) as work:
            quotes.seal(work, work.session.get_one(Draw, draw.id), files[place].commitment)

    got = together(6, seal)
    kept = 6 - len(errors_of(got))
    with here.sessions() as session:
        rows = session.query(QuoteSeal).order_by(QuoteSeal.number).all()
    assert [row.number for row in rows] == list(range(1, kept + 1))
    assert len({row.commitment for row in rows}) == kept >= 1
