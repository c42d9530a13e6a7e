"""Whoever is asked about a complaint hands in what shows its words: for the office, and itself."""

from io import BytesIO

from market.complaints import actions
from market.complaints.rules import Against, Matter
from tests.market.draws.test_pages import site_of
from tests.market.factories.complaints import REPLY, STATEMENT, accepted, do, filed
from tests.market.factories.documents import a_pdf
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import another_firm, officers


def sent(site, person, one, deed):
    data = {
        "version": str(one.version),
        "text": REPLY,
        "file": (BytesIO(a_pdf()), "证书.pdf"),
    }
    url = f"/complaints/{one.number}/{deed}"
    return site.as_(person).post(url, data=data, content_type="multipart/form-data")


def reads(site, one, readers, others):
    url = f"/complaints/{one.number}"
    page = site.as_(readers[0]).get(url).text
    file = page.split("/file", maxsplit=1)[0].rpartition('"')[2] + "/file"
    assert file.startswith(f"{url}/statements/")
    for reader in readers:
        assert file in site.as_(reader).get(url).text
        assert site.as_(reader).get(file).data == a_pdf()
    for other in others:
        assert file not in site.as_(other).get(url).text
        assert site.as_(other).get(file).status_code == 404


def test_what_the_accused_hands_in_is_read_by_the_office(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    complainant = another_firm(drawn)
    one = accepted(city, filed(drawn, complainant, name="", contact="").one, officer)
    one = do(city, officer, actions.ask, one, STATEMENT)
    site = site_of(city)
    assert sent(site, another_firm(drawn, 1), one, "reply").status_code == 404
    assert sent(site, drawn.delegate, one, "reply").status_code == 303
    strangers = (complainant, another_firm(drawn, 1), city.operator, city.clerk)
    reads(site, one, (drawn.delegate, officer, decider), strangers)


def test_what_the_firm_hands_in_that_would_lose_is_not_the_accused_s_to_read(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    said = filed(drawn, matter=Matter.PROCEDURE, against=Against.OWNER)
    one = accepted(city, said.one, officer)
    do(city, officer, actions.ask, one, STATEMENT)
    one = do(city, officer, actions.hear, one, STATEMENT)
    site = site_of(city)
    assert sent(site, drawn.delegate, one, "state").status_code == 303
    reads(site, one, (drawn.delegate, officer, decider), (city.clerk, city.operator))
