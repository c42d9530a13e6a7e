"""Unfinished forms: kept as typed, found again by who typed them, judged only when saved."""

import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from market.access import Role
from market.accounts.queries import organisation
from market.db import Actor, reading_work, unit_of_work
from market.errors import MissingError
from market.installation import Installation
from market.needs import actions, queries
from market.needs.rules import NeedState
from market.needs.sketches import actions as sketches
from market.needs.sketches.model import NeedSketch
from market.web.once import fresh_key
from tests.market.factories.accounts import a_user, actor_for
from tests.market.factories.needs import (
    ITEM,
    Owner,
    a_need,
    a_published_need,
    an_approved_need,
    an_owner,
    need_facts,
)

NEW = f"/needs/new?item={ITEM}"
ODD = [("title", "半截\x00标题\ud800"), ("ceiling_fen", "十二万"), ("recusals-0-code", "未填")]


def keep(here: Installation, actor: Actor, **differences) -> NeedSketch:
    with unit_of_work(here.sessions, actor, here.clock) as work:
        return sketches.keep(work, **({"item_code": ITEM, "typed": ODD} | differences))


def kept_by(here: Installation, actor: Actor) -> list[NeedSketch]:
    with reading_work(here.sessions, actor, here.clock) as work:
        return list(sketches.own_list(work))


def test_what_was_typed_comes_back_exactly_whatever_it_is(here):
    owner = an_owner(here)
    sketch = keep(here, owner.clerk_actor)
    (found,) = kept_by(here, owner.clerk_actor)
    assert sketches.typed_in(found) == ODD
    assert sketches.title_of(found) == "半截标题"
    assert found.saved_at == here.clock()
    keep(here, owner.clerk_actor, sketch_id=sketch.id, typed=[("title", "全部标题")])
    assert [sketches.title_of(one) for one in kept_by(here, owner.clerk_actor)] == ["全部标题"]


def test_a_sketch_is_its_writers_alone(here):
    owner = an_owner(here)
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        colleague = a_user(work, organisation(work, owner.org_id), Role.OWNER_CLERK)
    sketch = keep(here, owner.clerk_actor)
    for stranger in (actor_for(here, colleague), an_owner(here).clerk_actor):
        assert kept_by(here, stranger) == []
        with pytest.raises(MissingError):
            keep(here, stranger, sketch_id=sketch.id)
        with unit_of_work(here.sessions, stranger, here.clock) as work:
            sketches.drop(work, sketch.id)
    assert len(kept_by(here, owner.clerk_actor)) == 1


def test_a_need_has_one_sketch_of_each_person(here, clock):
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner)
    for words in ("一", "二"):
        keep(here, owner.clerk_actor, need=need, typed=[("title", words)], need_version=1)
    (found,) = kept_by(here, owner.clerk_actor)
    assert (sketches.title_of(found), found.need_id, found.need_version) == ("二", need.id, 1)
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        sketches.drop_of(work, need)
    assert kept_by(here, owner.clerk_actor) == []


def test_there_is_an_end_to_what_is_kept(here):
    owner = an_owner(here)
    with pytest.raises(sketches.SketchTooLongError):
        keep(here, owner.clerk_actor, typed=[("content", "长" * 40_000)])
    with pytest.raises(sketches.SketchTooLongError):
        keep(here, owner.clerk_actor, typed=[("x", "")] * 201)
    for _ in range(sketches.MOST_SKETCHES):
        keep(here, owner.clerk_actor)
    with pytest.raises(sketches.TooManySketchesError, match="30"):
        keep(here, owner.clerk_actor)


def typed(clock, **differences) -> dict[str, str]:
    facts = need_facts(clock)
    names = [name for name in facts.__slots__ if name not in {"recusals", "item_code"}]
    form = {name: str(getattr(facts, name)) for name in names if getattr(facts, name) is not None}
    form["ceiling_fen"] = "120,000.00"
    return {"move": "keep", "request_key": fresh_key(), **form, **differences}


def test_an_incomplete_form_is_kept_and_gone_on_with(clerk: FlaskClient, fast_here, clock, owner):
    answer = clerk.post(
        NEW, data=typed(clock, title="扩建工程环评", ceiling_fen="约十二万", scale="")
    )
    assert (answer.status_code, answer.location) == (303, "/needs/mine")
    page = clerk.get("/needs/mine").text
    assert "扩建工程环评" in page
    assert "继续填写未填完的需求" in clerk.get("/workbench").text
    (url,) = set(re.findall(r'href="(/needs/new\?item=[^"]*sketch=\d+)"', page))
    url = url.replace("&amp;", "&")
    form = clerk.get(url).text
    assert "约十二万" in form
    assert 'value="扩建工程环评"' in form
    assert clerk.post(url, data=typed(clock, move="save")).status_code == 303
    assert kept_by(fast_here, owner.clerk_actor) == []
    with reading_work(fast_here.sessions, owner.clerk_actor, fast_here.clock) as work:
        assert [need.state for need in queries.own_list(work)] == [NeedState.DRAFT]


def test_the_script_keeps_what_is_typed_and_learns_which_sketch_it_is(
    clerk, fast_here, clock, owner
):
    sent = typed(clock, ceiling_fen="x") | {"sketch": ""}
    del sent["request_key"]
    url = f"/needs/unfinished?item={ITEM}"
    first = clerk.post(url, data=sent).json
    again = clerk.post(url, data=sent | {"sketch": str(first["sketch"]), "title": "新标题"}).json
    assert again["sketch"] == first["sketch"]
    (found,) = kept_by(fast_here, owner.clerk_actor)
    assert sketches.title_of(found) == "新标题"
    assert not {"csrf_token", "request_key", "move", "sketch"} & {
        name for name, _ in json.loads(found.body)
    }
    assert clerk.post("/needs/unfinished?item=ZJ-99-001-01", data=sent).status_code == 404
    assert clerk.post(f"{url}&need=999999", data=sent).status_code == 404


