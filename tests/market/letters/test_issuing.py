"""Letters are numbered without gaps, sealed by their digest, and never changed."""

import json
import re
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from audit import store
from market.access import OrgKind
from market.clock import ManualClock, beijing
from market.db import Actor, unit_of_work
from market.letters.actions import issue, withdraw
from market.letters.errors import WithdrawnAlreadyError
from market.letters.kinds import LetterKind, declare, kind_of
from market.letters.model import Letter, LetterWithdrawal
from market.letters.rules import content_digest
from tests.market.factories.accounts import an_organisation

NOTICE = declare(LetterKind(code="test.notice", name="告知书", series="WXA"))
OTHER = declare(LetterKind(code="test.other", name="决定书", series="WXB"))
WORDS = {
    "subject": "credit_case:1",
    "title": "告知书",
    "paragraphs": ["一、事实。", " ", "二、依据。"],
}


@pytest.fixture
def clock():
    return ManualClock(beijing(date(2026, 12, 31), 9))


@pytest.fixture
def org_id(sessions, clock):
    with unit_of_work(sessions, Actor("test"), clock) as work:
        an_organisation(work, OrgKind.OPERATOR, name="示范市政务服务中心")
        return an_organisation(work, OrgKind.FIRM).id


def _issued(sessions, clock, org_id, kind=NOTICE, **differences):
    with unit_of_work(sessions, Actor("job:test"), clock) as work:
        return issue(work, kind, org_id=org_id, **(WORDS | differences))


def test_numbers_count_by_kind_and_year_and_a_rollback_leaves_no_gap(sessions, clock, org_id):
    assert _issued(sessions, clock, org_id).number == "WXA-2026-000001"
    assert _issued(sessions, clock, org_id, OTHER).number == "WXB-2026-000001"
    with pytest.raises(ZeroDivisionError), unit_of_work(sessions, Actor("x"), clock) as work:
        issue(work, NOTICE, org_id=org_id, **WORDS)
        raise ZeroDivisionError
    assert _issued(sessions, clock, org_id).number == "WXA-2026-000002"
    clock.move_to(beijing(date(2027, 1, 1)))
    assert _issued(sessions, clock, org_id).number == "WXA-2027-000001"


def test_the_log_has_the_digest_of_what_it_says_and_nothing_of_its_words(sessions, clock, org_id):
    made = _issued(sessions, clock, org_id)
    assert made.paragraphs == ["一、事实。", "二、依据。"]
    assert made.issuer == "示范市政务服务中心"
    assert re.fullmatch(r"[A-Z2-7]{16}", made.code)
    assert made.digest == content_digest(
        number=made.number,
        kind="test.notice",
        title="告知书",
        recipient=made.recipient,
        recipient_code=made.recipient_code,
        issuer=made.issuer,
        issued_on=date(2026, 12, 31),
        paragraphs=made.paragraphs,
        remedies="",
        code=made.code,
    )
    with sessions() as session:
        bodies = [json.loads(one.body) for one in store.longest_waiting(session.connection(), 99)]
    entry = next(body for body in bodies if body["t"] == "zjcs/letter.issued.v1")
    assert entry["digest"] == made.digest
    assert made.code not in json.dumps(entry)


def test_a_withdrawal_is_said_once_and_names_what_took_its_place(sessions, clock, org_id):
    first, second = (_issued(sessions, clock, org_id) for _ in range(2))
    with unit_of_work(sessions, Actor("test"), clock) as work:
        letter = work.session.get_one(Letter, first.id)
        withdraw(
            work, letter, reason="事实有误", replaced_by=work.session.get_one(Letter, second.id)
        )
        with pytest.raises(WithdrawnAlreadyError):
            withdraw(work, letter, reason="再次")
    with sessions() as session:
        row = session.scalars(select(LetterWithdrawal)).one()
    assert (row.letter_id, row.replaced_by_id) == (first.id, second.id)


def test_nobody_changes_what_was_issued(sessions, clock, org_id):
    _issued(sessions, clock, org_id)
    with pytest.raises(DBAPIError, match="table of record"), sessions.begin() as session:
        session.execute(text("UPDATE letter SET title = 'x'"))


@pytest.mark.parametrize("wrong", [{"paragraphs": [" "]}, {"title": ""}, {"title": "长" * 121}])
def test_a_letter_says_something(sessions, clock, org_id, wrong):
    with pytest.raises(ValueError, match="says something"):
        _issued(sessions, clock, org_id, **wrong)


def test_kinds_keep_their_codes_and_series_apart():
    assert declare(NOTICE) is NOTICE
    with pytest.raises(ValueError, match="share"):
        declare(LetterKind(code="test.third", name="书", series="WXA"))
    with pytest.raises(ValueError, match="series"):
        declare(LetterKind(code="test.third", name="书", series="GZ"))
    assert kind_of("gone").name == "gone"
