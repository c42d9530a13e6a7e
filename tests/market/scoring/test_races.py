"""Both databases: one sheet for one member whoever presses twice, and a whole selection."""

import pytest
from sqlalchemy import func, select

from market.draws.model import Draw
from market.draws.rules import DrawState
from market.errors import MarketError
from market.scoring.errors import HandedInAlreadyError
from market.scoring.model import ScoreSheet
from tests.market.draws.together import together
from tests.market.factories.draws import a_city
from tests.market.factories.scoring import a_sheet, hand_in_sheet, scores, seated

SUMS = (90, 70, 80, 60)


def test_a_member_hands_in_once_at_one_moment_and_the_list_is_frozen(here, clock):
    city = a_city(here, clock)
    draw, _, members = seated(city)
    got = together(2, lambda _: hand_in_sheet(city, draw, members[0], a_sheet(SUMS)))
    assert [isinstance(each, ScoreSheet) for each in got].count(True) == 1, got
    assert [isinstance(each, MarketError) for each in got].count(True) == 1, got
    with pytest.raises(HandedInAlreadyError):
        hand_in_sheet(city, draw, members[0], a_sheet((1, 1, 1, 1)))
    draw = scores(city, draw, members[1:], *[SUMS] * 4)
    assert draw.state is DrawState.FROZEN
    with city.reading() as work:
        count = select(func.count(ScoreSheet.id)).where(ScoreSheet.draw_id == draw.id)
        assert work.session.scalar(count) == len(members)
        assert work.session.get_one(Draw, draw.id).frozen_at is not None
