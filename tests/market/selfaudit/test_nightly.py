"""The audit once a night, what it tells the log, the page, the workbench and the public."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

import lottery
from audit import store
from market.access import OrgKind, Role
from market.app import create_app
from market.clock import beijing
from market.db import Actor, reading_work
from market.prepare import begin_log
from market.selfaudit import actions, jobs, queries
from market.selfaudit.compare import compare
from market.selfaudit.errors import AuditUnderWayError
from market.selfaudit.model import AuditRun, AuditSeal
from market.selfaudit.rules import is_due, last_night
from market.selfaudit.seals import chain
from market.worker import Worker
from tests.market.factories.accounts import sign_in
from tests.market.factories.draws import a_city, a_drawn_draw
from tests.market.factories.firms import PASSWORD, a_person
from tests.market.selfaudit.tampering import drop_triggers

READER = Actor("job:test")
NIGHT = beijing(date(2026, 3, 2), 3)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        (NIGHT, None, True),
        (NIGHT, NIGHT - timedelta(seconds=1), True),
        (NIGHT, NIGHT, False),
        (NIGHT + timedelta(hours=23), NIGHT, False),
        (NIGHT + timedelta(days=1), NIGHT + timedelta(minutes=5), True),
        (NIGHT + timedelta(days=9), NIGHT, True),
        (NIGHT - timedelta(seconds=1), NIGHT - timedelta(hours=23), False),
    ],
)
def test_it_is_due_once_a_night(now, last, due):
    assert is_due(now, last) is due
    assert timedelta(0) <= now - last_night(now) < timedelta(days=1)


def audits(here) -> list[lottery.Audit]:
    with here.engine.connect() as connection:
        bodies = connection.execute(
            select(store.submissions.c.body).order_by(store.submissions.c.id)
        ).scalars()
        return [lottery.decode(body) for body in bodies if b"ismdraw/audit" in body]


def test_each_night_has_one_entry_that_commits_to_the_rows(here, clock):
    city = a_city(here, clock)
    a_drawn_draw(city)
    assert (jobs.sweep(here), jobs.sweep(here)) == (1, 0)
    clock.advance(timedelta(days=1))
    assert (jobs.sweep(here), jobs.sweep(here)) == (1, 0)
    first, second = audits(here)
    with reading_work(here.sessions, READER, here.clock) as work:
        runs = work.session.scalars(select(AuditRun).order_by(AuditRun.id)).all()
        digest = bytes(32)
        for entry, run in zip((first, second), runs, strict=True):
            seals = work.session.scalars(
                select(AuditSeal).where(AuditSeal.run_id == run.id).order_by(AuditSeal.position)
            )
            digest = chain(digest, [(s.table_name, s.row_key, s.digest) for s in seals])
            assert (entry.digest, entry.rows, entry.size) == (digest.hex(), run.rows, run.size)
            assert queries.differences(work, run, limit=1) == []
    # What is new since the first night: its own row.
    assert (runs[1].rows - runs[0].rows, runs[1].seals) == (1, 1)


def test_the_leading_worker_does_it(fast_here, clock):
    leader, standby = Worker(fast_here), Worker(fast_here)
    begin_log(fast_here)
    assert leader.leads()
    for worker in (standby, leader, leader):
        worker.audit()
    assert len(audits(fast_here)) == 1


def test_of_two_at_once_one_is_kept(here, clock):
    """The worker's and one by hand: the chain of digests has no two ends."""
    a_city(here, clock)
    first, second = compare(here), compare(here)
    kept = actions.write(here, first)
    with pytest.raises(AuditUnderWayError):
        actions.write(here, second)
    assert [audit.digest for audit in audits(here)] == [kept.digest]
    assert compare(here).differences == ()


def test_a_changed_row_is_told_to_who_oversees_and_to_the_public(fast_here, clock):
    city = a_city(fast_here, clock)
    a_drawn_draw(city)
    actions.run(fast_here)
    app = create_app(fast_here)
    public = app.test_client()
    assert "全部与公开日志相符" in public.get("/verify").text
    with fast_here.engine.begin() as connection:
        drop_triggers(connection)
        connection.execute(text("UPDATE notice SET number = 'GG-2026-999999'"))
    clock.advance(timedelta(days=1))
    assert jobs.sweep(fast_here) == 1

    assert "处与公开日志不符" in public.get("/verify").text
    with reading_work(fast_here.sessions, READER, fast_here.clock) as work:
        last = queries.last_run(work)
        found = queries.differences(work, last, limit=9)
        named = {(one.table_name, one.row_key, one.column_name) for one in found}
    assert ("notice", "1", "number") in named


def test_the_page_shows_the_rows_that_differ(fast_here, client):
    page = client
    sign_in(client, a_person(fast_here, OrgKind.OPERATOR, Role.OPERATOR_CLERK).user, PASSWORD)
    assert "还没有自查过" in page.get("/selfaudit").text
    city_runs = actions.run(fast_here)
    assert "全部相符" in page.get("/selfaudit").text
    assert "每日自查" in page.get("/workbench").text
    with fast_here.engine.begin() as connection:
        drop_triggers(connection)
        connection.execute(text(f"UPDATE audit_run SET rows = 1 WHERE id = {city_runs.id}"))
    actions.run(fast_here)
    shown = page.get("/selfaudit").text
    assert "有记录与公开日志不符" in shown
    assert "audit_run" in shown
    assert "查明与公开日志不符的记录" in page.get("/workbench").text


def test_only_who_oversees_may_look(client):
    answer = client.get("/selfaudit")
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in")
