"""Listed at once on a signed promise, verified afterwards, true or false."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from market.catalogue.rules import QualificationKind
from market.clock import beijing
from market.credit import jobs as credit_jobs
from market.credit.model import Breach
from market.credit.rules import SERIOUS, BreachKind
from market.firms import actions, jobs, queries, queries_entry
from market.firms.checks import CheckOutcome, QualificationState, ReturnReason
from market.firms.doubles import doubts_of
from market.firms.entry import FeedbackReason, VerificationState
from market.firms.errors import (
    IncompleteError,
    NoReasonError,
    NothingToVerifyError,
    PromiseRouteError,
    UnansweredFeedbackError,
    WordsMissingError,
)
from market.firms.rules import FirmState, IllegalFirmMoveError, ServiceState, Standing
from tests.market.factories.firms import (
    ITEM,
    a_fee,
    a_filled_in_firm,
    a_listed_firm,
    an_operator,
    submit,
)

PROMISE_ITEM = "ZJ-01-004-01"  # 节能报告编制: a promise is enough


def a_promised_firm(here, working, *, item_codes=(PROMISE_ITEM,), **differences):
    firm, delegate = a_filled_in_firm(here, item_codes=item_codes, **differences)
    with working(here, delegate) as work:
        actions.submit_on_promise(work, queries.own(work))
    return firm, delegate


def test_a_firm_is_listed_at_once_and_verified_within_the_set_days(here, working):
    firm, delegate = a_promised_firm(here, working)
    with working(here, delegate) as work:
        found = queries.own(work)
        assert found.state is FirmState.LISTED
        assert found.listed_at == work.now
        assert found.publicity_ends_at == beijing(date(2026, 3, 10))  # five working days beside it
        assert [f.code for f in queries.offering(work, PROMISE_ITEM)] == [firm.code]
        row = queries_entry.open_verification(work, found)
        assert row.due_at == beijing(date(2026, 3, 10))
        assert row.promise_id == queries.promise(work, found.id).id
    with working(here, an_operator(here)) as work:
        ((due, whose),) = queries_entry.to_verify(work)
        assert whose.id == firm.id
        actions.verify_true(work, whose, "与登记信息一致")
        assert due.state is VerificationState.TRUE
        assert queries.checks(work, firm.id)[0].outcome is CheckOutcome.PROMISE_TRUE
        with pytest.raises(NothingToVerifyError):
            actions.verify_true(work, whose, "再来一次")


def test_what_the_state_does_not_hold_waits_for_its_check(fast_here, working):
    _, delegate = a_promised_firm(fast_here, working, item_codes=(ITEM,))
    operator = an_operator(fast_here)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        (platform,) = queries.qualifications(work, firm.id)
        assert platform.kind is QualificationKind.CREDIT_PLATFORM
        assert platform.state is QualificationState.PROMISED
        (engineer,) = queries.staff(work, firm.id)
        assert engineer.state is QualificationState.PENDING
        service = queries.own_service(work, firm, ITEM)
        assert service.state is ServiceState.FROZEN
        assert "现有0人" in service.frozen_reason
    with working(fast_here, operator) as work:
        firm = queries.for_check(work, firm.id)
        actions.confirm_staff(work, firm, queries.staff_member(work, firm, engineer.id))
        assert queries.own_service(work, firm, ITEM).state is ServiceState.OFFERED
        actions.verify_true(work, firm, "平台登记属实")
        (platform,) = queries.qualifications(work, firm.id)
        assert platform.state is QualificationState.CONFIRMED


def test_a_false_promise_ends_the_listing_and_is_a_serious_breach(here, working):
    firm, delegate = a_promised_firm(here, working, item_codes=(ITEM,))
    with working(here, an_operator(here)) as work:
        found = queries.for_check(work, firm.id)
        with pytest.raises(NoReasonError):
            actions.verify_false(work, found, [], "平台查无此登记")
        with pytest.raises(WordsMissingError):
            actions.verify_false(work, found, [ReturnReason.QUALIFICATION_UNPROVEN], " ")
        actions.verify_false(
            work, found, [ReturnReason.QUALIFICATION_UNPROVEN], "信用平台查无此登记"
        )
        assert found.state is FirmState.RETURNED
        assert found.publicity_ends_at is None
        (decision,) = queries.checks(work, firm.id)
        assert decision.reasons == (
            ReturnReason.QUALIFICATION_UNPROVEN,
            ReturnReason.PROMISE_FALSE,
        )
        assert queries.qualifications(work, firm.id)[0].state is QualificationState.PENDING
    for _ in range(2):
        credit_jobs.sweep(here)
    with working(here, delegate) as work:
        (breach,) = work.session.scalars(select(Breach)).all()
        assert (breach.kind, breach.firm_id) == (BreachKind.FALSE_MATERIALS, firm.id)
        assert breach.kind in SERIOUS
        assert "查无此登记" in breach.evidence
        with pytest.raises(PromiseRouteError, match="曾经承诺不实"):
            actions.submit_on_promise(work, queries.own(work))
        submit(work, queries.own(work))  # 审核制 stays open.


def test_the_bar_after_a_false_promise_ends(fast_here, clock, working):
    firm, delegate = a_promised_firm(fast_here, working)
    with working(fast_here, an_operator(fast_here)) as work:
        actions.verify_false(
            work, queries.for_check(work, firm.id), [ReturnReason.FACTS_WRONG], "查无此机构登记"
        )
    clock.move_to(beijing(date(2027, 3, 1), 9))
    with working(fast_here, delegate) as work:
        assert actions.route_bars(work, queries.own(work))
    clock.advance(timedelta(days=1))
    with working(fast_here, delegate) as work:
        assert actions.route_bars(work, queries.own(work)) == []


def test_the_route_is_closed_to_who_is_sanctioned_imported_or_incomplete(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here, item_codes=())
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        with pytest.raises(IncompleteError, match="服务与收费"):
            actions.submit_on_promise(work, firm)
        actions.offer(work, firm, PROMISE_ITEM, 3, a_fee(work.today))
        actions.set_standing(work, firm, Standing.SUSPENDED, None, "AJ-1")
        firm.imported = True
        work.session.flush()
        with pytest.raises(PromiseRouteError, match=r"名单导入|暂停选取") as refused:
            actions.submit_on_promise(work, firm)
        assert "名单导入" in str(refused.value)
        assert firm.state is FirmState.DRAFT


def test_only_an_open_registration_takes_the_route(fast_here, clock, working):
    _, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work, pytest.raises(IllegalFirmMoveError):
        actions.submit_on_promise(work, queries.own(work))


def test_feedback_must_be_answered_before_a_promise_is_found_true(fast_here, working):
    firm, _ = a_promised_firm(fast_here, working)
    with working(fast_here, an_operator(fast_here)) as work:
        found = queries.for_check(work, firm.id)
        row = actions.hand_in_feedback(work, found, FeedbackReason.FACTS, "注册地址查无此公司")
        with pytest.raises(UnansweredFeedbackError):
            actions.verify_true(work, found, "与登记信息一致")
        actions.answer_feedback(work, found, row, "经核实，地址与登记一致", upheld=False)
        actions.verify_true(work, found, "与登记信息一致")


def test_an_objection_upheld_against_a_promised_firm_sends_it_back(fast_here, clock, working):
    firm, _ = a_promised_firm(fast_here, working, item_codes=(ITEM,))
    with working(fast_here, an_operator(fast_here)) as work:
        found = queries.for_check(work, firm.id)
        row = actions.hand_in_feedback(work, found, FeedbackReason.QUALIFICATION, "证书是假的吧")
        actions.answer_feedback(work, found, row, "经核实证书已注销", upheld=True)
        assert found.state is FirmState.RETURNED
        assert queries_entry.open_verification(work, found) is None
        assert queries_entry.verification(work, found).state is VerificationState.ENDED
    clock.advance(timedelta(days=30))
    jobs.sweep(fast_here)
    credit_jobs.sweep(fast_here)
    with working(fast_here, an_operator(fast_here)) as work:
        assert queries.for_check(work, firm.id).state is FirmState.RETURNED
        assert work.session.scalars(select(Breach)).all() == []


def test_leaving_ends_the_verification_and_nothing_stays_promised(fast_here, working):
    _, delegate = a_promised_firm(fast_here, working, item_codes=(ITEM,))
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        actions.leave(work, firm)
        assert queries_entry.verification(work, firm).state is VerificationState.ENDED
        (row,) = queries.qualifications(work, firm.id)
        assert row.state is QualificationState.PENDING


@pytest.mark.parametrize("double", ["name", "certificate", "signer"])
def test_a_double_of_another_firm_does_not_take_the_promise_route(fast_here, working, double):
    first, delegate = a_promised_firm(
        fast_here, working, item_codes=(ITEM,), name="示范环境（集团）有限公司"
    )
    with working(fast_here, delegate) as work:
        number = queries.qualifications(work, first.id)[0].number
    name = " 示范环境(集团)有限公司" if double == "name" else None
    person = "王五" if double == "signer" else "陈立"
    second, delegate = a_filled_in_firm(fast_here, name=name, legal_representative=person)
    with working(fast_here, delegate) as work:
        if double == "certificate":
            row = queries.qualifications(work, second.id)[0]
            row.number = number.lower()
            work.session.flush()
        said = doubts_of(work, queries.own(work))
        assert len(said) == 1
        with pytest.raises(PromiseRouteError, match=said[0]):
            actions.submit_on_promise(work, queries.own(work))


def test_a_draft_makes_no_double(fast_here, working):
    a_filled_in_firm(fast_here, name="示范环境有限公司")
    _, delegate = a_filled_in_firm(fast_here, name="示范环境有限公司")
    with working(fast_here, delegate) as work:
        assert doubts_of(work, queries.own(work)) == []
