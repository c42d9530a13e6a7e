"""The pages after the result: who left and who follows, lost values, and the files of it all."""

import pytest
from sqlalchemy import event

from audit import proof
from market import log, witnessing
from market.access import OrgKind, Role
from market.draws import actions, jobs, places, weights
from market.draws.rules import LOST_AFTER, ReplacementState
from market.draws.views.sessions import session_key
from market.needs.rules import NeedState
from tests.market.draws.beacon_days import ROUND, SIGNATURE, a_frozen_draw_of_mode_a
from tests.market.draws.believing import run_at
from tests.market.draws.test_calling_off import AUTHORITY, TEXT
from tests.market.draws.test_fresh import REASON, decline, rows
from tests.market.draws.test_pages import site_of
from tests.market.draws.test_weights import RULE, score
from tests.market.draws.test_weights import rules as rules  # noqa: PLC0414 - a fixture
from tests.market.factories.draws import a_city, a_drawn_draw, a_frozen_draw, an_open_draw, enrol
from tests.market.factories.firms import a_person
from tests.market.factories.witnesses import witnessed


@pytest.fixture
def site(city):
    return site_of(city)


def name_of(city, award):
    return next(firm.name for firm, _ in city.firms if firm.id == award.firm_id)


def winners(page):
    """Return what the screen says of those who were selected."""
    return page.split("s-winners", 1)[1].split("</div>", 1)[0]


# A lost value of a replacement.


def a_lost_replacement(city):
    draw = a_frozen_draw_of_mode_a(city, fresh_alternates=True)
    run_at(city, draw.phi_at)
    with city.work(city.operator) as work:
        actions.submit_phi_round(work, city.here, ROUND, SIGNATURE)
    decline(city, draw)
    jobs.run_due(city.here)
    [row] = rows(city, draw)
    run_at(city, row.phi_at)
    return draw, row


def test_a_lost_value_of_a_replacement_is_called_off_on_the_pages(site):
    city = site.city
    draw, row = a_lost_replacement(city)
    path = site.path(draw, "call-off")
    assert "现在不能终止" in site.as_(city.operator).get(path).text
    run_at(city, row.phi_at + LOST_AFTER)
    officer = site.as_(city.operator)  # Whoever signed in seven days ago is signed out.
    assert path in officer.get("/draws/desk").text
    page = officer.get(path).text
    assert "现在不能终止" not in page
    assert "原结果不变" in page
    answer = officer.post(path, data={"authority": AUTHORITY, "order": TEXT})
    assert answer.status_code == 303
    code = city.operator.actor.org_code
    other = site.as_(a_person(city.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code))
    assert "停止抽取递补" in other.get(path).text
    done = other.post(f"{path}/1", follow_redirects=True)
    assert "已停止抽取递补。原结果不变，本次采购流标。" in done.text
    [row] = rows(city, draw)
    assert row.state is ReplacementState.STOPPED
    assert city.need(draw.id).state is NeedState.FAILED


# Files.


def test_why_a_firm_has_its_weight_is_published_with_the_list(site, rules):
    city = site.city
    rules(RULE)
    codes = [firm.code for firm, _ in city.firms]
    weights.provide(score(dict(zip(codes, (100, 89, 60, 12), strict=True))))
    draw = an_open_draw(city)
    enrol(city, draw)
    path = site.path(draw, "file/weights.json")
    client = site.as_()
    assert client.get(path).status_code == 404
    run_at(city, draw.enrol_close_at)
    assert f'href="{path}"' in client.get(site.path(draw)).text
    answer = client.get(path)
    assert answer.mimetype == "application/json"
    assert {row["firm"] for row in answer.json["firms"]} == set(codes)


def test_the_order_of_a_fresh_drawing_is_published(site):
    city = site.city
    draw = a_drawn_draw(city, fresh_alternates=True)
    first = decline(city, draw)
    jobs.run_due(city.here)
    [row] = rows(city, draw)
    path = site.path(draw, f"file/order-{row.id}.txt")
    client = site.as_()
    assert client.get(path).status_code == 404
    assert path not in client.get(site.path(draw)).text
    run_at(city, row.phi_at)
    page = client.get(site.path(draw)).text
    assert f'href="{path}"' in page
    assert "另行抽取递补" in page
    order = client.get(path)
    assert order.mimetype == "text/plain"
    left = next(firm for firm, _ in city.firms if firm.id == first.firm_id)
    assert left.code not in order.text.split()
    for other in ("order-0.txt", "order-01.txt", "order-99.txt", "order-١.txt", "order-.txt"):
        assert client.get(site.path(draw, f"file/{other}")).status_code == 404


# Declining.


