"""What an owner calls off is counted, shown to everybody, and told before it is confirmed."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from market.db import Actor, reading_work, unit_of_work
from market.errors import MissingError
from market.installation import Installation
from market.needs import actions, queries
from market.needs.model import Need
from market.needs.record import queries as record
from market.needs.record.rules import CancelGround
from market.web.once import fresh_key
from tests.market.factories.needs import (
    Owner,
    a_need,
    a_published_need,
    a_submitted_need,
    an_approved_need,
    an_operator,
    an_owner,
    fail,
)

WHY = "项目资金计划调整，暂缓实施。"


def withdraw(here: Installation, owner: Owner, need: Need, ground=CancelGround.FUNDING) -> None:
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        actions.withdraw(work, queries.locked(work, need.id), WHY, ground)


def record_of(here: Installation, owner: Owner) -> record.OwnerRecord:
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        return record.record_of(work, owner.clerk_actor.org_code or "")


def test_a_cancelled_notice_is_counted_once_and_for_good(here, clock):
    owner = an_owner(here)
    need, notice = a_published_need(here, clock, owner=owner)
    assert record_of(here, owner).cancelled == []
    withdraw(here, owner, need)
    found = record_of(here, owner)
    (called,) = found.cancelled
    assert (called.notice.id, called.row.ground, called.row.reason) == (
        notice.id,
        CancelGround.FUNDING,
        WHY,
    )
    assert found.notices == 1
    with (
        pytest.raises(DatabaseError),
        unit_of_work(here.sessions, Actor("test"), here.clock) as work,
    ):
        work.session.execute(text("DELETE FROM need_cancellation"))


def test_what_nobody_had_read_is_not_counted(here, clock):
    owner = an_owner(here)
    for need in (a_need(here, clock, owner=owner), an_approved_need(here, clock, owner=owner)):
        withdraw(here, owner, need)
    assert record_of(here, owner).cancelled == []


def test_a_failed_notice_counts_as_failed_and_not_as_cancelled(here, clock):
    owner = an_owner(here)
    need, _ = a_published_need(here, clock, owner=owner)
    fail(here, need, "too_few_enrolled", "报名 0 家。")
    with unit_of_work(here.sessions, owner.clerk_actor, here.clock) as work:
        actions.renotice(work, queries.own(work, need.id))
    withdraw(here, owner, need)
    found = record_of(here, owner)
    assert (len(found.failed), found.cancelled) == (1, [])


def test_returns_are_counted_and_what_is_old_is_not(here, clock):
    owner = an_owner(here)
    need = an_approved_need(here, clock, owner=owner)
    with unit_of_work(here.sessions, an_operator(here)[1], here.clock) as work:
        actions.return_to_owner(work, queries.to_check(work, need.id), WHY)
    cancelled, _ = a_published_need(here, clock, owner=owner)
    withdraw(here, owner, cancelled)
    found = record_of(here, owner)
    assert (found.returned, len(found.cancelled)) == (1, 1)
    later = clock().replace(year=clock().year + 2, month=clock().month + 1)
    clock.move_to(later)
    found = record_of(here, owner)
    assert (found.returned, found.notices, found.cancelled) == (0, 0, [])


def test_only_owners_have_such_a_record(here):
    _, operator = an_operator(here)
    with (
        pytest.raises(MissingError),
        reading_work(here.sessions, Actor("test"), here.clock) as work,
    ):
        record.record_of(work, operator.org_code or "")


def test_the_record_is_public_and_linked_from_the_notice(client, clerk, fast_here, clock, owner):
    need, _ = a_published_need(fast_here, clock, owner=owner)
    code = owner.clerk_actor.org_code
    url = f"/needs/owners/{code}"
    assert url in client.get(f"/needs/{need.number}").text
    assert "没有。" in client.get(url).text
    withdraw(fast_here, owner, need, CancelGround.PROJECT_STOPPED)
    page = client.get(url).text
    for words in ("项目取消或暂缓", WHY, need.title):
        assert words in page
    assert "项目取消或暂缓" in client.get(f"/needs/{need.number}").text
    assert client.get("/needs/owners/91510822MA99999998").status_code == 404
    assert clerk.get(url).status_code == 200


def test_a_need_announced_before_asks_for_the_ground(clerk, fast_here, clock, owner):
    fresh = a_submitted_need(fast_here, clock, owner=owner)
    assert "取消原因" not in clerk.get(f"/needs/{fresh.id}/withdraw").text
    need, _ = a_published_need(fast_here, clock, owner=owner)
    fail(fast_here, need, "too_few_enrolled", "报名 0 家。")
    with unit_of_work(fast_here.sessions, owner.clerk_actor, fast_here.clock) as work:
        actions.renotice(work, queries.own(work, need.id))
    url = f"/needs/{need.id}/withdraw"
    assert "取消原因" in clerk.get(url).text
    said = {"reason": WHY, "request_key": fresh_key()}
    assert clerk.post(url, data=said).status_code == 422
    said = {"ground": "funding", "reason": WHY, "request_key": fresh_key()}
    assert clerk.post(url, data=said).status_code == 303
