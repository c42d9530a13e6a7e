"""A notice that keeps one firm of a controller: all may enrol, and nobody learns sooner who did."""

import json
import re

import pytest

from market import log, regulations
from market.affiliations.errors import TicketChoiceError, TicketsBidError, UnknownTicketRuleError
from market.affiliations.rules import TicketRule
from market.clock import beijing_day
from market.draws import actions, queries
from market.draws.errors import NotEligibleError
from market.draws.rules import DrawState, EnrolmentState
from market.needs import actions as needs
from market.needs.documents import fixed_tickets
from market.needs.model import Notice
from tests.market.draws.test_affiliated import (
    asking_from,
    close,
    confirmed,
    delegate,
    listed,
    states,
)
from tests.market.draws.test_affiliated_pages import number_of, visit
from tests.market.factories.affiliations import OBJECTION
from tests.market.factories.draws import an_open_draw, enrol, need_facts

__all__ = ["visit"]


@pytest.fixture
def draw(city):
    """An open draw whose notice excludes, after a group of the first two was confirmed."""
    confirmed(city, 0, 1)
    return an_open_draw(city, tickets=TicketRule.EXCLUDE)


def test_both_may_enrol_and_the_earlier_stays(city, draw):
    enrol(city, draw, *(delegate(city, place) for place in (1, 0, 2, 3)))
    assert close(city, draw).state is DrawState.FROZEN
    assert listed(city, draw) == {1, 2, 3}
    state, reason = states(city, draw)[city.firms[0][0].id]
    assert (state, reason) == (EnrolmentState.INELIGIBLE, "ticket")


def test_the_earliest_live_enrolment_stays(city, draw):
    enrol(city, draw, delegate(city, 0), delegate(city, 1))
    log.sequence(city.here)
    with city.work(delegate(city, 0)) as work:
        actions.withdraw(work, draw)
    enrol(city, draw, delegate(city, 2), delegate(city, 3))
    close(city, draw)
    assert listed(city, draw) == {1, 2, 3}


def test_groups_that_share_a_firm_have_one_ticket_even_if_it_did_not_enrol(city):
    confirmed(city, 0, 1)
    confirmed(city, 1, 2)
    draw = an_open_draw(city, tickets=TicketRule.EXCLUDE)
    enrol(city, draw, delegate(city, 0), delegate(city, 2), delegate(city, 3))
    close(city, draw)
    assert listed(city, draw) <= {0, 3}
    assert states(city, draw)[city.firms[2][0].id][1] == "ticket"


def test_by_default_a_group_that_shares_a_firm_keeps_the_third_from_enrolling(city):
    confirmed(city, 0, 1)
    own = confirmed(city, 1, 2)
    draw = an_open_draw(city)
    enrol(city, draw, delegate(city, 0))
    with pytest.raises(NotEligibleError, match=own.number):
        enrol(city, draw, delegate(city, 2))


def verdicts(city, draw, place):
    with city.reading() as work:
        held = work.session.get_one(type(draw), draw.id)
        need = city.need(draw.id)
        return [str(each) for each in queries.failures_of(work, need, city.firms[place][0], held)]


def shown(page):
    """Return what a page says, without what is made anew for each reader."""
    said = page.partition("<main")[2].split("request_key")[0]
    return re.sub(r'name="csrf_token" value="[^"]*"', "", said).splitlines()


def test_nothing_before_the_freeze_depends_on_whether_the_other_enrolled(city, draw, visit):
    address = f"/draws/{number_of(city, draw)}"
    firm, pages = visit(delegate(city, 1)), []
    firm.get(address)  # What signing in says is said once.
    for enrolled in ((), (delegate(city, 0),)):
        for person in enrolled:
            enrol(city, draw, person)
        told = [shown(firm.get(f"{address}/{name}").text) for name in ("enrol", "object")]
        pages.append((verdicts(city, draw, 1), *told))
    assert pages[0] == pages[1]
    page = "".join(pages[0][1])
    assert "只保留最先报名的一家" in page
    assert "贵机构属于关联组" in page
    assert "冻结名单时核对" in page


