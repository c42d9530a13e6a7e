import re

import pytest
from sqlalchemy import select

from market.access import OrgKind, Role
from market.accounts import scope
from market.accounts.model import Organisation, OrganisationScope, User, UserRole
from market.accounts.queries import PAGE_ROWS
from market.db import Actor, unit_of_work
from tests.market.factories.accounts import (
    PASSWORD,
    a_code,
    a_person,
    a_user,
    an_organisation,
    sign_in,
)

GROUPS = [("02", "工程造价"), ("05", "环境影响评价")]


@pytest.fixture
def manager(client, fast_here):
    """A manager of an owner, signed in."""
    user = a_person(fast_here, Role.OWNER_APPROVER)
    sign_in(client, user)
    return user


@pytest.fixture
def operator(client, fast_here):
    """A manager of the operator, signed in."""
    user = a_person(fast_here, Role.OPERATOR_MANAGER, kind=OrgKind.OPERATOR)
    sign_in(client, user)
    return user


def a_colleague(here, user, *roles, **differences):
    with unit_of_work(here.sessions, Actor("test"), here.clock) as work:
        employer = work.session.get_one(Organisation, user.organisation_id)
        return a_user(work, employer, *roles, **differences)


def person(**differences):
    facts = {
        "name": "赵六",
        "username": "zhao.liu",
        "roles": ["owner-clerk"],
        "password": "k7mf-w2qx-9hjt-c4np",
        "request_key": "k" * 32,
    }
    return facts | differences


def people_of(here, organisation_id):
    with here.sessions() as session:
        return session.scalars(
            select(User).where(User.organisation_id == organisation_id).order_by(User.id)
        ).all()


def test_a_manager_adds_a_colleague_who_must_change_the_password(client, app, fast_here, manager):
    address = f"/organisations/{manager.organisation_id}/people/new"
    offered = re.search(r'name="password"[^>]*value="([^"]+)"', client.get(address).text)
    assert offered
    answer = client.post(address, data=person(password=offered[1]))
    assert (answer.status_code, answer.location) == (303, "/people")
    page = client.get("/people").text
    assert "赵六" in page
    assert "待本人改密码" in page
    colleague = app.test_client()
    answer = colleague.post("/sign-in", data={"username": "zhao.liu", "password": offered[1]})
    assert answer.status_code == 303
    assert colleague.get("/workbench").location == "/password"


def test_a_form_sent_twice_adds_one_person(client, fast_here, manager):
    address = f"/organisations/{manager.organisation_id}/people/new"
    first = client.post(address, data=person())
    second = client.post(address, data=person())
    assert (second.status_code, second.location) == (303, first.location)
    assert len(people_of(fast_here, manager.organisation_id)) == 2


@pytest.mark.parametrize(
    "roles",
    [["operator-manager"], ["owner-clerk", "regulator-decider"], ["no-such-role"], []],
)
def test_a_role_that_was_not_offered_is_refused(client, fast_here, manager, roles):
    address = f"/organisations/{manager.organisation_id}/people/new"
    answer = client.post(address, data=person(roles=roles))
    assert answer.status_code == 422
    assert "赵六" in answer.text
    assert len(people_of(fast_here, manager.organisation_id)) == 1
    with fast_here.sessions() as session:
        assert {row.role for row in session.scalars(select(UserRole))} == {Role.OWNER_APPROVER}


@pytest.mark.parametrize(
    ("differences", "status", "words"),
    [
        ({"name": " "}, 422, "请填写此项"),
        ({"name": "长" * 51}, 422, "最多"),
        ({"username": "Zhao Liu"}, 409, "用户名须为"),
        ({"password": "zhao.liu-2026"}, 409, "不能包含用户名"),
        ({"password": "1234567890"}, 409, "太常见"),
    ],
)
def test_a_person_with_a_fault_is_not_added(client, manager, differences, status, words):
    address = f"/organisations/{manager.organisation_id}/people/new"
    answer = client.post(address, data=person(**differences))
    assert answer.status_code == status
    assert words in answer.text
    assert client.get("/people").text.count("待本人改密码") == 0


def test_a_taken_user_name_of_another_organisation_is_refused(client, fast_here, manager):
    taken = a_person(fast_here)
    address = f"/organisations/{manager.organisation_id}/people/new"
    answer = client.post(address, data=person(username=taken.username))
    assert answer.status_code == 409
    assert "已被使用" in answer.text


def test_people_of_other_organisations_are_not_there(client, fast_here, manager):
    other = a_person(fast_here, name="外单位人员")
    place = f"/organisations/{other.organisation_id}"
    own = f"/organisations/{manager.organisation_id}"
    assert "外单位人员" not in client.get("/people").text
    refused = [
        client.get(place),
        client.get(f"{place}/people/new"),
        client.post(f"{place}/people/new", data=person()),
        client.get(f"{place}/people/{other.id}/password"),
        client.post(f"{place}/people/{other.id}/password", data=person()),
        client.post(f"{place}/people/{other.id}/deactivate"),
        client.get(f"{own}/people/{other.id}/password"),
        client.post(f"{own}/people/{other.id}/deactivate"),
        client.post(f"{own}/people/{other.id}/password", data=person()),
    ]
    assert [answer.status_code for answer in refused] == [404] * len(refused)
    assert all("外单位人员" not in answer.text for answer in refused)
    (still,) = people_of(fast_here, other.organisation_id)
    assert still.active
    assert still.password_hash == other.password_hash


def test_a_manager_deactivates_a_colleague(client, fast_here, manager):
    colleague = a_colleague(fast_here, manager, Role.OWNER_CLERK, name="周七")
    place = f"/organisations/{manager.organisation_id}/people/{colleague.id}"
    assert client.post(f"{place}/deactivate").location == "/people"
    assert "已停用" in client.get("/people").text
    answer = client.post(f"{place}/deactivate")
    assert answer.status_code == 409
    assert "已经停用" in answer.text


