"""Needs before the checks, on both databases: stopped, explained in public, let through."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from audit import store
from market.clock import ManualClock
from market.db import reading_work, unit_of_work
from market.draws.queries.preview import supply_of
from market.installation import Installation
from market.needs import actions, queries
from market.needs.checks.actions import justify
from market.needs.checks.errors import (
    BlockedError,
    NoFindingError,
    NotBeingWrittenError,
    ShortJustificationError,
    UnexplainedError,
)
from market.needs.checks.examining import Examination, examine
from market.needs.checks.model import NeedExamination
from market.needs.checks.queries import justifications_of, last_examination
from market.needs.checks.rules import Finding, Ground, Severity
from market.needs.checks.supply import provide
from market.needs.model import Need
from market.needs.rules import NeedState
from tests.market.factories.checks import BECAUSE, explain_all
from tests.market.factories.firms import SYSTEM, some_firms
from tests.market.factories.needs import (
    TENDERED_ITEM,
    Owner,
    a_need,
    a_submitted_need,
    an_approved_need,
    an_operator,
    an_owner,
    publish,
)

provide(supply_of)  # as draws do where they are imported

SCALE = "须通过ISO9001质量管理体系认证。"
PLACE = "供应商须在本市注册。"
SMALL = {"project_code": "P-1", "project_name": "城东道路工程", "item_code": TENDERED_ITEM}


def examined(here: Installation, need: Need) -> Examination:
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        return examine(work, queries.by_id(work, need.id))


def found(here: Installation, need: Need, ground: Ground) -> Finding | None:
    return next((f for f in examined(here, need).findings if f.ground is ground), None)


def submit(here: Installation, owner: Owner, need: Need) -> None:
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        actions.submit(work, queries.own(work, need.id))


def explained(here: Installation, owner: Owner, need: Need) -> None:
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        explain_all(work, queries.own(work, need.id))


def explain(here: Installation, owner: Owner, need: Need, key: str, text: str = BECAUSE) -> None:
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        justify(work, queries.own(work, need.id), key, text)


def rewrite(here: Installation, owner: Owner, need: Need, **differences) -> None:
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        need = queries.own(work, need.id)
        actions.edit(work, need, replace(actions.facts_of(work, need), **differences))


def approve(here: Installation, owner: Owner, need: Need) -> None:
    with unit_of_work(here.sessions, owner.approver_actor, here.clock) as work:
        actions.approve(work, queries.own(work, need.id))


def entries_of(here: Installation, kind: str) -> list[dict]:
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        rows = work.session.scalars(
            select(store.submissions.c.body).order_by(store.submissions.c.id)
        )
        found = [json.loads(bytes(body)) for body in rows]
    return [entry for entry in found if entry["t"] == f"zjcs/{kind}"]


def test_what_shuts_firms_out_stops_the_need_whatever_is_said(here, clock):
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner, content=PLACE)
    with pytest.raises(BlockedError, match="本市注册") as refused:
        submit(here, owner, need)
    assert [f.ground for f in refused.value.found] == [Ground.PLACE]
    with pytest.raises(NoFindingError):
        explain(here, owner, need, refused.value.found[0].key)
    rewrite(here, owner, need, content="须到项目现场踏勘两次。")
    explained(here, owner, need)
    submit(here, owner, need)


def test_an_explanation_is_public_and_logged_by_its_digest(here, clock):
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner, content=SCALE)
    with pytest.raises(UnexplainedError, match="体系认证"):
        submit(here, owner, need)
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        explain_all(work, queries.own(work, need.id))
    submit(here, owner, need)
    assert entries_of(here, "need.justified.v1") == []
    approve(here, owner, need)
    _, notice = publish(here, need)
    said = json.loads(notice.document)["justifications"]
    assert {each["text"] for each in said} == {BECAUSE}
    assert {each["ground"] for each in said} >= {"scale", "nobody"}
    logged = entries_of(here, "need.justified.v1")
    digest = hashlib.sha256(BECAUSE.encode()).hexdigest()
    assert {entry["text_digest"] for entry in logged} == {digest}
    (told,) = entries_of(here, "need.examined.v1")
    assert (told["need"], told["able"], told["explained"]) == (need.number, 0, len(said))


def test_an_explanation_must_explain_and_comes_in_time(here, clock):
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner, content=SCALE)
    key = found(here, need, Ground.SCALE).key
    with pytest.raises(ShortJustificationError, match="15"):
        explain(here, owner, need, key, "确有必要")
    with pytest.raises(NoFindingError):
        explain(here, owner, need, "0" * 64)
    before = need.version
    explain(here, owner, need, key)
    explain(here, owner, need, key, BECAUSE + "第二稿。")
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        stored = queries.by_id(work, need.id)
        rows = justifications_of(work, stored)
        assert [row.text for row in rows] == [BECAUSE + "第二稿。"]
        assert stored.version > before
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        explain_all(work, queries.own(work, need.id))
    submit(here, owner, need)
    with pytest.raises(NotBeingWrittenError):
        explain(here, owner, need, key)


def test_what_is_no_longer_found_is_no_longer_explained(here, clock):
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner, content=SCALE)
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        explain_all(work, queries.own(work, need.id))
    rewrite(here, owner, need, content="按规定完成。")
    explained(here, owner, need)
    submit(here, owner, need)
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        rows = justifications_of(work, queries.by_id(work, need.id))
        assert {row.ground for row in rows} == {"nobody"}


def test_a_need_for_which_nobody_qualifies_is_not_sent_on_without_a_reason(here, clock):
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner)
    assert found(here, need, Ground.NOBODY).severity is Severity.JUSTIFY
    with pytest.raises(UnexplainedError):
        submit(here, owner, need)
    explained(here, owner, need)
    submit(here, owner, need)
    approve(here, owner, need)
    some_firms(here, clock, 1)
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        then = last_examination(work, queries.by_id(work, need.id))
        assert (then.stage, then.able, then.offering) == ("submit", 0, 0)
    publish(here, need)
    with reading_work(here.sessions, SYSTEM, here.clock) as work:
        now = last_examination(work, queries.by_id(work, need.id))
        assert (now.stage, now.able, now.offering) == ("publish", 1, 1)


def test_firms_are_counted_by_the_rules_of_enrolment_and_never_named(here, clock):
    firms = [firm for firm, _ in some_firms(here, clock, 4)]
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner)
    supply = examined(here, need).supply
    assert (supply.offering, supply.able, supply.needed) == (4, 4, 2)
    assert found(here, need, Ground.TOO_FEW) is None
    rewrite(here, owner, need, recusals=((firms[0].code, "正在与本单位诉讼"),))
    assert examined(here, need).supply.able == 3
    rewrite(here, owner, need, staff_required=9)
    supply = examined(here, need).supply
    assert supply.able == 0
    by_rule = {condition.asks: condition for condition in supply.conditions}
    staff = next(c for words, c in by_rule.items() if "执业人员" in words)
    recused = next(c for words, c in by_rule.items() if "回避" in words)
    assert (staff.failing, staff.alone) == (4, 3)
    assert (recused.failing, recused.alone) == (1, 0)
    said = " ".join(f"{f} {f.facts}" for f in examined(here, need).findings)
    assert not any(firm.name in said or firm.code in said for firm in firms)


def test_parts_of_one_project_that_reach_the_limit_are_stopped(here, clock):
    owner = an_owner(here)
    first = a_need(here, clock, owner=owner, ceiling_fen=60_000_000, **SMALL)
    second = a_need(here, clock, owner=owner, ceiling_fen=60_000_000, **SMALL)
    assert found(here, second, Ground.SPLIT_TENDER), "a draft counts: it is sent on next"
    with pytest.raises(BlockedError, match=first.number):
        submit(here, owner, second)
    finding = found(here, second, Ground.SPLIT_TENDER)
    assert "1,200,000" in str(finding)
    assert "1,000,000" in str(finding)
    rewrite(here, owner, second, project_code="", project_name="城东道路建设项目")
    assert found(here, second, Ground.SPLIT_TENDER), "another name for the same project"
    rewrite(here, owner, second, project_code="P-2", project_name="城西小学")
    assert found(here, second, Ground.SPLIT_TENDER) is None
    stranger = a_need(here, clock, ceiling_fen=60_000_000, **SMALL)
    assert found(here, stranger, Ground.SPLIT_TENDER) is None, "another owner's"


def test_parts_without_a_code_and_with_a_short_name_are_stopped_and_listed(here, clock):
    """As a clerk did it: 图书馆工程 twice, without a code, each below the amount."""
    owner = an_owner(here)
    bare = {"project_code": "", "project_name": "图书馆工程", "item_code": "ZJ-05-001-02"}
    first = a_need(here, clock, owner=owner, ceiling_fen=90_000_000, title="设计一", **bare)
    explained(here, owner, first)
    submit(here, owner, first)
    approve(here, owner, first)
    second = a_need(here, clock, owner=owner, ceiling_fen=90_000_000, title="设计二", **bare)
    with pytest.raises(BlockedError, match=first.number):
        submit(here, owner, second)
    for need, other, state in (
        (second, "设计一", NeedState.CHECK),
        (first, "设计二", NeedState.DRAFT),
    ):
        sisters = examined(here, need).sisters
        assert [(one.title, one.state) for one in sisters.needs] == [(other, state)]
        assert sisters.sum_fen == 180_000_000
    assert found(here, first, Ground.SPLIT_TENDER) is None, "the draft is stopped, not the first"


@pytest.mark.parametrize(
    ("each_fen", "ground", "limit"),
    [
        (3_000_000, Ground.SPLIT_SMALL, "50,000"),
        (900_000, Ground.SPLIT_DIRECT, "10,000"),
    ],
)
def test_parts_that_pass_a_smaller_limit_together_are_explained(
    here, clock, each_fen, ground, limit
):
    owner = an_owner(here)
    a_submitted_need(here, clock, owner=owner, ceiling_fen=each_fen)
    need = a_need(here, clock, owner=owner, ceiling_fen=each_fen)
    finding = found(here, need, ground)
    assert finding.severity is Severity.JUSTIFY
    assert limit in str(finding)


def test_figures_far_from_the_usual_are_explained_or_corrected(here, clock):
    owner = an_owner(here)
    need = a_need(
        here, clock, owner=owner, scale="总投资300万元", ceiling_fen=100_000_000_000,
        service_working_days=1,
    )  # fmt: skip
    amount = found(here, need, Ground.AMOUNT_INVESTMENT)
    assert amount.severity is Severity.JUSTIFY
    assert "壹拾亿元整" in str(amount)
    assert "3,000,000" in str(amount)
    assert found(here, need, Ground.DAYS).severity is Severity.JUSTIFY
    usual = a_need(here, clock)
    assert {f.ground for f in examined(here, usual).findings} == {Ground.NOBODY}


def test_an_amount_is_far_from_earlier_notices_of_the_item(here, clock):
    owner = an_owner(here)
    for number in range(5):
        facts = {"project_code": f"P-{number}", "project_name": f"第{number}小学改建"}
        publish(here, an_approved_need(here, clock, owner=owner, **facts))
    need = a_need(here, clock, scale="建筑面积 100 平方米", ceiling_fen=120_000_000)
    assert found(here, need, Ground.AMOUNT) is None, "ten times the median is not yet beyond it"
    rewrite_fen = a_need(here, clock, scale="建筑面积 100 平方米", ceiling_fen=120_000_001)
    assert "120,000" in str(found(here, rewrite_fen, Ground.AMOUNT))


def test_words_that_stand_in_two_fields_are_one_finding(here, clock):
    need = a_need(here, clock, title=PLACE, content=PLACE)
    places = [f for f in examined(here, need).findings if f.ground is Ground.PLACE]
    assert [f.fields for f in places] == [("title", "content")]


def test_what_came_to_nothing_or_is_long_past_does_not_count(here, clock: ManualClock):
    owner = an_owner(here)
    first = a_submitted_need(here, clock, owner=owner, ceiling_fen=60_000_000, **SMALL)
    second = a_need(here, clock, owner=owner, ceiling_fen=60_000_000, **SMALL)
    start = clock()
    clock.move_to(start + timedelta(days=364))
    assert found(here, second, Ground.SPLIT_TENDER)
    clock.move_to(start + timedelta(days=366))
    assert found(here, second, Ground.SPLIT_TENDER) is None
    clock.move_to(start + timedelta(days=367))
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        actions.take_back(work, queries.own(work, first.id), "方案取消，不再实施。")
    assert found(here, second, Ground.SPLIT_TENDER) is None


def test_two_parts_sent_on_at_once_stop_each_other_at_publication(here, clock):
    owner = an_owner(here)
    parts = [
        a_need(here, clock, owner=owner, ceiling_fen=60_000_000, **SMALL | {"project_code": code})
        for code in ("P-1", "P-2")
    ]
    rewrite(here, owner, parts[1], project_name="城西小学")
    for part in parts:
        with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
            explain_all(work, queries.own(work, part.id))
        submit(here, owner, part)
        approve(here, owner, part)
    # As two simultaneous submissions leave them: neither has seen the other.
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        queries.by_id(work, parts[1].id).project_code = "P-1"
    for part in parts:
        with pytest.raises(BlockedError):
            publish(here, part)


def test_needs_that_reach_a_large_amount_are_explained(here, clock):
    owner = an_owner(here)
    a_submitted_need(here, clock, owner=owner, ceiling_fen=30_000_000)
    need = a_need(here, clock, owner=owner, ceiling_fen=30_000_000)
    finding = found(here, need, Ground.SPLIT_LARGE)
    assert finding.severity is Severity.JUSTIFY
    assert "500,000" in str(finding)


def test_recusals_that_are_no_conflict_of_interest_are_found(here, clock):
    firms = [firm for firm, _ in some_firms(here, clock, 3)]
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner, recusals=((firms[0].code, "外地机构，不熟悉情况"),))
    assert found(here, need, Ground.RECUSALS).severity is Severity.BLOCK
    rewrite(here, owner, need, recusals=((firms[0].code, "正在与本单位诉讼"),))
    assert found(here, need, Ground.RECUSALS) is None
    two = tuple((firm.code, "正在与本单位诉讼") for firm in firms[:2])
    rewrite(here, owner, need, recusals=two)
    finding = found(here, need, Ground.RECUSALS)
    assert (finding.severity, finding.facts["quote"]) == (Severity.JUSTIFY, "2/3")


def test_a_firm_is_not_named(here, clock):
    firm, _ = some_firms(here, clock, 1, name="示范绿源环境科技有限公司")[0]
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner, content=f"须由{firm.name}承担。")
    assert found(here, need, Ground.NAMED_FIRM).severity is Severity.BLOCK
    rewrite(here, owner, need, content=f"前期调查由{firm.name}完成。")
    assert found(here, need, Ground.NAMED_FIRM).severity is Severity.JUSTIFY
    rewrite(here, owner, need, recusals=((firm.code, "承担了本项目的前期工作"),))
    assert found(here, need, Ground.NAMED_FIRM) is None


def test_more_people_than_the_catalogue_asks_for_are_explained(here, clock):
    assert found(here, a_need(here, clock, staff_required=2), Ground.STAFF) is None
    assert found(here, a_need(here, clock, staff_required=3), Ground.STAFF)


def test_the_builder_of_a_project_is_to_be_named_where_supervision_is_bought(here, clock):
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner, item_code="ZJ-04-001-01", service_working_days=5)
    assert found(here, need, Ground.BUILDER).severity is Severity.NOTE
    code = an_operator(here)[1].org_code
    rewrite(here, owner, need, recusals=((code, "承担本项目施工"),))
    assert found(here, need, Ground.BUILDER) is None


def test_an_examination_is_a_table_of_record(here, clock):
    need = a_submitted_need(here, clock)
    with (
        pytest.raises(DatabaseError, match="table of record"),
        unit_of_work(here.sessions, SYSTEM, here.clock) as work,
    ):
        row = work.session.scalars(select(NeedExamination)).one()
        row.able = 99
    assert need.state is NeedState.APPROVAL
