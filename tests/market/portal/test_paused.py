"""An award that stands still shows no day on which a term would end."""

import csv
import io
from datetime import timedelta

from market.complaints.rules import Outcome
from tests.market.factories.complaints import accepted, decided, filed, proposed
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import officers
from tests.market.portal.test_views import main_of


def row_of(client, number):
    text = client.get("/open-data/awards.csv").data.decode("utf-8-sig")
    return next(row for row in csv.DictReader(io.StringIO(text)) if row["中选编号"] == number)


def test_a_held_award_says_that_its_term_stands_still_and_how_much_is_left(
    client, fast_here, clock
):
    drawn = a_drawn_need(fast_here, clock)
    number, ends = drawn.award.number, "2026-03-19 24:00"
    assert ends in client.get(f"/awards/{number}").text
    assert row_of(client, number)["期限暂停"] == "否"
    clock.advance(timedelta(days=1))
    officer, decider = officers(drawn.city)
    one = accepted(drawn.city, filed(drawn).one, officer)
    for page in (client.get(f"/awards/{number}").text, client.get("/awards").text):
        assert ends not in page
        assert "暂停计算，还剩 3 个工作日" in page
    row = row_of(client, number)
    assert (row["期限暂停"], row["暂停时剩余工作日"]) == ("是", "3")
    holding = main_of(client.get("/complaints").text).split('id="holding"')[1]
    assert one.number in holding
    assert 'id="before"' not in holding
    decided(drawn.city, proposed(drawn.city, one, officer, Outcome.REJECTED), decider)
    assert "暂停计算" not in client.get(f"/awards/{number}").text
    assert row_of(client, number)["期限暂停"] == "否"
    now, before = (
        main_of(client.get("/complaints").text).split('id="holding"')[1].split('id="before"')
    )
    assert one.number not in now
    assert one.number in before
