"""From the award to the accepted deliverable: who may do what, when, and what becomes of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from audit.store import submissions
from market.calendar import default_calendar, provisional_calendar
from market.clock import beijing, beijing_day
from market.clocks import actions as clocks
from market.clocks import queries as clock_queries
from market.clocks.rules import CardStage, ClockState, ClockSuspendedError, Party, SuspensionReason
from market.contracts import actions, queries
from market.contracts.errors import (
    AlreadyFiledError,
    ContractDaysError,
    NoCommentError,
    NoMaterialsError,
    ReviewLateError,
    SignedOnError,
    SignLateError,
)
from market.contracts.rules import (
    ContractState,
    IllegalContractMoveError,
    PriceError,
    PriceMissingError,
    ReturnReason,
)
from market.draws.model import Award
from market.draws.rules import AwardState
from market.errors import MissingError, SeparationOfDutiesError
from market.needs.actions import NoReasonError
from market.needs.model import Need
from market.needs.rules import NeedState
from tests.market.factories.contracts import (
    a_contract,
    a_delivered_contract,
    a_file,
    a_filed_contract,
    a_running_contract,
    file_it,
)
from tests.market.factories.draws import a_confirmed_award

SECOND = timedelta(seconds=1)
CALENDAR = default_calendar()


def need_state(agreed):
    with agreed.work() as work:
        return work.session.get_one(Need, agreed.contract().need_id).state


def award_of(agreed):
    with agreed.work() as work:
        return work.session.get_one(Award, agreed.contract().award_id)


def logged(here):
    with here.sessions() as session:
        return b"\n".join(
            session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        ).decode()


def test_the_way_of_a_contract_from_filing_to_acceptance(here, clock):
    agreed = a_filed_contract(here, clock)
    assert agreed.contract().state is ContractState.FILED
    assert agreed.contract().number.startswith("HT-2026-")
    agreed.confirm()
    contract = agreed.contract()
    assert (contract.state, need_state(agreed)) == (ContractState.IN_FORCE, NeedState.CONTRACTED)
    assert award_of(agreed).state is AwardState.SIGNED
    assert (
        contract.materials_by_at == contract.act_by_at == CALENDAR.due_at(beijing_day(clock()), 3)
    )
    agreed.hand_over()
    assert agreed.contract().state is ContractState.RUNNING
    assert agreed.clock().due_at == CALENDAR.due_at(beijing_day(clock()), 15)
    assert agreed.clock().number == contract.number
    clock.advance(timedelta(days=3))
    agreed.deliver()
    contract = agreed.contract()
    assert contract.act_by_at == contract.next_check_at
    clock.advance(timedelta(hours=2))
    agreed.accept()
    contract = agreed.contract()
    assert (contract.state, contract.accepted_at) == (ContractState.ACCEPTED, clock())
    assert (contract.act_by_at, contract.next_check_at) == (None, None)
    assert agreed.clock().state is ClockState.STOPPED
    assert need_state(agreed) is NeedState.COMPLETED
    (done,) = agreed.rounds()
    assert (done.review.accepted, done.review.by_silence) == (True, False)
    said = logged(here)
    for kind in ("contract.filed.v1", "contract.materials.v1", "deliverable.reviewed.v1"):
        assert kind in said
    assert done.deliverable.digest in said
    assert agreed.contract().title not in said  # digests and numbers, no texts


def test_the_owner_may_file_and_the_firm_confirms(fast_here, clock):
    agreed = a_filed_contract(fast_here, clock, by_owner=True)
    with pytest.raises(SeparationOfDutiesError):
        agreed.do(agreed.owner, actions.confirm)
    with pytest.raises(SeparationOfDutiesError):
        agreed.return_filing(agreed.owner)
    agreed.confirm()
    assert agreed.contract().state is ContractState.IN_FORCE


def test_facts_that_contradict_the_notice_are_refused_and_nothing_is_kept(fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    price, published = drawn.award.price_fen, beijing_day(drawn.award.published_at)
    for difference, error in [
        ({"price_fen": price + 1}, PriceError),
        ({"price_fen": 0}, PriceMissingError),
        ({"service_working_days": 16}, ContractDaysError),
        ({"service_working_days": 0}, ContractDaysError),
        ({"signed_on": published - timedelta(days=1)}, SignedOnError),
        ({"signed_on": beijing_day(clock()) + timedelta(days=1)}, SignedOnError),
    ]:
        with pytest.raises(error):
            file_it(drawn, drawn.delegate, **difference)
    assert not [p for p in fast_here.config.uploads_dir.rglob("*") if p.is_file()]
    agreed = file_it(drawn, drawn.delegate, price_fen=1, signed_on=published)
    assert agreed.contract().number == "HT-2026-000001"  # no number was lost on the way


def test_an_award_has_one_contract(fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    file_it(drawn, drawn.delegate)
    with pytest.raises(AlreadyFiledError):
        file_it(drawn, drawn.city.clerk)


def test_filing_ends_with_the_last_second_of_the_term(fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    clock.move_to(drawn.award.sign_by_at)
    with pytest.raises(SignLateError):
        file_it(drawn, drawn.delegate)


def test_an_outsider_finds_neither_award_nor_contract(fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    others = [p for _, p in drawn.city.firms if p is not drawn.delegate]
    for stranger in (*others, drawn.city.operator, drawn.city.supervisor):
        with pytest.raises(MissingError):
            file_it(drawn, stranger)
    agreed = file_it(drawn, drawn.delegate)
    with pytest.raises(MissingError):
        agreed.do(others[0], actions.confirm)


def test_a_returned_contract_is_filed_again_by_either_side(fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    with pytest.raises(NoReasonError):
        agreed.do(agreed.owner, lambda work, c: actions.return_filing(work, c, "不行"))
    agreed.return_filing()
    assert (agreed.contract().state, agreed.contract().return_reason) == (
        ContractState.RETURNED,
        "金额与报价单不一致",
    )
    with pytest.raises(PriceError):
        agreed.refile(price_fen=award_of(agreed).price_fen + 1)
    agreed.refile(agreed.owner, price_fen=9_000_000)
    contract = agreed.contract()
    assert (contract.state, contract.return_reason) == (ContractState.FILED, None)
    assert (contract.price_fen, contract.filed_by_org_id) == (
        9_000_000,
        agreed.owner.actor.org_id,
    )
    agreed.confirm()
    assert agreed.contract().state is ContractState.IN_FORCE


def test_who_must_answer_has_days_however_late_the_other_side_acted(fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    clock.move_to(drawn.award.sign_by_at - SECOND)
    agreed = file_it(drawn, drawn.city.clerk)
    by_at = CALENDAR.due_at(beijing_day(clock()), 3)
    assert agreed.contract().act_by_at == by_at > drawn.award.sign_by_at
    clock.move_to(by_at - SECOND)
    agreed.return_filing(agreed.firm)
    again_by_at = CALENDAR.due_at(beijing_day(clock()), 3)
    clock.move_to(again_by_at)
    with pytest.raises(SignLateError):
        agreed.refile()


@pytest.mark.parametrize("deed", ["confirm", "return_filing"])
def test_a_firm_answers_the_owner_s_filing_in_time_or_not_at_all(fast_here, clock, deed):
    agreed = a_filed_contract(fast_here, clock, by_owner=True)
    clock.move_to(agreed.contract().act_by_at)
    with pytest.raises(SignLateError):
        agreed.confirm() if deed == "confirm" else agreed.return_filing(agreed.firm)
    assert agreed.contract().state is ContractState.FILED


def test_an_owner_may_still_confirm_late_what_the_firm_filed_in_time(fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    clock.move_to(agreed.contract().act_by_at + timedelta(days=5))
    agreed.confirm()
    assert agreed.contract().state is ContractState.IN_FORCE


@pytest.mark.parametrize(
    ("deed", "state"),
    [
        ("confirm", ContractState.IN_FORCE),
        ("return_filing", ContractState.IN_FORCE),
        ("refile", ContractState.IN_FORCE),
        ("deliver", ContractState.IN_FORCE),
        ("accept", ContractState.IN_FORCE),
        ("return_work", ContractState.IN_FORCE),
    ],
)
def test_what_the_state_does_not_allow_changes_nothing(fast_here, clock, deed, state):
    agreed = a_contract(fast_here, clock)
    before = agreed.contract().version
    with pytest.raises(IllegalContractMoveError):
        if deed == "confirm":
            agreed.do(agreed.owner, actions.confirm)
        else:
            getattr(agreed, deed)()
    assert (agreed.contract().state, agreed.contract().version) == (state, before)
    assert agreed.rounds() == []


def test_materials_are_listed(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    with pytest.raises(NoMaterialsError):
        agreed.do(agreed.owner, lambda work, c: actions.hand_over(work, c, " 图 "))
    assert clock_of(agreed) is None


def clock_of(agreed):
    with agreed.work() as work:
        return clock_queries.clock_of(work, f"contract:{agreed.contract_id}")


def test_rounds_are_numbered_and_time_passes_on_the_side_whose_turn_it_is(here, clock):
    agreed = a_running_contract(here, clock)
    start = beijing_day(clock())
    for round_no in (1, 2, 3):
        clock.move_to(beijing(CALENDAR.add_working_days(beijing_day(clock()), 2), 10))
        agreed.deliver()
        assert [r.deliverable.round_no for r in agreed.rounds()] == list(range(1, round_no + 1))
        clock.move_to(beijing(CALENDAR.add_working_days(beijing_day(clock()), 1), 10))
        agreed.return_work()
        assert agreed.contract().state is ContractState.RUNNING
    with agreed.work() as work:
        said = clock_queries.statement(work, agreed.clock())
    assert (said.accounts[Party.FIRM], said.accounts[Party.OWNER]) == (6, 3)
    assert agreed.clock().due_at == CALENDAR.due_at(start, 15 + 3)
    assert [r.review.reason for r in agreed.rounds()] == [ReturnReason.DATA_ERROR] * 3


def test_a_return_says_what_is_wrong(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    with pytest.raises(NoCommentError):
        agreed.do(
            agreed.owner,
            lambda work, c: actions.return_work(
                work, c, ReturnReason.FORMAT, "格式不对", clause="合同第5.2条"
            ),
        )


def test_after_its_term_the_owner_can_accept_but_no_longer_return(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    by_at = agreed.contract().act_by_at
    clock.move_to(by_at)
    with pytest.raises(ReviewLateError, match="届满"):
        agreed.return_work()
    agreed.accept()
    assert agreed.contract().accepted_at == by_at


def test_delivering_while_suspended_says_what_to_do_and_keeps_nothing(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    with agreed.work(agreed.firm) as work:
        request = clocks.request_suspension(
            work, agreed.clock(), SuspensionReason.SEASON, "枯水期监测须等到四月中旬开始。", 3
        )
        work.session.flush()
        request_id = request.id
    with agreed.work(agreed.owner) as work:
        found = clock_queries.by_id(work, agreed.clock().id)
        clocks.answer_suspension(
            work, found, clock_queries.suspension(work, found, request_id), agree=True, answer=""
        )
    kept = len([p for p in fast_here.config.uploads_dir.rglob("*") if p.is_file()])
    with pytest.raises(ClockSuspendedError, match="恢复"):
        agreed.deliver()
    assert agreed.rounds() == []
    assert len([p for p in fast_here.config.uploads_dir.rglob("*") if p.is_file()]) == kept


def test_a_firm_that_delivers_late_gets_its_card_in_the_same_moment(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    clock.move_to(agreed.clock().due_at)
    agreed.deliver()
    with agreed.work() as work:
        stages = [c.stage for c in clock_queries.cards_of(work, agreed.clock())]
    assert stages == [CardStage.YELLOW, CardStage.RED]


def test_a_deadline_in_a_year_without_a_notice_is_provisional(fast_here, clock):
    clock.move_to(beijing(date(2026, 11, 12), 9))
    agreed = a_contract(fast_here, clock)
    clock.move_to(beijing(date(2026, 12, 15), 9))
    agreed.hand_over()
    due_at = clock_of(agreed).due_at
    assert CALENDAR.is_provisional(beijing_day(due_at))
    assert due_at == provisional_calendar().due_at(date(2026, 12, 15), clock_of(agreed).limit_units)


def test_a_firm_is_never_kept_from_delivering_by_the_calendar(fast_here, clock):
    clock.move_to(beijing(date(2026, 11, 12), 9))
    agreed = a_running_contract(fast_here, clock)
    clock.move_to(beijing(date(2026, 12, 31), 16))
    agreed.deliver()
    contract = agreed.contract()
    by_at = provisional_calendar().due_at(date(2026, 12, 31), 3)
    assert (contract.state, contract.act_by_at) == (ContractState.DELIVERED, by_at)
    assert CALENDAR.is_provisional(beijing_day(by_at))


def test_files_are_those_of_the_contract_alone(fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    with agreed.work(agreed.firm) as work:
        contract = queries.for_party(work, agreed.contract_id)
        other = a_file(fast_here, work, "别的.pdf")
        (round_,) = queries.rounds_of(work, contract)
        assert queries.has_file(work, contract, contract.file_id)
        assert queries.has_file(work, contract, round_.deliverable.file_id)
        assert not queries.has_file(work, contract, other.id)
