"""Who leaves or is sanctioned after the draw takes on nothing new; who is bound cannot leave."""

from datetime import timedelta

import pytest

from market import log
from market.contracts.errors import FirmBarredError
from market.draws import actions, queries
from market.draws.errors import BarredError
from market.draws.rules import AwardState
from market.firms import actions as firms
from market.firms import queries as firm_queries
from market.firms import ties
from market.firms.errors import BoundError
from market.firms.model import Firm
from market.firms.rules import FirmState, Standing
from market.needs.model import Notice
from tests.market.factories.contracts import file_it
from tests.market.factories.draws import (
    a_confirmed_award,
    an_offered_award,
    an_open_draw,
    enrol,
)


def leave(city, person):
    with city.work(person) as work:
        firms.leave(work, firm_queries.own(work))


def suspend(drawn, standing=Standing.SUSPENDED):
    with drawn.city.work() as work:
        firm = work.session.get_one(Firm, drawn.award.firm_id)
        firms.set_standing(work, firm, standing, work.now + timedelta(days=90), "AJ-1")


def confirm(drawn):
    with drawn.city.work(drawn.delegate) as work:
        actions.confirm(work, queries.own_award(work, drawn.award.number))


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.BLACKLISTED])
def test_a_sanctioned_winner_cannot_confirm(city, clock, standing):
    drawn = an_offered_award(city.here, clock, city=city)
    suspend(drawn, standing)
    with pytest.raises(BarredError, match=r"暂停选取资格|黑名单"):
        confirm(drawn)
    assert city.awards(drawn.draw.id)[0].state is AwardState.OFFERED
    with city.work() as work:
        firms.lift_standing(work, work.session.get_one(Firm, drawn.award.firm_id), "复核")
    confirm(drawn)


def test_a_winner_that_has_left_cannot_confirm(city, clock):
    drawn = an_offered_award(city.here, clock, city=city)
    with city.work() as work:  # As data from before the ties were known would have it.
        work.session.get_one(Firm, drawn.award.firm_id).state = FirmState.LEFT
    with pytest.raises(BarredError, match="已经退出"):
        confirm(drawn)


def test_no_side_files_a_contract_with_a_sanctioned_firm(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    suspend(drawn)
    for person in (drawn.delegate, city.clerk):
        with pytest.raises(FirmBarredError, match="暂停选取资格"):
            file_it(drawn, person)


def test_a_sanctioned_firm_cannot_confirm_what_the_owner_filed(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    agreed = file_it(drawn, city.clerk)
    suspend(drawn)
    with pytest.raises(FirmBarredError):
        agreed.confirm()


def test_what_the_firm_filed_in_good_standing_the_owner_may_confirm(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    agreed = file_it(drawn, drawn.delegate)
    suspend(drawn)
    agreed.confirm()


def test_an_enrolled_firm_leaves_only_after_withdrawing(city):
    draw = an_open_draw(city)
    _, person = city.firms[0]
    enrol(city, draw, person)
    with city.reading() as work:
        number = work.session.get_one(Notice, draw.notice_id).number
    with pytest.raises(BoundError, match=number):
        leave(city, person)
    log.sequence(city.here)
    with city.work(person) as work:
        actions.withdraw(work, work.session.get_one(type(draw), draw.id))
    leave(city, person)


@pytest.mark.parametrize("made", [an_offered_award, a_confirmed_award])
def test_a_winner_leaves_only_when_its_award_is_settled(city, clock, made):
    drawn = made(city.here, clock, city=city)
    with pytest.raises(BoundError, match=drawn.award.number):
        leave(city, drawn.delegate)


def test_a_running_contract_is_named_and_keeps_nobody(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    agreed = file_it(drawn, drawn.delegate)
    agreed.confirm()
    number = agreed.contract().number
    with city.work(drawn.delegate) as work:
        (tie,) = ties.of(work, firm_queries.own(work))
        assert number in str(tie)
        assert not tie.holds
    leave(city, drawn.delegate)
