"""Passwords pass through two people of the operator: neither alone can become anybody."""

import json
import re
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select, text

from market.access import OrgKind, Role
from market.accounts import actions, handing_over, queries_handovers
from market.accounts.errors import (
    AlreadyDeactivatedError,
    HandoverWaitingError,
    OwnResetError,
    SecondPersonError,
)
from market.accounts.handover_rules import (
    HANDOVER_MOVES,
    Half,
    HandoverMove,
    HandoverNotAgreedError,
    HandoverOverError,
    HandoverPurpose,
    HandoverReasonError,
    HandoverState,
    advance_handover,
    half,
    whole,
)
from market.accounts.model import Organisation, PasswordHandover, User
from market.accounts.passwords import hasher
from market.db import Actor, unit_of_work
from market.errors import SeparationOfDutiesError
from tests.market.factories.accounts import PASSWORD, a_person, a_user, actor_for, sign_in

REASON = "本人来电遗忘密码，已回拨登记的电话核实。"
NEW = hasher(64).choose("Ganz anders 7!", "nobody")
KEY = b"k" * 32


def working(here, user=None):
    actor = actor_for(here, user) if user is not None else Actor("test")
    return unit_of_work(here.sessions, actor, here.clock)


@pytest.fixture
def office(fast_here):
    """Three people of one operator: a manager and two clerks."""
    manager = a_person(fast_here, Role.OPERATOR_MANAGER, kind=OrgKind.OPERATOR)
    with working(fast_here) as work:
        employer = work.session.get_one(Organisation, manager.organisation_id)
        clerks = [a_user(work, employer, Role.OPERATOR_CLERK) for _ in range(2)]
    return manager, *clerks


def asked(here, by, user, reason=REASON):
    with working(here, by) as work:
        found = work.session.get_one(User, user.id)
        return handing_over.ask(work, found, HandoverPurpose.RESET, reason).id


def handed(here, by, handover_id):
    with working(here, by) as work:
        return handing_over.hand_over(work, handover_id, NEW)


def told(here):
    with here.engine.connect() as connection:
        bodies = connection.execute(text("SELECT body FROM log_submission ORDER BY id")).scalars()
        found = [json.loads(bytes(body)) for body in bodies]
    return [one for one in found if one["t"].startswith("zjcs/user.") and "added" not in one["t"]]


@pytest.mark.parametrize(("state", "move"), [*product(HandoverState, HandoverMove)])
def test_every_state_and_move(state, move):
    if (state, move) in HANDOVER_MOVES:
        assert advance_handover(state, move) is HANDOVER_MOVES[state, move]
    elif (state, move) == (HandoverState.AWAITED, HandoverMove.HAND):
        with pytest.raises(HandoverNotAgreedError):
            advance_handover(state, move)
    else:
        with pytest.raises(HandoverOverError):
            advance_handover(state, move)


def test_the_halves_are_two_and_make_the_whole():
    salt = "ab" * 32
    first, second = half(KEY, salt, Half.FIRST), half(KEY, salt, Half.SECOND)
    assert first != second
    assert whole(KEY, salt) == f"{first}-{second}"
    assert re.fullmatch(r"[2-9a-z]{4}-[2-9a-z]{4}", first)
    assert half(b"x" * 32, salt, Half.FIRST) != first


@pytest.mark.parametrize("kind", [OrgKind.EXPERT, OrgKind.FIRM, OrgKind.REGULATOR])
def test_nobody_of_the_operator_resets_a_password_alone(fast_here, office, kind):
    manager, clerk, _ = office
    user = a_person(fast_here, kind=kind)
    with pytest.raises(SecondPersonError), working(fast_here, manager) as work:
        actions.reset_password(work, work.session.get_one(User, user.id), NEW)
    with pytest.raises(SecondPersonError), working(fast_here, manager) as work:
        actions.reset_password(work, work.session.get_one(User, clerk.id), NEW)


def test_two_people_hand_a_password_over_and_the_log_is_told(fast_here, office):
    manager, clerk, _ = office
    user = a_person(fast_here, kind=OrgKind.FIRM)
    number = asked(fast_here, manager, user)
    with fast_here.sessions() as session:
        assert session.get_one(User, user.id).password_hash == user.password_hash
    with pytest.raises(SeparationOfDutiesError):
        handed(fast_here, manager, number)
    with pytest.raises(HandoverWaitingError):
        asked(fast_here, clerk, user)
    assert handed(fast_here, clerk, number).state is HandoverState.HANDED
    with pytest.raises(HandoverOverError):
        handed(fast_here, clerk, number)
    with fast_here.sessions() as session:
        found = session.get_one(User, user.id)
    assert (found.password_hash, found.password_temporary) == (NEW.encoded, True)
    entries = told(fast_here)
    assert [(one["t"], one.get("state")) for one in entries] == [
        ("zjcs/user.handover.v1", "asked"),
        ("zjcs/user.handover.v1", "handed"),
        ("zjcs/user.password-reset.v1", None),
    ]
    assert [one["by"] for one in entries] == [f"user:{manager.id}", *[f"user:{clerk.id}"] * 2]
    assert REASON not in json.dumps(entries, ensure_ascii=False)


