"""Qualifications, people, services and standings: what time and people do to them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market import sweeping
from market.catalogue.queries import UnknownItemError
from market.catalogue.rules import QualificationKind
from market.clock import beijing
from market.codes import IdNumberError
from market.firms import actions, jobs, queries
from market.firms.checks import CheckOutcome, QualificationState, ReturnReason
from market.firms.errors import (
    AlreadyCheckedError,
    DuplicateQualificationError,
    ExpiredError,
    FutureDayError,
    NoFeeError,
    NoPromiseError,
    NoReasonError,
    PersonElsewhereError,
    PersonHereError,
    PromiseKindError,
    PromiseTooLongError,
    QualificationInUseError,
    RequirementMissingError,
    StaffElsewhereError,
    TermError,
    WrongStandingError,
)
from market.firms.identity import identity_key
from market.firms.model import Firm, FirmStaff
from market.firms.rules import ServiceState, Standing
from tests.market.factories.firms import (
    ITEM,
    a_fee,
    a_filled_in_firm,
    a_firm,
    a_listed_firm,
    a_member,
    a_qualification,
    an_id_number,
    an_operator,
    next_number,
    some_firms,
    submit,
)

PROMISE_ITEM = "ZJ-01-004-01"  # 节能报告编制: a promise is enough
PRICEY_ITEM = "ZJ-02-001-01"


@pytest.mark.parametrize(
    ("differences", "error", "field"),
    [
        ({"valid_to_on": date(2019, 12, 31)}, TermError, "valid_to_on"),
        ({"valid_to_on": date(2026, 3, 1)}, ExpiredError, "valid_to_on"),
        ({"valid_from_on": date(2026, 3, 3)}, FutureDayError, "valid_from_on"),
        ({"kind": QualificationKind.PROMISE}, PromiseKindError, "kind"),
    ],
)
def test_a_certificate_that_cannot_be_is_refused(fast_here, working, differences, error, field):
    _, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        before = len(queries.qualifications(work, firm.id))
        with pytest.raises(error) as refused:
            actions.add_qualification(work, firm, a_qualification(work.today, **differences))
        assert refused.value.field == field
        assert len(queries.qualifications(work, firm.id)) == before


def test_a_certificate_valid_today_only_is_accepted(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        facts = a_qualification(work.today, valid_to_on=work.today)
        assert actions.add_qualification(work, queries.own(work), facts).valid_to_on == work.today


def test_the_same_certificate_is_not_stated_twice_but_its_renewal_is(here, working):
    _, delegate = a_filled_in_firm(here)
    with working(here, delegate) as work:
        firm = queries.own(work)
        facts = a_qualification(work.today, number="SAME")
        actions.add_qualification(work, firm, facts)
        with pytest.raises(DuplicateQualificationError, match="SAME"):
            actions.add_qualification(work, firm, facts)
        actions.add_qualification(work, firm, replace(facts, valid_from_on=date(2024, 1, 1)))


def test_only_what_nobody_confirmed_is_taken_back(fast_here, clock, working):
    _, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        confirmed = queries.qualifications(work, firm.id)[0]
        with pytest.raises(QualificationInUseError):
            actions.remove_qualification(work, firm, confirmed)
        added = actions.add_qualification(work, firm, a_qualification(work.today))
        work.session.flush()
        actions.remove_qualification(work, firm, added)
        assert queries.qualifications(work, firm.id) == [confirmed]


def expiring_firm(here, clock, working, last_day):
    """A listed firm whose one qualification is valid until ``last_day``."""
    _, delegate = a_filled_in_firm(here, item_codes=())
    with working(here, delegate) as work:
        firm = queries.own(work)
        actions.add_qualification(work, firm, a_qualification(work.today, valid_to_on=last_day))
        actions.add_staff(work, firm, a_member(), identity_key(here.keys))
        actions.offer(work, firm, ITEM, 10, a_fee(work.today))
        submit(work, firm)
    with working(here, an_operator(here)) as work:
        firm = queries.for_check(work, firm.id)
        actions.check_pass(work, firm)
    clock.move_to(firm.publicity_ends_at)
    jobs.sweep(here)
    return delegate


def service_of(work):
    return queries.own_service(work, queries.own(work), ITEM)


def test_a_service_freezes_at_the_midnight_after_the_last_day_and_thaws(here, clock, working):
    delegate = expiring_firm(here, clock, working, date(2026, 4, 10))

    clock.move_to(beijing(date(2026, 4, 11)) - timedelta(seconds=1))
    assert jobs.sweep(here) == 1  # The reminder that it ends.
    assert jobs.sweep(here) == 0
    with working(here, delegate) as work:
        assert service_of(work).state is ServiceState.OFFERED

    clock.move_to(beijing(date(2026, 4, 11)))
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    with working(here, delegate) as work:
        service = service_of(work)
        assert service.state is ServiceState.FROZEN
        assert service.state_since == work.now
        assert service.frozen_reason == "资质已过有效期，要求：环境影响评价信用平台"
        facts = queries.facts_for(work, queries.own(work), ITEM, work.today)
        assert facts.service_state is ServiceState.FROZEN
        assert queries.offering(work, ITEM) == []
        renewal = a_qualification(work.today, valid_from_on=work.today)
        row = actions.add_qualification(work, queries.own(work), renewal)
        assert service_of(work).state is ServiceState.FROZEN  # Nobody has confirmed it yet.
    with working(here, an_operator(here)) as work:
        firm = queries.for_check(work, row.firm_id)
        decision = actions.confirm_qualification(
            work, firm, queries.qualification(work, firm, row.id)
        )
        assert decision.outcome is CheckOutcome.CONFIRMED
    with working(here, delegate) as work:
        service = service_of(work)
        assert (service.state, service.frozen_reason) == (ServiceState.OFFERED, "")


def test_a_sweep_that_comes_days_late_does_everything(fast_here, clock, working):
    delegate = expiring_firm(fast_here, clock, working, date(2026, 4, 10))
    with working(fast_here, delegate) as work:
        actions.set_standing(
            work, queries.own(work), Standing.SUSPENDED, work.now + timedelta(days=3), "AJ-1"
        )
    clock.move_to(beijing(date(2026, 5, 20), 13))
    assert jobs.sweep(fast_here) == 1
    with working(fast_here, delegate) as work:
        assert queries.own(work).standing is Standing.ACTIVE
        assert service_of(work).state is ServiceState.FROZEN


def test_many_due_firms_are_taken_in_batches(fast_here, clock, monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH", 2)
    made = some_firms(fast_here, clock, 5)
    assert all(firm.listed_at == clock() for firm, _ in made)


def test_a_refused_addition_names_its_reason_and_counts_for_nothing(fast_here, clock, working):
    _, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        facts = a_qualification(
            work.today, kind=QualificationKind.LICENCE, name="工程勘察综合资质", grade="甲级"
        )
        row = actions.add_qualification(work, firm, facts)
    with working(fast_here, an_operator(fast_here)) as work:
        firm = queries.for_check(work, firm.id)
        pending = queries.qualification(work, firm, row.id)
        with pytest.raises(NoReasonError):
            actions.refuse_qualification(work, firm, pending, [], "x")
        reasons = [ReturnReason.QUALIFICATION_UNPROVEN]
        decision = actions.refuse_qualification(work, firm, pending, reasons, "查无此证")
        assert pending.state is QualificationState.REFUSED
        assert "工程勘察综合资质 甲级" in decision.subject
        with pytest.raises(AlreadyCheckedError):
            actions.confirm_qualification(work, firm, pending)
        assert all(q.name != "工程勘察综合资质" for q in queries.held(work, firm))


def test_a_qualification_of_an_open_registration_is_not_decided_alone(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        submit(work, firm)
        with pytest.raises(AlreadyCheckedError):
            actions.confirm_qualification(work, firm, queries.qualifications(work, firm.id)[0])


def test_one_person_practises_for_one_firm(here, clock, working):
    number = an_id_number()
    _, first = a_listed_firm(here, clock)
    _, second = a_listed_firm(here, clock)
    key = identity_key(here.keys)
    with working(here, first) as work:
        firm = queries.own(work)
        member = actions.add_staff(work, firm, a_member(id_number=number), key)
        with pytest.raises(PersonHereError) as refused:
            actions.add_staff(work, firm, a_member(id_number=number.lower()), key)
        assert refused.value.field == "id_number"
    with working(here, second) as work, pytest.raises(PersonElsewhereError) as refused:
        actions.add_staff(work, queries.own(work), a_member(id_number=f" {number} "), key)
    assert firm.name not in str(refused.value)
    with working(here, first) as work:
        firm = queries.own(work)
        actions.remove_staff(work, firm, queries.staff_member(work, firm, member.id))
    with working(here, second) as work:
        actions.add_staff(work, queries.own(work), a_member(id_number=number), key)


def test_a_registration_being_filled_in_keeps_nobody_s_engineer(fast_here, clock, working):
    number, key = an_id_number(), identity_key(fast_here.keys)
    _, squatter = a_filled_in_firm(fast_here)
    _, listed = a_listed_firm(fast_here, clock)
    for delegate in (squatter, listed):
        with working(fast_here, delegate) as work:
            actions.add_staff(work, queries.own(work), a_member(id_number=number), key)
    with working(fast_here, squatter) as work, pytest.raises(StaffElsewhereError) as refused:
        submit(work, queries.own(work))
    assert "赵工程师" in str(refused.value)
    with working(fast_here, listed) as work:
        firm = queries.own(work)
        member = queries.staff(work, firm.id)[-1]
        actions.remove_staff(work, firm, member)
    with working(fast_here, squatter) as work:
        submit(work, queries.own(work))


def test_of_two_firms_that_list_a_person_at_once_one_is_refused(here, clock, working):
    number = an_id_number()
    delegates = [a_listed_firm(here, clock)[1] for _ in range(2)]
    together = Barrier(2)

    def add(delegate):
        together.wait()
        try:
            with working(here, delegate) as work:
                facts = a_member(id_number=number)
                actions.add_staff(work, queries.own(work), facts, identity_key(here.keys))
        except PersonElsewhereError:
            return "refused"
        return "added"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(add, delegates)) == ["added", "refused"]


def test_the_database_itself_refuses_a_person_in_two_firms(here, clock, working):
    number = an_id_number()
    _, first = a_listed_firm(here, clock)
    _, second = a_listed_firm(here, clock)
    with working(here, first) as work:
        key = identity_key(here.keys)
        known = actions.add_staff(work, queries.own(work), a_member(id_number=number), key)
    with working(here, second) as work:
        columns = {c.key: getattr(known, c.key) for c in FirmStaff.__table__.columns}
        columns |= {"id": None, "firm_id": queries.own(work).id}
        with pytest.raises(IntegrityError), work.session.begin_nested():
            work.session.add(FirmStaff(**columns))
        work.session.add(FirmStaff(**columns | {"left_at": work.now}))  # Former staff may stay.
        work.session.flush()


def test_no_identity_number_is_stored(fast_here, working):
    number = an_id_number()
    _, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        actions.add_staff(work, firm, a_member(id_number=number), identity_key(fast_here.keys))
        rows = work.session.execute(select(FirmStaff.__table__)).all()
        assert number not in repr(rows)
        assert number[:4] + "*" * 10 + number[-4:] in repr(rows)


def test_a_wrong_identity_number_is_refused_without_being_repeated(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here)
    wrong = "440300197001010000"
    facts = a_member(id_number=wrong)
    with working(fast_here, delegate) as work, pytest.raises(IdNumberError) as refused:
        actions.add_staff(work, queries.own(work), facts, identity_key(fast_here.keys))
    assert wrong not in str(refused.value)


def test_an_expired_certificate_of_a_person_is_refused(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here)
    facts = a_member(valid_to_on=date(2026, 3, 1))
    with working(fast_here, delegate) as work, pytest.raises(ExpiredError):
        actions.add_staff(work, queries.own(work), facts, identity_key(fast_here.keys))


def test_when_its_engineer_leaves_the_service_freezes_and_a_new_one_thaws_it(
    fast_here, clock, working
):
    _, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        actions.remove_staff(work, firm, queries.staff(work, firm.id)[0])
        assert service_of(work).state is ServiceState.FROZEN
        assert "现有0人" in service_of(work).frozen_reason
        member = a_member(valid_to_on=work.today + timedelta(days=30))
        added = actions.add_staff(work, firm, member, identity_key(fast_here.keys))
        assert service_of(work).state is ServiceState.FROZEN
    with working(fast_here, an_operator(fast_here)) as work:
        firm = queries.for_check(work, firm.id)
        actions.confirm_staff(work, firm, queries.staff_member(work, firm, added.id))
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        assert service_of(work).state is ServiceState.OFFERED
        # The last reminder, seven days before it ends.
        assert firm.next_check_at == beijing(work.today + timedelta(days=30 - 7))
    clock.advance(timedelta(days=31))
    jobs.sweep(fast_here)
    with working(fast_here, delegate) as work:
        assert service_of(work).state is ServiceState.FROZEN


def test_promised_days_stay_within_the_limit_of_the_item(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        for days in (0, -1, 19):
            with pytest.raises(PromiseTooLongError, match="18个工作日") as refused:
                actions.offer(work, firm, ITEM, days)
            assert refused.value.field == "promised_working_days"
        assert actions.offer(work, firm, ITEM, 18).promised_working_days == 18
        assert actions.offer(work, firm, ITEM, 1).promised_working_days == 1


def test_an_offer_names_what_is_missing(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        with pytest.raises(RequirementMissingError, match="工程勘察综合资质") as refused:
            actions.offer(work, firm, PRICEY_ITEM, 10, a_fee(work.today))
        assert len(refused.value.missing) == 2
        assert queries.current_fee(work, firm.id, PRICEY_ITEM) is None
        with pytest.raises(UnknownItemError):
            actions.offer(work, firm, "ZJ-99-999-99", 10, a_fee(work.today))


def test_no_service_without_a_fee_in_force(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        with pytest.raises(NoFeeError):
            actions.offer(work, firm, PROMISE_ITEM, 5)
        tomorrow = a_fee(work.today + timedelta(days=1))
        with pytest.raises(NoFeeError):
            actions.offer(work, firm, PROMISE_ITEM, 5, tomorrow)
        assert queries.service(work, firm.id, PROMISE_ITEM) is None


def test_a_listed_firm_without_a_promise_offers_nothing(fast_here, clock, working):
    _, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        assert actions.offer(work, firm, PROMISE_ITEM, 5, a_fee(work.today)).id
        other = Firm(**{c.key: getattr(firm, c.key) for c in Firm.__table__.columns})
        other.id = firm.id + next_number() + 1000
        with pytest.raises(NoPromiseError):
            actions.offer(work, other, PROMISE_ITEM, 5, a_fee(work.today))


def test_a_withdrawn_service_stays_withdrawn_until_it_is_offered_again(fast_here, clock, working):
    firm, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        found = queries.own(work)
        actions.withdraw_service(work, found, service_of(work))
        actions.refresh_services(work, found)
        assert service_of(work).state is ServiceState.WITHDRAWN
        assert queries.offering(work, ITEM) == []
        actions.offer(work, found, ITEM, 12)
        assert [f.code for f in queries.offering(work, ITEM)] == [firm.code]


def test_a_standing_is_set_kept_on_record_and_ends_by_itself(here, clock, working):
    firm, delegate = a_listed_firm(here, clock)
    start = clock()
    end = start + timedelta(days=30)
    with working(here, delegate) as work:
        found = queries.own(work)
        actions.set_standing(work, found, Standing.BLACKLISTED, end, "AJ-2026-0007")
        assert queries.facts_for(work, found, ITEM, work.today).standing is Standing.BLACKLISTED
    clock.move_to(end - timedelta(seconds=1))
    assert jobs.sweep(here) == 0
    clock.move_to(end)
    with working(here, delegate) as work:  # The sweep has not come yet, the term is over.
        found = queries.own(work)
        assert found.standing is Standing.BLACKLISTED
        assert queries.facts_for(work, found, ITEM, work.today).standing is Standing.ACTIVE
    assert jobs.sweep(here) == 1
    with working(here, delegate) as work:
        found = queries.own(work)
        assert (found.standing, found.standing_until_at) == (Standing.ACTIVE, None)
        ended, begun = queries.standing_changes(work, firm.id)
        assert (begun.standing, begun.case_number) == (Standing.BLACKLISTED, "AJ-2026-0007")
        assert (ended.standing, ended.why) == (Standing.ACTIVE, "期限届满")
        assert ended.changed_by == "job:firms"
        assert (begun.changed_at, ended.changed_at) == (start, end)


def test_a_standing_without_end_stays_until_lifted(fast_here, clock, working):
    _, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        found = queries.own(work)
        with pytest.raises(WrongStandingError):
            actions.lift_standing(work, found, "无")
        with pytest.raises(WrongStandingError):
            actions.set_standing(work, found, Standing.ACTIVE, None, "AJ-1")
        with pytest.raises(ValueError, match="a sanction until"):
            actions.set_standing(work, found, Standing.SUSPENDED, work.now, "AJ-1")
        actions.set_standing(work, found, Standing.SUSPENDED, None, "AJ-1")
    clock.advance(timedelta(days=900))
    jobs.sweep(fast_here)
    with working(fast_here, delegate) as work:
        found = queries.own(work)
        assert queries.standing_now(work, found) is Standing.SUSPENDED
        actions.lift_standing(work, found, "复核后撤销")
        assert queries.standing_now(work, found) is Standing.ACTIVE


def test_leaving_does_not_shed_a_sanction(fast_here, clock, working):
    firm = a_firm(fast_here, clock)
    operator = an_operator(fast_here)
    with working(fast_here, operator) as work:
        found = queries.firm_by_id(work, firm.id)
        actions.set_standing(
            work, found, Standing.BLACKLISTED, work.now + timedelta(days=365), "AJ-9"
        )
        actions.leave(work, found)
        actions.reapply(work, found)
        assert queries.standing_now(work, found) is Standing.BLACKLISTED
        assert found.next_check_at == work.now + timedelta(days=365)
