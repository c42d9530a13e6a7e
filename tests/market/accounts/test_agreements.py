"""Two people of the operator alone neither become an authority nor take its people away."""

import json
import re
from itertools import product

import pytest
from sqlalchemy import func, select, text

from market.access import OrgKind, Role
from market.accounts import actions, handing_over, queries_handovers
from market.accounts.errors import LastManagerError, LastSupervisorError, SecondPersonError
from market.accounts.handover_rules import (
    Agreer,
    HandoverNotAgreedError,
    HandoverOverError,
    HandoverPurpose,
    HandoverReasonError,
    HandoverState,
    agreers,
    needs_agreement,
)
from market.accounts.model import Organisation, PasswordHandover, User
from market.errors import MissingError, SeparationOfDutiesError
from market.messages.model import Message
from tests.market.accounts.test_handovers import NEW, office, the_half, working
from tests.market.factories.accounts import a_code, a_person, a_user, an_organisation, sign_in

__all__ = ["office"]

REASON = "本单位来函，此人已调离。"
OPEN, RESET, CLOSE = HandoverPurpose.OPEN, HandoverPurpose.RESET, HandoverPurpose.CLOSE


def colleague(here, user, *roles, **differences):
    with working(here) as work:
        employer = work.session.get_one(Organisation, user.organisation_id)
        return a_user(work, employer, *roles, **differences)


def newcomer(here, kind, **differences):
    """A new organisation whose only account was opened and never used."""
    with working(here) as work:
        return a_user(work, an_organisation(work, kind), temporary=True, **differences)


def asked(here, by, user, purpose=OPEN, reason=REASON):
    with working(here, by) as work:
        return handing_over.ask(work, work.session.get_one(User, user.id), purpose, reason).id


def agreed(here, by, number):
    with working(here, by) as work:
        return handing_over.agree(work, number)


def handed(here, by, number):
    with working(here, by) as work:
        return handing_over.hand_over(work, number, NEW)


def may_agree(here, *people):
    """Which of some people have something to agree to."""
    able = []
    for person in people:
        with working(here, person) as work:
            able += [person.id] if queries_handovers.to_agree(work) else []
    return able


def of(here, user):
    with here.sessions() as session:
        return session.get_one(User, user.id)


@pytest.mark.parametrize(("kind", "purpose"), [*product(OrgKind, HandoverPurpose)])
def test_who_is_not_the_operators_is_asked(kind, purpose):
    guarded = kind in {OrgKind.REGULATOR, OrgKind.SUPERVISOR}
    expected = kind is not OrgKind.OPERATOR and (guarded or purpose is OPEN)
    assert needs_agreement(kind, purpose) is expected


@pytest.mark.parametrize(("kind", "purpose"), [*product(OrgKind, HandoverPurpose)])
@pytest.mark.parametrize(("unit", "supervisor"), [*product([True, False], repeat=2)])
def test_the_unit_agrees_and_the_supervisor_where_nobody_is(kind, purpose, unit, supervisor):
    able = agreers(kind, purpose, unit_is_there=unit, supervisor_is_there=supervisor)
    assert (Agreer.UNIT in able) is unit
    assert (Agreer.SUPERVISOR in able) is (supervisor and (purpose is CLOSE or not unit))
    nobody = not unit and not supervisor
    assert (Agreer.AUTHORITY in able) is (kind is OrgKind.SUPERVISOR and nobody)


@pytest.mark.parametrize("purpose", [OPEN, RESET])
def test_two_of_the_operator_do_not_become_an_authority(fast_here, office, purpose):
    manager, clerk, other = office
    decider = a_person(fast_here, Role.REGULATOR_DECIDER, kind=OrgKind.REGULATOR)
    stranger = a_person(fast_here, Role.REGULATOR_DECIDER, kind=OrgKind.REGULATOR)
    supervisor = a_person(fast_here, kind=OrgKind.SUPERVISOR)
    user = colleague(fast_here, decider, Role.REGULATOR_DECIDER)
    number = asked(fast_here, manager, user, purpose)
    with pytest.raises(HandoverNotAgreedError):
        handed(fast_here, clerk, number)
    assert may_agree(fast_here, *office, user, stranger, supervisor, decider) == [decider.id]
    for nobody in (clerk, other, stranger, supervisor, user):
        with pytest.raises(MissingError):
            agreed(fast_here, nobody, number)
    assert of(fast_here, user).password_hash == user.password_hash
    row = agreed(fast_here, decider, number)
    assert (row.state, row.agreed_by_id) == (HandoverState.ASKED, decider.id)
    with pytest.raises(SeparationOfDutiesError):
        handed(fast_here, manager, number)
    handed(fast_here, clerk, number)
    assert of(fast_here, user).password_hash == NEW.encoded


