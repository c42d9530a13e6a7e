"""What the public pages say is true: of each source, of witnesses, of what a reader computes."""

import hashlib
import re

import pytest

from market import log
from market.draws.labels import DrawMode
from market.draws.views.plain import PLAIN
from tests.market.draws.believing import run_at
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import (
    a_city,
    a_drawn_draw,
    a_frozen_draw,
    a_supervisor_key,
    an_open_draw,
    enrol,
)
from tests.market.factories.witnesses import witnessed

# What is true of an outside source only.
ONLY_OUTSIDE = (
    "谁也不知道随机值",
    "没有人能“操作”",
    "没有人“操作”",
    "此前无人知道",
    "还没有产生",
    "名单早于随机值",
)
D2_NAMES_THE_PREMISE = ("除非两方串通", "只要两方没有串通", "两方串通的，可以更早算出")


@pytest.fixture
def site(city):
    return site_of(city)


def test_the_minute_is_written_for_every_mode():
    assert set(PLAIN) == set(DrawMode)
    assert len({tuple(words) for words in PLAIN.values()}) == len(DrawMode)


def test_a_demonstration_claims_nothing_that_the_platform_could_break(here, clock, tmp_path):
    with witnessed(a_city(here, clock), tmp_path / "w") as (city, _, _):
        site = site_of(city)
        page = site.as_().get(site.path(a_drawn_draw(city))).text
    assert [words for words in ONLY_OUTSIDE if words in page] == []
    for words in ("平台就能拿不同的名单试算结果", "这次摇号只是演示", "平台事先就能算出随机值"):
        assert words in page


def test_two_parties_are_believed_unless_they_collude(here, clock, tmp_path):
    with witnessed(a_city(here, clock), tmp_path / "w") as (city, _, _):
        a_supervisor_key(city)
        site = site_of(city)
        page = site.as_().get(site.path(a_frozen_draw(city, mode="D2"))).text
    assert [words for words in D2_NAMES_THE_PREMISE if words not in page] == []
    assert "须 2 个签名。若有 2 个与运营机构串通，可以倒填冻结的时间" in page


def test_without_witnesses_the_order_is_the_platforms_word(site):
    page = site.as_().get(site.path(a_frozen_draw(site.city))).text
    assert "这个先后仅凭平台的时钟" in page
    assert "见证人的时钟证明" not in page


def test_the_hash_of_the_list_is_what_a_citizen_computes(site):
    draw = a_drawn_draw(site.city)
    client = site.as_()
    page = client.get(site.path(draw)).text
    of_file = hashlib.sha256(client.get(site.path(draw, "file/list.ndjson")).data).hexdigest()
    said = re.search(r"名单文件的哈希（sha256sum list.ndjson）.*?([0-9a-f]{64})", page, re.DOTALL)
    assert said[1] == of_file
    leaf = re.search(r"冻结条目的叶哈希.*?([0-9a-f]{64})", page, re.DOTALL)
    assert leaf[1] == draw.freeze_hash


def test_a_draw_called_off_did_not_fail_its_check(site):
    draw = an_open_draw(site.city)
    run_at(site.city, draw.enrol_close_at)
    page = site.as_().get(site.path(draw)).text
    assert "抽取终止" in page
    course = page.split("d-course", 1)[1].split("</ol>", 1)[0]
    assert "未通过" not in course
    assert "核验通过" in page


def test_the_command_is_one_that_a_citizen_can_run(site):
    draw = an_open_draw(site.city)
    enrol(site.city, draw)
    log.sequence(site.city.here)
    delegate = site.city.firms[0][1]
    for person, path in (
        (None, site.path(draw)),
        (None, "/verify"),
        (None, "/log/"),
        (delegate, site.path(draw, "receipt")),
        (site.city.supervisor, "/draws/supervisor"),
    ):
        page = site.as_(person).get(path).text
        assert "python3 verify.pyz " in page, path
        assert "m lottery" not in page, path
        if path != "/log/":
            assert 'href="/draws/tools/verify.pyz"' in page, path


def test_no_page_promises_that_every_byte_is_found(site):
    for path in (site.path(a_drawn_draw(site.city)), "/verify"):
        page = site.as_().get(path).text
        assert "哪怕一个字节" not in page
        assert "没有意义的字节" in page
