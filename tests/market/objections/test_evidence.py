"""Evidence of an objection: for those who decide, at once; never public."""

from io import BytesIO

import pytest

from market.access import OrgKind, Role
from market.documents import actions as documents
from market.documents.queries import to_decide
from market.errors import MissingError
from market.objections import actions, evidence, queries
from market.objections.errors import EvidenceFullError, EvidenceOverError, TooShortError
from tests.market.draws.test_pages import site_of
from tests.market.factories.credit import a_decider
from tests.market.factories.documents import a_pdf
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.firms import a_person
from tests.market.factories.objections import another_firm, answered, raised

WHAT = "资信平台的注销公告截图"


@pytest.fixture
def site(city):
    return site_of(city)


def handed_in(objector, url, name="截图.pdf"):
    data = {"title": WHAT, "file": (BytesIO(a_pdf()), name)}
    return objector.post(f"{url}/evidence", data=data, content_type="multipart/form-data")


def pieces(city, one):
    with city.reading() as work:
        return evidence.pieces_of(work, queries.by_number(work, one.number))


def test_it_is_handed_in_and_opened_by_those_who_decide_whatever_the_operator_says(site, clock):
    city = site.city
    drawn = a_drawn_need(city.here, clock, city=city)
    one = raised(drawn)
    url = f"/objections/{one.number}"
    objector, operator = site.as_(another_firm(drawn)), site.as_(city.operator)
    assert "补充证据" in objector.get(url).text
    refused = objector.post(f"{url}/evidence", data={"title": "图"})
    assert refused.status_code == 422
    assert handed_in(objector, url).status_code == 303
    [piece] = pieces(city, one)
    file = f"{url}/evidence/{piece.document.id}"
    decider = site.as_(a_decider(city.here, "01"))
    supervisor = site.as_(a_person(city.here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER))
    assert "运营机构核对后可以查看" in supervisor.get(url).text
    assert supervisor.post(f"{file}/open").status_code == 404
    assert "待核对" in operator.get("/document-checks").text
    # The operator keeps nothing from those who decide about its answer.
    with city.work(city.operator) as work:
        documents.reject(work, to_decide(work, piece.document.id), "截图看不清日期")
    assert supervisor.post(f"{file}/open").status_code == 404
    assert "截图看不清日期" in decider.get(url).text
    assert decider.get(f"{file}/file").status_code == 409
    assert decider.post(f"{file}/open").status_code == 303
    found = decider.get(f"{file}/file")
    assert (found.status_code, found.data[:5]) == (200, b"%PDF-")
    assert "打开记录" in objector.get(url).text
    public = site.as_().get(url).text
    assert "附证据材料 1 份，不公开" in public
    assert WHAT not in public
    assert "截图.pdf" not in public
    for stranger in (another_firm(drawn, 1), a_decider(city.here, "07")):
        assert site.as_(stranger).post(f"{file}/open").status_code == 404
        assert WHAT not in site.as_(stranger).get(url).text


def test_it_is_the_objectors_in_time_and_not_without_end(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = raised(drawn)
    with city.work(another_firm(drawn)) as work:
        row = queries.own(work, one.number)
        with pytest.raises(TooShortError):
            evidence.add(work, row, "图")
        for _ in range(5):
            evidence.add(work, row, WHAT)
        with pytest.raises(EvidenceFullError):
            evidence.add(work, row, WHAT)
    with city.work(another_firm(drawn, 1)) as work, pytest.raises(MissingError):
        evidence.add(work, queries.by_number(work, one.number), WHAT)
    answered(city, one)
    with city.work(another_firm(drawn)) as work:
        row = queries.own(work, one.number)
        actions.accept(work, row)
        with pytest.raises(EvidenceOverError):
            evidence.add(work, row, WHAT)
