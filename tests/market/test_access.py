"""Permissions and roles, and the application that will not start without knowing them."""

import pytest
from flask import Flask
from flask_login import LoginManager

from market import access
from market.access import (
    ROLES,
    OrgKind,
    Permission,
    Role,
    check_every_endpoint,
    permissions_of,
    public,
    requires,
)
from market.db import Actor
from market.errors import ForbiddenError, SignInRequiredError


def test_every_role_says_where_it_belongs_and_what_it_may_do():
    assert set(ROLES) == set(Role)
    assert {kind for kind, _ in ROLES.values()} == set(OrgKind)
    assert all(Permission.WORKBENCH_OPEN in may for _, may in ROLES.values())


def test_every_permission_is_held_by_someone():
    assert set().union(*(may for _, may in ROLES.values())) == set(Permission)


def test_permissions_are_in_alphabetical_order():
    assert [p.value for p in Permission] == sorted(p.value for p in Permission)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Permission.NEED_POST, Permission.NEED_APPROVE),
        (Permission.NEED_POST, Permission.NEED_CHECK),
        (Permission.NEED_APPROVE, Permission.NEED_CHECK),
        (Permission.DRAW_ENROL, Permission.DRAW_RUN),
        (Permission.DRAW_RUN, Permission.DRAW_SUPERVISE),
        (Permission.CASE_PROPOSE, Permission.CASE_DECIDE),
        (Permission.CASE_REPLY, Permission.CASE_DECIDE),
        (Permission.DELIVERABLE_SUBMIT, Permission.DELIVERABLE_REVIEW),
        (Permission.FIRM_EDIT, Permission.FIRM_CHECK),
        (Permission.DRAW_RUN, Permission.ACCOUNT_MANAGE),
    ],
)
def test_no_single_role_holds_two_permissions_that_must_be_apart(one, other):
    assert not [role for role, (_, may) in ROLES.items() if {one, other} <= may]


def test_several_roles_add_up():
    both = permissions_of(frozenset({Role.OWNER_CLERK, Role.OWNER_APPROVER}))
    assert both == ROLES[Role.OWNER_CLERK][1] | ROLES[Role.OWNER_APPROVER][1]
    assert permissions_of(frozenset()) == frozenset()


class Reader:
    """Whoever is signed in."""

    is_authenticated = is_active = True

    def __init__(self, *permissions: Permission) -> None:
        self.actor = Actor("user:1", permissions=frozenset(permissions))


@pytest.fixture
def asking():
    """Call a guarded view as someone."""
    app = Flask(__name__)
    manager = LoginManager(app)

    def ask(reader: Reader | None):
        manager.request_loader(lambda _request: reader)
        with app.test_request_context("/"):
            return guarded()

    return ask


@requires(Permission.CASE_DECIDE)
def guarded() -> str:
    """Only for deciders."""
    return "in"


def test_a_guarded_view_runs_for_those_who_may(asking):
    assert asking(Reader(Permission.CASE_DECIDE)) == "in"
    with pytest.raises(ForbiddenError):
        asking(Reader(Permission.CASE_PROPOSE))
    with pytest.raises(SignInRequiredError):
        asking(None)


def test_an_endpoint_that_says_nothing_keeps_the_application_from_starting():
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/a", "a", public(lambda: "a"))
    app.add_url_rule("/b", "b", guarded)
    check_every_endpoint(app)
    app.add_url_rule("/forgotten", "forgotten", lambda: "x")
    with pytest.raises(RuntimeError, match="forgotten does not say who may call it"):
        check_every_endpoint(app)


def test_the_marks_are_what_the_matrix_reads():
    assert guarded.access is Permission.CASE_DECIDE
    assert access.public(lambda: "").access == "public"
