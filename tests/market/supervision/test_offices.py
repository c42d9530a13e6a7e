"""Whose turn it is with a card: who judges by when, who speaks to its party, who is reminded."""

import re
from datetime import date, timedelta

import pytest

from market.access import OrgKind, Role
from market.accounts.model import User
from market.accounts.queries import organisation
from market.calendar import default_calendar
from market.clocks.card_rules import CardState, Trigger
from market.clocks.model import Card
from market.clocks.rules import CardStage, ClockState
from market.contracts.actions import subject_of
from market.errors import SeparationOfDutiesError
from market.needs.model import Need
from market.oversight import operator as duties
from market.supervision import actions, jobs, queries, shown, timing, todos, waiting
from tests.market.factories.accounts import a_person, actor_for, sign_in
from tests.market.factories.contracts import a_running_contract
from tests.market.factories.credit import an_officer
from tests.market.factories.supervision import VERDICT, some_offices
from tests.market.supervision.test_actions import (
    TERM_ENDS,
    decide,
    give_to_owner,
    propose,
    reply,
    supervised,
    uphold,
)

DAY = timedelta(days=1)
JUDGE = "认定已答复或者逾期未答复的牌"
CALL = "约谈督办事项的责任单位"


@pytest.fixture
def offices(here):
    return some_offices(here)


@pytest.fixture
def fast(fast_here):
    return some_offices(fast_here)


def judging(offices, number):
    with offices.work() as work:
        return timing.judging(work, queries.by_number(work, number))


def org_of(offices, who):
    return offices.actors[who].org_id


def silence(offices, number):
    """Let the party's term pass, and the sweep come late."""
    offices.here.clock.move_to(TERM_ENDS + 2 * DAY)
    jobs.sweep(offices.here)
    assert offices.card(number).state is CardState.UNANSWERED


def test_the_operator_has_its_days_to_judge_what_time_gave(offices):
    card = give_to_owner(offices)
    assert judging(offices, card.number) is None
    reply(offices, card.number)
    clock = judging(offices, card.number)
    assert clock.holder_org_id == org_of(offices, "clerk")
    assert clock.due_at == default_calendar().due_at(date(2026, 3, 2), 5)
    uphold(offices, card.number)
    assert judging(offices, card.number).state is ClockState.STOPPED


def test_a_late_sweep_gives_the_judge_no_day(offices):
    card = give_to_owner(offices)
    silence(offices, card.number)
    clock = judging(offices, card.number)
    assert clock.due_at == default_calendar().due_at(date(2026, 3, 9), 5)
    reply(offices, card.number)  # Late, but heard; the judge's days go on.
    assert judging(offices, card.number).due_at == clock.due_at
    propose(offices, card.number)
    decide(offices, card.number)
    assert judging(offices, card.number).state is ClockState.STOPPED


def test_a_warning_is_judged_by_nobody(offices):
    number = offices.give(trigger=Trigger.STEP_OVER)
    silence_ends = offices.card(number).reply_by_at
    offices.here.clock.move_to(silence_ends)
    jobs.sweep(offices.here)
    assert offices.card(number).state is CardState.CLOSED
    assert judging(offices, number) is None


def test_who_gave_a_card_sees_to_it_and_the_operators_own_are_the_supervisors(offices):
    number = offices.give()
    reply(offices, number)
    assert judging(offices, number).holder_org_id == org_of(offices, "officer")
    own = give_to_owner(offices, org_id=org_of(offices, "clerk"), once="operator")
    reply(offices, own.number, who="clerk")
    assert judging(offices, own.number).holder_org_id == org_of(offices, "officer")


def alone(offices, *who):
    """Leave an office with nobody but who gave the card: the others' accounts are closed."""
    with offices.work() as work:
        for one in who:
            work.session.get_one(User, offices.users[one].id).active = False


def named(offices, number):
    """Return which office the page of a card names as its judge."""
    with offices.work() as work:
        return shown.facts(work, queries.by_number(work, number), [])["judge"]


def test_an_office_with_nobody_who_may_judge_its_card_is_not_its_judge(app, client, fast):
    alone(fast, "second", "third")
    number = fast.give()
    assert named(fast, number) == fast.name_of("clerk")
    silence(fast, number)
    assert judging(fast, number).holder_org_id == org_of(fast, "clerk")
    assert [count for _, count, _ in words(app, fast, None, todos.for_operator)] == [1]
    page = client.get(f"/cards/{number}").text
    assert re.search(rf"负责认定的单位.*?{fast.name_of('clerk')}", page, re.DOTALL)
    with fast.work("officer") as work, pytest.raises(SeparationOfDutiesError):
        actions.uphold(work, queries.by_number(work, number), VERDICT)


