"""A hearing is on nobody's blind side: a working day, one valid notice, a chair and to-dos."""

from datetime import timedelta

import pytest

from market.access import OrgKind, Role
from market.accounts.model import User
from market.calendar import default_calendar
from market.clock import beijing, beijing_day
from market.credit.cases import actions as cases
from market.credit.cases import letters as case_letters
from market.credit.cases import queries as case_queries
from market.credit.cases.actions.hearing import Summons
from market.credit.cases.errors import MoveReasonError, NoSuchChairError, RestDayError
from market.credit.cases.rules import says_milder
from market.credit.rules import BreachKind
from market.db import unit_of_work
from market.letters.queries import standing
from tests.market.factories.accounts import sign_in
from tests.market.factories.credit import (
    DECISION,
    REPLY,
    a_case,
    a_decider,
    a_replied_case,
    a_report,
    an_officer,
    decide,
)
from tests.market.factories.firms import PASSWORD, a_listed_firm, a_person

PLACE = "政务中心三楼听证室"


def acting(here, person):
    return unit_of_work(here.sessions, person.actor, here.clock)


def found(work, case):
    return case_queries.case(work, case.number)


@pytest.fixture
def asked(fast_here, clock):
    """Return the firm's delegate, the case and its chair; a hearing was asked for."""
    return asked_in(fast_here, clock)


def asked_in(here, clock):
    firm, delegate = a_listed_firm(here, clock)
    officer = an_officer(here)
    a_report(here, firm, officer, BreachKind.EXTRA_CHARGE)
    case = a_case(here, firm, officer)
    with acting(here, delegate) as work:
        cases.ask_hearing(work, case_queries.own_case(work, case.number), REPLY)
    return delegate, case, a_decider(here)


def at(clock, days):
    on = default_calendar().add_working_days(beijing_day(clock()), days)
    return beijing(on, 10)


def summon(here, case, chair, held_at, why=""):
    with acting(here, chair) as work:
        facts = Summons(held_at=held_at, place=PLACE, chair=chair.user.username, why=why)
        cases.summon(work, found(work, case), facts)


def test_nobody_is_summoned_to_a_closed_office(fast_here, clock, asked):
    _, case, chair = asked
    day = at(clock, 12)
    while default_calendar().is_working_day(beijing_day(day)):
        day += timedelta(days=1)
    with pytest.raises(RestDayError):
        summon(fast_here, case, chair, day)


def test_a_moved_hearing_leaves_one_notice_that_stands_and_says_why(here, clock):
    _, case, chair = asked_in(here, clock)
    summon(here, case, chair, at(clock, 12))
    with pytest.raises(MoveReasonError):
        summon(here, case, chair, at(clock, 10))
    summon(here, case, chair, at(clock, 10), "听证室另有安排")
    with acting(here, chair) as work:
        second, first = case_queries.letters_of(work, found(work, case))[:2]
        assert {first.kind, second.kind} == {case_letters.SUMMONS.code}
        before = standing(work, first)
        assert before.withdrawal is not None
        assert before.replaced_by == second.number
        assert standing(work, second).withdrawal is None
        assert first.number in second.paragraphs[0]
        assert "听证室另有安排" in second.paragraphs[0]
        assert not any("替换" in one for one in first.paragraphs)


def test_only_a_decider_of_the_own_office_chairs(fast_here, clock, asked):
    _, case, chair = asked
    with acting(fast_here, chair) as work:
        known = case_queries.may_chair(work, found(work, case))
        assert [one.id for one in known] == [chair.user.id]
    officer = an_officer(fast_here)
    with pytest.raises(NoSuchChairError), acting(fast_here, officer) as work:
        facts = Summons(held_at=at(clock, 12), place=PLACE, chair=officer.user.username)
        cases.summon(work, found(work, case), facts)