def test_a_draft_half_changed_is_gone_on_with_or_left(clerk, fast_here, clock, owner):
    need = a_need(fast_here, clock, owner=owner)
    url = f"/needs/{need.id}/edit"
    assert clerk.post(url, data=typed(clock, title="改了一半", version="1")).status_code == 303
    form = clerk.get(url).text
    assert 'value="改了一半"' in form
    assert "已带入您上次未填完的内容" in form
    assert f'value="{need.title}"' in clerk.get(f"{url}?fresh=1").text
    assert clerk.post(url, data=typed(clock, move="save", version="1")).status_code == 303
    assert kept_by(fast_here, owner.clerk_actor) == []


def test_a_sketch_does_not_write_over_what_a_colleague_saved(clerk, fast_here, clock, owner):
    need = a_need(fast_here, clock, owner=owner)
    url = f"/needs/{need.id}/edit"
    clerk.post(url, data=typed(clock, title="改了一半", version="1"))
    clerk.post(url, data=typed(clock, move="save", title="同事保存的", version="1"))
    clerk.post(url, data=typed(clock, title="又改一半", version="1"))
    assert 'name="version" value="1"' in clerk.get(url).text
    assert clerk.post(url, data=typed(clock, move="save", version="1")).status_code == 409


def test_the_form_of_a_withdrawn_need_is_a_thing_to_do_and_serves_another_need(
    clerk, fast_here, clock, owner
):
    need = a_need(fast_here, clock, owner=owner)
    clerk.post(f"/needs/{need.id}/edit", data=typed(clock, title="改了一半", version="1"))
    assert "需求已撤回，未填完的表单" not in clerk.get("/workbench").text
    with unit_of_work(fast_here.sessions, owner.clerk_actor, fast_here.clock) as work:
        actions.take_back(work, queries.own(work, need.id), "项目方案调整，暂缓实施")
    todo = clerk.get("/workbench").text
    assert "需求已撤回，未填完的表单可修改后重新提交或作废" in todo
    assert "继续填写未填完的需求" not in todo
    page = clerk.get("/needs/mine").text
    assert "该需求已撤回：可用这份表单另建一条" in page
    (url,) = set(re.findall(r'href="(/needs/new\?item=[^"]*sketch=\d+)"', page))
    url = url.replace("&amp;", "&")
    assert 'value="改了一半"' in clerk.get(url).text
    assert clerk.post(url, data=typed(clock, move="save")).status_code == 303
    assert kept_by(fast_here, owner.clerk_actor) == []


@pytest.mark.parametrize("state", list(NeedState))
def test_no_form_leads_to_a_page_that_refuses_it(clerk, fast_here, clock, owner, state):
    need = a_need(fast_here, clock, owner=owner)
    clerk.post(f"/needs/{need.id}/edit", data=typed(clock, title="改了一半", version="1"))
    with unit_of_work(fast_here.sessions, owner.clerk_actor, fast_here.clock) as work:
        queries.own(work, need.id).state = state
    row = clerk.get("/needs/mine").text.partition('id="unfinished"')[2].partition("</table>")[0]
    url = re.search(r'<a class="btn[^"]*" href="([^"]*)"', row)[1].replace("&amp;", "&")
    assert clerk.get(url).status_code == 200


def test_an_unfinished_form_is_thrown_away(clerk, fast_here, clock, owner):
    sketch = keep(fast_here, owner.clerk_actor, typed=[("title", "不要了")])
    assert "不要了" in clerk.get(NEW.partition("?")[0]).text
    data = {"sketch": str(sketch.id), "request_key": fresh_key()}
    assert clerk.post("/needs/unfinished/drop", data=data).status_code == 303
    assert kept_by(fast_here, owner.clerk_actor) == []


def test_a_new_form_begins_with_an_earlier_need(clerk, fast_here, clock, owner: Owner):
    need = a_need(fast_here, clock, owner=owner, funding_source="专项债券资金100%")
    assert f"copy={need.id}" in clerk.get("/needs/new").text
    assert f"copy={need.id}" in clerk.get(f"/needs/{need.id}/own").text
    assert f'value="{need.title}"' in clerk.get(f"{NEW}&copy={need.id}").text
    form = clerk.get(NEW).text
    assert "专项债券资金100%" in form  # as in the last need of the same person
    assert need.contact_phone in form


def test_the_preview_is_the_page_of_the_public(browser, fast_here, clock, owner, operator):
    clerk = browser(owner.clerk)
    answer = clerk.post(NEW, data=typed(clock, move="preview"))
    assert answer.location.endswith("/preview")
    need = an_approved_need(fast_here, clock, owner=owner, content="第一行\n第二行")
    for reader in (clerk, operator):
        page = reader.get(f"/needs/{need.id}/preview").text
        for words in ("预览", "第一行", "（发布时编号）", "报名截止", "本公告适用的数值"):
            assert words in page
        assert "下载公告原文" not in page
    assert browser(an_owner(fast_here).clerk).get(f"/needs/{need.id}/preview").status_code == 404


def test_there_is_no_preview_of_what_is_out(clerk, fast_here, clock, owner):
    need, _ = a_published_need(fast_here, clock, owner=owner)
    assert clerk.get(f"/needs/{need.id}/preview").status_code == 404


def test_nothing_of_a_preview_is_stored(clerk, fast_here, clock, owner):
    need = a_need(fast_here, clock, owner=owner)
    clerk.get(f"/needs/{need.id}/preview")
    with reading_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        assert work.session.scalars(select(NeedSketch)).all() == []
        assert queries.notices_of(work, need) == []
