"""The pages of quotes, through the whole application."""

from tests.market.draws.test_pages import site_of
from tests.market.factories.quotes import (
    a_quote,
    a_quoted_draw,
    a_quoted_result,
    close,
    number_of,
    sealed,
)


def test_a_firm_enrols_seals_and_opens_in_the_browser(city):
    draw = a_quoted_draw(city)
    sealed(city, draw, 90_000, 95_000)
    site, (_, person) = site_of(city), city.firms[2]
    quote, number = a_quote(city, draw, person, 88_000), number_of(city, draw)
    browser = site.as_(person)
    assert "封存报价" in browser.get(f"/draws/{number}/enrol").text
    answer = browser.post(f"/draws/{number}/enrol")
    assert answer.headers["Location"].endswith(f"/quotes/{number}/own")
    assert "还没有封存报价" in browser.get(f"/quotes/{number}/own").text
    assert "封存报价：不封存的不列入名单" in browser.get("/workbench").text
    answer = browser.post(f"/quotes/{number}/seal", data={"commitment": quote.commitment})
    assert answer.status_code == 303
    own = browser.get(f"/quotes/{number}/own").text
    assert quote.commitment in own
    sent = {"amount_fen": "88000.00", "salt": quote.salt}
    early = browser.post(f"/quotes/{number}/open", data=sent)
    assert (early.status_code, "才能开启" in early.text) == (409, True)
    close(city, draw)
    browser = site.as_(person)
    assert "开启报价：不按时开启的无效" in browser.get("/workbench").text
    wrong = browser.post(f"/quotes/{number}/open", data=sent | {"amount_fen": "88000.01"})
    assert (wrong.status_code, "不符" in wrong.text) == (409, True)
    assert browser.post(f"/quotes/{number}/open", data=sent).status_code == 303
    public = site.as_().get(f"/quotes/{number}").text
    assert "88,000.00" not in public
    assert site.as_().get(f"/quotes/{number}/sheet.json").status_code == 404


def test_the_public_page_lists_what_anybody_recomputes(city):
    draw = a_quoted_result(city, 90_000, 40_000, 95_000)
    number, site = number_of(city, draw), site_of(city)
    text = site.as_().get(f"/quotes/{number}").text
    for words in ("¥40,000.00", "异常低价", "最低有效报价", "sha256sum", city.firms[2][0].name):
        assert words in text
    assert "名单如何产生" in site.as_().get(f"/draws/{number}").text
    assert site.as_().get(f"/quotes/{number}/sheet.json").status_code == 200


def test_while_quotes_are_sealed_the_pages_say_that_the_log_tells_how_many_compete(city):
    draw = a_quoted_draw(city)
    sealed(city, draw, 90_000, 95_000)
    number, browser = number_of(city, draw), site_of(city).as_()
    for page in (f"/draws/{number}", f"/quotes/{number}"):
        assert "家数人人可数" in browser.get(page).text
    close(city, draw)
    for page in (f"/draws/{number}", f"/quotes/{number}"):
        assert "家数人人可数" not in browser.get(page).text
