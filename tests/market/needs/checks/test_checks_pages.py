"""The checks on the pages: while typing, by the button, explained, seen by all who decide."""

import html
import re
from dataclasses import fields

import pytest

from market.clock import ManualClock
from market.db import Actor, reading_work
from market.firms.model import Firm
from market.installation import Installation
from market.needs import queries
from market.needs.model import Need
from market.needs.rules import NeedState
from market.web.once import fresh_key
from tests.market.factories.checks import BECAUSE
from tests.market.factories.firms import some_firms
from tests.market.factories.needs import (
    ITEM,
    a_need,
    an_approved_need,
    an_operator,
    an_owner,
    need_facts,
    publish,
)

NEW = f"/needs/new?item={ITEM}"
LOOK = f"/needs/look?item={ITEM}"
PLACE = "供应商须在本市注册。"
SCALE = "须通过ISO9001质量管理体系认证。"


@pytest.fixture
def firms(fast_here: Installation, clock: ManualClock) -> list[Firm]:
    """Three firms that qualify; asked for before anybody signs in, for it takes five days."""
    return [firm for firm, _ in some_firms(fast_here, clock, 3)]


def typed(clock: ManualClock, **differences) -> dict[str, str]:
    facts = need_facts(clock)
    form = {
        f.name: str(value)
        for f in fields(facts)
        if f.name not in {"recusals", "item_code"} and (value := getattr(facts, f.name)) is not None
    }
    form |= {"ceiling_fen": "120,000.00", "fresh_alternates": ""}
    return {"move": "save", "request_key": fresh_key(), **form, **differences}


def needs_in(here: Installation, owner) -> list[Need]:
    with reading_work(here.sessions, owner.clerk_actor, here.clock) as work:
        return list(queries.own_list(work))


def the_need(here: Installation, need_id: int) -> Need:
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        return queries.by_id(work, need_id)


def forms_in(text: str) -> list[tuple[str, str, str]]:
    """The key, the version and the name of the text of every form to explain with."""
    keys = re.findall(r'name="key" value="(\w{64})"', text)
    names = re.findall(r'<textarea[^>]*name="(k\w{12}-text)"', text)
    version = re.findall(r'name="version" value="(\d+)"', text)[0]
    return [(key, version, name) for key, name in zip(keys, names, strict=True)]


def explain(clerk, need_id: int, text: str = BECAUSE):
    """Explain the first finding that the owner's page offers a form for."""
    key, version, name = forms_in(clerk.get(f"/needs/{need_id}/own").text)[0]
    data = {"key": key, "version": version, name: text, "request_key": fresh_key()}
    return clerk.post(f"/needs/{need_id}/justify", data=data)


def test_the_button_says_what_is_found_and_stores_nothing(clerk, fast_here, clock, owner):
    page = clerk.post(NEW, data=typed(clock, move="look", content=PLACE))
    assert page.status_code == 200
    text = html.unescape(page.text)
    assert "“须在本市注册”以注册地" in text
    assert "须删改" in text
    assert "公平竞争审查条例" in text
    assert "（条号待核）" in text
    assert PLACE in text
    assert needs_in(fast_here, owner) == []


def test_an_innocent_form_has_nothing_to_take_out(firms, clerk, clock):
    text = clerk.post(NEW, data=typed(clock, move="look")).text
    assert "没有还须删改或者说明的内容" in text
    assert "符合全部条件的 3 家" in text
    assert not any(firm.name in text or firm.code in text for firm in firms)


def test_a_form_half_typed_is_looked_at_while_typing(clerk, fast_here, owner):
    answer = clerk.post(LOOK, data={"content": PLACE})
    assert answer.status_code == 200
    assert "data-look-summary" in answer.text
    assert "1 处须删改" in answer.text
    assert "<html" not in answer.text
    assert clerk.post(LOOK, data={}).status_code == 200
    wrong = {"content": SCALE, "ceiling_fen": "很多", "staff_required": "x" * 40}
    assert "须书面说明" in clerk.post(LOOK, data=wrong).text
    assert needs_in(fast_here, owner) == []


def test_only_ones_own_need_is_looked_at(clerk, browser, fast_here, clock, operator):
    stranger = an_owner(fast_here)
    need = a_need(fast_here, clock, owner=stranger)
    assert clerk.post(f"{LOOK}&need={need.id}", data={}).status_code == 404
    assert browser(stranger.clerk).post(f"{LOOK}&need={need.id}", data={}).status_code == 200
    assert clerk.post("/needs/look?item=ZJ-99-001-01", data={}).status_code == 404
    assert operator.post(LOOK, data={}).status_code == 403


