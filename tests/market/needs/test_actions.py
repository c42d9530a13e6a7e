"""What people do with needs, on both databases."""

import hashlib
import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from audit import store
from market import regulations
from market.access import Role
from market.accounts.queries import organisation
from market.calendar import UnknownYearError
from market.catalogue.queries import UnknownItemError
from market.clock import ManualClock, beijing
from market.db import Actor, reading_work, unit_of_work
from market.errors import ConflictError, MissingError, SeparationOfDutiesError
from market.installation import Installation
from market.needs import actions, queries
from market.needs.contacts import FIELDS, sealed
from market.needs.model import Need, NeedFailure, Notice
from market.needs.rules import (
    AlternatesError,
    IllegalMoveError,
    MustTenderError,
    NeedFactsError,
    NeedState,
    ServiceDaysError,
    StaffError,
)
from tests.market.factories.accounts import a_code, a_user, actor_for
from tests.market.factories.checks import explain_all
from tests.market.factories.needs import (
    ITEM,
    TENDERED_ITEM,
    a_need,
    a_published_need,
    a_submitted_need,
    an_approved_need,
    an_operator,
    an_owner,
    fail,
    need_facts,
    publish,
)

REASON = "资金来源与批复文件不一致，请核对。"


def as_now(here: Installation, need: Need) -> Need:
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        return queries.by_id(work, need.id)


def logged(here: Installation) -> list[dict]:
    """Every entry of needs that the log has been given, in order."""
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        bodies = work.session.scalars(
            select(store.submissions.c.body).order_by(store.submissions.c.id)
        )
        entries = [json.loads(bytes(body)) for body in bodies]
    return [entry for entry in entries if "need" in json.dumps(entry)]


def test_a_need_goes_from_its_clerk_through_two_more_people_to_its_notice(here, clock):
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner)
    assert (need.state, need.number, need.attempt) == (NeedState.DRAFT, "XQ-2026-000001", 1)
    need, notice = publish(here, an_approved_need(here, clock, owner=owner))
    assert need.number == "XQ-2026-000002"
    assert need.state is NeedState.OPEN
    assert (need.posted_by_id, need.approved_by_id) == (owner.clerk.id, owner.approver.id)
    assert need.checked_by_id not in {owner.clerk.id, owner.approver.id}
    assert need.regulation_id == regulations.in_force("market-process", date(2026, 3, 2)).id
    assert notice.number == "GG-2026-000001"
    assert notice.enrol_close_at == beijing(date(2026, 3, 6), 10)


def test_numbers_leave_no_gap_when_a_draft_is_refused(here, clock):
    owner = an_owner(here)
    a_need(here, clock, owner=owner)
    with (
        pytest.raises(ServiceDaysError),
        unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work,
    ):
        actions.draft(work, need_facts(clock, service_working_days=999))
    assert a_need(here, clock, owner=owner).number == "XQ-2026-000002"


@pytest.mark.parametrize(
    ("differences", "error"),
    [
        ({"item_code": TENDERED_ITEM, "ceiling_fen": 100_000_000}, MustTenderError),
        ({"staff_required": 0}, StaffError),
        ({"alternates": 3}, AlternatesError),
    ],
)
def test_facts_are_judged_by_the_catalogue_and_the_rules_of_the_day(
    here, clock, differences, error
):
    owner = an_owner(here)
    with (
        pytest.raises(error),
        unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work,
    ):
        actions.draft(work, need_facts(clock, **differences))


def test_one_fen_below_the_threshold_is_selected_here_and_other_items_above_it_too(here, clock):
    assert a_need(here, clock, item_code=TENDERED_ITEM, ceiling_fen=99_999_999)
    assert a_need(here, clock, item_code=ITEM, ceiling_fen=100_000_000)


def test_an_item_the_catalogue_does_not_have_is_refused(here, clock):
    owner = an_owner(here)
    facts = need_facts(clock)
    with (
        pytest.raises(UnknownItemError),
        unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work,
    ):
        actions.draft(work, type(facts)(**(vars_of(facts) | {"item_code": "ZJ-99-001-01"})))


def vars_of(facts: actions.NeedFacts) -> dict:
    return {name: getattr(facts, name) for name in facts.__slots__}