def test_an_account_that_nobody_ever_signed_in_to_neither_chairs_nor_counts(
    client, fast_here, clock, asked
):
    _, case, chair = asked
    code = chair.actor.org_code or ""
    others = [
        a_person(fast_here, OrgKind.REGULATOR, Role.REGULATOR_DECIDER, code=code) for _ in "abc"
    ]
    with acting(fast_here, chair) as work:
        work.session.get_one(User, others[0].user.id).password_temporary = True
        work.session.get_one(User, others[1].user.id).active = False
    with acting(fast_here, chair) as work:
        known = case_queries.may_chair(work, found(work, case))
        assert {one.id for one in known} == {chair.user.id, others[2].user.id}
    for ghost in others[:2]:
        with pytest.raises(NoSuchChairError), acting(fast_here, chair) as work:
            facts = Summons(held_at=at(clock, 12), place=PLACE, chair=ghost.user.username)
            cases.summon(work, found(work, case), facts)
    sign_in(client, chair.user, PASSWORD)
    page = client.get(f"/credit/cases/{case.number}/hearing/summon").text
    assert others[0].user.username not in page
    assert "不足两名" in page


def test_everybody_has_the_hearing_on_the_workbench_until_it_is_held(
    client, fast_here, clock, asked
):
    delegate, case, chair = asked
    sign_in(client, delegate.user, PASSWORD)
    assert "提出陈述申辩" in client.get("/workbench").text  # The term to write runs on.
    sign_in(client, chair.user, PASSWORD)
    assert "确定听证时间" in client.get("/workbench").text
    with acting(fast_here, chair) as work:
        by_at = case_queries.summon_by(
            found(work, case), case_queries.hearing_of(work, found(work, case))
        )
    assert by_at == default_calendar().due_at(beijing_day(clock()), 5)
    page = client.get(f"/credit/cases/{case.number}/hearing/summon").text
    assert chair.user.username in page
    assert "不足两名" in page
    held_at = at(clock, 12)
    summon(fast_here, case, chair, held_at)
    assert "主持听证" in client.get("/workbench").text
    sign_in(client, delegate.user, PASSWORD)
    assert "参加听证" in client.get("/workbench").text
    assert chair.user.name in client.get(f"/credit/cases/{case.number}").text
    clock.move_to(held_at)
    sign_in(client, delegate.user, PASSWORD)
    assert "参加听证" not in client.get("/workbench").text
    sign_in(client, chair.user, PASSWORD)
    bench = client.get("/workbench").text
    assert "主持听证" not in bench
    assert "登记听证笔录" in bench


def test_a_decision_before_the_term_shows_that_the_firm_waived_it(client, fast_here, clock):
    firm, delegate = a_listed_firm(fast_here, clock)
    officer = an_officer(fast_here)
    a_report(fast_here, firm, officer, BreachKind.EXTRA_CHARGE)
    case = a_replied_case(fast_here, firm, delegate, officer)
    assert clock() < case.reply_by_at
    decider = a_decider(fast_here)
    decide(fast_here, case, decider)
    with acting(fast_here, decider) as work:
        letter = case_queries.letters_of(work, found(work, case))[0]
        assert "同意期满前作出决定" in letter.paragraphs[0]
        assert found(work, case).waived_by_id == delegate.user.id
    for person in (decider, delegate):
        sign_in(client, person.user, PASSWORD)
        page = client.get(f"/credit/cases/{case.number}").text
        assert "当事人书面表示不再补充" in page
        assert delegate.user.name in page
    sign_in(client, decider.user, PASSWORD)
    assert "当事人书面同意期满前决定" in client.get("/oversight/cases").text


@pytest.mark.parametrize(
    ("words", "milder"),
    [
        (DECISION, False),
        ("期限从轻确定为六个月。", True),
        ("依规则减轻处理。", True),
        ("申辩理由不足，不予从轻。", False),
    ],
)
def test_words_of_leniency_are_seen(words, milder):
    assert says_milder(words) is milder