def test_whoever_never_chose_a_password_agrees_to_nothing(fast_here, office):
    """Else the operator would open two accounts, and the one agree to the other."""
    first = newcomer(fast_here, OrgKind.REGULATOR)
    second = colleague(fast_here, first, Role.REGULATOR_DECIDER, temporary=True)
    supervisor = a_person(fast_here, kind=OrgKind.SUPERVISOR)
    asked(fast_here, office[0], second)
    assert may_agree(fast_here, supervisor) == [supervisor.id]


@pytest.mark.parametrize("kind", [OrgKind.REGULATOR, OrgKind.OWNER, OrgKind.EXPERT])
def test_the_first_account_of_an_organisation_needs_the_supervisor(fast_here, office, kind):
    user = newcomer(fast_here, kind)
    authority = a_person(fast_here, kind=OrgKind.REGULATOR)
    supervisor = a_person(fast_here, kind=OrgKind.SUPERVISOR)
    number = asked(fast_here, office[0], user)
    assert may_agree(fast_here, *office, user, authority, supervisor) == [supervisor.id]
    agreed(fast_here, supervisor, number)
    assert handed(fast_here, office[1], number).state is HandoverState.HANDED


def test_a_new_supervisor_is_agreed_to_by_the_one_there_is_or_by_an_authority(fast_here, office):
    user = newcomer(fast_here, OrgKind.SUPERVISOR)
    owner = a_person(fast_here, kind=OrgKind.OWNER)
    authority = a_person(fast_here, kind=OrgKind.REGULATOR)
    asked(fast_here, office[0], user)
    assert may_agree(fast_here, *office, owner, authority) == [authority.id]
    supervisor = a_person(fast_here, kind=OrgKind.SUPERVISOR)
    assert may_agree(fast_here, *office, owner, authority, supervisor) == [supervisor.id]


def test_an_organisation_that_disagrees_ends_it(fast_here, office):
    decider = a_person(fast_here, kind=OrgKind.REGULATOR)
    user = colleague(fast_here, decider)
    number = asked(fast_here, office[0], user)
    with working(fast_here, decider) as work:
        assert handing_over.disagree(work, number).state is HandoverState.REFUSED
    with pytest.raises(HandoverOverError):
        handed(fast_here, office[1], number)
    with pytest.raises(MissingError):
        agreed(fast_here, decider, number)


def test_closing_takes_two_people_a_reason_and_the_authority_or_supervisor(fast_here, office):
    manager, clerk, _ = office
    decider = a_person(fast_here, kind=OrgKind.REGULATOR)
    user = colleague(fast_here, decider, Role.REGULATOR_DECIDER)
    supervisor = a_person(fast_here, kind=OrgKind.SUPERVISOR)
    with pytest.raises(HandoverReasonError):
        asked(fast_here, manager, user, CLOSE, " 无 ")
    number = asked(fast_here, manager, user, CLOSE)
    with pytest.raises(HandoverNotAgreedError):
        handed(fast_here, clerk, number)
    assert may_agree(fast_here, *office, user, decider, supervisor) == [decider.id, supervisor.id]
    agreed(fast_here, supervisor, number)
    with pytest.raises(SeparationOfDutiesError):
        handed(fast_here, manager, number)
    assert of(fast_here, user).active
    handed(fast_here, clerk, number)
    assert not of(fast_here, user).active
    with fast_here.engine.connect() as connection:
        bodies = connection.execute(text("SELECT body FROM log_submission ORDER BY id")).scalars()
        told = [json.loads(bytes(body))["t"] for body in bodies]
    assert told[-1] == "zjcs/user.handover.v1"
    assert told.count("zjcs/user.deactivated.v1") == 1


@pytest.mark.parametrize("kind", [OrgKind.FIRM, OrgKind.EXPERT])
def test_closing_elsewhere_takes_two_people(fast_here, office, kind):
    user = a_person(fast_here, kind=kind)
    number = asked(fast_here, office[0], user, CLOSE)
    handed(fast_here, office[1], number)
    assert not of(fast_here, user).active


def test_the_last_account_of_a_supervisor_is_never_taken(fast_here, office):
    manager, clerk, _ = office
    last = a_person(fast_here, kind=OrgKind.SUPERVISOR)
    a_person(fast_here, kind=OrgKind.SUPERVISOR)
    with pytest.raises(LastSupervisorError):
        asked(fast_here, manager, last, CLOSE)
    other = colleague(fast_here, last)
    number = asked(fast_here, manager, last, CLOSE)
    agreed(fast_here, other, number)
    second = asked(fast_here, manager, other, CLOSE)
    agreed(fast_here, last, second)
    handed(fast_here, clerk, number)
    with pytest.raises(LastSupervisorError):
        handed(fast_here, clerk, second)
    assert of(fast_here, other).active