@pytest.mark.parametrize("is_fresh", [True, False])
def test_who_declines_is_told_how_the_place_is_filled(site, is_fresh):
    city = site.city
    draw = a_drawn_draw(city, fresh_alternates=is_fresh)
    award = city.awards(draw.id)[-1]
    client = site.as_(city.delegate_of(award))
    path = f"/draws/award/{award.number}"
    assert ("下一位" in client.get(path).text) is not is_fresh
    done = client.post(f"{path}/decline", data={"reason": REASON}, follow_redirects=True)
    assert ("将按原次序递补" in done.text) is not is_fresh
    assert ("由以后的随机值另行抽取，现在谁都不知道是哪一家" in done.text) is is_fresh
    jobs.run_due(city.here)
    if is_fresh:
        run_at(city, rows(city, draw)[-1].phi_at)
    follower = city.awards(draw.id)[-1]
    assert follower.id != award.id
    delegate = site.as_(city.delegate_of(follower))
    assert ("另行抽取递补" in delegate.get(f"/draws/award/{follower.number}").text) is is_fresh
    assert ("另行抽取递补" in delegate.get("/draws/mine").text) is is_fresh


def test_the_last_who_declines_is_told_that_nobody_follows(site):
    city = site.city
    draw = a_drawn_draw(city, alternates=1)
    decline(city, draw)
    last = city.awards(draw.id)[-1]
    client = site.as_(city.delegate_of(last))
    path = f"/draws/award/{last.number}/decline"
    done = client.post(path, data={"reason": REASON}, follow_redirects=True)
    assert "没有机构可以递补，本次采购流标。" in done.text
    assert "系统将按原次序递补" not in done.text


@pytest.mark.parametrize("is_fresh", [True, False])
def test_the_screen_says_who_left_and_who_follows(site, is_fresh):
    city = site.city
    draw = a_drawn_draw(city, fresh_alternates=is_fresh)
    screens = (site.path(draw, "screen"), f"/draws/sessions/{session_key(draw)}/screen")
    client = site.as_()
    before = client.get(site.path(draw, "state.json")).json
    first = decline(city, draw)
    jobs.run_due(city.here)
    if is_fresh:
        waiting = client.get(screens[0]).text
        assert "另行抽取递补，现在谁都不知道是哪一家" in winners(waiting)
        assert client.get(site.path(draw, "state.json")).json["replacing"] is True
        run_at(city, rows(city, draw)[-1].phi_at)
    second = city.awards(draw.id)[-1]
    for screen in screens:
        page = client.get(screen).text
        left, follows = page.index("s-winner--left"), page.index("s-winner__follows")
        assert left < page.index(name_of(city, first)) < follows
        assert follows < page.index(name_of(city, second), follows)
        assert "已放弃" in page
    after = client.get(site.path(draw, "state.json")).json
    assert (before["awards"], after["awards"]) == (["publicity"], ["declined", "publicity"])
    assert after["replacing"] is False


def test_the_screen_says_that_nobody_follows(site):
    draw = a_drawn_draw(site.city, alternates=1)
    for _ in range(2):
        decline(site.city, draw)
        jobs.run_due(site.city.here)
    page = site.as_().get(site.path(draw, "screen")).text
    assert winners(page).count("s-winner--left") == 2
    assert "没有机构递补，本次采购流标。" in winners(page)


# Receipts, and what screens cost.


def test_a_receipt_carries_the_quorum_that_saw_the_entry(here, clock, tmp_path):
    with witnessed(a_city(here, clock, firms=3), tmp_path / "w") as (city, _, _):
        site = site_of(city)
        draw = an_open_draw(city)
        enrol(city, draw)
        log.sequence(city.here)
        witnessing.feed(city.here)
        # A later entry that no witness has seen yet must not take the quorum away.
        an_open_draw(city, title="另一项可行性研究")
        log.sequence(city.here)
        client = site.as_(city.firms[0][1])
        text = client.get(site.path(draw, "receipt.tlog-proof")).text
    assert proof.parse(text)
    assert text.count("\n\u2014 ") >= 3  # The log, and two of three witnesses.


def test_a_frozen_list_is_read_once_for_all_who_look(site):
    draw = a_frozen_draw(site.city)
    client = site.as_()
    first = client.get(site.path(draw, "state.json")).json
    read = []

    def note(_connection, _cursor, statement, *_rest):
        if "draw_file" in statement:
            read.append(statement)

    event.listen(site.city.here.engine, "before_cursor_execute", note)
    again = client.get(site.path(draw, "state.json")).json
    event.remove(site.city.here.engine, "before_cursor_execute", note)
    assert (again, read) == (first, [])
    with site.city.reading() as work:
        assert len(places.rows_of(work, site.city.draw(draw.id))) == 4


@pytest.mark.parametrize("key", ["00010101-000000", "00010101-075959", "00010101-080000"])
@pytest.mark.parametrize("part", ["screen", "state.json"])
def test_no_session_was_held_in_the_year_one(site, key, part):
    assert site.as_().get(f"/draws/sessions/{key}/{part}").status_code == 404