def test_who_wrote_a_need_does_not_approve_it(here, clock):
    owner = an_owner(here)
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        both = a_user(work, organisation(work, owner.org_id), Role.OWNER_CLERK, Role.OWNER_APPROVER)
    both_actor = actor_for(here, both)
    with unit_of_work(here.sessions, both_actor, here.clock) as work:
        need = actions.draft(work, need_facts(clock))
        explain_all(work, need)
        actions.submit(work, need)
    for refuse in (actions.approve, lambda work, need: actions.send_back(work, need, REASON)):
        with (
            pytest.raises(SeparationOfDutiesError),
            unit_of_work(here.sessions, both_actor, here.clock) as work,
        ):
            refuse(work, queries.own(work, need.id))
    assert as_now(here, need).state is NeedState.APPROVAL


def test_neither_the_writer_nor_the_submitter_approves(here, clock):
    """Two people with both roles do not make a third: writing and submitting both count."""
    owner = an_owner(here)
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        roles = (Role.OWNER_CLERK, Role.OWNER_APPROVER)
        one, other = (a_user(work, organisation(work, owner.org_id), *roles) for _ in "ab")
    one_actor, other_actor = actor_for(here, one), actor_for(here, other)
    with unit_of_work(here.sessions, one_actor, here.clock) as work:
        need = actions.draft(work, need_facts(clock))
        explain_all(work, need)
    with unit_of_work(here.sessions, other_actor, here.clock) as work:
        actions.submit(work, queries.own(work, need.id))
    for actor in (one_actor, other_actor):
        with (
            pytest.raises(SeparationOfDutiesError),
            unit_of_work(here.sessions, actor, here.clock) as work,
        ):
            actions.approve(work, queries.own(work, need.id))
    with unit_of_work(here.sessions, owner.approver_actor, here.clock) as work:
        actions.approve(work, queries.own(work, need.id))


def test_a_refusal_is_registered_with_its_reason_and_the_text_goes_round_again(here, clock):
    owner = an_owner(here)
    need = an_approved_need(here, clock, owner=owner)
    _, operator = an_operator(here)
    for short in ("", "   ", "不行 "):
        with (
            pytest.raises(actions.NoReasonError),
            unit_of_work(here.sessions, operator, here.clock) as work,
        ):
            actions.return_to_owner(work, queries.to_check(work, need.id), short)
    with unit_of_work(here.sessions, operator, here.clock) as work:
        actions.return_to_owner(work, queries.to_check(work, need.id), REASON)
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        need = queries.own(work, need.id)
        assert [r.reason for r in queries.returns_of(work, need)] == [REASON]
        actions.edit(work, need, need_facts(clock, funding_source="区级财政资金100%"))
        actions.submit(work, need)
        assert need.approved_by_id is None
    with (
        pytest.raises(MissingError),
        unit_of_work(here.sessions, operator, here.clock) as work,
    ):
        queries.to_check(work, need.id)


def test_a_text_under_approval_cannot_be_changed(here, clock):
    owner = an_owner(here)
    for made in (a_submitted_need, an_approved_need):
        need = made(here, clock, owner=owner)
        with (
            pytest.raises(IllegalMoveError),
            unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work,
        ):
            actions.edit(work, queries.own(work, need.id), need_facts(clock))


def test_a_decision_on_a_text_that_has_changed_since_is_refused(here, clock):
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner)
    seen = need.version
    code = a_code()
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        own = queries.own(work, need.id)
        facts = vars_of(actions.facts_of(work, own)) | {"recusals": ((code, "股权关系"),)}
        actions.edit(work, own, actions.NeedFacts(**facts))
    changed = as_now(here, need)
    assert changed.version > seen  # though only a recusal, a row of its own, was added
    with pytest.raises(ConflictError):
        actions.unchanged_since(changed, seen)
    actions.unchanged_since(changed, changed.version)


def test_two_clerks_who_move_one_need_are_not_both_heard(here, clock):
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner)
    with reading_work(here.sessions, owner.clerk_actor, here.clock) as work:
        stale = queries.own(work, need.id)
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        explain_all(work, queries.own(work, need.id))
        actions.submit(work, queries.own(work, need.id))
    with (
        pytest.raises(ConflictError),
        unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work,
    ):
        actions.take_back(work, work.session.merge(stale, load=False), REASON)
        work.session.flush()
    assert as_now(here, need).state is NeedState.APPROVAL


