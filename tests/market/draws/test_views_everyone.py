"""The public pages beyond the draw's own: screens, their state, searching, tools, languages."""

import hashlib
import io
import zipfile
from datetime import timedelta

import pytest

from lottery.encoding import leaf_hash
from lottery.policy import parse_policy
from lottery.verify import examine
from market import log
from market.draws import jobs, places, queries
from market.draws.rules import DrawState
from market.draws.views import public
from market.draws.views.sessions import instant_of, session_key
from market.draws.views.steps import clock_left, span
from market.errors import MissingError
from tests.market.draws.beacon_days import PHI_AT, ROUND, SIGNATURE, a_frozen_draw_of_mode_a
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import a_drawn_draw, a_frozen_draw, an_open_draw, enrol

SCREENS = ("", "/screen", "/state.json")


@pytest.fixture
def site(city):
    return site_of(city)


def test_neither_screen_nor_state_names_a_firm_before_the_freeze(site):
    draw = an_open_draw(site.city)
    enrol(site.city, draw)
    log.sequence(site.city.here)
    client = site.as_()
    texts = [client.get(site.path(draw) + part).text for part in SCREENS]
    texts.append(client.get(f"/draws/sessions/{session_key(draw)}/screen").text)
    texts.append(client.get(f"/draws/sessions/{session_key(draw)}/state.json").text)
    for text in texts:
        assert not [f for f, _ in site.city.firms if f.code in text or f.name in text]
    state = client.get(site.path(draw, "state.json")).json
    assert (state["phase"], state["enrolled"], state["listed"]) == ("open", 4, 0)
    assert state["order"] == []
    assert state["demonstration"] is True


def test_the_state_costs_nothing_until_it_changes(site):
    draw = a_frozen_draw(site.city)
    client = site.as_()
    path = site.path(draw, "state.json")
    first = client.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=1"
    told = float(first.headers["Server-Time"])
    assert told == pytest.approx(site.city.clock().timestamp(), abs=0.001)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert float(again.headers["Server-Time"]) == told
    site.city.clock.move_to(draw.phi_at)
    waiting = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert waiting.json["phase"] == "waiting"
    jobs.run_due(site.city.here)
    drawn = client.get(path, headers={"If-None-Match": waiting.headers["ETag"]}).json
    assert drawn["phase"] == "drawn"
    with site.city.reading() as work:
        order = [firm.code for _, firm in queries.places_of(work, draw)]
    assert drawn["order"] == order[:3]
    assert drawn["seed"] == site.city.draw(draw.id).seed


def test_the_screen_shows_the_root_of_the_list_and_then_everybody_in_order(site):
    draw = a_frozen_draw(site.city)
    client = site.as_()
    frozen = client.get(site.path(draw, "screen")).text
    with site.city.reading() as work:
        root = queries.freeze_entry(work, draw).list_root
    assert " ".join(f"<span>{root[n : n + 4]}</span>" for n in range(0, 64, 4)) in frozen
    assert "演示模式" in frozen
    site.city.clock.move_to(draw.phi_at)
    assert "正在等待各方的随机值" in client.get(site.path(draw, "screen")).text
    jobs.run_due(site.city.here)
    drawn = client.get(site.path(draw, "screen")).text
    with site.city.reading() as work:
        names = [firm.name for _, firm in queries.places_of(work, draw)]
    found = [drawn.index(f'<span class="s-name">{name}</span>') for name in names]
    assert found == sorted(found)


def test_a_screen_of_a_draw_that_was_called_off_says_why(site):
    draw = an_open_draw(site.city)
    site.city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(site.city.here)
    page = site.as_().get(site.path(draw, "screen")).text
    assert "本次抽取已终止" in page
    assert "报名家数不足" in page


def test_a_session_is_named_by_its_instant_and_nothing_else(site):
    draw = an_open_draw(site.city)
    assert instant_of(session_key(draw)) == draw.phi_at
    client = site.as_()
    assert client.get(f"/draws/sessions/{session_key(draw)}/screen").status_code == 200
    for key in ("20260101-103500", "nonsense", "2026-01-01", "%00"):
        assert client.get(f"/draws/sessions/{key}/screen").status_code == 404
        assert client.get(f"/draws/sessions/{key}/state.json").status_code == 404
    with pytest.raises(MissingError):
        instant_of("20261301-103500")


def test_a_long_list_is_searched_and_comes_in_pages(site, monkeypatch):
    monkeypatch.setattr(public, "ROWS", 3)
    draw = a_drawn_draw(site.city)
    client = site.as_()
    path = site.path(draw)
    with site.city.reading() as work:
        order = [firm for _, firm in queries.places_of(work, draw)]
    first, second = client.get(path).text, client.get(f"{path}?page=2").text
    assert [f.code in first for f in order] == [True, True, True, False]
    assert order[3].code in second
    by_code = client.get(f"{path}?q={order[3].code[:17].lower()}").text
    assert f'<span class="d-code">{order[3].code}</span>' in by_code
    by_name = client.get(f"{path}?q={order[2].name}").text
    assert "<details open>" in by_name
    assert "名单里没有这家机构" in client.get(f"{path}?q=%25").text