def test_what_is_asked_for_must_be_somebody_elses_open_account_with_a_reason(fast_here, office):
    manager, clerk, other = office
    with pytest.raises(OwnResetError):
        asked(fast_here, manager, manager)
    with pytest.raises(HandoverReasonError):
        asked(fast_here, manager, clerk, " 忘了 ")
    number = asked(fast_here, manager, clerk)
    with pytest.raises(OwnResetError):
        handed(fast_here, clerk, number)
    with pytest.raises(SecondPersonError), working(fast_here, manager) as work:
        actions.deactivate_user(work, work.session.get_one(User, clerk.id))
    with working(fast_here) as work:
        actions.deactivate_user(work, work.session.get_one(User, clerk.id))
    with pytest.raises(AlreadyDeactivatedError):
        handed(fast_here, other, number)
    with working(fast_here, other) as work:
        assert handing_over.refuse(work, number).state is HandoverState.REFUSED
    with pytest.raises(AlreadyDeactivatedError):
        asked(fast_here, manager, clerk)


def test_given_since_knows_new_accounts_and_new_passwords(fast_here, office, clock):
    manager, clerk, _ = office
    user = a_person(fast_here, kind=OrgKind.EXPERT)

    def given(instant):
        with working(fast_here) as work:
            return queries_handovers.given_since(work, user.organisation_id, instant)

    assert not given(clock())
    before = clock()
    clock.advance(timedelta(minutes=1))
    number = asked(fast_here, manager, user)
    assert not given(before)
    handed(fast_here, clerk, number)
    assert given(before)
    assert not given(clock())


def test_in_the_browser_each_tells_one_half_and_the_person_is_told(app, client, fast_here, office):
    manager, clerk, other = office
    user = a_person(fast_here, Role.FIRM_DELEGATE, kind=OrgKind.FIRM)
    sign_in(client, manager)
    place = f"/organisations/{user.organisation_id}/people/{user.id}/password"
    assert client.post(place, data={"reason": "忘了"}).status_code == 409
    answer = client.post(place, data={"reason": REASON})
    assert answer.status_code == 303, answer.text
    first = the_half(client.get(answer.location).text)
    assert "查看这项申请" in client.get(place).text
    assert client.post(f"{answer.location}/confirm", data={"version": 1}).status_code == 409
    second = app.test_client()
    sign_in(second, clerk)
    assert answer.location in second.get("/workbench").text
    page = second.get(answer.location).text
    assert the_half(page) is None
    seen = re.search(r'name="version" value="(\d+)"', page)[1]
    done = second.post(f"{answer.location}/confirm", data={"version": seen})
    assert done.status_code == 303, done.text
    last = the_half(second.get(answer.location).text)
    assert first != last
    third = app.test_client()
    sign_in(third, other)
    assert the_half(third.get(answer.location).text) is None
    own = app.test_client()
    for wrong in (PASSWORD, first, last):
        tried = own.post("/sign-in", data={"username": user.username, "password": wrong})
        assert tried.status_code == 409
    sign_in(own, user, f"{first}-{last}")
    page = own.get("/password").text
    assert manager.name in page
    assert clerk.name in page
    assert REASON in page
    supervisor = app.test_client()
    sign_in(supervisor, a_person(fast_here, kind=OrgKind.SUPERVISOR))
    register = supervisor.get("/handovers").text
    assert REASON in register
    assert f"账号 {user.id} 号" in register
    assert supervisor.get(answer.location).status_code == 403


def the_half(page):
    found = re.search(r"<code>([2-9a-z]{4}-[2-9a-z]{4})</code>", page)
    return found[1] if found else None


def test_an_account_that_the_operator_opens_cannot_be_used_before_a_second_person_agreed(
    app, client, fast_here, office
):
    manager, clerk, _ = office
    sign_in(client, manager)
    sent = {"name": "赵六", "username": "zhao.liu", "roles": ["operator-clerk"], "password": "x"}
    answer = client.post(f"/organisations/{manager.organisation_id}/people/new", data=sent)
    assert re.fullmatch(r"/handovers/\d+", answer.location), answer.text
    first = the_half(client.get(answer.location).text)
    with fast_here.sessions() as session:
        [row] = session.scalars(select(PasswordHandover))
    assert (row.purpose, row.state) == (HandoverPurpose.OPEN, HandoverState.ASKED)
    second = app.test_client()
    sign_in(second, clerk)
    done = second.post(f"{answer.location}/confirm", data={"version": row.version})
    assert done.status_code == 303, done.text
    last = the_half(second.get(answer.location).text)
    own = app.test_client()
    found = own.post("/sign-in", data={"username": "zhao.liu", "password": f"{first}-{last}"})
    assert found.status_code == 303


def test_an_owners_manager_resets_alone_and_the_colleague_reads_by_whom(app, client, fast_here):
    manager = a_person(fast_here, Role.OWNER_APPROVER)
    with working(fast_here) as work:
        employer = work.session.get_one(Organisation, manager.organisation_id)
        colleague = a_user(work, employer, Role.OWNER_CLERK)
    with working(fast_here, manager) as work:
        actions.reset_password(work, work.session.get_one(User, colleague.id), NEW)
    own = app.test_client()
    sign_in(own, colleague, "Ganz anders 7!")
    assert f"由 {manager.name} 重置" in own.get("/password").text
