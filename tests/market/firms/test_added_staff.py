"""People whom a listed firm adds count for nothing until the operator has confirmed them."""

from datetime import date

import pytest
from sqlalchemy import select

from audit.store import submissions
from market.firms import actions, queries
from market.firms.checks import CheckOutcome, QualificationState, ReturnReason
from market.firms.errors import AlreadyCheckedError, BirthDayError, NoReasonError
from market.firms.identity import identity_key
from tests.market.factories.firms import (
    ITEM,
    a_filled_in_firm,
    a_listed_firm,
    a_member,
    an_operator,
)

UNPROVEN = [ReturnReason.STAFF_UNPROVEN]


def born(day):
    first = f"440300{day:%Y%m%d}100"
    total = sum(int(c) * pow(2, 17 - place, 11) for place, c in enumerate(first))
    return first + "0123456789X"[(1 - total) % 11]


def count_of(work, firm):
    return queries.facts_for(work, firm, ITEM, work.today).staff_count


@pytest.fixture
def here(fast_here):
    return fast_here


@pytest.fixture
def added(here, clock, working):
    """A listed firm, its delegate, and a person added since."""
    firm, delegate = a_listed_firm(here, clock)
    with working(here, delegate) as work:
        firm = queries.own(work)
        member = actions.add_staff(work, firm, a_member(), identity_key(here.keys))
    return firm, delegate, member


def test_an_added_person_counts_once_confirmed(here, added, working):
    firm, _, member = added
    with working(here, an_operator(here)) as work:
        firm = queries.for_check(work, firm.id)
        assert count_of(work, firm) == 1
        row = queries.staff_member(work, firm, member.id)
        assert row.state is QualificationState.PENDING
        decision = actions.confirm_staff(work, firm, row)
        assert decision.outcome is CheckOutcome.CONFIRMED
        assert member.certificate_number in decision.subject
        assert count_of(work, firm) == 2
        with pytest.raises(AlreadyCheckedError):
            actions.confirm_staff(work, firm, row)


def test_a_refused_person_counts_for_nothing_and_is_free(here, added, working):
    firm, _, member = added
    with working(here, an_operator(here)) as work:
        firm = queries.for_check(work, firm.id)
        row = queries.staff_member(work, firm, member.id)
        with pytest.raises(NoReasonError):
            actions.refuse_staff(work, firm, row, [], "查无此人")
        actions.refuse_staff(work, firm, row, UNPROVEN, "查无此人")
        assert row.state is QualificationState.REFUSED
        assert count_of(work, firm) == 1
        assert member.id not in [m.id for m in queries.staff(work, firm.id)]
        work.session.flush()
        said = b"".join(
            work.session.scalars(select(submissions.c.body).order_by(submissions.c.id))
        ).decode()
        assert "staff-unproven" in said
        assert member.name not in said
        assert member.certificate_number not in said


def test_the_check_of_the_registration_confirms_its_people(here, clock, working):
    firm, _ = a_listed_firm(here, clock)
    with working(here, an_operator(here)) as work:
        (member,) = queries.staff(work, firm.id)
        assert member.state is QualificationState.CONFIRMED


def test_a_person_of_an_open_registration_is_not_decided_alone(here, working):
    _, delegate = a_filled_in_firm(here)
    with working(here, delegate) as work:
        firm = queries.own(work)
        assert count_of(work, firm) == 1
        (member,) = queries.staff(work, firm.id)
        with pytest.raises(AlreadyCheckedError):
            actions.confirm_staff(work, firm, member)


@pytest.mark.parametrize("birthday", [date(2010, 3, 3), date(2090, 1, 1)])
def test_a_child_and_the_unborn_do_not_practise(here, working, birthday):
    _, delegate = a_filled_in_firm(here)
    with working(here, delegate) as work, pytest.raises(BirthDayError, match="16周岁"):
        facts = a_member(id_number=born(birthday))
        actions.add_staff(work, queries.own(work), facts, identity_key(here.keys))


def test_on_the_sixteenth_birthday_one_may(here, working):
    _, delegate = a_filled_in_firm(here)
    with working(here, delegate) as work:
        facts = a_member(id_number=born(date(2010, 3, 2)))
        added = actions.add_staff(work, queries.own(work), facts, identity_key(here.keys))
    with working(here, delegate) as work:
        assert queries.staff_member(work, queries.own(work), added.id).name == facts.name


def test_the_operator_decides_on_the_page_and_the_public_sees_only_the_confirmed(
    here, added, working, sign_in
):
    firm, delegate, member = added
    operator, own = sign_in(an_operator(here)), sign_in(delegate)
    public = f"/firms/{firm.code}"
    assert operator.get(public).text.count("赵***") == 1
    assert member.certificate_number in operator.get("/firm-checks").text
    assert "核对新增执业人员" in operator.get("/workbench").text
    path = f"/firm-checks/{firm.id}/staff/{member.id}"
    assert own.post(f"{path}/confirm").status_code == 403
    assert "待核对" in own.get("/firm/staff").text
    assert operator.post(f"{path}/confirm").status_code == 303
    assert operator.get(public).text.count("赵***") == 2
    assert "核对通过" in own.get("/firm").text


def test_the_operator_refuses_on_the_page_with_a_reason(here, added, working, sign_in):
    firm, _, member = added
    operator = sign_in(an_operator(here))
    path = f"/firm-checks/{firm.id}/staff/{member.id}/refuse"
    assert member.certificate_number in operator.get(path).text
    assert operator.post(path, data={"comment": "x"}).status_code == 422
    done = operator.post(path, data={"reasons": ["staff-unproven"], "comment": "查无此人"})
    assert done.status_code == 303
    assert operator.get(path).status_code == 404
