"""An expert whose account others could have come by since the notice loses the seat."""

from datetime import timedelta

import pytest

from market.access import OrgKind, Role
from market.accounts.actions import add_user, deactivate_user
from market.accounts.handing_over import ask, hand_over
from market.accounts.handover_rules import HandoverPurpose
from market.accounts.model import Organisation, User
from market.accounts.queries import actor_of
from market.panels.errors import NewAccountError
from market.panels.rules import SeatState
from market.scoring.errors import HandedInAlreadyError
from tests.market.factories.firms import SYSTEM, Person, a_person, hashed
from tests.market.factories.panels import (
    a_pool,
    a_scored_draw,
    accept,
    decline,
    drawn,
    panel_of,
    people_of,
    seats_of,
)
from tests.market.factories.scoring import a_sheet, hand_in_sheet, seated
from tests.market.scoring.conftest import city, city_template

__all__ = ["city", "city_template"]


def reset(city, person):
    """Let two people of the operator give somebody a new password."""
    first, second = (a_person(city.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK) for _ in "12")
    with city.work(first) as work:
        user = work.session.get_one(User, person.user.id)
        number = ask(work, user, HandoverPurpose.RESET, "本人来电，已回拨核实").id
    with city.work(second) as work:
        hand_over(work, number, hashed())


def reopened(city, person):
    """Let the operator close an expert's account and open another."""
    with city.work(Person(person.user, SYSTEM)) as work:
        deactivate_user(work, work.session.get_one(User, person.user.id))
        user = add_user(
            work,
            work.session.get_one(Organisation, person.user.organisation_id),
            username="another.one",
            name="周评审",
            roles=[Role.EXPERT],
            password=hashed(),
        )
        work.session.flush()
        return Person(user, actor_of(work, user))


def test_who_was_given_a_password_after_the_notice_can_only_give_the_seat_up(city):
    pool = a_pool(city)
    panel = drawn(city, a_scored_draw(city))
    people = people_of(panel, pool)
    first, second, *_ = seats_of(city, panel)
    reset(city, people[first.expert_code])
    with pytest.raises(NewAccountError, match="由他人重置"):
        accept(city, panel, people[first.expert_code])
    accept(city, panel, people[second.expert_code])
    decline(city, panel, people[first.expert_code])
    states = [seat.state for seat in seats_of(city, panel)]
    assert states[0] is SeatState.DECLINED
    assert len(states) == 6


@pytest.mark.parametrize("how", ["reset", "reopened"])
def test_no_sheet_is_taken_from_an_account_that_others_could_have_come_by(city, how):
    draw, panel, members = seated(city)
    city.clock.advance(timedelta(minutes=1))
    person = members[0]
    if how == "reset":
        reset(city, person)
    else:
        person = reopened(city, person)
    sheet = a_sheet((90, 80, 70, 60))
    with pytest.raises(NewAccountError):
        hand_in_sheet(city, draw, person, sheet)
    hand_in_sheet(city, draw, members[1], sheet)
    decline(city, panel, person)
    assert len(seats_of(city, panel_of(city, draw))) == 6


def test_what_was_handed_in_before_stays_and_is_not_handed_in_again(city):
    draw, panel, members = seated(city)
    sheet = a_sheet((90, 80, 70, 60))
    hand_in_sheet(city, draw, members[0], sheet)
    with pytest.raises(HandedInAlreadyError):
        hand_in_sheet(city, draw, members[0], sheet)
    reset(city, members[0])
    with pytest.raises(NewAccountError):
        hand_in_sheet(city, draw, members[0], sheet)
    assert [seat.state for seat in seats_of(city, panel)] == [SeatState.ACCEPTED] * 5
