"""Who is heard of an objection hands in what shows it: for those who decide, and nobody else."""

from io import BytesIO

from market.objections.rules import Outcome
from tests.market.draws.test_pages import site_of
from tests.market.factories.documents import a_pdf
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import (
    SAID,
    again,
    another_firm,
    answered,
    officers,
    raised,
)


def test_the_winner_s_file_goes_with_its_words(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    one = answered(city, raised(drawn), Outcome.ANNUL)
    site, url = site_of(city), f"/objections/{one.number}"
    winner = site.as_(drawn.delegate)

    def state(name, content):
        data = {"version": str(one.version), "said": SAID, "file": (BytesIO(content), name)}
        return winner.post(f"{url}/state", data=data, content_type="multipart/form-data")

    wrong = state("证书.exe", b"MZ")
    assert wrong.status_code == 409
    assert "只接受" in wrong.text
    assert SAID in wrong.text, "what was written is kept"
    assert state("证书.pdf", a_pdf()).status_code == 303
    page = winner.get(url).text
    file = page.split("/file", maxsplit=1)[0].rpartition('"')[2] + "/file"
    assert file.startswith(f"{url}/statements/")
    for reader in (drawn.delegate, officer, decider, city.operator):
        assert file in site.as_(reader).get(url).text
        assert site.as_(reader).get(file).data == a_pdf()
    for stranger in (another_firm(drawn), another_firm(drawn, 1), city.clerk):
        assert file not in site.as_(stranger).get(url).text
        assert site.as_(stranger).get(file).status_code == 404
    assert "/statements/" not in site.as_().get(url).text
    assert again(city, one).state == "proposed"