def test_the_last_manager_of_an_owner_is_not_asked_for(fast_here, office):
    owner = a_person(fast_here, Role.OWNER_APPROVER)
    with pytest.raises(LastManagerError):
        asked(fast_here, office[0], owner, CLOSE)


def told_of(here, organisation_id):
    with here.sessions() as session:
        rows = session.scalars(
            select(Message).where(Message.org_id == organisation_id).order_by(Message.id)
        ).all()
    return [(row.kind, json.loads(row.facts)["what"]) for row in rows]


def test_in_the_browser_the_authority_is_told_and_agrees(app, client, fast_here, office):
    manager, clerk, _ = office
    decider = a_person(fast_here, Role.REGULATOR_DECIDER, kind=OrgKind.REGULATOR)
    supervisor = a_person(fast_here, kind=OrgKind.SUPERVISOR)
    place = f"/organisations/{decider.organisation_id}/people"
    sign_in(client, manager)
    sent = {"name": "假决定人", "username": "fake.decider", "roles": ["regulator-decider"]}
    answer = client.post(f"{place}/new", data=sent)
    assert answer.status_code == 303, answer.text
    assert "等待同意" in client.get(answer.location).text
    second = app.test_client()
    sign_in(second, clerk)
    assert second.post(f"{answer.location}/confirm", data={"version": 1}).status_code == 409
    for whom in (decider, supervisor):
        assert told_of(fast_here, whom.organisation_id) == [("account.asked", "开通账号")]
    theirs = app.test_client()
    sign_in(theirs, decider)
    assert f"{answer.location}/agreement" in theirs.get("/workbench").text
    page = theirs.get(f"{answer.location}/agreement").text
    assert "假决定人" in page
    assert "监管决定人" in page
    watching = app.test_client()
    sign_in(watching, supervisor)
    assert watching.get(f"{answer.location}/agreement").status_code == 404
    assert watching.post(f"{answer.location}/agree", data={"version": 1}).status_code == 404
    assert second.get(f"{answer.location}/agreement").status_code == 403
    seen = re.search(r'name="version" value="(\d+)"', page)[1]
    assert theirs.post(f"{answer.location}/agree", data={"version": 9}).status_code == 409
    done = theirs.post(f"{answer.location}/agree", data={"version": seen})
    assert done.status_code == 303
    shown = second.get(answer.location).text
    assert decider.name in shown
    seen = re.search(r'name="version" value="(\d+)"', shown)[1]
    assert second.post(f"{answer.location}/confirm", data={"version": seen}).status_code == 303
    assert the_half(second.get(answer.location).text)
    assert told_of(fast_here, decider.organisation_id)[1:] == [("account.decided", "开通账号")]
    assert decider.name in watching.get("/handovers").text


def test_in_the_browser_nobody_is_closed_at_once(app, client, fast_here, office):
    decider = a_person(fast_here, kind=OrgKind.REGULATOR)
    user = colleague(fast_here, decider)
    sign_in(client, office[0])
    place = f"/organisations/{user.organisation_id}/people/{user.id}/deactivate"
    assert "原因" in client.get(place).text
    assert client.post(place).status_code == 422
    assert of(fast_here, user).active
    answer = client.post(place, data={"reason": REASON})
    assert answer.status_code == 303
    assert "半" not in client.get(answer.location).text
    theirs = app.test_client()
    sign_in(theirs, decider)
    page = theirs.get(f"{answer.location}/agreement").text
    assert REASON in page
    seen = re.search(r'name="version" value="(\d+)"', page)[1]
    assert theirs.post(f"{answer.location}/disagree", data={"version": seen}).status_code == 303
    assert of(fast_here, user).active
    assert "未办理" in client.get(answer.location).text


def test_whoever_registers_an_authority_gets_no_account_in_it(client, fast_here, office):
    sign_in(client, office[0])
    facts = {"organisation_name": "示范市水务局", "code": a_code("11"), "name": "赵六"}
    facts |= {"username": "zhao.liu", "roles": ["regulator-decider"]}
    assert client.post("/organisations/new/regulator", data=facts).status_code == 303
    with fast_here.sessions() as session:
        assert session.scalar(select(PasswordHandover.state)) is HandoverState.AWAITED
        assert session.scalar(select(func.count(User.id)).where(User.password_temporary)) == 1


def test_no_manager_of_the_operator_closes_an_account_alone(fast_here, office):
    user = a_person(fast_here, kind=OrgKind.FIRM)
    with pytest.raises(SecondPersonError), working(fast_here, office[0]) as work:
        actions.deactivate_user(work, work.session.get_one(User, user.id))
