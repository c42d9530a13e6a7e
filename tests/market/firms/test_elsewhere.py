"""A registration goes to another city signed, and one of a recognised city is a start here."""

from io import BytesIO

import pytest

from market import log
from market.errors import ConfigurationError
from market.firms import queries, queries_held
from market.firms.elsewhere import NotARegistrationError, body_of
from market.firms.held import parse
from market.firms.model_held import HeldOrigin
from tests.market.factories.firms import ITEM, a_delegate, a_filled_in_firm, a_listed_firm


def recognise(here, vkey):
    here.config.data_dir.mkdir(parents=True, exist_ok=True)
    (here.config.data_dir / "cities").write_text(f"# 互认\n{vkey} 邻市\n", "utf-8")


def sent(note):
    return {"file": (BytesIO(note), "registration.note")}


def test_a_listed_firm_takes_its_registration_along(fast_here, clock, sign_in, working):
    firm, delegate = a_listed_firm(fast_here, clock, item_codes=(ITEM,))
    note = sign_in(delegate).get("/firm/registration.note").data
    text, key = log.opened(note, {log.vkey(fast_here): "邻市"})
    assert key == log.vkey(fast_here)
    held = parse(body_of(text))
    assert held.code == firm.code
    assert held.source == "示范市中介超市"
    with working(fast_here, delegate) as work:
        confirmed = queries_held.stated(work, queries.own(work))
    assert list(held.licences) == confirmed


def test_only_a_listed_firm_does(fast_here, sign_in):
    _, delegate = a_filled_in_firm(fast_here, item_codes=(ITEM,))
    refused = sign_in(delegate).get("/firm/registration.note")
    assert refused.status_code == 409
    assert "入驻生效后才能下载" in refused.text


def test_it_is_a_start_where_its_city_is_recognised(fast_here, clock, sign_in, working):
    firm, delegate = a_listed_firm(fast_here, clock, item_codes=(ITEM,))
    browser = sign_in(delegate)
    note = browser.get("/firm/registration.note").data
    assert "本市还没有互认城市" in browser.get("/firm/registration").text
    unknown = browser.post("/firm/registration", data=sent(note))
    assert "没有与签发城市互认" in unknown.text
    recognise(fast_here, log.vkey(fast_here))
    assert "邻市" in browser.get("/firm/registration").text
    changed = note.replace("陈立".encode(), "王芳".encode())
    assert changed != note
    assert "没有与签发城市互认" in browser.post("/firm/registration", data=sent(changed)).text
    other = sign_in(a_delegate(fast_here))
    assert "属于另一家机构" in other.post("/firm/registration", data=sent(note)).text
    assert "带入那里的资料" in other.get("/firm/facts").text
    for _ in range(2):
        assert browser.post("/firm/registration", data=sent(note)).status_code == 303
    with working(fast_here, delegate) as work:
        record = queries_held.latest(work, firm.code)
        assert record.origin is HeldOrigin.CITY
        assert record.source == "邻市中介超市（签名已核验）"
        # What another city says is a start and no measure: it is not what a promise is held to.
        assert queries_held.comparison(work, queries.own(work)) is None


@pytest.mark.parametrize("text", ["", "zjcs.example/draw-log\n1\n", "zjcs/registration/v1\n{}"])
def test_what_was_signed_as_something_else_is_refused(text):
    with pytest.raises(NotARegistrationError):
        body_of(text)


def test_a_faulty_list_of_cities_is_named(fast_here):
    recognise(fast_here, "no-key")
    with pytest.raises(ConfigurationError, match="互认城市文件"):
        log.trusted_cities(fast_here)
