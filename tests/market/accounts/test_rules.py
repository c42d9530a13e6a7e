from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.access import ROLES, OrgKind, Permission, Role
from market.accounts import rules
from market.accounts.commonest import COMMONEST
from market.accounts.roles import (
    ForeignRoleError,
    NoRoleError,
    check_roles,
    is_manager,
    may_look_after,
    roles_of_kind,
)
from market.accounts.rules import (
    BadUsernameError,
    CommonPasswordError,
    Limit,
    PasswordHoldsUsernameError,
    PasswordLengthError,
    WeakPasswordError,
    check_password,
    seconds_until,
    session_lives,
    username_of,
    wait_until,
)

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("wang", "wang"), (" Wang.Li-2 ", "wang.li-2"), ("a_b", "a_b"), ("a" * 32, "a" * 32)],
)
def test_a_user_name_is_stored_in_lower_case_without_blanks(typed, stored):
    assert username_of(typed) == stored


@pytest.mark.parametrize(
    "typed", ["", "ab", "a" * 33, "1abc", ".abc", "王五六", "a b c", "abc\0", "abc\n.", "ａｂｃ"]
)
def test_other_user_names_are_refused(typed):
    with pytest.raises(BadUsernameError) as caught:
        username_of(typed)
    assert caught.value.field == "username"


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("", PasswordLengthError),
        ("Kurz 4 x!", PasswordLengthError),
        ("L" * 129, PasswordLengthError),
        ("my name is Wang.Li ok", PasswordHoldsUsernameError),
        ("password123", CommonPasswordError),
        ("PassWord123", CommonPasswordError),
        ("Password１２３", CommonPasswordError),
        ("12345678901"[::-1], CommonPasswordError),
        ("abcdefghijklmn", CommonPasswordError),
        ("nmlkjihgfedcba", CommonPasswordError),
        ("aaaaaaaaaaaa", CommonPasswordError),
        ("abababababab1", CommonPasswordError),
    ],
)
def test_a_password_that_could_be_guessed_is_refused(password, error):
    with pytest.raises(error) as caught:
        check_password(password, "wang.li", field="new")
    assert caught.value.field == "new"
    assert "%" not in str(caught.value)


@pytest.mark.parametrize("password", ["Stille Post 42", "打印机 窗台 火锅 一九八四", "x9!kq2#mzt"])
def test_other_passwords_are_accepted(password):
    check_password(password, "wang.li")


def test_every_common_password_is_long_enough_to_be_tried():
    for password in COMMONEST:
        assert len(password) >= rules.PASSWORD_SHORTEST
        with pytest.raises(WeakPasswordError):
            check_password(password, "nobody-here")


@pytest.mark.parametrize("kind", OrgKind)
@pytest.mark.parametrize("role", Role)
def test_a_role_is_held_only_in_its_own_kind_of_organisation(role, kind):
    if ROLES[role][0] is kind:
        assert check_roles([role, role], kind) == {role}
        assert role in roles_of_kind(kind)
        return
    assert role not in roles_of_kind(kind)
    own = roles_of_kind(kind)
    with pytest.raises(ForeignRoleError):
        check_roles([*own, role], kind)


def test_a_person_needs_a_role():
    with pytest.raises(NoRoleError):
        check_roles([], OrgKind.OWNER)


@pytest.mark.parametrize("role", Role)
def test_managers_are_those_who_may_manage_accounts(role):
    assert is_manager([role]) is (Permission.ACCOUNT_MANAGE in ROLES[role][1])


@pytest.mark.parametrize("manager", OrgKind)
@pytest.mark.parametrize("kind", OrgKind)
def test_only_the_operator_looks_after_others_and_never_after_another_operator(manager, kind):
    expected = manager is OrgKind.OPERATOR and kind is not OrgKind.OPERATOR
    assert may_look_after(manager, kind) is expected


LIMIT = Limit(3, timedelta(minutes=10))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 400), max_size=60))
def test_no_window_ever_holds_more_tries_than_the_limit(gaps):
    allowed: list[datetime] = []
    now = NOON
    for gap in gaps:
        now += timedelta(seconds=gap)
        until = wait_until(allowed, now, LIMIT)
        if until is None:
            allowed.append(now)
        else:
            assert now < until <= now + LIMIT.window
            assert wait_until(allowed, until, LIMIT) is None
            assert wait_until(allowed, until - timedelta(microseconds=1), LIMIT) == until
    for first, beyond in zip(allowed, allowed[LIMIT.tries :], strict=False):
        assert beyond - first >= LIMIT.window
    assert all(a <= b for a, b in pairwise(allowed))


def test_the_order_of_the_tries_does_not_matter():
    tries = [NOON - timedelta(minutes=m) for m in (9, 1, 5)]
    assert wait_until(tries, NOON, LIMIT) == wait_until(sorted(tries), NOON, LIMIT)
    assert wait_until(tries, NOON, LIMIT) == NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("wait", "seconds"), [(-5.0, 1), (0.0, 1), (0.2, 1), (1.0, 1), (1.01, 2), (900.0, 900)]
)
def test_the_wait_is_rounded_up_to_whole_seconds(wait, seconds):
    assert seconds_until(NOON + timedelta(seconds=wait), NOON) == seconds


@pytest.mark.parametrize(
    ("age", "idle", "lives"),
    [
        (timedelta(), timedelta(), True),
        (timedelta(hours=2), timedelta(hours=2), False),
        (timedelta(hours=5), timedelta(hours=2) - timedelta(seconds=1), True),
        (timedelta(hours=12) - timedelta(seconds=1), timedelta(), True),
        (timedelta(hours=12), timedelta(), False),
    ],
)
def test_a_session_ends_after_twelve_hours_or_two_idle_ones(age, idle, lives):
    assert session_lives(NOON - age, NOON - idle, NOON) is lives


@pytest.mark.parametrize(
    ("remote", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "unknown"),
        ("", "unknown"),
        ("somewhere", "unknown"),
    ],
)
def test_tries_are_counted_by_address_or_by_the_network_of_a_household(remote, key):
    assert rules.address_of(remote) == key
