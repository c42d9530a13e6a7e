"""How long documents are kept: what nobody took is deleted, what a decision rests on never is."""

import json
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from market import files, regulations
from market.credit.cases import actions as cases
from market.credit.cases.model import Case
from market.credit.cases.rules import CaseState
from market.credit.rules import BreachKind, Measure
from market.db import unit_of_work
from market.documents import actions, queries, queries_retention, resting
from market.documents.actions import erasing
from market.documents.errors import DocumentErasedError
from market.documents.model import Document, DocumentErasure
from market.documents.retention import DELETED, Ending, Standing, ending_of, ends_at, term_begins
from market.documents.rules import DocKind, DocState, Subject
from market.documents.schedule import SUBJECT, days_of
from market.files import StoredFile
from market.firms import actions as firms
from market.firms import queries as firm_queries
from market.firms.checks import ReturnReason
from market.firms.model import Firm
from market.sweeping import PutOff
from tests.market.documents.test_actions import hand_in, place_of
from tests.market.factories.credit import an_officer, report_breach
from tests.market.factories.documents import a_picture, hand_in_materials
from tests.market.factories.firms import a_filled_in_firm, a_listed_firm, an_operator

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def a_standing(**differences):
    usual = {
        "state": DocState.HELD,
        "was_cleared": False,
        "is_needed": False,
        "decided_at": None,
        "replaced_at": None,
        "handed_in_at": NOW,
    }
    return Standing(**(usual | differences))


ALL = [*product(DocState, (False, True), (False, True), (None, NOW))]


@pytest.mark.parametrize(("state", "cleared", "needed", "decided"), ALL)
def test_what_a_decision_rests_on_is_never_deleted(state, cleared, needed, decided):
    standing = a_standing(state=state, was_cleared=cleared, is_needed=needed, decided_at=decided)
    ending = ending_of(standing)
    if cleared or state is DocState.CLEARED:
        assert ending is Ending.KEPT
        assert ending not in DELETED
    elif needed:
        assert ending is None
    else:
        assert ending in DELETED


def test_the_term_counts_from_the_last_thing_that_happened():
    standing = a_standing(decided_at=NOW + 3 * DAY, replaced_at=NOW + 2 * DAY)
    assert term_begins(standing) == NOW + 3 * DAY
    assert ends_at(standing, 10) == NOW + 13 * DAY


def test_every_kind_has_its_days_and_says_that_they_are_to_be_confirmed():
    rules = regulations.in_force(SUBJECT, NOW.date())
    for ending, kind in product(Ending, DocKind):
        assert days_of(rules, ending, kind) > 0
    for ending in Ending:
        assert rules.clause_of(f"{ending}.other") == "platform default"


def days(ending, kind=DocKind.LICENCE):
    return days_of(regulations.in_force(SUBJECT, NOW.date()), ending, kind)


def erasures(here, working):
    with working(here, an_operator(here)) as work:
        return [one.row for one in queries_retention.erased(work)]


def bytes_of(here, working, document):
    with working(here, an_operator(here)) as work:
        stored = work.session.get_one(StoredFile, document.file_id)
        return files.path_of(here.config.uploads_dir, stored.digest)


def entries(here):
    with here.engine.connect() as connection:
        bodies = [
            bytes(row[0])
            for row in connection.execute(text("SELECT body FROM log_submission ORDER BY id"))
        ]
    found = [json.loads(body) for body in bodies if body.startswith(b"{")]
    return [entry for entry in found if entry.get("t") == "zjcs/document.erased.v1"]


def test_a_refused_upload_is_deleted_after_its_term_and_its_row_stays(here, clock, working):
    firm, delegate = a_filled_in_firm(here)
    with working(here, delegate) as work:
        document = hand_in(here, work, place_of(firm))
    with working(here, an_operator(here)) as work:
        actions.reject(work, queries.to_decide(work, document.id), "不是本机构的执照")
    path = bytes_of(here, working, document)
    clock.advance(days(Ending.REFUSED) * DAY - timedelta(hours=1))
    erasing.sweep(here)
    assert path.exists()
    clock.advance(timedelta(hours=2))
    assert erasing.sweep(here) == 1
    assert not path.exists()
    [row] = erasures(here, working)
    assert (row.ending, row.days, row.seal) == (Ending.REFUSED, days(Ending.REFUSED), document.seal)
    assert row.regulation_id == "platform-retention-2024"
    [entry] = entries(here)
    assert (entry["document"], entry["seal"]) == (document.id, document.seal)
    assert erasing.sweep(here) == 0


def test_a_deletion_cannot_be_rewritten(fast_here, clock, working):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        hand_in(fast_here, work, place_of(firm))
    clock.advance(2000 * DAY)
    erasing.sweep(fast_here)
    with pytest.raises(IntegrityError, match="record"), fast_here.engine.begin() as connection:
        connection.execute(text("DELETE FROM document_erasure"))


