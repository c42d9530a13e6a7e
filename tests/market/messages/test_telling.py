"""A message is written in the transaction that causes it, and once."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError

from market.access import OrgKind
from market.clock import beijing
from market.db import Actor, unit_of_work
from market.messages.actions import Told, tell, tell_all, was_told
from market.messages.kinds import Kind, declare, kind_of
from market.messages.model import Message
from market.messages.rules import Channel
from tests.market.factories.accounts import an_organisation

NEWS = declare(
    Kind(
        code="credit.test-news", subject="案件 %(number)s", body="%(number)s：%(on)s %(way)s %(at)s"
    )
)
FACTS = {
    "number": "AJ-1",
    "on": date(2026, 3, 2),
    "way": Channel.SMS,
    "at": beijing(date(2026, 3, 2), 9),
}


@pytest.fixture
def org_id(sessions):
    with unit_of_work(sessions, Actor("test")) as work:
        return an_organisation(work, OrgKind.FIRM).id


def _messages(sessions):
    with sessions() as session:
        return session.scalars(select(Message).order_by(Message.id)).all()


def test_it_commits_with_its_cause_and_is_written_once(sessions, org_id):
    with unit_of_work(sessions, Actor("test")) as work:
        assert tell(work, NEWS, org_id=org_id, path="/credit/cases/1", once="case:1", **FACTS)
        assert not tell(work, NEWS, org_id=org_id, once="case:1", **FACTS)
        assert was_told(work, NEWS, org_id=org_id, once="case:1")
        assert not was_told(work, NEWS, org_id=org_id, once="case:2")
    with unit_of_work(sessions, Actor("test")) as work:
        assert not tell(work, NEWS, org_id=org_id, once="case:1", **FACTS)
        assert tell(work, NEWS, org_id=org_id, once="case:2", **FACTS)
    assert [row.once for row in _messages(sessions)] == ["case:1", "case:2"]
    assert '"at": "2026-03-02 09:00"' in _messages(sessions)[0].facts


def test_what_is_rolled_back_is_told_to_nobody(sessions, org_id):
    with pytest.raises(ZeroDivisionError), unit_of_work(sessions, Actor("test")) as work:
        tell(work, NEWS, org_id=org_id, once="case:1", **FACTS)
        raise ZeroDivisionError
    assert _messages(sessions) == []


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"org_id": 1, "user_id": 1}, ValueError),
        ({}, ValueError),
        ({"org_id": 1, "path": "//elsewhere.example"}, ValueError),
        ({"org_id": 1, "path": "https://elsewhere.example"}, ValueError),
        ({"org_id": 1, "number": 1.5}, TypeError),
        ({"org_id": 1, "number": True}, TypeError),
    ],
)
def test_what_could_not_be_shown_is_refused_where_it_is_written(sqlite_sessions, wrong, error):
    with pytest.raises(error), unit_of_work(sqlite_sessions, Actor("test")) as work:
        tell(work, NEWS, once="x", **(FACTS | wrong))


def test_a_place_without_a_value_is_refused(sqlite_sessions):
    with pytest.raises(KeyError), unit_of_work(sqlite_sessions, Actor("test")) as work:
        tell(work, NEWS, org_id=1, once="x", number="1")


def test_a_code_belongs_to_one_kind_and_an_old_one_is_shown_as_it_is():
    assert declare(NEWS) is NEWS
    with pytest.raises(ValueError, match=r"credit\.test-news"):
        declare(Kind(code="credit.test-news", subject="other", body="other"))
    assert kind_of("gone.kind").subject == "gone.kind"


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
def test_nothing_is_cut_to_the_length_of_its_column(sessions, org_id):
    told = [
        Told(org_id=org_id, once="x" * 200 + end, values=FACTS | {"number": end}) for end in "ab"
    ]
    with pytest.raises(DataError), unit_of_work(sessions, Actor("test")) as work:
        tell_all(work, NEWS, told)
    assert _messages(sessions) == []
