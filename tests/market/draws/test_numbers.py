"""Mode B: numbers of a public lottery, typed by two people who do not see each other's."""

from datetime import date, timedelta

import pytest

from market.access import OrgKind, Role
from market.clock import beijing
from market.draws import actions, queries
from market.draws.actions.numbers import typing_of
from market.draws.actions.publishing import checked_issue, issues_of
from market.draws.errors import (
    NotWaitingError,
    NumberSourceError,
    TypedAlreadyError,
)
from market.draws.errors_values import (
    IssueError,
    IssueKnownError,
    NumberRangeError,
    RepeatedNumberError,
    WrongCountError,
)
from market.draws.model import TypedNumbers
from market.draws.rules import DrawState, Wait
from tests.market.draws.believing import faults, outcomes, report, run_at
from tests.market.factories.draws import a_checked_need, a_city, an_open_draw, enrol, publish
from tests.market.factories.firms import a_person

NUMBERS = [2, 5, 7, 9, 13, 17, 21, 26, 28, 33, 40, 41, 47, 52, 58, 63, 66, 71, 77, 80]
OTHERS = [*NUMBERS[:-1], 79]
PAPER = "某日报 3 月 12 日第 8 版"


@pytest.fixture
def second(city):
    code = city.operator.actor.org_code
    return a_person(city.here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)


def a_numbers_draw(city, number=1):
    issue = "2026063"
    draws = [an_open_draw(city, mode="B", issue=issue) for _ in range(number)]
    for draw in draws:
        enrol(city, draw)
    run_at(city, draws[0].enrol_close_at)
    run_at(city, draws[0].phi_at)
    run_at(city, draws[0].phi_at + timedelta(minutes=30))
    return draws


def type_(city, person, numbers, source=PAPER, key="cwl-kl8/2026063"):
    with city.work(person) as work:
        return actions.type_numbers(work, city.here, key, numbers, source=source)


def state(city, key="cwl-kl8/2026063"):
    with city.reading() as work:
        return typing_of(work, key)


def test_two_people_who_type_the_same_draw_everything_that_waits(here, clock):
    city = a_city(here, clock)
    code = city.operator.actor.org_code
    second = a_person(here, OrgKind.OPERATOR, Role.OPERATOR_CLERK, code=code)
    draws = a_numbers_draw(city, 2)
    assert (draws[0].game, draws[0].issue, draws[0].phi_round) == ("cwl-kl8", "2026063", None)
    assert type_(city, city.operator, NUMBERS) is False
    assert city.draw(draws[0].id).state is DrawState.FROZEN
    assert type_(city, second, list(reversed(NUMBERS))) is True
    for draw in draws:
        assert city.draw(draw.id).state is DrawState.DRAWN
        found = report(city, draw, NUMBERS)
        assert faults(found) == []
        assert outcomes(found)["V8"] == "passed"
        assert outcomes(report(city, draw))["V8"] == "flagged"
        assert faults(report(city, draw, OTHERS)) != []


def test_two_who_differ_both_type_again_and_everything_is_kept(city, second):
    [draw] = a_numbers_draw(city)
    assert type_(city, city.operator, OTHERS) is False
    assert state(city).by == (city.operator.user.id,)
    assert type_(city, second, NUMBERS) is False
    assert (state(city).differed, state(city).by, state(city).attempt) == (1, (), 2)
    with city.reading() as work:
        [block] = queries.what_blocks(work, city.here, city.draw(draw.id))
        assert block.kind is Wait.NUMBERS_DIFFER
    assert type_(city, second, NUMBERS) is False
    assert city.draw(draw.id).state is DrawState.FROZEN
    assert type_(city, city.operator, NUMBERS) is True
    assert city.draw(draw.id).state is DrawState.DRAWN
    assert state(city).agreed
    with city.reading() as work:
        rows = queries.typed_rows(work, "cwl-kl8", "2026063")
    assert [row.attempt for row in rows] == [1, 1, 2, 2]
    assert faults(report(city, draw, NUMBERS)) == []


def test_one_person_alone_never_makes_a_value(city):
    [draw] = a_numbers_draw(city)
    type_(city, city.operator, NUMBERS)
    for _ in range(3):
        with pytest.raises(TypedAlreadyError):
            type_(city, city.operator, NUMBERS)
    run_at(city, city.clock() + timedelta(days=3))
    assert city.draw(draw.id).state is DrawState.FROZEN


