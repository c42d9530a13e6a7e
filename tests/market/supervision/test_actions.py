"""Cards: given once, heard before they are judged, taken back by two others, spoken about."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from market.calendar import end_of
from market.clock import beijing
from market.clocks.card_rules import CardState, IllegalCardMoveError, Trigger
from market.clocks.model import Card, ClockEvent
from market.clocks.rules import CardStage, Party
from market.errors import MissingError, SeparationOfDutiesError
from market.holidays import jobs as holiday_jobs
from market.messages.model import Message
from market.supervision import actions, grades, interviewing, jobs, queries, todos
from market.supervision import recounting as recounting  # noqa: PLC0414 - declares the term
from market.supervision.errors import (
    FutureError,
    InterviewOpenError,
    NoInterviewError,
    NoSuchPartyError,
    NotYetHeardError,
    NotYetHeldError,
    OwnCardError,
    SameOfficeError,
    TooSoonError,
    WithdrawalOpenError,
    WordsShortError,
)
from market.supervision.rules import Grade, InterviewMove, InterviewState
from tests.market.factories.clocks import a_clock
from tests.market.factories.holidays import confirmed, the_notice_of_2027
from tests.market.factories.supervision import ANSWER, REASON, VERDICT, some_offices

PROMISED = "三日以内补齐资料，并书面报告。"
TERM_ENDS = end_of(date(2026, 3, 9))  # five working days after Monday 2 March 2026


@pytest.fixture
def offices(here):
    return some_offices(here)


@pytest.fixture
def fast(fast_here):
    return some_offices(fast_here)


def give_to_owner(offices, **differences):
    facts = {
        "org_id": offices.actors["owner"].org_id,
        "subject": "contract:7",
        "number": "HT-2026-000007",
        "cause": "付款期限已过。",
        "happened_at": offices.here.clock(),
        "once": "payment:7:2026-03-01",
    }
    with offices.work() as work:
        return actions.give_card(work, Trigger.LATE_PAYMENT, **(facts | differences))


def reply(offices, number, text=ANSWER, who="owner"):
    with offices.work(who) as work:
        actions.reply(work, queries.by_number(work, number), text)


def uphold(offices, number, who="second"):
    with offices.work(who) as work:
        actions.uphold(work, queries.by_number(work, number), VERDICT)


def close(offices, number, who="second"):
    with offices.work(who) as work:
        actions.close(work, queries.by_number(work, number), "已经整改，复核属实，予以办结。")


def propose(offices, number, who="second", reason=REASON):
    with offices.work(who) as work:
        actions.propose_withdrawal(work, queries.by_number(work, number), reason)


def decide(offices, number, who="judge", *, agree=True):
    with offices.work(who) as work:
        card = queries.by_number(work, number)
        actions.decide_withdrawal(work, card, agree=agree, text="核对记录，同前述意见处理。")


def test_a_feature_gives_a_card_once_and_its_party_is_told(offices):
    card = give_to_owner(offices)
    assert (card.stage, card.state, card.reply_by_at) == (CardStage.RED, "issued", TERM_ENDS)
    assert give_to_owner(offices) is None
    assert give_to_owner(offices, once="payment:7:2026-04-01").number != card.number
    with offices.work() as work:
        assert work.session.scalar(select(func.count(Card.id))) == 2
        told = work.session.scalars(select(Message).where(Message.path == f"/cards/{card.number}"))
        assert len(told.all()) == 1


def test_a_card_from_reply_to_its_end(offices):
    number = offices.give()
    with pytest.raises(NotYetHeardError):
        uphold(offices, number)
    with pytest.raises(MissingError):
        reply(offices, number, who="other")
    reply(offices, number)
    with pytest.raises(IllegalCardMoveError):
        reply(offices, number)
    with pytest.raises(SeparationOfDutiesError):
        uphold(offices, number, who="officer")
    with pytest.raises(IllegalCardMoveError):
        close(offices, number)
    uphold(offices, number)
    close(offices, number)
    assert offices.card(number).state is CardState.CLOSED
    with offices.work() as work:
        card = queries.by_number(work, number)
        assert [one.move for one in queries.decisions_of(work, card)] == ["uphold", "close"]
        assert queries.reply_of(work, card).is_late is False


def test_silence_leaves_a_red_card_to_be_judged_and_a_late_reply_is_heard(offices):
    clock, number = offices.here.clock, offices.give()
    clock.move_to(TERM_ENDS - timedelta(seconds=1))
    assert jobs.sweep(offices.here) == 0
    clock.move_to(TERM_ENDS)
    assert (jobs.sweep(offices.here), jobs.sweep(offices.here)) == (1, 0)
    assert offices.card(number).state is CardState.UNANSWERED
    reply(offices, number)
    with offices.work() as work:
        assert queries.reply_of(work, queries.by_number(work, number)).is_late
    uphold(offices, number)


def test_a_warning_nobody_answers_is_noted(fast):
    number = fast.give(trigger=Trigger.STEP_OVER)
    fast.here.clock.move_to(TERM_ENDS)
    assert jobs.sweep(fast.here) == 1
    assert fast.card(number).state is CardState.CLOSED


def test_a_term_to_reply_is_provisional_until_the_notice_and_ends_with_it(fast):
    clock = fast.here.clock
    clock.move_to(beijing(date(2026, 12, 30), 10))
    number = fast.give(happened_on=date(2026, 12, 30))
    card = fast.card(number)
    # 31 December and four days of January: 1 January is off by the statute.
    assert card.reply_by_at == card.next_check_at == end_of(date(2027, 1, 7))
    clock.move_to(end_of(date(2027, 1, 8)))
    assert jobs.sweep(fast.here) == 0
    assert fast.card(number).state is CardState.ISSUED
    confirmed(fast.here, the_notice_of_2027())
    holiday_jobs.sweep(fast.here)
    assert fast.card(number).reply_by_at == end_of(date(2027, 1, 7))
    assert jobs.sweep(fast.here) == 1
    assert fast.card(number).state is not CardState.ISSUED


def test_two_others_take_back_a_wrong_card(offices):
    number = offices.give()
    with pytest.raises(SeparationOfDutiesError):
        propose(offices, number, who="officer")
    with pytest.raises(OwnCardError):
        propose(offices, number, who="owner")
    with pytest.raises(WordsShortError):
        propose(offices, number, reason="错了")
    with pytest.raises(MissingError):
        decide(offices, number)
    propose(offices, number)
    with pytest.raises(WithdrawalOpenError):
        propose(offices, number, who="third")
    with pytest.raises(SeparationOfDutiesError):
        decide(offices, number, who="second")
    with pytest.raises(SeparationOfDutiesError):
        decide(offices, number, who="officer")
    # However many people an organisation has, it does not take back a card alone.
    with pytest.raises(SameOfficeError):
        decide(offices, number, who="third")
    decide(offices, number, agree=False)
    assert offices.card(number).state is CardState.ISSUED
    propose(offices, number, who="clerk")
    decide(offices, number)
    assert offices.card(number).state is CardState.WITHDRAWN
    with pytest.raises(IllegalCardMoveError):
        propose(offices, number)


def test_a_card_that_may_be_wrong_is_not_judged_meanwhile(fast):
    number = fast.give()
    reply(fast, number)
    propose(fast, number)
    with pytest.raises(WithdrawalOpenError):
        uphold(fast, number, who="third")
    decide(fast, number, agree=False)
    uphold(fast, number, who="third")


def test_a_withdrawn_card_counts_nowhere(fast):
    number, other = fast.give(), fast.give(number="CG-2026-000002")
    propose(fast, number)
    decide(fast, number)
    with fast.work("officer") as work:
        asked = queries.Asked()
        rows = queries.cards(work, asked, limit=9, offset=0)
        assert [row.card.number for row in rows] == [other]
        assert (queries.count(work, asked), queries.count_withdrawn(work)) == (1, 1)
        found = grades.of_quarter(work, work.today).rows
        weights = {row.party.id: (row.red, row.weight, row.grade) for row in found}
        assert weights[fast.actors["owner"].org_id] == (1, 5, Grade.GOOD)
        assert weights[fast.actors["other"].org_id] == (0, 0, Grade.EXCELLENT)


def test_nobody_gives_or_judges_their_own_card(fast):
    with pytest.raises(NoSuchPartyError):
        fast.give(to="officer")
    with pytest.raises(OwnCardError):
        fast.give(to="clerk", by="clerk")
    number = fast.give(to="clerk")
    with pytest.raises(OwnCardError), fast.work("clerk") as work:
        interviewing.invite(work, queries.by_number(work, number), an_invitation())


@pytest.mark.parametrize(
    ("differences", "error"),
    [
        ({"code": "nobody"}, NoSuchPartyError),
        ({"happened_on": date(2026, 3, 3)}, FutureError),
        ({"cause": "短"}, WordsShortError),
        ({"evidence": "短"}, WordsShortError),
    ],
)
def test_what_a_card_by_hand_needs(fast, differences, error):
    with pytest.raises(error):
        fast.give(**differences)


def test_the_same_thing_gives_one_card_by_hand(fast):
    fast.give()
    with pytest.raises(IllegalCardMoveError):
        fast.give(by="second")


def an_invitation(**differences):
    facts = {
        "meet_on": date(2026, 3, 5),
        "hour": 15,
        "place": "政务服务中心 305 室",
        "topic": "拒收材料的原因和整改措施。",
    }
    return interviewing.Invitation(**(facts | differences))


def test_an_interview_is_called_held_and_recorded(offices):
    number = offices.give()

    def invite(**differences):
        with offices.work("officer") as work:
            card = queries.by_number(work, number)
            interviewing.invite(work, card, an_invitation(**differences))

    def record(deed):
        with offices.work("officer") as work:
            card = queries.by_number(work, number)
            interviewing.record_interview(work, card, deed, "对方说明了经过，承诺整改。", PROMISED)

    for soon in (2, 3, 4):  # two whole working days lie between, the third and the fourth
        with pytest.raises(TooSoonError) as caught:
            invite(meet_on=date(2026, 3, soon))
    assert "2026-03-05" in str(caught.value)
    invite()
    with pytest.raises(InterviewOpenError):
        invite()
    with pytest.raises(NotYetHeldError):
        record(InterviewMove.HOLD)
    record(InterviewMove.CALL_OFF)
    invite()
    offices.here.clock.move_to(beijing(date(2026, 3, 5), 15))
    record(InterviewMove.HOLD)
    with pytest.raises(MissingError):
        record(InterviewMove.MISS)
    with offices.work() as work:
        states = [one.state for one in queries.interviews_of(work, queries.by_number(work, number))]
    assert states == [InterviewState.CALLED_OFF, InterviewState.HELD]


def test_taking_a_card_back_calls_its_interview_off(fast):
    number = fast.give()
    with fast.work("officer") as work:
        interviewing.invite(work, queries.by_number(work, number), an_invitation())
    propose(fast, number)
    decide(fast, number)
    with fast.work() as work:
        one = queries.interviews_of(work, queries.by_number(work, number))[0]
        assert one.state is InterviewState.CALLED_OFF


def supervised(offices):
    with offices.work() as work:
        card = actions.give_card(
            work,
            Trigger.OTHER,
            org_id=offices.actors["owner"].org_id,
            subject="test:1",
            number="CS-1",
            cause="督办",
            happened_at=work.now,
            once="supervised",
        )
        card.stage = CardStage.SUPERVISE
        return card.number


def test_what_is_supervised_is_spoken_about_before_it_is_closed(fast):
    number = supervised(fast)
    reply(fast, number)
    uphold(fast, number)
    with pytest.raises(NoInterviewError):
        close(fast, number)
    with fast.work("officer") as work:
        interviewing.invite(work, queries.by_number(work, number), an_invitation())
    fast.here.clock.move_to(beijing(date(2026, 3, 5), 16))
    with fast.work("officer") as work:
        card = queries.by_number(work, number)
        interviewing.record_interview(work, card, InterviewMove.MISS, "责任单位没有派人到场参加。")
    close(fast, number)


def test_the_workbench_says_who_has_to_do_what(app, fast):
    number = fast.give()

    def words(who, provider):
        with app.test_request_context(), fast.work(who) as work:
            return [item.what for item in provider(work)]

    assert words("owner", todos.for_party) == ["答复亮牌"]
    assert words("other", todos.for_party) == []
    assert words("second", todos.for_judge) == []
    reply(fast, number)
    assert words("owner", todos.for_party) == []
    assert words("officer", todos.for_judge) == []
    assert words("second", todos.for_judge) == ["认定已答复或者逾期未答复的牌"]
    propose(fast, number)
    assert "决定是否撤销亮牌" in words("judge", todos.for_judge)
    assert "决定是否撤销亮牌" not in words("third", todos.for_judge)
    assert "决定是否撤销亮牌" not in words("second", todos.for_judge)
    supervised(fast)
    assert words("clerk", todos.for_giver) == ["约谈督办事项的责任单位"]


def entered(offices, who, *, late, prompt):
    """Let an organisation enter events of a clock, some of them a day afterwards."""
    timed = a_clock(offices.here, limit=200)
    with offices.work() as work:
        work.session.add_all(
            ClockEvent(
                clock_id=timed.clock_id,
                kind="hand",
                party=Party.FIRM,
                why="",
                happened_at=work.now,
                entered_at=work.now,
                entered_by="user:1",
                entered_by_org_id=offices.actors[who].org_id,
                is_late=number < late,
            )
            for number in range(late + prompt)
        )


@pytest.mark.parametrize(("late", "prompt", "given"), [(3, 7, 1), (3, 8, 0), (2, 0, 0)])
def test_who_enters_too_much_afterwards_gets_one_card_a_month(fast, late, prompt, given):
    clock = fast.here.clock
    jobs.sweep(fast.here)
    entered(fast, "owner", late=late, prompt=prompt)
    clock.move_to(beijing(date(2026, 4, 1)) - timedelta(seconds=1))
    assert jobs.sweep(fast.here) == 0
    clock.move_to(beijing(date(2026, 5, 8)))  # more than a month of downtime
    jobs.sweep(fast.here)
    jobs.sweep(fast.here)
    with fast.work() as work:
        rows = work.session.scalars(select(Card).where(Card.trigger == Trigger.BACK_FILLED)).all()
        found = [(row.subject_number, row.stage, row.org_id) for row in rows]
    assert found == [("2026-03", CardStage.YELLOW, fast.actors["owner"].org_id)] * given