def test_the_notice_is_the_exact_bytes_whose_digest_the_log_holds(here, clock):
    code = a_code()
    need, notice = a_published_need(here, clock, recusals=((code, "与业主存在股权关系"),))
    assert hashlib.sha256(notice.document).hexdigest() == notice.digest
    body = json.loads(notice.document)
    assert (
        notice.document
        == json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    )
    assert body["format"] == "zjcs/notice-document/v2"
    for secret in (need.contact_name, need.contact_phone, need.contact_salt.hex()):
        assert secret not in notice.document.decode()
    assert body["contact_sealed"] == {
        field: sealed(need.contact_salt, field, getattr(need, field)) for field in FIELDS
    }
    assert body["number"] == notice.number
    assert body["need"] == need.number
    assert body["ceiling_fen"] == need.ceiling_fen
    assert body["recusals"] == [{"code": code, "reason": "与业主存在股权关系"}]
    assert body["timetable"]["enrol_close_at"] == "2026-03-06T10:00:00+08:00"
    assert body["regulation"]["digest"] == regulations.current().by_id(need.regulation_id).digest
    (entry,) = [e for e in logged(here) if "document_digest" in json.dumps(e)]
    assert notice.digest in json.dumps(entry)


def test_the_log_is_told_every_move_and_nothing_about_people(here, clock):
    owner = an_owner(here)
    need, _ = publish(here, an_approved_need(here, clock, owner=owner))
    fail(here, need, "too_few_enrolled", "报名 1 家，规定最少 3 家。")
    entries = logged(here)
    told = [json.dumps(entry, ensure_ascii=False) for entry in entries]
    moves = ["submit", "approve", "publish", "fail"]
    assert [m for entry in told for m in moves if f'"{m}"' in entry] == moves
    for entry in told:
        for secret in (need.contact_name, need.contact_phone, owner.clerk.name, need.title):
            assert secret not in entry


def test_a_notice_is_a_table_of_record(here, clock):
    _, notice = a_published_need(here, clock)
    for change in ("UPDATE notice SET digest = 'x'", "DELETE FROM notice"):
        with (
            pytest.raises(DatabaseError, match="table of record"),
            unit_of_work(here.sessions, Actor("test"), here.clock) as work,
        ):
            work.session.execute(text(change))
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        assert work.session.get_one(Notice, notice.id).digest == notice.digest


def test_no_notice_is_issued_into_a_year_without_a_calendar(here, clock: ManualClock):
    clock.move_to(beijing(date(2026, 12, 29), 9))
    need = an_approved_need(here, clock)
    _, operator = an_operator(here)
    with (
        pytest.raises(UnknownYearError),
        unit_of_work(here.sessions, operator, here.clock) as work,
    ):
        actions.publish(work, queries.to_check(work, need.id))
    assert as_now(here, need).state is NeedState.CHECK
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        assert work.session.scalars(select(Notice)).all() == []
    assert not [e for e in logged(here) if '"publish"' in json.dumps(e)]


def test_what_has_not_been_approved_is_not_published(here, clock):
    _, operator = an_operator(here)
    for made in (a_need, a_submitted_need):
        need = made(here, clock)
        with (
            pytest.raises(IllegalMoveError),
            unit_of_work(here.sessions, operator, here.clock) as work,
        ):
            actions.publish(work, queries.by_id(work, need.id))
    need, _ = a_published_need(here, clock)
    with (
        pytest.raises(IllegalMoveError),
        unit_of_work(here.sessions, operator, here.clock) as work,
    ):
        actions.publish(work, queries.by_id(work, need.id))


