"""What lies with the operator: the same lines for those who watch, counts for everybody."""

import re
from datetime import timedelta

from market.access import OrgKind, Permission, Role
from market.accounts.todo import Todo
from market.oversight import operator
from tests.market.factories.accounts import a_person, sign_in
from tests.market.factories.credit import an_officer
from tests.market.factories.direct import a_small_city, an_approved_choice
from tests.market.factories.firms import PASSWORD, a_submitted_firm
from tests.market.portal.test_views import main_of


def test_the_operators_duties_hang_on_what_only_its_people_may_do():
    own = operator.PERMISSIONS
    assert own >= {Permission.NEED_CHECK, Permission.FIRM_CHECK, Permission.OBJECTION_ANSWER}
    assert not own & {Permission.OVERSIGHT_READ, Permission.WORKBENCH_OPEN, Permission.CASE_PROPOSE}


def test_counts_tell_the_late_from_the_waiting_and_since_when(clock):
    now = clock()
    found = [
        Todo("核对", "甲", "/", due_at=now + timedelta(days=1)),
        Todo("审核", "乙", "/", due_at=now - timedelta(days=2), count=2),
        Todo("审核", "丙", "/", due_at=now - timedelta(days=3)),
        Todo("审核", "丁", "/"),
    ]
    first, second = operator.counts(found, now)
    assert (first.what, first.waiting, first.late) == ("审核", 4, 3)
    assert first.late_since_at == now - timedelta(days=3)
    assert (second.late, second.late_since_at) == (0, None)


def test_a_supervisor_sees_what_the_operator_lets_lie_and_everybody_sees_how_much(
    client, fast_here, clock
):
    number = an_approved_choice(a_small_city(fast_here, clock)).choice().number
    firm, _ = a_submitted_firm(fast_here)
    clock.move_to(clock() + timedelta(days=20))
    page = main_of(client.get("/operator-terms").text)
    assert "核验直接选取" in page
    assert "最早逾期自" in page
    assert number not in page
    assert firm.name not in page
    sign_in(client, a_person(fast_here, Role.SUPERVISOR_OFFICER, kind=OrgKind.SUPERVISOR))
    page = main_of(client.get("/oversight/operator").text)
    assert number in page
    assert firm.name in page
    assert page.count("z-left--late") == 2
    assert "/direct/check" not in page
    assert re.search(r"运营机构逾期未办的事项（2 项）", client.get("/workbench").text)
    assert "运营机构逾期未办的事项" in client.get("/oversight").text


def test_those_who_watch_see_no_name_of_a_person(client, fast_here, clock, monkeypatch):
    named = Todo("复核评审专家", "李丽 ZJ001", "/", is_personal=True)
    monkeypatch.setattr(operator, "todos_of", lambda work, permissions: [named])
    sign_in(client, an_officer(fast_here).user, PASSWORD)
    page = main_of(client.get("/oversight/operator").text)
    assert "复核评审专家" in page
    assert "李丽" not in page