def test_an_upload_that_was_never_handed_in_is_deleted(fast_here, clock, working):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        document = hand_in(fast_here, work, place_of(firm))
    clock.advance(days(Ending.SUPERSEDED) * DAY + DAY)
    assert erasing.sweep(fast_here) == 0
    clock.advance(days(Ending.ABANDONED) * DAY)
    assert erasing.sweep(fast_here) == 1
    assert [row.ending for row in erasures(fast_here, working)] == [Ending.ABANDONED]
    assert not bytes_of(fast_here, working, document).exists()


def test_while_the_operator_owes_a_decision_nothing_is_deleted(fast_here, clock, working):
    firm, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        document = hand_in(fast_here, work, place_of(firm))
    clock.advance(1000 * DAY)
    assert erasing.sweep(fast_here) == 0
    with working(fast_here, delegate) as work:
        held = work.session.get_one(Document, document.id)
        assert held.next_check_at == work.now + erasing.LOOK_AGAIN
    assert bytes_of(fast_here, working, document).exists()


def test_what_was_cleared_is_marked_and_kept_also_when_it_is_replaced(fast_here, clock, working):
    firm, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        first = hand_in(fast_here, work, place_of(firm))
    with working(fast_here, an_operator(fast_here)) as work:
        actions.clear(work, queries.to_decide(work, first.id))
    with working(fast_here, delegate) as work:
        hand_in(fast_here, work, place_of(firm), a_picture(), "licence.jpg")
    clock.advance(days(Ending.KEPT) * DAY + DAY)
    erasing.sweep(fast_here)
    assert not erasures(fast_here, working)
    with working(fast_here, an_operator(fast_here)) as work:
        assert first.id in [document.id for document, _ in queries_retention.past_term(work)]
    assert bytes_of(fast_here, working, first).exists()


def test_a_version_that_nobody_looked_at_goes_soon_after_it_was_replaced(fast_here, clock, working):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        first = hand_in(fast_here, work, place_of(firm))
        second = hand_in(fast_here, work, place_of(firm), a_picture(), "licence.jpg")
    clock.advance(days(Ending.SUPERSEDED) * DAY + DAY)
    assert erasing.sweep(fast_here) == 1
    assert not bytes_of(fast_here, working, first).exists()
    assert bytes_of(fast_here, working, second).exists()


def test_bytes_that_another_row_holds_stay(fast_here, clock, working):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        first = hand_in(fast_here, work, place_of(firm))
        hand_in(fast_here, work, place_of(firm, DocKind.PROMISE))
        hand_in(fast_here, work, place_of(firm), a_picture(), "licence.jpg")
    clock.advance(days(Ending.SUPERSEDED) * DAY + DAY)
    erasing.sweep(fast_here)
    [row] = erasures(fast_here, working)
    assert row.shared
    path = bytes_of(fast_here, working, first)
    assert path.exists()
    clock.advance(400 * DAY)
    erasing.sweep(fast_here)
    assert not path.exists()
    assert sorted(row.shared for row in erasures(fast_here, working)) == [False, False, True]


def test_a_registration_sent_back_and_forgotten_loses_its_uploads(fast_here, clock, working):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        hand_in_materials(work, firm_queries.own(work))
        firms.submit(work, firm_queries.own(work))
    clock.advance(400 * DAY)
    assert erasing.sweep(fast_here) == 0
    with working(fast_here, an_operator(fast_here)) as work:
        found = firm_queries.for_check(work, firm.id)
        firms.check_return(work, found, [ReturnReason.FACTS_WRONG], "名称与登记机关不符")
    clock.advance(erasing.LOOK_AGAIN)
    assert erasing.sweep(fast_here) > 0
    assert {row.ending for row in erasures(fast_here, working)} == {Ending.ABANDONED}


def test_the_pages_say_what_was_deleted_and_by_which_rule(fast_here, clock, working, sign_in):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        document = hand_in(fast_here, work, place_of(firm))
    clock.advance(2000 * DAY)
    desk = sign_in(an_operator(fast_here))
    page = desk.get("/document-retention").text
    assert "30 天内期满的材料" in page
    assert firm.name in page
    erasing.sweep(fast_here)
    page = desk.get("/document-retention").text
    assert "上传后没有提交申请" in page
    assert "platform-retention-2024" in page
    browser = sign_in(delegate)
    page = browser.get(f"/documents/{document.id}").text
    assert "文件内容已按保存期限规则删除" in page
    assert "登记并打开" not in page
    assert browser.get(f"/documents/{document.id}/file").status_code == 409
    assert browser.get("/document-retention").status_code == 403


