"""Social-insurance evidence: which months count, who checks it, and that it fails closed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.access import OrgKind, Role
from market.db import Actor, unit_of_work
from market.firms import queries
from market.firms.actions import insuring
from market.firms.actions.insuring import InsuranceFacts
from market.firms.errors import AlreadyCheckedError
from market.firms.errors_insurance import InsuranceCommentError, MonthsError
from market.firms.insurance import first_of, is_covered, masked, month_of
from market.firms.model_insurance import StaffInsurance
from tests.market.factories.firms import a_listed_firm, a_person
from tests.market.factories.rules import own_rules

DAY = date(2026, 3, 2)
MONTHS = st.integers(month_of(date(2024, 1, 1)), month_of(date(2027, 12, 1)))


@given(
    st.lists(st.tuples(MONTHS, MONTHS).map(sorted), max_size=4),
    st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    st.integers(0, 6),
)
def test_every_month_before_the_day_needs_its_evidence(spans, day, months):
    ranges = [(first_of(begun), first_of(ended)) for begun, ended in spans]
    wanted = range(month_of(day) - months, month_of(day))
    slow = all(any(b <= month <= e for b, e in spans) for month in wanted)
    assert is_covered(ranges, day, months) == slow
    assert not is_covered([], day, max(1, months))


@given(st.text("0123456789", min_size=1, max_size=20))
def test_of_a_number_only_the_ends_are_kept(number):
    kept = masked(number)
    assert len(kept) == len(number)
    assert sum(c != "*" for c in kept) <= 4


def facts(**differences):
    usual = {
        "from_on": date(2025, 11, 15),
        "to_on": date(2026, 2, 1),
        "agency": "青川市社会保险中心",
        "account": "440300199001011234",
        "code": "SB-2026-77",
    }
    return InsuranceFacts(**(usual | differences))


def handed_in(here, delegate, **differences):
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        firm = queries.own(work)
        [member, *_] = queries.staff(work, firm.id)
        return insuring.insure(work, firm, member, facts(**differences))


def counted(here, firm):
    with unit_of_work(here.sessions, Actor("job:test"), here.clock) as work:
        return queries.staff_count(work, queries.firm_by_id(work, firm.id), work.today)


def test_only_what_the_operator_confirmed_counts_where_the_rules_ask(fast_here, clock, tmp_path):
    firm, delegate = a_listed_firm(fast_here, clock)
    operator = a_person(fast_here, OrgKind.OPERATOR, Role.OPERATOR_CLERK)
    assert counted(fast_here, firm) == 1
    row = handed_in(fast_here, delegate)
    assert row.account_masked == "44**************34"
    with own_rules(tmp_path / "rules", "platform-staff-2024", required="true"):
        assert counted(fast_here, firm) == 0
        with unit_of_work(fast_here.sessions, operator.actor, clock) as work:
            insuring.check_insurance(
                work, work.session.get_one(StaffInsurance, row.id), confirm=True
            )
        assert counted(fast_here, firm) == 1
    with (
        unit_of_work(fast_here.sessions, operator.actor, clock) as work,
        pytest.raises(AlreadyCheckedError),
    ):
        insuring.check_insurance(work, work.session.get_one(StaffInsurance, row.id), confirm=True)


def test_months_turned_round_or_ahead_are_refused_and_a_refusal_has_a_reason(fast_here, clock):
    _, delegate = a_listed_firm(fast_here, clock)
    operator = a_person(fast_here, OrgKind.OPERATOR, Role.OPERATOR_CLERK)
    for wrong in (
        {"from_on": date(2026, 3, 1), "to_on": DAY.replace(month=2)},
        {"to_on": date(2027, 1, 1)},
    ):
        with pytest.raises(MonthsError):
            handed_in(fast_here, delegate, **wrong)
    row = handed_in(fast_here, delegate)
    with (
        unit_of_work(fast_here.sessions, operator.actor, clock) as work,
        pytest.raises(InsuranceCommentError),
    ):
        insuring.check_insurance(work, work.session.get_one(StaffInsurance, row.id), confirm=False)
