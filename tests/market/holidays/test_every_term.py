"""No stored term is forgotten when a notice arrives: each is counted again, or says why not."""

import re
from typing import Final

import pytest
from sqlalchemy import func, select

from audit.store import submissions
from market import jobs
from market.clocks.recounting import CLOCKS as CLOCKS_OWN
from market.db import Actor, UTCDateTime, reading_work
from market.holidays import jobs as holiday_jobs
from market.holidays import terms
from market.holidays.messages import DEADLINE_CHANGED
from market.holidays.model import DeadlineChange
from market.holidays.sources import sources
from market.messages.model import Message
from market.schema import metadata
from tests.market.factories.holidays import an_amendment, confirmed
from tests.market.security import world as worlds

NUMBER_2026: Final = "国办发明电〔2025〕7号"
# Of these the small market has one that runs through the middle of June.
MOVING: Final = frozenset(
    {
        "affiliation-answer",
        "affiliation-link",
        "affiliation-state",
        "award-answer",
        "award-publicity",
        "award-sign",
        "breach-report",
        "card-reply",
        "case-hearing",
        "case-reply",
        "contract-review",
        "direct-turn",
        "emergency-review",
        "extension",
        "firm-change",
        "firm-feedback",
        "firm-publicity",
        "objection",
        "owner-check",
        "past-project-doubt",
        "rating",
        "suspension",
    }
)
# To speak, to object, to choose, and what was published: docs/adr/0077.
NEVER_EARLIER: Final = frozenset(
    {
        "affiliation-link",
        "affiliation-state",
        "award-answer",
        "award-publicity",
        "award-sign",
        "breach-report",
        "card-reply",
        "case-hearing",
        "case-reply",
        "complaint-abuse",
        "complaint-party",
        "complaint-reply",
        "contract-filing",
        "contract-review",
        "dispute",
        "emergency-file",
        "ending-answer",
        "explanation-answer",
        "extension",
        "firm-publicity",
        "firm-removal",
        "objection-complain",
        "objection-hearing",
        "past-project-doubt",
        "rating",
        "rating-appeal",
        "rereview-comment",
        "rereview-copy",
        "rereview-copy-doubt",
        "rereview-refer",
        "rereview-sheets",
        "signing-hearing",
        "suspension-appeal",
        "suspension-over",
        "suspension-rejoinder",
    }
)
A_TERM: Final = re.compile(
    r"(^|_)(due|by|until|ends|effective)_(at|on)$|^due_\w+_at$|^next_check_at$"
)
# What is no term in working days that runs, and why.
CLOCKS: Final = "market.clocks.recounting counts it again, with its own accounts"
SWEPT: Final = "when time looks next; what it looks for is counted again, or no term"
CALENDAR: Final = "months, calendar days or an instant that somebody named: no working day in it"
NOTICE: Final = (
    "the notice's timetable is signed in the log and held by witnesses: it stays as it is"
)
RECORD: Final = "what was said of a term when something was done; a table of record never changes"
OTHER: Final = {
    "affiliation_group.effective_at": CALENDAR,
    "banner.ends_at": CALENDAR,
    "clock.due_at": CLOCKS,
    "clock.next_check_at": CLOCKS,
    "clock_event.corrects_until_at": RECORD,
    "clock_extension.due_after_at": RECORD,
    "clock_extension.due_before_at": RECORD,
    "complaint_step.due_at": RECORD,
    "credit_case.effective_at": CALENDAR,
    "credit_case.ends_at": CALENDAR,
    "credit_case.next_check_at": SWEPT,
    "deadline_change.due_at": RECORD,
    "delivery.next_check_at": SWEPT,
    "document.next_check_at": SWEPT,
    "draw.freeze_by_at": NOTICE,
    "draw.next_check_at": NOTICE,
    "draw.result_by_at": NOTICE,
    "draw.reveal_by_at": NOTICE,
    "draw_replacement.next_check_at": NOTICE,
    "examination_step.due_at": RECORD,
    "award_objection_step.due_at": RECORD,
    "expert.renew_by_on": CALENDAR,
    "firm.business_until_on": CALENDAR,
    "firm.next_check_at": "planned anew with the publicity or the removal that moved",
    "firm.standing_until_at": CALENDAR,
    "firm_check.due_at": RECORD,
    "firm_restriction.until_at": CALENDAR,
    "holiday_import.next_check_at": SWEPT,
    "letter_file_due.next_check_at": SWEPT,
    "message.next_check_at": SWEPT,
    "milestone.due_at": CLOCKS,
    "milestone.due_on": CALENDAR,
    "milestone.next_check_at": CLOCKS,
    "need.next_check_at": NOTICE,
    "notice.freeze_by_at": NOTICE,
    "notice.result_by_at": NOTICE,
    "notice.reveal_by_at": NOTICE,
    "notice_question.answer_due_at": RECORD,
    "owner_check.due_at": RECORD,
    "panel.freeze_by_at": NOTICE,
    "panel.next_check_at": NOTICE,
    "panel.result_by_at": NOTICE,
    "panel.scoring_by_at": NOTICE,
    "panel_seat.answer_by_at": "minutes within one day",
    "payment_overdue.due_on": RECORD,
    "payment_term.due_on": "market.payments.recounting counts it again from the invoices",
    "payment_term.next_check_at": "written with its due day",
    "standing_change.until_at": RECORD,
    "suspension.answer_by_at": CLOCKS,
    "suspension.next_check_at": CLOCKS,
    "suspension.until_on": CLOCKS,
    "voucher_answer.due_at": "of record; market.payments.terms counts it again when it is read",
}