def test_there_is_one_deletion_for_a_document(fast_here, clock, working):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        hand_in(fast_here, work, place_of(firm))
    clock.advance(2000 * DAY)
    erasing.sweep(fast_here)
    with working(fast_here, an_operator(fast_here)) as work:
        [row] = work.session.scalars(select(DocumentErasure)).all()
        assert erasing.end_term(work, row.document_id) == 0
        assert queries.current(work, Subject.FIRM, firm.id, DocKind.LICENCE) is not None


def an_abandoned_upload(here, clock, working):
    firm, delegate = a_filled_in_firm(here)
    with working(here, delegate) as work:
        document = hand_in(here, work, place_of(firm))
    clock.advance(2000 * DAY)
    return firm, delegate, document, bytes_of(here, working, document)


def test_an_ending_that_is_undone_loses_no_bytes(fast_here, clock, working):
    _, _, document, path = an_abandoned_upload(fast_here, clock, working)
    with pytest.raises(RuntimeError), unit_of_work(fast_here.sessions, erasing.JOB, clock) as work:
        assert erasing.end_term(work, document.id) == 1
        raise RuntimeError("the database went away before the commit")
    assert path.exists()
    assert not erasures(fast_here, working)


def test_bytes_that_a_crash_left_behind_go_at_the_next_sweep(fast_here, clock, working):
    _, _, document, path = an_abandoned_upload(fast_here, clock, working)
    with unit_of_work(fast_here.sessions, erasing.JOB, clock) as work:
        erasing.end_term(work, document.id)  # and here the process dies
    assert path.exists()
    assert erasing.sweep(fast_here) == 0
    assert not path.exists()
    with working(fast_here, an_operator(fast_here)) as work:
        assert work.session.get_one(Document, document.id).unlink_at is None


def test_the_same_bytes_handed_in_again_before_they_go_stay(fast_here, clock, working):
    firm, delegate, document, path = an_abandoned_upload(fast_here, clock, working)
    with unit_of_work(fast_here.sessions, erasing.JOB, clock) as work:
        erasing.end_term(work, document.id)
    with working(fast_here, delegate) as work:
        hand_in(fast_here, work, place_of(firm, DocKind.PROMISE))
    erasing.sweep(fast_here)
    assert path.exists()


def test_what_has_ended_is_missing_and_ends_once_though_it_is_replaced(fast_here, clock, working):
    firm, delegate, document, _ = an_abandoned_upload(fast_here, clock, working)
    erasing.sweep(fast_here)
    with working(fast_here, an_operator(fast_here)) as work:
        assert queries.count_waiting(work) == 0
        with pytest.raises(DocumentErasedError):
            actions.clear(work, queries.to_decide(work, document.id))
    with working(fast_here, delegate) as work:
        slots = {slot.kind: slot for slot in queries.firm_slots(work, firm)}
        assert slots[DocKind.LICENCE].is_missing
        hand_in(fast_here, work, place_of(firm), a_picture(), "licence.jpg")
        slots = {slot.kind: slot for slot in queries.firm_slots(work, firm)}
        assert not slots[DocKind.LICENCE].is_missing
    clock.advance(days(Ending.SUPERSEDED) * DAY + DAY)
    assert erasing.sweep(fast_here) == 0
    with fast_here.sessions() as session:
        assert not session.scalars(select(PutOff)).all()


def test_a_refused_upload_stays_while_a_case_runs_in_which_it_may_be_evidence(
    fast_here, clock, working
):
    firm, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        document = hand_in(fast_here, work, place_of(firm))
    with working(fast_here, an_operator(fast_here)) as work:
        actions.reject(work, queries.to_decide(work, document.id), "执照是伪造的")
    number = an_open_case(fast_here, working, firm)
    clock.advance(days(Ending.REFUSED) * DAY + DAY)
    assert erasing.sweep(fast_here) == 0
    with working(fast_here, an_operator(fast_here)) as work:
        found = queries.to_decide(work, document.id)
        assert [rest.name for rest in resting.on(work, found)] == [number]
        case = work.session.scalars(select(Case)).one()
        case.state = CaseState.DISMISSED
    clock.advance(erasing.LOOK_AGAIN)
    assert erasing.sweep(fast_here) == 1


def an_open_case(here, working, firm):
    with working(here, an_officer(here)) as work:
        found = work.session.get_one(Firm, firm.id)
        day = work.today - DAY
        kind = BreachKind.FALSE_MATERIALS
        grounds = "提交伪造的营业执照，登记机关已经书面确认，复函附后，事实清楚。"
        breach = report_breach(work, found, kind, day, grounds)
        case = cases.propose(
            work,
            found,
            [breach],
            measure=Measure.BLACKLIST,
            months=6,
            groups=["all"],
            grounds=grounds,
        )
        return case.number
