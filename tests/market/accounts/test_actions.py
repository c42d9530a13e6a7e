import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from market.access import OrgKind, Permission, Role, permissions_of
from market.accounts import actions, queries, sessions
from market.accounts.errors import (
    AlreadyDeactivatedError,
    LastManagerError,
    OneselfError,
    OrganisationExistsError,
    OwnResetError,
    UsernameTakenError,
)
from market.accounts.model import OrganisationScope, User
from market.accounts.passwords import hasher
from market.accounts.roles import ForeignRoleError, NoRoleError
from market.accounts.rules import BadUsernameError, CommonPasswordError
from market.codes import CreditCodeError
from market.db import Actor, unit_of_work
from market.errors import MarketError, MissingError
from tests.market.factories.accounts import (
    PASSWORD,
    a_code,
    a_person,
    a_user,
    actor_for,
    an_organisation,
)

ANOTHER = hasher(64).choose("Ganz anders 7!", "nobody")


def working(here, actor=None):
    return unit_of_work(here.sessions, actor or Actor("test"), here.clock)


def logged(here):
    with here.engine.connect() as connection:
        bodies = connection.execute(text("SELECT body FROM log_submission ORDER BY id")).scalars()
        return [json.loads(bytes(body)) for body in bodies]


def test_an_organisation_is_registered_once_and_logged_without_its_name(here):
    code = a_code()
    with working(here) as work:
        entered = actions.register_organisation(
            work,
            kind=OrgKind.REGULATOR,
            code=f" {code.lower()} ",
            name=" 住建局 ",
            scope=["02", "01"],
        )
        assert (entered.code, entered.name) == (code, "住建局")
    with pytest.raises(OrganisationExistsError) as caught, working(here) as work:
        actions.register_organisation(work, kind=OrgKind.FIRM, code=code, name="另一家")
    assert caught.value.field == "code"
    with working(here) as work:
        assert queries.scope_of(work, entered.id) == {"01", "02"}
        assert queries.organisation_by_code(work, code).id == entered.id
    (entry,) = logged(here)
    assert entry == {
        "t": "zjcs/organisation.registered.v1",
        "by": "test",
        "at": entry["at"],
        "code": code,
        "organisation_kind": "regulator",
        "scope": ["01", "02"],
    }


def test_a_code_with_a_wrong_check_character_is_refused(fast_here):
    wrong = a_code()[:-1] + "0"
    with pytest.raises(CreditCodeError) as caught, working(fast_here) as work:
        actions.register_organisation(work, kind=OrgKind.FIRM, code=wrong, name="x")
    assert caught.value.field == "code"


def test_the_same_code_at_the_same_moment_is_registered_once(here):
    code, start = a_code(), Barrier(2)

    def register(name):
        start.wait()
        try:
            with working(here) as work:
                actions.register_organisation(work, kind=OrgKind.FIRM, code=code, name=name)
        except OrganisationExistsError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(register, "ab")) == [False, True]


def test_a_person_is_logged_as_a_number_with_roles(here):
    with working(here) as work:
        owner = an_organisation(work)
        user = a_user(work, owner, Role.OWNER_CLERK, username=" Wang.Li ", name="王丽")
        assert user.username == "wang.li"
    entry = logged(here)[-1]
    assert entry == {
        "t": "zjcs/user.added.v1",
        "by": "test",
        "at": entry["at"],
        "account": user.id,
        "organisation": owner.code,
        "roles": ["owner-clerk"],
    }


@pytest.mark.parametrize(
    ("differences", "error"),
    [
        ({"username": "王丽"}, BadUsernameError),
        ({"username": "TAKEN"}, UsernameTakenError),
        ({"password": "password123"}, CommonPasswordError),
        ({"roles": []}, NoRoleError),
        ({"roles": [Role.OWNER_CLERK, Role.OPERATOR_MANAGER]}, ForeignRoleError),
    ],
)
def test_what_a_person_may_not_be(here, differences, error):
    a_person(here, username="taken")
    facts = {"username": "free", "name": "x", "roles": [Role.OWNER_CLERK], "password": ANOTHER}
    before = len(logged(here))
    with pytest.raises(error), working(here) as work:
        actions.add_user(work, an_organisation(work), **(facts | differences))
    assert len(logged(here)) == before


def test_the_database_itself_refuses_a_name_that_is_not_in_lower_case(here):
    user = a_person(here)
    with pytest.raises(IntegrityError), here.sessions.begin() as session:
        session.get(User, user.id).username = "Upper"


def test_an_actor_is_an_account_with_the_permissions_of_its_roles(here):
    user = a_person(here, Role.OWNER_APPROVER)
    actor = actor_for(here, user)
    assert actor.name == f"user:{user.id}"
    assert actor.permissions == permissions_of(frozenset({Role.OWNER_APPROVER}))
    assert Permission.NEED_POST not in actor.permissions
    assert (actor.org_kind, actor.org_id) == ("owner", user.organisation_id)
    with here.sessions() as session:
        assert queries.actor_of(session, user) == actor


