"""The pages of live bidding, through the whole application."""

from market.bidding.rules import Phase
from market.draws import jobs
from tests.market.draws.test_pages import site_of
from tests.market.factories.bidding import a_bid_draw, a_result, a_session, bid, held
from tests.market.factories.draws import enrol
from tests.market.factories.quotes import number_of


def test_a_firm_enrols_and_bids_in_the_browser(city):
    draw = a_bid_draw(city)
    enrol(city, draw, *(person for _, person in city.firms[:3]))
    number, site, (_, person) = number_of(city, draw), site_of(city), city.firms[3]
    browser = site.as_(person)
    assert "网上竞价" in browser.get(f"/draws/{number}/enrol").text
    answer = browser.post(f"/draws/{number}/enrol")
    assert answer.headers["Location"].endswith(f"/bidding/{number}/room")
    assert "竞价尚未开始" in browser.get(f"/bidding/{number}/room").text
    early = browser.post(f"/bidding/{number}/bid", data={"amount_fen": "98000"})
    assert (early.status_code, "开始后再出价" in early.text) == (409, True)
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    browser = site.as_(person)
    assert "正在竞价：不出价的不列入名单" in browser.get("/workbench").text
    room = browser.get(f"/bidding/{number}/room").text
    assert 'value="98000.00"' in room
    asked = browser.post(f"/bidding/{number}/bid", data={"amount_fen": "98000.00"})
    assert (asked.status_code, "玖万捌仟元整" in asked.text) == (200, True)
    assert "降幅超过两成" not in asked.text
    assert not held(city, draw).bids
    drop = browser.post(f"/bidding/{number}/bid", data={"amount_fen": "9800", "confirmed": "x"})
    assert ("降幅超过两成" in drop.text) is (drop.status_code == 200)
    sure = {"amount_fen": "98000.00", "confirmed": "9800000"}
    taken = browser.post(f"/bidding/{number}/bid", data=sure)
    assert taken.status_code == 303
    assert "贵机构是当前最低价" in browser.get(f"/bidding/{number}/room").text
    bid(city, draw, city.firms[0][1], 9_600_000)
    room = browser.get(f"/bidding/{number}/room").text
    assert "已被超过" in room
    assert 'value="95000.00"' in room
    high = browser.post(f"/bidding/{number}/bid", data={"amount_fen": "95500"})
    assert (high.status_code, "95,000.00" in high.text) == (409, True)
    assert "正在竞价：出价已被超过" in browser.get("/workbench").text


def test_anybody_watches_and_reads_no_name_before_the_freeze(city):
    draw = a_session(city)
    number, site = number_of(city, draw), site_of(city)
    bid(city, draw, city.firms[1][1], 9_000_000)
    page = site.as_().get(f"/bidding/{number}").text
    assert "¥90,000.00" in page
    assert city.firms[1][0].name not in page
    state = site.as_().get(f"/bidding/{number}/state.json")
    assert state.json["lowest_fen"] == 9_000_000
    assert state.json["phase"] == Phase.RUNNING
    same = site.as_().get(
        f"/bidding/{number}/state.json", headers={"If-None-Match": state.headers["ETag"]}
    )
    assert same.status_code == 304
    assert float(same.headers["Server-Time"]) == city.clock().timestamp()
    for place, fen in ((0, 8_000_000), (2, 5_000_000)):
        bid(city, draw, city.firms[place][1], fen)
    draw = a_result(city, draw)
    page = site.as_().get(f"/bidding/{number}").text
    for words in (city.firms[2][0].name, "最低出价，列入名单", "没有出价", "报名序号 2"):
        assert words in page
    assert "网上竞价产生" in site.as_().get(f"/draws/{number}").text
    assert site.as_().get(f"/quotes/{number}/sheet.json").status_code == 200
    assert site.as_().get(f"/quotes/{number}").headers["Location"].endswith(f"/bidding/{number}")


def test_discounts_are_bid_in_percent(city):
    draw = a_session(city, quote_unit="discount", floor_fen=None)
    number, site = number_of(city, draw), site_of(city)
    browser = site.as_(city.firms[0][1])
    assert "下浮率" in browser.get(f"/bidding/{number}/room").text
    for wrong, said in (("1.005", "两位小数"), ("1e1", "请填写下浮率"), ("120", "0 到 99.99")):
        answer = browser.post(f"/bidding/{number}/bid", data={"discount_bp": wrong})
        assert (answer.status_code, said in answer.text) == (422, True)
    assert (
        browser.post(
            f"/bidding/{number}/bid", data={"discount_bp": "2", "confirmed": "9604000"}
        ).status_code
        == 303
    )
    assert held(city, draw).bids[0].amount_fen == 9_604_000
    other = site.as_(city.firms[1][1])
    assert 'value="2.50"' in other.get(f"/bidding/{number}/room").text
    low = other.post(f"/bidding/{number}/bid", data={"discount_bp": "2.49%"})
    assert (low.status_code, "下浮 2.50%" in low.text) == (409, True)


def test_a_page_of_a_draw_without_bids_is_refused_with_the_reason(city):
    draw = a_bid_draw(city, method="lottery", floor_fen=None)
    number, site = number_of(city, draw), site_of(city)
    answer = site.as_().get(f"/bidding/{number}")
    assert (answer.status_code, "不是网上竞价" in answer.text) == (409, True)