def test_what_was_typed_cannot_be_changed_and_nobody_is_told_it(city, second):
    a_numbers_draw(city)
    type_(city, city.operator, NUMBERS)
    assert not any("80" in str(value) for value in (state(city).by, state(city).attempt))
    with pytest.raises(Exception, match="table of record"), city.work() as work:
        work.session.query(TypedNumbers).update({"numbers": "1"})
    with city.reading() as work:
        bodies = [row.body for row in queries.entries_of(work, a_first(work))]
    assert not any(b"80" in body and b"numbers" in body for body in bodies)


def a_first(work):
    return queries.by_number(work, "GG-2026-000001")


@pytest.mark.parametrize(
    ("numbers", "refusal", "named"),
    [
        ([], WrongCountError, "0"),
        (NUMBERS[:-1], WrongCountError, "19"),
        ([*NUMBERS, 79], WrongCountError, "21"),
        ([0, *NUMBERS[1:]], NumberRangeError, "0"),
        ([*NUMBERS[:-1], 81], NumberRangeError, "81"),
        ([2, *NUMBERS[:-1]], RepeatedNumberError, "02"),
    ],
)
def test_what_the_game_cannot_draw_is_refused_and_named(city, numbers, refusal, named):
    a_numbers_draw(city)
    with pytest.raises(refusal) as refused:
        type_(city, city.operator, numbers)
    assert named in str(refused.value)
    assert state(city).by == ()


def test_where_it_was_read_is_part_of_the_evidence(city):
    a_numbers_draw(city)
    with pytest.raises(NumberSourceError):
        type_(city, city.operator, NUMBERS, source=" ")


def test_an_issue_nobody_waits_for_is_refused(city):
    a_numbers_draw(city)
    with pytest.raises(NotWaitingError):
        type_(city, city.operator, NUMBERS, key="cwl-kl8/2026064")


def test_numbers_are_not_taken_before_the_instant(city):
    draw = an_open_draw(city, mode="B", issue="2026063")
    enrol(city, draw)
    run_at(city, draw.enrol_close_at)
    with pytest.raises(NotWaitingError):
        type_(city, city.operator, NUMBERS)


@pytest.mark.parametrize(
    "issue", [None, "", "26063", "2025063", "2026000", "2026001", "2026099", "2026-063"]
)
def test_an_issue_that_cannot_be_of_that_day_is_not_published(city, issue):
    need = a_checked_need(city, mode="B")
    with pytest.raises(IssueError):
        publish(city, need, issue=issue)


def test_a_draw_that_came_late_takes_the_agreed_numbers_by_itself(city, second):
    [first] = a_numbers_draw(city)
    type_(city, city.operator, NUMBERS)
    type_(city, second, NUMBERS)
    assert city.draw(first.id).state is DrawState.DRAWN
    with pytest.raises(NotWaitingError):
        type_(city, second, NUMBERS)


@pytest.mark.parametrize(
    ("day", "least", "most"),
    [
        (date(2026, 1, 1), 1, 1),
        (date(2026, 1, 17), 17, 17),
        (date(2026, 3, 12), 59, 71),
        (date(2026, 9, 30), 261, 273),
        (date(2026, 11, 26), 314, 330),
        (date(2028, 12, 31), 350, 366),
    ],
)
def test_an_issue_lies_between_the_days_of_the_year_and_those_with_draws(day, least, most):
    at = beijing(day, 21, 15)
    assert issues_of(at) == range(least, most + 1)
    for number in (least, most):
        assert checked_issue(f"{day.year}{number:03d}", at) == f"{day.year}{number:03d}"
    for number in (least - 1, most + 1):
        with pytest.raises(IssueError, match=f"{least:03d} 至 {most:03d}"):
            checked_issue(f"{day.year}{number:03d}", at)


def test_an_issue_whose_numbers_are_known_here_is_not_published(city, second):
    [draw] = a_numbers_draw(city)
    need = a_checked_need(city, mode="B")
    last = issues_of(draw.phi_at)[-1]
    with city.work() as work:
        work.session.add(
            TypedNumbers(
                game="cwl-kl8",
                issue=f"2026{last:03d}",
                attempt=1,
                user_id=second.user.id,
                numbers="1",
                source=PAPER,
                at=city.clock(),
            )
        )
    with pytest.raises(IssueKnownError):
        publish(city, need, issue=f"2026{last:03d}")
    assert publish(city, need, issue=f"2026{last + 1:03d}").issue == f"2026{last + 1:03d}"