def test_a_deactivated_person_is_out_everywhere_and_logged(here):
    manager = a_person(here, Role.OWNER_APPROVER)
    with working(here) as work:
        owner = queries.organisation(work, manager.organisation_id)
        clerk = a_user(work, owner, Role.OWNER_CLERK)
        token = sessions.begin(work, clerk)
    with working(here, actor_for(here, manager)) as work:
        assert sessions.find(work, token) is not None
        actions.deactivate_user(work, queries.user_of(work, owner.id, clerk.id))
        assert sessions.find(work, token) is None
    assert logged(here)[-1]["t"] == "zjcs/user.deactivated.v1"
    assert logged(here)[-1]["by"] == f"user:{manager.id}"
    with pytest.raises(AlreadyDeactivatedError), working(here) as work:
        actions.deactivate_user(work, queries.user_of(work, owner.id, clerk.id))
    with pytest.raises(AlreadyDeactivatedError), working(here) as work:
        actions.reset_password(work, queries.user_of(work, owner.id, clerk.id), ANOTHER)


def test_nobody_deactivates_themselves_or_the_last_manager(here):
    manager = a_person(here, Role.OWNER_APPROVER)
    with pytest.raises(OneselfError), working(here, actor_for(here, manager)) as work:
        actions.deactivate_user(work, work.session.get_one(User, manager.id))
    with pytest.raises(LastManagerError), working(here) as work:
        actions.deactivate_user(work, work.session.get_one(User, manager.id))


def test_two_managers_cannot_deactivate_each_other_at_the_same_moment(here):
    one = a_person(here, Role.OWNER_APPROVER)
    with working(here) as work:
        owner = queries.organisation(work, one.organisation_id)
        other = a_user(work, owner, Role.OWNER_APPROVER)
    start = Barrier(2)

    def deactivate(pair):
        by, whom = pair
        start.wait()
        try:
            with working(here, actor_for(here, by)) as work:
                actions.deactivate_user(work, queries.user_of(work, owner.id, whom.id))
        except MarketError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(deactivate, [(one, other), (other, one)])) == {None, LastManagerError}


def test_a_firm_has_no_manager_and_its_last_delegate_can_be_deactivated(fast_here):
    delegate = a_person(fast_here, kind=OrgKind.FIRM)
    with working(fast_here) as work:
        actions.deactivate_user(work, work.session.get_one(User, delegate.id))


def test_a_new_password_ends_every_session(here):
    user = a_person(here, temporary=True)
    with working(here) as work:
        found = work.session.get_one(User, user.id)
        tokens = [sessions.begin(work, found) for _ in range(2)]
        actions.change_password(work, found, ANOTHER)
        assert [sessions.find(work, token) for token in tokens] == [None, None]
        assert not found.password_temporary


def test_a_reset_password_is_temporary_logged_and_never_ones_own(here):
    user = a_person(here)
    with pytest.raises(OwnResetError), working(here, actor_for(here, user)) as work:
        actions.reset_password(work, work.session.get_one(User, user.id), ANOTHER)
    with working(here) as work:
        found = work.session.get_one(User, user.id)
        token = sessions.begin(work, found)
        actions.reset_password(work, found, ANOTHER)
        assert found.password_temporary
        assert sessions.find(work, token) is None
    assert logged(here)[-1]["t"] == "zjcs/user.password-reset.v1"


def test_nothing_in_the_log_names_a_person_or_a_password(here):
    user = a_person(here, name="王丽")
    with working(here) as work:
        actions.reset_password(work, work.session.get_one(User, user.id), ANOTHER)
    whole = json.dumps(logged(here), ensure_ascii=False)
    for secret in ("王丽", user.username, "argon2", PASSWORD):
        assert secret not in whole


def test_people_are_those_of_the_organisation(here):
    mine, theirs = a_person(here), a_person(here)
    with working(here, actor_for(here, mine)) as work:
        assert [u.id for u in queries.users_of(work, work.org_id)] == [mine.id]
        assert [p.user.id for p in queries.people_of(work, work.org_id)] == [mine.id]
        with pytest.raises(MissingError):
            queries.user_of(work, work.org_id, theirs.id)
        with pytest.raises(MissingError):
            queries.looked_after(work, theirs.organisation_id)
        with pytest.raises(MissingError):
            queries.looked_after(work, 10**9)


def test_the_operator_looks_after_all_but_another_operator(here):
    operator = a_person(here, kind=OrgKind.OPERATOR)
    owner = a_person(here)
    rival = a_person(here, kind=OrgKind.OPERATOR)
    with working(here, actor_for(here, operator)) as work:
        assert queries.looked_after(work, owner.organisation_id)
        assert queries.looked_after(work, operator.organisation_id)
        with pytest.raises(MissingError):
            queries.looked_after(work, rival.organisation_id)


def test_organisations_are_found_by_part_of_name_or_code_and_by_kind(here):
    with working(here) as work:
        one = an_organisation(work, name="水务局100%")
        two = an_organisation(work, OrgKind.REGULATOR, name="水利厅")
        found = queries.organisations(work, kind=None, words="水", number=1)
        assert [o.id for o in found.rows] == [two.id, one.id]
        assert queries.organisations(work, kind=None, words="%", number=1).total == 1
        assert queries.organisations(work, kind=None, words=one.code.lower(), number=9).total == 1
        found = queries.organisations(work, kind=OrgKind.REGULATOR, words="水", number=0)
        assert [o.id for o in found.rows] == [two.id]
        assert found.pages == 1


def test_a_scope_is_stored_once_per_group(here):
    with working(here) as work:
        entered = an_organisation(work, OrgKind.REGULATOR, scope=["01", "01"])
    with here.sessions() as session:
        rows = session.scalars(select(OrganisationScope)).all()
    assert [(row.organisation_id, row.group_code) for row in rows] == [(entered.id, "01")]