def test_what_the_only_other_office_is_accused_of_is_judged_by_an_authority(fast):
    alone(fast, "second", "third")
    number = fast.give(to="clerk")
    reply(fast, number, who="clerk")
    assert judging(fast, number).holder_org_id == org_of(fast, "judge")
    assert named(fast, number) == fast.name_of("judge")


def test_who_may_not_judge_does_not_make_its_office_the_judge(fast):
    alone(fast, "second")
    number = fast.give()
    assert named(fast, number) == fast.name_of("officer")  # The third may.
    with fast.work() as work:
        work.session.get_one(User, fast.users["third"].id).password_temporary = True
    assert named(fast, number) == fast.name_of("clerk")
    silence(fast, number)
    with fast.work() as work:
        work.session.get_one(User, fast.users["third"].id).password_temporary = False
    assert named(fast, number) == fast.name_of("clerk")  # The page says what the clock says.
    assert judging(fast, number).holder_org_id == org_of(fast, "clerk")


def words(app, offices, who, provider):
    with app.test_request_context(), offices.work(who) as work:
        return [(item.what, item.count, item.due_at) for item in provider(work)]


def test_other_judges_are_told_once_it_is_overdue_and_everybody_counts_it(app, client, fast):
    card = give_to_owner(fast)
    reply(fast, card.number)
    due_at = judging(fast, card.number).due_at
    manager = a_person(fast.here, Role.OPERATOR_MANAGER, kind=OrgKind.OPERATOR)
    fast.actors["manager"] = actor_for(fast.here, manager)
    assert words(app, fast, "judge", todos.for_judge) == []
    assert words(app, fast, "manager", todos.for_judge) == []
    assert words(app, fast, None, todos.for_operator) == [(JUDGE, 1, due_at)]
    assert _late(app, fast) == [(1, 0)]
    fast.here.clock.move_to(due_at + DAY)
    assert words(app, fast, "judge", todos.for_judge) == [(JUDGE, 1, due_at)]
    assert _late(app, fast) == [(1, 1)]
    page = client.get("/operator-terms").text
    assert JUDGE in page
    public = client.get(f"/cards/{card.number}").text
    assert "认定期限" in public
    sign_in(client, manager)
    assert JUDGE in client.get("/workbench").text


def test_the_operator_is_not_blamed_for_what_another_office_lets_lie(app, fast):
    number = fast.give()
    reply(fast, number)
    fast.here.clock.move_to(judging(fast, number).due_at + DAY)
    assert judging(fast, number).holder_org_id == org_of(fast, "officer")
    assert _late(app, fast) == []
    assert [count for what, count, _ in words(app, fast, "judge", todos.for_judge)] == [1]


def _late(app, offices):
    with app.test_request_context(), offices.work() as work:
        found = duties.counts(duties.duties(work), work.now)
    return [(one.waiting, one.late) for one in found if one.what == JUDGE]


def test_a_warning_can_be_answered_from_the_workbench_while_its_term_runs(app, fast):
    number = fast.give(trigger=Trigger.STEP_OVER)
    ((what, _, due_at),) = words(app, fast, "owner", todos.for_party)
    assert (what[:4], due_at) == ("黄牌提醒", fast.card(number).reply_by_at)
    fast.here.clock.move_to(due_at)
    jobs.sweep(fast.here)
    assert words(app, fast, "owner", todos.for_party) == []


def test_only_the_authority_of_the_item_is_asked_to_speak_to_the_party(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    with agreed.work() as work:
        group = work.session.get_one(Need, agreed.contract().need_id).item_code.split("-")[1]
    ours, others = an_officer(fast_here, group), an_officer(fast_here, "99")
    with agreed.work() as work:
        card = actions.give_card(
            work,
            Trigger.OTHER,
            org_id=agreed.firm.actor.org_id,
            subject=subject_of(agreed.contract()),
            number=agreed.contract().number,
            cause="督办",
            happened_at=work.now,
            once="supervised",
        )
        card.stage = CardStage.SUPERVISE
    for who, listed in ((ours, 1), (others, 0), (agreed.operator, 0)):
        with agreed.work(who) as work:
            assert len(waiting.to_interview(work)) == listed
    with agreed.work() as work:
        found = shown.facts(work, work.session.get_one(Card, card.id), [])
        assert found["interviewer"] == organisation(work, ours.actor.org_id).name


def test_without_an_authority_the_operator_speaks_to_the_party(app, fast):
    supervised(fast)
    assert [what for what, _, _ in words(app, fast, "clerk", todos.for_giver)] == [CALL]
    assert words(app, fast, "second", todos.for_giver) == []
