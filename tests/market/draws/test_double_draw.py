"""R10: sixteen press "draw" on every one of many draws; each is drawn once, and all see the same.

``ISMDRAW_LONG=1`` raises the draws from 6 to 1,000.
"""

from collections import Counter

import pytest
from sqlalchemy import select

from market.draws import jobs
from market.draws.model import Award, DrawEntry, Place
from tests.lengths import length
from tests.market.draws.believing import faults, report
from tests.market.draws.test_concurrency import many_open
from tests.market.draws.together import together
from tests.market.factories.draws import a_city, enrol

THREADS = 16
AT_ONCE = 50


def order_of(city, draw_id):
    with city.reading() as work:
        places = select(Place.firm_id).where(Place.draw_id == draw_id).order_by(Place.rank)
        return tuple(work.session.scalars(places))


@pytest.mark.long
def test_each_of_many_draws_is_drawn_once_however_many_press(here, clock, caplog):
    city = a_city(here, clock, firms=3)
    wanted = length(6, 1000)
    for first in range(0, wanted, AT_ONCE):
        draws = many_open(city, min(AT_ONCE, wanted - first))
        for draw in draws:
            enrol(city, draw)
        clock.move_to(draws[0].enrol_close_at)
        jobs.run_due(here)
        clock.move_to(max(draw.phi_at for draw in draws))

        def press(_place, draws=draws):
            seen = []
            for draw in draws:
                jobs.advance(here, draw.id)
                seen.append(order_of(city, draw.id))
            return seen

        seen_by_all = together(THREADS, press)
        assert [len(order) for order in seen_by_all[0]] == [3] * len(draws)
        assert seen_by_all == [seen_by_all[0]] * THREADS
        check(city, draws)
    assert "deadlock" not in caplog.text
    assert "could not be advanced" not in caplog.text


def check(city, draws):
    ids = [draw.id for draw in draws]
    with city.reading() as work:
        rows = work.session.execute(
            select(DrawEntry.draw_id, DrawEntry.type).where(DrawEntry.draw_id.in_(ids))
        )
        kinds = Counter((draw_id, kind) for draw_id, kind in rows)
        awards = work.session.scalars(select(Award.draw_id).where(Award.draw_id.in_(ids))).all()
    assert [kinds[number, kind] for number in ids for kind in ("phi", "result")] == [1] * 2 * len(
        ids
    )
    assert sorted(awards) == sorted(ids)
    assert faults(report(city, draws[0])) == []
