"""What a progress report is asked for: the city's own text, by two people, for later contracts."""

import pytest

from market.access import OrgKind, Role
from market.accounts.queries import organisation
from market.catalogue.contract_texts.errors import IllegalTextMoveError, NoTextWordsError
from market.catalogue.contract_texts.rules import TextState
from market.catalogue.files import load_catalogue
from market.catalogue.report_templates import actions, queries
from market.catalogue.report_templates.actions import TemplateFacts
from market.catalogue.report_templates.errors import SameTemplateError, TemplateWaitsError
from market.catalogue.report_templates.rules import TemplateLinesError, lines_of
from market.catalogue.report_templates.shipped import shipped_for
from market.db import unit_of_work
from market.errors import SeparationOfDutiesError
from tests.market.factories.accounts import sign_in
from tests.market.factories.firms import PASSWORD, a_person, an_operator

ITEM = "ZJ-07-001-01"
OWN = "已旁站的部位：\n发出的监理通知："
WHY = "本市只要求这两项"


@pytest.fixture
def pair(fast_here):
    """Two clerks of the operator."""
    first = an_operator(fast_here)
    with unit_of_work(fast_here.sessions, first.actor, fast_here.clock) as work:
        code = organisation(work, work.org_id).code
    return first, a_person(fast_here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)


def do(here, person, deed):
    with unit_of_work(here.sessions, person.actor, here.clock) as work:
        return deed(work)


def propose(here, person, text=OWN, why=WHY, item_code=ITEM):
    facts = TemplateFacts(item_code=item_code, text=text, why=why)
    return do(here, person, lambda work: actions.propose(work, facts).id)


def decide(here, person, template_id, deed, *words):
    do(here, person, lambda work: deed(work, queries.by_id(work, template_id), *words))


def asked(here, person, item_code=ITEM):
    found = do(here, person, lambda work: queries.asked_for(work, item_code))
    return found.text, found.version_no


def states(here, person):
    return [row.state for row in do(here, person, lambda w: queries.versions(w, ITEM))]


def test_every_item_has_a_text_of_the_platform_and_the_longest_prefix_wins():
    codes = load_catalogue().codes()
    assert all(lines_of(shipped_for(code)) == shipped_for(code) for code in codes)
    assert shipped_for("ZJ-02-001-01") != shipped_for("ZJ-99-001-01")


@pytest.mark.parametrize(
    "text", ["", " \n ", "已完成的工作", "：", "甲：", "甲乙：\n" * 16, "长" * 1500 + "："]
)
def test_a_template_asks_line_by_line(text):
    with pytest.raises(TemplateLinesError):
        lines_of(text)


def test_lines_are_kept_without_blanks():
    assert lines_of("  已完成：\n\n 下一步: \n") == "已完成：\n下一步:"


def test_two_people_publish_a_new_version_replaces_and_its_end_leaves_the_platform_s(
    fast_here, pair
):
    first, second = pair
    one = propose(fast_here, first)
    assert asked(fast_here, first) == (shipped_for(ITEM), None)
    with pytest.raises(SeparationOfDutiesError):
        decide(fast_here, first, one, actions.confirm)
    with pytest.raises(TemplateWaitsError):
        propose(fast_here, second, "别的：")
    decide(fast_here, second, one, actions.confirm)
    assert asked(fast_here, first) == (OWN, 1)
    assert asked(fast_here, first, "ZJ-01-001-01") == (shipped_for("ZJ-01-001-01"), None)
    with pytest.raises(SameTemplateError):
        propose(fast_here, first)
    two = propose(fast_here, second, "已旁站的部位：")
    decide(fast_here, first, two, actions.confirm)
    assert asked(fast_here, first) == ("已旁站的部位：", 2)
    assert states(fast_here, first) == [TextState.IN_FORCE, TextState.REPLACED]
    with pytest.raises(NoTextWordsError):
        decide(fast_here, first, two, actions.end, "停")
    decide(fast_here, first, two, actions.end, "改回平台模板")
    assert asked(fast_here, first) == (shipped_for(ITEM), None)
    with pytest.raises(IllegalTextMoveError):
        decide(fast_here, second, two, actions.confirm)


def test_who_refuses_is_another_and_says_why(fast_here, pair):
    first, second = pair
    one = propose(fast_here, first)
    with pytest.raises(SeparationOfDutiesError):
        decide(fast_here, first, one, actions.refuse, "不合适，请改")
    with pytest.raises(NoTextWordsError):
        decide(fast_here, second, one, actions.refuse, "不")
    decide(fast_here, second, one, actions.refuse, "不合适，请改")
    assert (states(fast_here, first), asked(fast_here, first)[1]) == ([TextState.REFUSED], None)
    with pytest.raises(NoTextWordsError):
        propose(fast_here, first, why="要改")


def test_the_pages_lead_from_writing_to_the_item_s_page(app, client, fast_here, pair):
    first, second = pair
    sign_in(client, first.user, PASSWORD)
    page = client.get(f"/report-templates/new?item={ITEM}").get_data(as_text=True)
    assert shipped_for(ITEM).splitlines()[0] in page
    facts = {"item_code": ITEM, "text": OWN, "why": WHY}
    refused = client.post("/report-templates/new", data=facts | {"text": "没有冒号"})
    assert "以冒号结尾" in refused.get_data(as_text=True)
    assert client.post("/report-templates/new", data=facts).status_code == 303
    (row,) = do(fast_here, first, lambda w: queries.versions(w, ITEM))
    where = f"/report-templates/{row.id}/decision"
    assert "由同事复核" in client.get(where).get_data(as_text=True)
    other = app.test_client()
    sign_in(other, second.user, PASSWORD)
    assert "复核进度报告模板" in other.get("/workbench").get_data(as_text=True)
    answer = other.post(where, data={"move": "confirm", "version": row.version})
    assert answer.status_code == 303
    assert "已发布" in other.get("/report-templates/desk").get_data(as_text=True)
    shown = app.test_client().get(f"/items/{ITEM}").get_data(as_text=True)
    assert "本市发布的第 1 版" in shown
    assert "已旁站的部位" in shown