def test_an_owner_withdraws_until_the_last_second_of_enrolment(here, clock: ManualClock):
    owner = an_owner(here)
    in_time, notice = a_published_need(here, clock, owner=owner)
    late, _ = a_published_need(here, clock, owner=owner)
    clock.move_to(notice.enrol_close_at - timedelta(seconds=1))
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        actions.withdraw(work, queries.own(work, in_time.id), REASON)
    clock.move_to(notice.enrol_close_at)
    # No job has closed it yet; the notice's own deadline counts.
    with (
        pytest.raises(actions.EnrolmentOverError),
        unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work,
    ):
        actions.withdraw(work, queries.own(work, late.id), REASON)
    assert as_now(here, in_time).state is NeedState.WITHDRAWN
    assert as_now(here, late).state is NeedState.OPEN


def test_a_need_whose_notice_is_out_is_not_taken_back_behind_its_draw(here, clock):
    owner = an_owner(here)
    need, _ = a_published_need(here, clock, owner=owner)
    with (
        pytest.raises(actions.PublishedError),
        unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work,
    ):
        actions.take_back(work, queries.own(work, need.id), REASON)


def test_a_failed_need_is_announced_again_through_every_step(here, clock: ManualClock):
    owner = an_owner(here)
    need, first = a_published_need(here, clock, owner=owner)
    need = fail(here, need, "too_few_enrolled", "报名 1 家，规定最少 3 家。")
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        need = queries.own(work, need.id)
        actions.edit(work, need, need_facts(clock, title="第二次", service_working_days=10))
        actions.renotice(work, need)
    assert (need.state, need.attempt, need.approved_by_id) == (NeedState.APPROVAL, 2, None)
    with (
        pytest.raises(SeparationOfDutiesError),
        unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work,
    ):
        actions.approve(work, queries.own(work, need.id))
    with unit_of_work(here.sessions, owner.approver_actor, here.clock) as work:
        actions.approve(work, queries.own(work, need.id))
    clock.advance(timedelta(days=7))
    need, second = publish(here, as_now(here, need))
    fail(here, need, "too_few_eligible", "冻结时符合条件 1 家。")
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        assert [n.number for n in queries.notices_of(work, need)] == [first.number, second.number]
        failures = queries.failures_of(work, need)
    assert [(f.attempt, f.reason) for f in failures] == [
        (1, "too_few_enrolled"),
        (2, "too_few_eligible"),
    ]
    assert json.loads(first.document)["title"] != json.loads(second.document)["title"]


def test_a_failure_is_kept_once_per_notice(here, clock):
    need, _ = a_published_need(here, clock)
    fail(here, need, "too_few_enrolled", "诊断。")
    with pytest.raises(IllegalMoveError):
        fail(here, need, "too_few_enrolled", "诊断。")
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        assert len(work.session.scalars(select(NeedFailure)).all()) == 1


def test_facts_that_have_become_wrong_since_are_refused_at_submission(here, clock):
    owner = an_owner(here)
    need = a_need(here, clock, owner=owner)
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        queries.own(work, need.id).service_working_days = 999
    with (
        pytest.raises(NeedFactsError),
        unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work,
    ):
        actions.submit(work, queries.own(work, need.id))


def test_lists_hold_ones_own_needs_only(here, clock):
    one, other = an_owner(here), an_owner(here)
    mine = a_need(here, clock, owner=one, title="甲 100% 项目")
    theirs = a_need(here, clock, owner=other)
    with reading_work(here.sessions, one.clerk_actor, here.clock) as work:
        assert [need.id for need in queries.own_list(work)] == [mine.id]
        assert queries.own_count(work) == 1
        assert queries.own_count(work, text="100%") == 1
        assert queries.own_count(work, text="%") == 1
        assert queries.own_count(work, text="_") == 0
        assert queries.own_count(work, state=NeedState.OPEN) == 0
        assert queries.own_count(work, text=mine.number) == 1
        with pytest.raises(MissingError):
            queries.own(work, theirs.id)


def test_the_operator_sees_what_waits_oldest_first(here, clock: ManualClock):
    first = an_approved_need(here, clock)
    clock.advance(timedelta(hours=1))
    second = an_approved_need(here, clock)
    a_need(here, clock)
    _, operator = an_operator(here)
    with reading_work(here.sessions, operator, here.clock) as work:
        waiting = queries.for_check(work)
        names = queries.owner_names(work, waiting)
    assert [need.id for need in waiting] == [first.id, second.id]
    assert set(names) == {first.owner_org_id, second.owner_org_id}