def test_a_weighted_ticket_is_recomputed_by_its_line():
    seed, firm, weight = "ab" * 32, "91310000MA1FL00404", 9
    line = places.command_of(seed, firm, weight)
    preimage = bytes.fromhex(line.split()[1])
    tickets = {hashlib.sha256(bytes.fromhex(one.split()[1])).digest() for one in _lines(seed, firm)}
    assert hashlib.sha256(preimage).digest() == min(tickets)


def _lines(seed, firm):
    from_zero = bytes.fromhex(places.command_of(seed, firm).split()[1])
    return [f"echo {(from_zero[:-4] + n.to_bytes(4, 'big')).hex()} |" for n in range(9)]


def test_the_beacons_round_is_shown_for_eye_keyboard_and_camera(city, clock):
    draw = a_frozen_draw_of_mode_a(city)
    clock.move_to(PHI_AT)
    site = site_of(city)
    client = site.as_(city.operator)
    assert (
        client.post(
            site.path(draw, "phi"), data={"evidence": f"{ROUND} {SIGNATURE.hex().upper()}"}
        ).status_code
        == 303
    )
    page = site.as_().get(site.path(draw)).text
    digits = SIGNATURE.hex()
    assert " ".join(f"<span>{digits[n : n + 8]}</span>" for n in range(0, 96, 8)) in page
    assert 'class="z-qr"' in page
    assert "没有网址" in page
    assert "随机数取自公共信标 drand" in page
    assert "本平台的日志目前没有独立见证人" in page


def test_verifiers_are_served_as_scripts_and_as_files_to_keep(site):
    client = site.as_()
    script = client.get("/draws/verifier/index.js")
    assert script.mimetype == "text/javascript"
    assert client.get("/draws/verifier/crypto/hash.js").status_code == 200
    for name in ("cli.js", "../index.js", "nothing.js", "%00"):
        assert client.get(f"/draws/verifier/{name}").status_code == 404
    page = client.get("/draws/tools/verify.html")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert b"<!doctype html>" in page.data[:200].lower()
    assert zipfile.is_zipfile(io.BytesIO(client.get("/draws/tools/verify.pyz").data))
    assert client.get("/draws/tools/ismdraw.rb").data.startswith(b"#!/usr/bin/env ruby")
    assert client.get("/draws/tools/nothing").status_code == 404


def test_the_frozen_list_can_be_checked_by_everybody_before_the_value(site):
    draw = a_frozen_draw(site.city)
    client = site.as_()
    body = client.get(site.path(draw, "frozen.zip")).data
    found = {c.name: c.ok for c in examine(body, parse_policy(site.city.policy().encode())).checks}
    assert all(found[name] for name in ("V1", "V2", "V3", "V4", "V5", "V6", "V7"))
    notice = client.get(site.path(draw, "notice.json")).data
    assert leaf_hash(notice).hex() == draw.draw_hash
    opened = an_open_draw(site.city, title="另一项可行性研究")
    for part in ("frozen.zip", "listed.zip"):
        assert client.get(site.path(opened, part)).status_code == 404


def test_a_late_result_says_so_in_words(site):
    draw = a_frozen_draw(site.city)
    late = draw.result_by_at + timedelta(minutes=3, seconds=20)
    site.city.clock.move_to(late - timedelta(minutes=1))
    waiting = site.as_().get(site.path(draw)).text
    assert "已逾期 2 分钟 20 秒，尚未完成" in waiting
    site.city.clock.move_to(late)
    jobs.run_due(site.city.here)
    assert site.city.draw(draw.id).state is DrawState.DRAWN
    assert "晚 3 分钟 20 秒，不影响结果" in site.as_().get(site.path(draw)).text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 秒"), (61, "1 分钟 1 秒"), (7200, "2 小时"), (90061, "1 天 1 小时")],
)
def test_a_span_has_its_two_largest_units(site, seconds, words):
    with site.app.test_request_context():
        assert span(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "时刻已到"), (0.2, "00:00:01"), (3661, "01:01:01"), (90061, "1 天 01:01:01")],
)
def test_without_scripts_the_clock_says_what_was_left(site, seconds, words):
    now = site.city.clock()
    with site.app.test_request_context():
        assert clock_left(now + timedelta(seconds=seconds), now) == words


def test_the_pages_are_there_in_english_as_well(site):
    draw = a_drawn_draw(site.city)
    client = site.as_()
    client.get("/language/en")
    for part in ("", "/screen"):
        page = client.get(site.path(draw) + part)
        assert page.status_code == 200
        assert '<html lang="en">' in page.text
    assert client.get("/draws").status_code == 200
    assert client.get("/verify").status_code == 200