def test_the_form_asks_the_server_by_a_script_and_by_a_button(clerk):
    text = clerk.get(NEW).text
    assert 'data-look-url="/needs/look?item=' in text
    assert "needs-look.js" in text
    assert re.search(r'<button[^>]*name="move"[^>]*value="look"', text)
    assert 'role="status" data-look-summary' in text


def test_what_must_go_is_not_submitted_and_what_was_typed_is_kept(clerk, fast_here, clock, owner):
    refused = clerk.post(NEW, data=typed(clock, move="submit", content=PLACE))
    assert refused.status_code == 409
    text = html.unescape(refused.text)
    assert "1 处须删改的内容：“须在本市注册”" in text
    assert PLACE in text
    assert needs_in(fast_here, owner) == []
    saved = clerk.post(NEW, data=typed(clock, content=PLACE))
    assert saved.status_code == 303, "a draft is kept, whatever is in it"


def test_a_finding_is_explained_on_the_needs_page_and_the_public_reads_it(
    firms, browser, fast_here, clock, owner
):
    assert len(firms) == 3
    clerk, approver = browser(owner.clerk), browser(owner.approver)
    operator = browser(an_operator(fast_here)[0])
    need = a_need(fast_here, clock, owner=owner, content=SCALE)
    own = f"/needs/{need.id}/own"
    assert clerk.post(f"/needs/{need.id}/submit", data={}).status_code == 409
    short = explain(clerk, need.id, "有必要")
    assert short.status_code == 409
    assert "说明至少 15 个字" in short.text
    assert "有必要" in short.text
    answer = explain(clerk, need.id, "")
    assert answer.status_code == 422
    answer = explain(clerk, need.id)
    while answer.status_code == 303 and "须书面说明" in clerk.get(own).text:
        answer = explain_open(clerk, need.id)
    assert answer.location.endswith("#checks")
    text = clerk.get(own).text
    assert BECAUSE in text
    assert "已说明" in text
    assert clerk.post(f"/needs/{need.id}/submit", data={}).status_code == 303
    assert BECAUSE in approver.get(own).text
    assert approver.post(f"/needs/{need.id}/approve", data={}).status_code == 303
    seen = operator.get(f"/needs/{need.id}/check").text
    assert BECAUSE in seen
    assert "提交之后有变化" not in seen
    publish(fast_here, need)
    page = clerk.get(f"/needs/{need.number}").text
    assert "业主的公开说明" in page
    assert BECAUSE in page


def explain_open(clerk, need_id: int):
    """Explain the first finding that has no explanation yet."""
    text = clerk.get(f"/needs/{need_id}/own").text
    open_ = [
        form for form in forms_in(text) if re.search(rf'name="{form[2]}"[^>]*>\s*</textarea>', text)
    ]
    key, version, name = open_[0]
    data = {"key": key, "version": version, name: BECAUSE, "request_key": fresh_key()}
    return clerk.post(f"/needs/{need_id}/justify", data=data)


def test_an_explanation_of_an_older_text_is_refused(clerk, fast_here, clock, owner):
    need = a_need(fast_here, clock, owner=owner, content=SCALE)
    key, version, name = forms_in(clerk.get(f"/needs/{need.id}/own").text)[0]
    explain(clerk, need.id)
    data = {"key": key, "version": version, name: BECAUSE, "request_key": fresh_key()}
    assert clerk.post(f"/needs/{need.id}/justify", data=data).status_code == 409


def test_the_operator_sees_what_has_changed_and_cannot_publish(
    firms, operator, fast_here, clock, owner
):
    need = an_approved_need(fast_here, clock, owner=owner, content="按规定完成。")
    before = operator.get(f"/needs/{need.id}/check").text
    assert "现在不能发布" not in before
    with_name = f"须由{firms[0].name}配合完成。"
    with_text(fast_here, need.id, with_name)
    page = operator.get(f"/needs/{need.id}/check").text
    assert "提交之后有变化" in page
    assert "指名机构" in page
    assert "现在不能发布" in page
    assert re.search(r"<button[^>]*disabled[^>]*>通过并发布公告", page)
    assert the_need(fast_here, need.id).state is NeedState.CHECK


def with_text(here: Installation, need_id: int, text: str) -> None:
    """Change a text behind the actions' backs, as a fault would."""
    with here.sessions() as session, session.begin():
        session.get_one(Need, need_id).content = text


def test_a_published_need_is_examined_no_more(clerk, fast_here, clock, owner):
    need = an_approved_need(fast_here, clock, owner=owner)
    assert 'id="checks"' in clerk.get(f"/needs/{need.id}/own").text
    with fast_here.sessions() as session, session.begin():
        session.get_one(Need, need.id).state = NeedState.COMPLETED
    assert 'id="checks"' not in clerk.get(f"/needs/{need.id}/own").text
