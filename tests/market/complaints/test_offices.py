"""Complaints about an office: nobody judges its own case, and none of them lies unseen."""

import pytest

from market.access import OrgKind, Role
from market.accounts.model import Organisation, OrganisationScope
from market.clocks.model import Clock
from market.complaints import actions, queries, timing
from market.complaints.errors import ApartTargetError, NoAuthorityError, NoSuchSubjectError
from market.complaints.rules import Against, ComplaintState, Matter, Outcome, Target
from market.errors import MissingError
from tests.market.draws.test_pages import site_of
from tests.market.factories.complaints import accepted, again, decided, do, filed, heard, proposed
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.firms import a_person
from tests.market.factories.objections import officers

ABOUT_OPERATOR = {"target": Target.OTHER, "against": Against.OPERATOR, "ref": ""}


@pytest.fixture
def drawn(city, clock):
    return a_drawn_need(city.here, clock, city=city)


def limited(city, group="07"):
    """Return an officer of an authority that looks after one group of items."""
    officer = a_person(city.here, OrgKind.REGULATOR, Role.REGULATOR_OFFICER)
    with city.work() as work:
        row = OrganisationScope(organisation_id=officer.actor.org_id, group_code=group)
        work.session.add(row)
    return officer


def no_supervisor(city):
    """Let the city's supervisor not be there yet, and return a function that lets it come."""
    with city.work() as work:
        row = work.session.query(Organisation).filter_by(kind=OrgKind.SUPERVISOR).one()
        row.kind = OrgKind.OWNER

    def come():
        with city.work() as work:
            work.session.get_one(Organisation, row.id).kind = OrgKind.SUPERVISOR

    return come


def supervisors(city):
    """Return two people of the city's supervisor."""
    with city.work() as work:
        row = work.session.query(Organisation).filter_by(kind=OrgKind.SUPERVISOR).one()
    kind, role = OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER
    return a_person(city.here, kind, role, code=row.code), a_person(
        city.here, kind, role, code=row.code
    )


def about(authority):
    return {
        "target": Target.AUTHORITY,
        "against": Against.AUTHORITY,
        "ref": authority.actor.org_code,
        "matter": Matter.CONDUCT,
    }


def test_what_is_said_of_the_operator_goes_to_whoever_looks_after_everything(city, drawn):
    first = limited(city)
    one = filed(drawn, **ABOUT_OPERATOR).one
    assert one.authority_org_id == first.actor.org_id
    officer, _ = officers(city)
    assert filed(drawn, **ABOUT_OPERATOR).one.authority_org_id == officer.actor.org_id
    # Also about an award, whose items another authority looks after.
    one = filed(drawn, against=Against.OPERATOR, matter=Matter.CONDUCT).one
    assert one.authority_org_id == officer.actor.org_id


def test_where_there_is_no_authority_the_supervisor_handles_it_with_two_people(city, drawn):
    supervisor, other = supervisors(city)
    one = filed(drawn, **ABOUT_OPERATOR).one
    assert one.authority_org_id == supervisor.actor.org_id
    one = heard(city, accepted(city, one, supervisor), supervisor, city.operator)
    one = decided(city, proposed(city, one, supervisor, Outcome.REJECTED), other)
    assert one.state is ComplaintState.REJECTED


def test_no_authority_handles_what_is_said_of_itself(city, drawn):
    no_supervisor(city)
    officer, _ = officers(city)
    one = filed(drawn, **about(officer)).one
    assert (one.against, one.respondent_org_id) == (Against.AUTHORITY, officer.actor.org_id)
    assert one.authority_org_id is None
    with city.work(officer) as work:
        with pytest.raises(MissingError):
            queries.handled(work, one.number)
        with pytest.raises(NoAuthorityError):
            actions.assign(work, queries.by_number(work, one.number), officer.actor.org_id)
    other = limited(city)
    one = filed(drawn, **about(officer)).one
    assert one.authority_org_id == other.actor.org_id
    assert accepted(city, one, other).state is ComplaintState.ACCEPTED


def test_an_authority_is_named_as_people_know_it_and_said_apart(city, drawn):
    officer, _ = officers(city)
    with city.reading() as work:
        name = queries.name_of(work, officer.actor.org_id)
    one = filed(drawn, **(about(officer) | {"ref": name, "against": Against.NOBODY})).one
    assert (one.ref, one.respondent_org_id) == (officer.actor.org_code, officer.actor.org_id)
    with pytest.raises(ApartTargetError):
        filed(drawn, against=Against.AUTHORITY)
    with pytest.raises(NoSuchSubjectError):
        filed(drawn, **(about(officer) | {"ref": "没有这个部门"}))


def clocks_of(city, one):
    with city.reading() as work:
        return [row.holder_org_id for row in work.session.query(Clock).filter_by(number=one.number)]


def test_its_time_passes_on_nobodys_account_whom_it_accuses(city, drawn):
    come = no_supervisor(city)
    one = filed(drawn, **ABOUT_OPERATOR).one
    assert clocks_of(city, one) == []
    with city.reading() as work:
        assert timing.responsible_id(work, again(city, one)) is None
    come()
    supervisor, _ = supervisors(city)
    one = filed(drawn, **ABOUT_OPERATOR).one
    assert clocks_of(city, one) == [supervisor.actor.org_id]


def test_what_nobody_may_handle_is_told_everybody_and_the_supervisor_gives_it_away(city, drawn):
    site = site_of(city)
    come = no_supervisor(city)
    one = filed(drawn, **ABOUT_OPERATOR).one
    ordinary = filed(drawn).one
    public = site.as_().get("/complaints").text
    assert one.number in public
    assert ordinary.number not in public
    come()
    supervisor, _ = supervisors(city)
    desk = site.as_(supervisor)
    assert one.number in desk.get("/workbench").text
    assert one.number in desk.get("/complaints/desk").text
    assert one.number not in site.as_(city.operator).get("/complaints/desk").text
    assert "还没有可以办理的机关" in desk.get(f"/complaints/{one.number}").text
    with city.work(supervisor) as work, pytest.raises(MissingError):
        queries.unassigned(work, ordinary.number)
    other = limited(city)
    one = do(city, supervisor, actions.assign, one, other.actor.org_id)
    assert one.authority_org_id == other.actor.org_id
    assert clocks_of(city, one) == [other.actor.org_id]
    assert one.number not in site.as_().get("/complaints").text