def test_a_manager_cannot_deactivate_themselves(client, fast_here, manager):
    a_colleague(fast_here, manager, Role.OWNER_APPROVER)
    place = f"/organisations/{manager.organisation_id}/people/{manager.id}"
    answer = client.post(f"{place}/deactivate")
    assert answer.status_code == 409
    assert "不能停用自己" in answer.text


def test_a_manager_gives_a_colleague_a_temporary_password(client, app, fast_here, manager):
    colleague = a_colleague(fast_here, manager, Role.OWNER_CLERK)
    theirs = app.test_client()
    sign_in(theirs, colleague)
    address = f"/organisations/{manager.organisation_id}/people/{colleague.id}/password"
    assert client.get(address).status_code == 200
    weak = client.post(address, data={"password": "short"})
    assert weak.status_code == 409
    answer = client.post(address, data={"password": "k7mf-w2qx-9hjt-c4np"})
    assert answer.location == "/people"
    assert theirs.get("/workbench").status_code == 303
    assert (
        theirs.post(
            "/sign-in", data={"username": colleague.username, "password": PASSWORD}
        ).status_code
        == 409
    )
    sign_in(theirs, colleague, "k7mf-w2qx-9hjt-c4np")
    assert theirs.get("/workbench").location == "/password"


def test_a_clerk_has_no_business_with_accounts(client, fast_here):
    clerk = a_person(fast_here, Role.OWNER_CLERK)
    sign_in(client, clerk)
    for path in ("/people", "/organisations", f"/organisations/{clerk.organisation_id}"):
        assert client.get(path).status_code == 403
    place = f"/organisations/{clerk.organisation_id}/people"
    assert client.post(f"{place}/new", data=person()).status_code == 403
    assert client.post(f"{place}/{clerk.id}/deactivate").status_code == 403


def test_a_manager_of_an_owner_admits_no_organisations(client, manager):
    assert client.get("/organisations").status_code == 403
    assert client.get("/organisations/new/owner").status_code == 403
    assert client.post("/organisations/new/owner", data=person()).status_code == 403


def admission(**differences):
    return person(organisation_name="示范市水务局", code=a_code("11"), **differences)


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("owner", "owner-approver"),
        ("regulator", "regulator-officer"),
        ("supervisor", "supervisor-officer"),
    ],
)
def test_the_operator_admits_an_organisation_with_its_first_person(
    client, fast_here, operator, kind, role
):
    answer = client.post(f"/organisations/new/{kind}", data=admission(roles=[role]))
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "示范市水务局" in page.text
    assert "赵六" in page.text
    with fast_here.sessions() as session:
        entered = session.scalar(select(Organisation).where(Organisation.kind == OrgKind(kind)))
    assert "赵六" in client.get(f"/organisations/{entered.id}").text


@pytest.mark.parametrize("kind", ["firm", "operator", "nonsense"])
def test_the_operator_admits_no_other_kind(client, operator, kind):
    assert client.get(f"/organisations/new/{kind}").status_code == 404
    assert client.post(f"/organisations/new/{kind}", data=admission()).status_code == 404


def test_a_role_of_another_kind_is_refused_at_admission_and_nothing_is_registered(
    client, fast_here, operator
):
    answer = client.post("/organisations/new/owner", data=admission(roles=["supervisor-officer"]))
    assert answer.status_code == 422
    with fast_here.sessions() as session:
        assert len(session.scalars(select(Organisation)).all()) == 1


def test_a_regulator_is_given_groups_of_services_on_offer(client, fast_here, operator):
    scope.offer(lambda: GROUPS)
    page = client.get("/organisations/new/regulator").text
    assert "环境影响评价" in page
    assert "环境影响评价" not in client.get("/organisations/new/owner").text
    facts = admission(roles=["regulator-officer"])
    assert (
        client.post("/organisations/new/regulator", data=facts | {"scope": ["99"]}).status_code
        == 422
    )
    answer = client.post("/organisations/new/regulator", data=facts | {"scope": ["05"]})
    assert answer.status_code == 303
    with fast_here.sessions() as session:
        [row] = session.scalars(select(OrganisationScope))
    assert row.group_code == "05"
    assert "环境影响评价" in client.get(f"/organisations/{row.organisation_id}").text


def test_the_operator_helps_a_firm_whose_password_is_lost(client, fast_here, operator):
    delegate = a_person(fast_here, kind=OrgKind.FIRM)
    place = f"/organisations/{delegate.organisation_id}"
    page = client.get(place).text
    assert "记入公开日志" in page
    answer = client.post(
        f"{place}/people/{delegate.id}/password", data={"reason": "本人来电，已回拨核实"}
    )
    assert answer.location.startswith("/handovers/")


def test_organisations_are_listed_in_pages_and_searched(client, fast_here, operator):
    with unit_of_work(fast_here.sessions, Actor("test"), fast_here.clock) as work:
        for number in range(PAGE_ROWS + 3):
            an_organisation(work, name=f"业主{number:03d}")
    first = client.get("/organisations?kind=owner").text
    assert f"共 {PAGE_ROWS + 3} 条" in first
    assert "业主052" in first
    assert "业主002" not in first
    assert "业主002" in client.get("/organisations?kind=owner&page=2").text
    assert "业主007" in client.get("/organisations?words=007").text
    for odd in ("words=%25", "page=x", "page=-3", "page=999", "kind=odd", "words=%00"):
        assert client.get(f"/organisations?{odd}").status_code == 200


@pytest.fixture(autouse=True)
def _no_groups_left_over():
    yield
    scope.offer(list)