def test_the_warned_firm_may_object_at_once_and_learns_nothing_by_it(city, draw, visit):
    address = f"/draws/{number_of(city, draw)}/object"
    firm = visit(delegate(city, 1))
    assert address in firm.get(f"/draws/{number_of(city, draw)}/enrol").text
    assert firm.post(address, data={"text": OBJECTION}).location == address


def test_the_excluded_firm_reads_why_after_the_freeze(city, draw, visit):
    enrol(city, draw, *(delegate(city, place) for place in (1, 0, 2, 3)))
    close(city, draw)
    page = visit(delegate(city, 0)).get(f"/draws/{number_of(city, draw)}/receipt").text
    assert "同一关联组在本次摇号中没有其他机构报名在先" in page
    assert city.firms[1][0].name not in page


def test_notice_and_rules_say_what_becomes_of_one_controller_s_firms(city, draw, visit):
    with city.reading() as work:
        body = json.loads(queries.file_of(work, draw, "eligibility.json"))
        notice = work.session.get_one(Notice, draw.notice_id)
        assert fixed_tickets(notice) is TicketRule.EXCLUDE
    assert body["affiliations"]["tickets"] == "exclude"
    page = visit().get(f"/needs/{city.need(draw.id).number}").text
    assert "只保留最先报名的一家：其余在冻结名单时排除" in page


def test_an_older_notice_merges(city):
    draw = an_open_draw(city)
    with city.reading() as work:
        notice = work.session.get_one(Notice, draw.notice_id)
        assert fixed_tickets(notice) is TicketRule.MERGE


@pytest.fixture
def only_exclude(city, tmp_path):
    """A city whose rules exclude, and let its owners choose nothing else."""
    changes = {'value = "merge"': 'value = "exclude"', '["merge", "exclude"]': '["exclude"]'}
    asking_from(tmp_path / "rules", beijing_day(city.clock()), **changes)
    yield
    regulations.configure()


@pytest.mark.usefixtures("only_exclude")
def test_a_city_decides_what_its_owners_may_choose(city):
    with city.work(city.clerk) as work:
        assert needs.draft(work, need_facts()).tickets is TicketRule.EXCLUDE
        with pytest.raises(TicketChoiceError):
            needs.draft(work, need_facts(tickets="merge"))
        with pytest.raises(TicketChoiceError):
            needs.draft(work, need_facts(tickets="anything"))


def test_a_default_that_is_not_allowed_is_a_fault_of_the_rules(city, tmp_path):
    changes = {'["merge", "exclude"]': '["exclude"]'}
    asking_from(tmp_path / "rules", beijing_day(city.clock()), **changes)
    try:
        with city.work(city.clerk) as work, pytest.raises(UnknownTicketRuleError):
            needs.draft(work, need_facts(tickets="exclude"))
    finally:
        regulations.configure()


def test_a_session_of_bids_needs_to_know_before_who_may_bid(city):
    with city.work(city.clerk) as work, pytest.raises(TicketsBidError):
        needs.draft(work, need_facts(method="bid_lowest", tickets="exclude"))


def test_rules_that_forbid_it_later_do_not_reach_a_notice_that_is_out(city, draw, tmp_path):
    asking_from(
        tmp_path / "rules",
        beijing_day(city.clock()),
        **{'["merge", "exclude"]': '["merge"]', 'value = "2026': 'value = "2029'},
    )
    try:
        enrol(city, draw, *(delegate(city, place) for place in (1, 0, 2, 3)))
        assert verdicts(city, draw, 0) == []
    finally:
        regulations.configure()


def test_the_form_offers_what_the_rules_allow_and_starts_with_the_usual(city, visit):
    page = visit(city.clerk).get(f"/needs/new?item={need_facts().item_code}").text
    rows = re.findall(r'<input[^>]+name="tickets"[^>]*>', page)
    assert [re.search(r'value="([^"]+)"', row)[1] for row in rows] == ["merge", "exclude"]
    assert ["checked" in row for row in rows] == [True, False]
    assert "已核实的同类业绩" not in page