@pytest.fixture(autouse=True)
def loaded():
    jobs.sweeps()


def logged(here):
    with here.sessions() as session:
        return b"\n".join(
            session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        ).decode()


def term_columns() -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in metadata().sorted_tables
        for column in table.columns
        if A_TERM.search(column.name)
    }


def test_every_column_that_is_called_like_a_term_is_counted_again_or_says_why_not():
    found = term_columns()
    assert found - terms.columns() == OTHER.keys()
    assert not OTHER.keys() & terms.columns()


def test_every_declared_term_is_an_instant_of_a_table_that_may_change():
    tables = metadata().tables
    for name in terms.columns():
        table, column = name.split(".")
        assert isinstance(tables[table].c[column].type, UTCDateTime)
        assert not tables[table].info.get("record")


def test_a_reason_is_true_of_the_tables_of_record():
    tables = metadata().tables
    for name, why in OTHER.items():
        if why is RECORD and not name.startswith("clock_extension."):
            assert tables[name.split(".")[0]].info.get("record"), name


def test_the_kinds_fit_where_the_job_keeps_how_far_it_has_come():
    longest = metadata().tables["holiday_import"].c.recounted_kind.type.length
    assert all(len(source.kind) <= longest for source in sources())
    assert len({source.name for source in sources()}) == len(sources())


def test_counted_by_the_same_calendar_nothing_of_a_whole_market_moves(tmp_path_factory, tmp_path):
    here = worlds.the_world(tmp_path_factory).open(tmp_path / "copy")
    read = dict[str, int]()
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        for source in other_sources():
            deadlines = source.read(work, 0, 10_000)
            read[source.kind] = len(deadlines)
            for one in deadlines:
                assert one.due() == one.due_at, one.subject
                assert len(one.subject) <= 40
                assert len(one.number) <= 24
    here.engine.dispose()
    assert sum(count > 0 for count in read.values()) >= 20, read


@pytest.fixture
def city(tmp_path_factory, tmp_path):
    """A copy of the small market, in which almost everything waits for somebody."""
    here = worlds.the_world(tmp_path_factory).open(tmp_path / "copy")
    yield here
    here.engine.dispose()


def other_sources():
    """Return the kinds of terms besides the clocks, which have tests of their own."""
    return [source for source in sources() if source is not CLOCKS_OWN]


def all_deadlines(here):
    with reading_work(here.sessions, Actor("test"), here.clock) as work:
        return {
            one.subject: one
            for source in other_sources()
            for one in source.read(work, 0, 10_000)
            if one.due() == one.due_at
        }


def change_days(here, number, *days):
    with here.sessions() as session:
        earlier = session.scalar(select(func.max(DeadlineChange.id))) or 0
    confirmed(here, an_amendment(number, NUMBER_2026, 2026, *days))
    done = holiday_jobs.sweep(here)
    with here.sessions() as session:
        rows = session.scalars(
            select(DeadlineChange)
            .where(DeadlineChange.subject.not_like("clock:%"), DeadlineChange.id > earlier)
            .order_by(DeadlineChange.id)
        ).all()
        told = session.scalars(select(Message).order_by(Message.id)).all()
    return done, rows, told


def test_two_days_off_move_every_kind_of_term_and_say_so(city):
    before = all_deadlines(city)
    done, rows, told = change_days(city, "调整1号", ("2026-06-11", "放假"), ("2026-06-12", "放假"))
    after = all_deadlines(city)
    assert done >= len(before)
    assert after.keys() == before.keys()  # nothing is left that counts otherwise than it says
    moved = {subject for subject, one in after.items() if one.due_at != before[subject].due_at}
    assert moved == {row.subject for row in rows}
    assert {row.subject.split(":")[0] for row in rows} >= MOVING
    for row in rows:
        told_of = (row.subject, row.was_at, row.due_at)
        assert told_of == (row.subject, before[row.subject].due_at, after[row.subject].due_at)
    last = [one for one in told if one.kind == DEADLINE_CHANGED.code]
    paths = {one.path for one in last}
    assert {before[subject].path for subject in moved if before[subject].org_ids} <= paths
    log_text = logged(city)
    for row in rows:
        assert f'"{row.subject}"' in log_text
        if not row.is_public:
            assert f'["{row.subject}","",' in log_text


def test_a_saturday_that_is_worked_takes_no_time_from_whoever_may_speak(city):
    before = all_deadlines(city)
    _, rows, _ = change_days(city, "调整1号", ("2026-06-13", "上班"))
    after = all_deadlines(city)
    assert after.keys() == before.keys()
    kinds = {row.subject.split(":")[0] for row in rows}
    assert kinds
    assert not kinds & NEVER_EARLIER
    assert all(row.due_at < row.was_at for row in rows)


def test_no_term_of_a_firm_s_or_a_public_one_is_declared_to_shrink():
    declared = {term.kind for term in terms.declared() if term.never_earlier}
    assert declared == NEVER_EARLIER
