"""No decision is signed before its authority has stated where and until when to contest it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from market.access import OrgKind, Role
from market.accounts.queries import organisation
from market.db import unit_of_work
from market.errors import SeparationOfDutiesError
from market.letters.actions import issue
from market.letters.kinds import LetterKind, declare
from market.letters.model import Letter
from market.letters.remedies import actions, queries
from market.letters.remedies.errors import (
    ClausePendingError,
    NoClauseError,
    OddWordsError,
    ReasonMissingError,
    RemediesMissingError,
    UncheckedWordsError,
)
from market.letters.remedies.model import RemedyClause
from market.letters.remedies.rules import checked, in_words
from tests.market.factories.accounts import sign_in
from tests.market.factories.firms import PASSWORD, REMEDIES, a_person

DECISION = declare(LetterKind(code="test.decision", name="决定书", series="WXE", contestable=True))
ROLES = (Role.REGULATOR_OFFICER, Role.REGULATOR_DECIDER)


def acting(here, person):
    return unit_of_work(here.sessions, person.actor, here.clock)


@pytest.fixture
def office(fast_here):
    return an_office(fast_here)


def an_office(here):
    """Return two people of an authority that has stated nothing."""
    first = a_person(here, OrgKind.REGULATOR, *ROLES)
    with acting(here, first) as work:
        work.session.delete(work.session.scalars(select(RemedyClause)).one())
        code = _code(work, first)
    return first, a_person(here, OrgKind.REGULATOR, *ROLES, code=code)


def _code(work, person):
    return organisation(work, person.user.organisation_id).code


def decide(here, person):
    with acting(here, person) as work:
        return issue(
            work,
            DECISION,
            org_id=person.user.organisation_id,
            subject="test:1",
            title="决定书",
            paragraphs=["决定如下。"],
        )


def test_a_decision_is_not_issued_before_two_people_stated_its_remedies(here, clock):
    first, second = an_office(here)
    with pytest.raises(RemediesMissingError):
        decide(here, first)
    with acting(here, first) as work:
        actions.state(work, REMEDIES)
    with pytest.raises(RemediesMissingError):
        decide(here, first)
    with pytest.raises(SeparationOfDutiesError), acting(here, first) as work:
        actions.answer(work, agree=True, reason="")
    with acting(here, second) as work:
        actions.answer(work, agree=True, reason="")
    letter = decide(here, first)
    assert letter.remedies == in_words(REMEDIES)
    for words in (REMEDIES.review_body, REMEDIES.review_term, REMEDIES.court, REMEDIES.basis):
        assert words in letter.remedies
    with here.sessions() as session:
        assert session.scalars(select(Letter.remedies)).all() == [letter.remedies]


def test_a_new_version_counts_once_confirmed_and_what_is_sent_back_never(office, fast_here):
    first, second = office
    for body, agree in (("甲市人民政府", True), ("乙市人民政府", False)):
        with acting(fast_here, first) as work:
            actions.state(work, replace(REMEDIES, review_body=body))
        with pytest.raises(ClausePendingError), acting(fast_here, second) as work:
            actions.state(work, REMEDIES)
        with acting(fast_here, second) as work:
            actions.answer(work, agree=agree, reason="机关名称有误")
    assert "甲市人民政府" in decide(fast_here, first).remedies
    with acting(fast_here, first) as work:
        assert queries.sent_back(work, first.user.organisation_id).reason == "机关名称有误"
    with pytest.raises(NoClauseError), acting(fast_here, second) as work:
        actions.answer(work, agree=True, reason="")
    with acting(fast_here, first) as work:
        actions.state(work, REMEDIES)
    with pytest.raises(ReasonMissingError), acting(fast_here, second) as work:
        actions.answer(work, agree=False, reason=" ")


@pytest.mark.parametrize("field", ["review_body", "review_term", "court", "court_term", "basis"])
@pytest.mark.parametrize("words", ["", " 。", "六十日（待核）", "另行告知", "由作出单位核对"])
def test_no_note_to_the_drafter_is_stated(field, words):
    with pytest.raises(UncheckedWordsError):
        checked(replace(REMEDIES, **{field: words}))


@pytest.mark.parametrize("field", ["review_body", "review_term", "court", "court_term", "basis"])
@pytest.mark.parametrize("words", ["x", "1", "甲市局", "六十", "按规定"])
def test_a_slip_of_the_keyboard_is_stated_in_no_letter(field, words):
    with pytest.raises(OddWordsError) as refused:
        checked(replace(REMEDIES, **{field: words}))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "term", ["自知道之日起60日内", "自收到决定书之日起 6 个月内", "自送达之日起十五日内"]
)
def test_a_term_says_since_when_and_how_long(term):
    assert checked(replace(REMEDIES, review_term=term, court_term=term)).court_term == term


def test_on_pages_by_two_people(client, office, fast_here):
    first, second = office
    typed = {name: getattr(REMEDIES, name) for name in REMEDIES.__dataclass_fields__}
    sign_in(client, first.user, PASSWORD)
    assert "填写救济告知内容" in client.get("/workbench").text
    assert "不能签发" in client.get("/letters/remedies").text
    assert client.post("/letters/remedies", data=typed | {"court": "待核"}).status_code == 409
    assert client.post("/letters/remedies", data=typed).status_code == 303
    assert "确认救济告知内容" not in client.get("/workbench").text
    sign_in(client, second.user, PASSWORD)
    assert "确认救济告知内容" in client.get("/workbench").text
    version = client.get("/letters/remedies").text.split('name="version" value="')[1].split('"')[0]
    answer = {"agree": "yes", "version": version}
    assert client.post("/letters/remedies/answer", data=answer).status_code == 303
    assert in_words(REMEDIES) in client.get("/letters/remedies").text
