"""Who may do what for a firm, for which services, until when; enforced where the firm acts."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from market.access import OrgKind, Role
from market.catalogue.queries import UnknownItemError
from market.clock import beijing
from market.firms import actions, jobs, queries, queries_entry
from market.firms.entry import Deed
from market.firms.errors import (
    AuthorityEmptyError,
    AuthorityEndedError,
    AuthorityTermError,
    NotAuthorisedError,
)
from tests.market.factories.firms import (
    ITEM,
    PASSWORD,
    a_listed_firm,
    a_person,
    an_operator,
)

OTHER_ITEM = "ZJ-01-004-01"


def an_agent(here, firm):
    return a_person(here, OrgKind.FIRM, Role.FIRM_AGENT, code=firm.code)


def an_authority(today, **differences):
    usual = actions.Authority(
        deeds=(Deed.ENROL,),
        items=(ITEM,),
        letter="授权〔2026〕1号",
        valid_from_on=today,
        valid_to_on=today + timedelta(days=30),
    )
    return replace(usual, **differences)


def authorised(here, working, delegate, agent, **differences):
    with working(here, delegate) as work:
        authority = an_authority(work.today, **differences)
        return actions.authorise(work, queries.own(work), agent.user, authority).id


def may(here, working, person, deed, item_code):
    with working(here, person) as work:
        try:
            actions.require_authority(work, deed, item_code)
        except NotAuthorisedError:
            return False
    return True


def test_an_agent_does_what_the_letter_says_and_nothing_else(here, clock, working):
    firm, delegate = a_listed_firm(here, clock)
    agent = an_agent(here, firm)
    assert not may(here, working, agent, Deed.ENROL, ITEM)
    authorised(here, working, delegate, agent)
    allowed = {
        (deed, code)
        for deed in Deed
        for code in (ITEM, OTHER_ITEM)
        if may(here, working, agent, deed, code)
    }
    assert allowed == {(Deed.ENROL, ITEM)}
    authorised(here, working, delegate, agent, deeds=(Deed.REPORT,), items=())
    assert may(here, working, agent, Deed.REPORT, OTHER_ITEM)
    assert not may(here, working, agent, Deed.CONTRACT, ITEM)


def test_who_acts_for_the_firm_itself_or_for_another_side_needs_no_letter(
    fast_here, clock, working
):
    _, delegate = a_listed_firm(fast_here, clock)
    owner = a_person(fast_here, OrgKind.OWNER, Role.OWNER_CLERK)
    for person in (delegate, owner, an_operator(fast_here)):
        assert all(may(fast_here, working, person, deed, ITEM) for deed in Deed)


def test_a_letter_counts_from_its_first_day_to_its_last_and_ends_by_itself(here, clock, working):
    firm, delegate = a_listed_firm(here, clock)  # 2026-03-10
    agent = an_agent(here, firm)
    term = {"valid_from_on": date(2026, 3, 12), "valid_to_on": date(2026, 3, 20)}
    number = authorised(here, working, delegate, agent, **term)
    for at, allowed in (
        (beijing(date(2026, 3, 12)) - timedelta(seconds=1), False),
        (beijing(date(2026, 3, 12)), True),
        (beijing(date(2026, 3, 21)) - timedelta(seconds=1), True),
        (beijing(date(2026, 3, 21)), False),
    ):
        clock.move_to(at)
        assert may(here, working, agent, Deed.ENROL, ITEM) is allowed
    jobs.sweep(here)
    with working(here, delegate) as work:
        firm = queries.own(work)
        row = queries_entry.delegate(work, firm, number)
        assert row.ended_at == work.now
        with pytest.raises(AuthorityEndedError):
            actions.end_authority(work, firm, row)


def test_a_letter_ended_early_stops_at_once(fast_here, clock, working):
    firm, delegate = a_listed_firm(fast_here, clock)
    agent = an_agent(fast_here, firm)
    number = authorised(fast_here, working, delegate, agent)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        actions.end_authority(work, firm, queries_entry.delegate(work, firm, number))
    assert not may(fast_here, working, agent, Deed.ENROL, ITEM)


@pytest.mark.parametrize(
    ("differences", "error"),
    [
        ({"deeds": ()}, AuthorityEmptyError),
        ({"items": ("ZJ-99-999-99",)}, UnknownItemError),
        ({"valid_to_on": date(2026, 3, 9)}, AuthorityTermError),
        ({"valid_to_on": date(2028, 3, 11)}, AuthorityTermError),
        (
            {"valid_from_on": date(2026, 4, 2), "valid_to_on": date(2026, 4, 1)},
            AuthorityTermError,
        ),
    ],
)
def test_a_letter_that_cannot_be_is_refused(fast_here, clock, working, differences, error):
    firm, delegate = a_listed_firm(fast_here, clock)
    agent = an_agent(fast_here, firm)
    with pytest.raises(error):
        authorised(fast_here, working, delegate, agent, **differences)


def test_another_firm_s_letter_gives_nothing(fast_here, clock, working):
    firm, _ = a_listed_firm(fast_here, clock)
    _, other = a_listed_firm(fast_here, clock)
    agent = an_agent(fast_here, firm)
    authorised(fast_here, working, other, agent)
    assert not may(fast_here, working, agent, Deed.ENROL, ITEM)


def test_a_firm_authorises_a_new_person_in_the_browser(fast_here, clock, working, app, sign_in):
    _, delegate = a_listed_firm(fast_here, clock)
    browser = sign_in(delegate)
    page = browser.get("/firm/delegates").text
    assert re.search(r'name="password"[^>]*value="[^"]+"', page)
    form = {
        "person": "other",
        "name": "钱一一",
        "username": "agent1",
        "password": PASSWORD,
        "deeds": ["enrol"],
        "items": [ITEM],
        "letter": "授权〔2026〕1号",
        "valid_from_on": "2026-03-10",
        "valid_to_on": "2026-12-31",
    }
    for lacking in ("person", "name", "username", "password", "deeds", "letter", "valid_to_on"):
        assert browser.post("/firm/delegates", data=form | {lacking: ""}).status_code == 422
    assert browser.post("/firm/delegates", data=form | {"deeds": ["steal"]}).status_code == 422
    late = form | {"valid_to_on": "2040-01-01"}
    assert browser.post("/firm/delegates", data=late).status_code == 409
    with working(fast_here, delegate) as work:
        assert queries_entry.delegates(work, queries.own(work)) == []
    assert browser.post("/firm/delegates", data=form).status_code == 303
    assert "钱一一" in browser.get("/firm/delegates").text

    agent = app.test_client()
    signed_in = agent.post("/sign-in", data={"username": "agent1", "password": PASSWORD})
    assert signed_in.status_code == 303
    for closed in ("/firm", "/firm/delegates", "/firm/changes"):
        assert agent.get(closed).status_code in {303, 403}
    with working(fast_here, delegate) as work:
        ((row, user),) = queries_entry.delegates(work, queries.own(work))
    again = form | {"person": str(user.id), "name": "", "username": "", "deeds": ["report"]}
    assert browser.post("/firm/delegates", data=again | {"password": ""}).status_code == 303
    assert browser.post(f"/firm/delegates/{row.id}/end").status_code == 303
    assert browser.post(f"/firm/delegates/{row.id}/end").status_code == 409
