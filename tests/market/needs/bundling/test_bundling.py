"""Small drafts of one item joined into one need: its parts, its sum, and what it counts as."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.db import reading_work, unit_of_work
from market.needs import actions as needs
from market.needs.bundling import actions
from market.needs.bundling.errors import (
    BundleItemError,
    BundleLongError,
    FewDraftsError,
    ManyDraftsError,
    NotDraftError,
    PartPriceError,
    PartsSumError,
)
from market.needs.bundling.queries import groups, parts_of, projects_of
from market.needs.bundling.rules import (
    Part,
    bases_of,
    check_parts,
    check_sum,
    content_of,
    funding_of,
    project_of,
)
from market.needs.checks.examining import examine
from market.needs.checks.rules import Ground
from market.needs.queries import by_id
from market.needs.rules import IllegalMoveError, Move, MustTenderError, NeedState
from tests.market.factories.accounts import sign_in
from tests.market.factories.checks import explain_all
from tests.market.factories.needs import (
    TENDERED_ITEM,
    Owner,
    a_need,
    an_owner,
    publish,
)

NAMES = ("第一小学扩建工程", "滨河污水泵站工程", "老旧小区改造工程")


def a_part(**differences):
    usual = {
        "number": "XQ-2026-000001",
        "item_code": "ZJ-03-001-02",
        "title": "环境影响报告表",
        "project_code": "2026-1",
        "project_name": NAMES[0],
        "scale": "1200 平方米",
        "content": "编制报告表。",
        "funding_source": "财政资金",
        "ceiling_fen": 100,
    }
    return Part(**(usual | differences))


def some_drafts(here, clock, owner: Owner, *ceilings: int, **differences):
    return [
        a_need(
            here,
            clock,
            owner=owner,
            **(
                {
                    "ceiling_fen": fen,
                    "project_code": f"2026-440300-48-01-20000{place}",
                    "project_name": NAMES[place],
                }
                | differences
            ),
        )
        for place, fen in enumerate(ceilings)
    ]


def bundled(here, owner, drafts, title="三处零星项目环评打包"):
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        return actions.bundle(work, [one.id for one in drafts], title)


def test_drafts_become_one_need_whose_parts_add_up(fast_here, clock):
    owner = an_owner(fast_here)
    drafts = some_drafts(fast_here, clock, owner, 200_000, 300_000, 150_000)
    need = bundled(fast_here, owner, drafts)
    with reading_work(fast_here.sessions, owner.clerk_actor, clock) as work:
        parts = parts_of(work, need)
        assert [part.ceiling_fen for part in parts] == [200_000, 300_000, 150_000]
        assert (need.ceiling_fen, need.state) == (650_000, NeedState.DRAFT)
        assert [part.source_number for part in parts] == [one.number for one in drafts]
        assert all(name in need.content for name in NAMES)
        assert projects_of(work, need)[1] == ("2026-440300-48-01-200001", NAMES[1])
        assert {by_id(work, one.id).state for one in drafts} == {NeedState.WITHDRAWN}
        assert groups(work) == {}


def test_the_notice_lists_the_parts(fast_here, clock):
    owner = an_owner(fast_here)
    need = bundled(fast_here, owner, some_drafts(fast_here, clock, owner, 200_000, 300_000))
    with unit_of_work(fast_here.sessions, owner.clerk_actor, clock) as work:
        found = by_id(work, need.id)
        explain_all(work, found)
        needs.submit(work, found)
    with unit_of_work(fast_here.sessions, owner.approver_actor, clock) as work:
        needs.approve(work, by_id(work, need.id))
    _, notice = publish(fast_here, need)
    said = json.loads(notice.document)
    assert [part["ceiling_fen"] for part in said["parts"]] == [200_000, 300_000]
    assert said["parts"][0]["project"]["name"] == NAMES[0]
    assert sum(part["ceiling_fen"] for part in said["parts"]) == said["ceiling_fen"]
    with (
        unit_of_work(fast_here.sessions, owner.clerk_actor, clock) as work,
        pytest.raises(IllegalMoveError),
    ):
        actions.price_parts(work, by_id(work, need.id), [1, 2])


def test_the_ceiling_changes_only_with_its_parts(fast_here, clock):
    owner = an_owner(fast_here)
    need = bundled(fast_here, owner, some_drafts(fast_here, clock, owner, 200_000, 300_000))
    with unit_of_work(fast_here.sessions, owner.clerk_actor, clock) as work:
        found = by_id(work, need.id)
        facts = needs.facts_of(work, found)
        lower = {name: getattr(facts, name) for name in facts.__slots__} | {"ceiling_fen": 1}
        with pytest.raises(PartsSumError, match="各部分上限之和"):
            needs.edit(work, found, type(facts)(**lower))
    with unit_of_work(fast_here.sessions, owner.clerk_actor, clock) as work:
        found = by_id(work, need.id)
        actions.price_parts(work, found, [250_000, 300_000])
        assert found.ceiling_fen == 550_000
        with pytest.raises(PartPriceError):
            actions.price_parts(work, found, [250_000])


def test_a_bundle_that_must_be_tendered_is_refused_by_its_sum(fast_here, clock):
    owner = an_owner(fast_here)
    drafts = some_drafts(
        fast_here, clock, owner, 60_000_000, 60_000_000, item_code=TENDERED_ITEM, staff_required=9
    )
    with pytest.raises(MustTenderError):
        bundled(fast_here, owner, drafts)


def test_only_drafts_of_ones_own_and_of_one_item_are_joined(fast_here, clock):
    owner = an_owner(fast_here)
    drafts = some_drafts(fast_here, clock, owner, 200_000, 300_000)
    need = bundled(fast_here, owner, drafts)
    with pytest.raises(NotDraftError):
        bundled(fast_here, owner, [need, drafts[0]])
    with pytest.raises(FewDraftsError):
        bundled(fast_here, owner, [])


def test_another_need_of_a_bundled_project_is_seen_as_a_split(fast_here, clock):
    owner = an_owner(fast_here)
    drafts = some_drafts(fast_here, clock, owner, 20_000_000, 20_000_000)
    need = bundled(fast_here, owner, drafts)
    with unit_of_work(fast_here.sessions, owner.clerk_actor, clock) as work:
        needs.step(work, by_id(work, need.id), Move.SUBMIT)
    (later,) = some_drafts(
        fast_here, clock, owner, 15_000_000, project_name=NAMES[1], project_code=""
    )
    with reading_work(fast_here.sessions, owner.clerk_actor, clock) as work:
        found = examine(work, by_id(work, later.id)).findings
        (split,) = [one for one in found if one.ground is Ground.SPLIT_LARGE]
        assert need.number in str(split)
        own = examine(work, by_id(work, need.id)).findings
        assert not [one for one in own if one.ground is Ground.SPLIT_LARGE]


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=20))
def test_a_ceiling_is_exactly_the_sum(prices):
    check_sum(sum(prices), prices)
    with pytest.raises(PartsSumError):
        check_sum(sum(prices) + 1, prices)
    check_sum(5, ())


def test_what_cannot_be_one_need_says_why():
    with pytest.raises(FewDraftsError):
        check_parts([a_part()])
    with pytest.raises(ManyDraftsError):
        check_parts([a_part()] * 21)
    with pytest.raises(BundleItemError):
        check_parts([a_part(), a_part(item_code="ZJ-05-001-01")])
    with pytest.raises(BundleLongError):
        content_of([a_part(content="长" * 3000)] * 2)
    with pytest.raises(BundleLongError):
        funding_of([a_part(funding_source="甲" * 60), a_part(funding_source="乙" * 60)])
    with pytest.raises(BundleLongError):
        project_of([a_part(project_name="甲" * 150), a_part(project_name="乙" * 150)])
    assert project_of([a_part(), a_part()]) == ("2026-1", NAMES[0])
    assert project_of([a_part(), a_part(project_code="2", project_name="乙")])[0] == ""


def test_bundling_in_the_browser(app, fast_here, clock):
    owner = an_owner(fast_here)
    clerk = app.test_client()
    sign_in(clerk, owner.clerk)
    assert "没有可以打包的草稿" in clerk.get("/needs/bundle").text
    drafts = some_drafts(fast_here, clock, owner, 200_000, 300_000)
    assert "/needs/bundle" in clerk.get("/needs/mine").text
    assert "与其他草稿打包" in clerk.get(f"/needs/{drafts[0].id}/own").text
    page = clerk.get("/needs/bundle").text
    assert all(one.number in page for one in drafts)
    one = {"title": "两处零星项目", "drafts": [str(drafts[0].id)]}
    refused = clerk.post("/needs/bundle", data=one)
    assert (refused.status_code, "至少两个草稿" in refused.text) == (409, True)
    both = {"title": "两处零星项目", "drafts": [str(each.id) for each in drafts]}
    sent = clerk.post("/needs/bundle", data=both)
    assert sent.status_code == 303
    page = clerk.get(sent.location).text
    assert ("打包的各部分" in page, "各部分上限" in page, NAMES[1] in page) == (True,) * 3
    need_id = sent.location.split("/")[2]
    form = clerk.get(f"/needs/{need_id}/parts").text
    assert ('value="2000.00"' in form, 'value="3000.00"' in form) == (True, True)
    with reading_work(fast_here.sessions, owner.clerk_actor, clock) as work:
        version = by_id(work, int(need_id)).version
    data = {"version": version, "ceilings-0": "2500", "ceilings-1": "3000"}
    assert clerk.post(f"/needs/{need_id}/parts", data=data).status_code == 303
    assert "5,500.00" in clerk.get(sent.location).text
    assert clerk.post(f"/needs/{need_id}/parts", data=data).status_code == 409
    assert clerk.get(f"/needs/{drafts[0].id}/parts").status_code == 404


@pytest.mark.parametrize(
    ("texts", "sums"),
    [
        (["总投资：100 万元", "总投资：50.5 万元"], "总投资：150.5 万元"),
        (["面积：10 平方米\n总投资：1 元", "总投资：2 元"], "总投资：3 元"),
        (["总投资：100 万元", "总投资：50 元"], ""),
        (["总投资：100 万元", ""], ""),
        (["", ""], ""),
    ],
)
def test_a_bundle_states_the_sum_of_what_every_part_states(texts, sums):
    """The inputs of one part would price the whole by that part."""
    assert bases_of(texts) == sums
