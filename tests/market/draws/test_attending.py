"""Who may come to a draw and who was there: told to the public, without anybody's name."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.draws import jobs
from market.draws.actions import attending
from market.draws.errors_values import (
    NotAnAddressError,
    NotAWitnessError,
    TooEarlyForMinutesError,
    TooLateForVenueError,
)
from market.draws.queries.attending import minutes_of, venue_of
from market.draws.rules import DrawState
from market.draws.venue import checked_address, may_keep, may_name, witnesses_in
from tests.market.draws.test_pages import site as site  # noqa: PLC0414 - a fixture
from tests.market.factories.draws import a_drawn_draw, an_open_draw, enrol

LINES = "公证员：示范市公证处\n监督员: 示范市纪委监委"
RECORDING = "AB" * 32
NAMES = "张三、李四"
PLACE, VIDEO = "政务服务中心三楼 302 室", "http://video.zjcs.internal/live/1"


def test_a_place_is_named_before_the_value_and_minutes_are_kept_after_the_result():
    before = {DrawState.OPEN, DrawState.CLOSED, DrawState.FROZEN}
    for state in DrawState:
        assert may_name(state, is_before_value=True) == (state in before)
        assert not may_name(state, is_before_value=False)
        assert may_keep(state) == (state is DrawState.DRAWN)


def test_a_line_is_a_role_and_an_organisation():
    assert [str(one) for one in witnesses_in(LINES)] == [
        "公证员：示范市公证处",
        "监督员：示范市纪委监委",
    ]


@pytest.mark.parametrize(
    "text",
    ["", " \n ", "公证员", "：公证处", "公证员：", "员" * 61 + "：处", "\n".join(["员：处"] * 21)],
)
def test_a_line_that_is_none_is_refused(text):
    with pytest.raises(NotAWitnessError):
        witnesses_in(text)


@pytest.mark.parametrize("text", ["", "http://10.0.0.7/live", "https://v.example/a?b=1"])
def test_an_address_of_a_video(text):
    assert checked_address(text) == text


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "//v.example", "http://", "http://a b", "http://[", "ftp://a"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(NotAnAddressError):
        checked_address(text)


@given(st.text(max_size=40))
def test_no_address_but_of_the_web_passes(text):
    try:
        found = checked_address(text)
    except NotAnAddressError:
        return
    assert not found or found.lower().startswith(("http://", "https://"))


def entries(city) -> list[str]:
    with city.here.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM log_submission ORDER BY id")
        return [bytes(row[0]).decode() for row in rows]


def test_place_and_minutes_are_logged_by_digest_and_shown_without_names(site):
    city = site.city
    draw = an_open_draw(city)
    enrol(city, draw)
    with city.work(city.operator) as work:
        attending.name_venue(work, draw, "一楼", "")
        attending.name_venue(work, draw, PLACE, VIDEO)
        with pytest.raises(TooEarlyForMinutesError):
            attending.keep_minutes(work, draw, LINES, "", "")
    page = site.as_().get(site.path(draw)).text
    assert PLACE in page
    assert f'href="{VIDEO}"' in page
    for at in (draw.enrol_close_at, draw.phi_at):
        city.clock.move_to(at)
        jobs.run_due(city.here)
    with city.work(city.operator) as work:
        with pytest.raises(TooLateForVenueError):
            attending.name_venue(work, draw, PLACE, "")
        attending.keep_minutes(work, draw, LINES, NAMES, RECORDING)
    page = site.as_().get(site.path(draw)).text
    for told in ("公证员：示范市公证处", "监督员：示范市纪委监委", RECORDING.lower()[-8:]):
        assert told in page
    assert "张三" not in page
    with city.reading() as work:
        assert venue_of(work, draw).place == PLACE
        assert [one.names for one in minutes_of(work, draw)] == [NAMES]
    kinds = [json.loads(body).get("t") for body in entries(city) if body.startswith("{")]
    assert sum("draw.venue.v1" in str(kind) for kind in kinds) == 2
    assert sum("draw.minutes.v1" in str(kind) for kind in kinds) == 1
    assert not any("张三" in body or "公证" in body for body in entries(city))


def test_the_operator_publishes_a_place_and_keeps_minutes_on_the_page(site):
    city = site.city
    draw = an_open_draw(city, title="另一项可行性研究", project_code="2603-440100-04-01-100009")
    operator = site.as_(city.operator)
    path = site.path(draw, "attendance")
    assert "还没有公布到场安排" in operator.get(path).text
    refused = operator.post(site.path(draw, "venue"), data={"place": PLACE, "video": "live"})
    assert refused.status_code == 409
    assert "http:// 或 https:// 开头" in refused.text
    taken = operator.post(site.path(draw, "venue"), data={"place": PLACE})
    assert taken.status_code == 303
    assert PLACE in operator.get(path).text
    drawn = a_drawn_draw(city)
    operator = site.as_(city.operator)  # the draw took days
    keep = site.path(drawn, "minutes")
    wrong = operator.post(keep, data={"witnesses": "公证员", "recording": ""})
    assert "每行写一位" in wrong.text
    short = operator.post(keep, data={"witnesses": LINES, "recording": "ab"})
    assert "应为 64 位十六进制" in short.text
    assert operator.post(keep, data={"witnesses": LINES}).status_code == 303
    assert site.as_(city.clerk).get(path).status_code == 403
