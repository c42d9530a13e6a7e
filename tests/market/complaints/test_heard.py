"""The firm whose award a complaint may cost is heard first, also where another is accused."""

import re
from datetime import timedelta

import pytest

from market.clocks.rules import ClockState
from market.complaints import actions, queries, timing
from market.complaints.errors import (
    AskedError,
    NobodyToHearError,
    RemedyNotOpenError,
    RepliedError,
    ReplyOverError,
    StillSpeakingError,
    TooShortError,
    WinnerNotHeardError,
)
from market.complaints.rules import Against, ComplaintState, Matter, Outcome, Remedy
from market.draws.rules import AwardState
from market.errors import MissingError
from market.messages.model import Message
from market.objections.rules import Fact
from tests.market.complaints.test_views import SECRETS, send
from tests.market.draws.test_pages import site_of
from tests.market.factories.complaints import (
    REPLY,
    STATEMENT,
    accepted,
    again,
    decided,
    do,
    filed,
    heard,
    proposed,
)
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.objections import another_firm, officers

TOLD = "有投诉反映公告期间少于规定的天数，查实的，选取程序不合规定，可能取消中选。"
SAID = "公告期间自发布次日起算足够三个工作日，附公告页面和日志的时间，请予核实。"
ANNUL = {"remedy": Remedy.ANNUL, "fact": Fact.RECUSAL_MISSED}


def about_procedure(city, clock, **differences):
    """Return a drawn need, and an accepted complaint that its procedure was wrong."""
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    said = {"matter": Matter.PROCEDURE, "against": Against.OWNER}
    one = accepted(city, filed(drawn, **(said | differences)).one, officer)
    return drawn, officer, decider, one


def told(city, kind):
    with city.reading() as work:
        return {row.org_id for row in work.session.query(Message).filter(Message.kind == kind)}


@pytest.mark.parametrize("against", [Against.OWNER, Against.OPERATOR, Against.NOBODY])
def test_an_award_is_not_taken_before_its_firm_was_heard(city, clock, against):
    drawn, officer, decider, one = about_procedure(city, clock, against=against)
    if against is not Against.NOBODY:
        accused = city.clerk if against is Against.OWNER else city.operator
        one = heard(city, one, officer, accused)
    with pytest.raises(WinnerNotHeardError):
        proposed(city, one, officer, **ANNUL)
    one = do(city, officer, actions.hear, one, TOLD)
    assert one.party_org_id == drawn.delegate.actor.org_id
    assert told(city, "complaint.heard") == {drawn.delegate.actor.org_id}
    with pytest.raises(WinnerNotHeardError):
        proposed(city, one, officer, **ANNUL)
    one = do(city, drawn.delegate, actions.state, one, SAID)
    one = decided(city, proposed(city, one, officer, **ANNUL), decider)
    assert city.awards(drawn.draw.id)[0].state is AwardState.DISQUALIFIED
    assert drawn.delegate.actor.org_id in told(city, "complaint.over")


def test_it_has_its_whole_term_and_silence_is_heard_too(city, clock):
    drawn, officer, _, one = about_procedure(city, clock, against=Against.NOBODY)
    one = do(city, officer, actions.hear, one, TOLD)
    with pytest.raises(AskedError):
        do(city, officer, actions.hear, one, TOLD)
    clock.move_to(one.party_by_at - timedelta(seconds=1))
    with pytest.raises(WinnerNotHeardError):
        proposed(city, one, officer, Outcome.REJECTED)
    clock.move_to(one.party_by_at)
    with pytest.raises(ReplyOverError):
        do(city, drawn.delegate, actions.state, one, SAID)
    assert proposed(city, one, officer, **ANNUL).state is ComplaintState.PROPOSED


@pytest.mark.parametrize("side", ["accused", "winner"])
def test_one_statement_does_not_end_the_term(city, clock, side):
    against = Against.FIRM if side == "accused" else Against.NOBODY
    drawn, officer, _, one = about_procedure(city, clock, against=against)
    ask, say = (actions.ask, actions.reply) if side == "accused" else (actions.hear, actions.state)
    one = do(city, officer, ask, one, TOLD)
    one = do(city, drawn.delegate, say, one, SAID, is_last=False)
    more = "补充：发证机关出具的证明附后，请与前次意见一并审阅，以证明为准。"
    one = do(city, drawn.delegate, say, one, more, is_last=False)
    by_at = one.reply_by_at if side == "accused" else one.party_by_at
    clock.move_to(by_at - timedelta(seconds=1))
    refused = StillSpeakingError if side == "accused" else WinnerNotHeardError
    with pytest.raises(refused):
        proposed(city, one, officer, Outcome.REJECTED)
    page = site_of(city).as_(officer).get(f"/complaints/{one.number}").text
    assert SAID in page
    assert more in page
    assert (
        'name="is_last"' in site_of(city).as_(drawn.delegate).get(f"/complaints/{one.number}").text
    )
    clock.move_to(by_at)
    assert proposed(city, one, officer, **ANNUL).state is ComplaintState.PROPOSED


def test_it_adds_nothing_once_it_said_so_and_only_where_it_was_asked(city, clock):
    drawn, officer, _, one = about_procedure(city, clock)
    with city.work(drawn.delegate) as work, pytest.raises(MissingError):
        queries.heard_as_party(work, one.number)
    with pytest.raises(TooShortError):
        do(city, officer, actions.hear, one, "太短")
    one = do(city, officer, actions.hear, one, TOLD)
    with city.work(another_firm(drawn)) as work, pytest.raises(MissingError):
        queries.heard_as_party(work, one.number)
    one = do(city, drawn.delegate, actions.state, one, SAID)
    with pytest.raises(RepliedError):
        do(city, drawn.delegate, actions.state, one, SAID)


@pytest.mark.parametrize(
    "differences",
    [
        {"matter": Matter.PROCEDURE, "against": Against.FIRM},
        {"matter": Matter.FEES, "against": Against.OWNER},
        {"matter": Matter.COLLUSION, "against": Against.OWNER},
    ],
)
def test_nobody_is_asked_twice_nor_for_nothing(city, clock, differences):
    _, officer, _, one = about_procedure(city, clock, **differences)
    with pytest.raises(NobodyToHearError):
        do(city, officer, actions.hear, one, TOLD)


def test_an_accused_firm_is_heard_as_the_accused(city, clock):
    drawn, officer, _, one = about_procedure(city, clock, against=Against.FIRM)
    one = heard(city, one, officer, drawn.delegate)
    assert proposed(city, one, officer, **ANNUL).state is ComplaintState.PROPOSED


def test_a_draw_that_verifies_is_not_opened_by_a_hearing(city, clock):
    drawn, officer, _, one = about_procedure(city, clock, matter=Matter.LOTTERY)
    one = heard(city, one, officer, city.clerk)
    one = do(city, officer, actions.hear, one, TOLD)
    one = do(city, drawn.delegate, actions.state, one, SAID)
    with pytest.raises(RemedyNotOpenError):
        proposed(city, one, officer, remedy=Remedy.ANNUL)


def test_both_sides_hear_that_it_was_taken_back_and_their_time_ends(city, clock):
    drawn, officer, _, one = about_procedure(city, clock)
    one = do(city, officer, actions.ask, one, STATEMENT)
    one = do(city, officer, actions.hear, one, TOLD)
    with city.work(officer) as work:
        actions.withdraw(work, city.here.keys, queries.by_number(work, one.number))
    assert told(city, "complaint.withdrawn") == {
        city.clerk.actor.org_id,
        drawn.delegate.actor.org_id,
    }
    with city.reading() as work:
        clocks = [timing.of(work, again(city, one), step) for step in ("reply", "hear", "decide")]
        assert [each.state for each in clocks] == [ClockState.STOPPED] * 3


def test_the_pages_ask_it_and_hide_what_is_not_for_it(city, clock):
    site = site_of(city)
    drawn, officer, _, one = about_procedure(city, clock)
    url, office = f"/complaints/{one.number}", site.as_(officer)
    page = office.get(url).text
    assert "中选机构不是被投诉方" in page
    do(city, officer, actions.ask, one, STATEMENT)
    assert "已请中选机构在期限内陈述意见" in send(office, url, "hear", told=TOLD).text
    firm = site.as_(drawn.delegate)
    assert one.number in firm.get("/workbench").text
    seen = firm.get(url).text
    assert TOLD in seen
    # Neither what the accused is told nor how far the complainant is known.
    for hidden in (*SECRETS, STATEMENT, "实名", "核实投诉人的联系方式"):
        assert hidden not in seen
    assert "陈述已提交" in send(firm, url, "state", text=SAID, is_last="y").text
    assert SAID in office.get(url).text
    owner = site.as_(city.clerk).get(url).text
    assert STATEMENT in owner
    for hidden in (SAID, TOLD, "核实投诉人的联系方式"):
        assert hidden not in owner
    assert "核实投诉人的联系方式" in office.get(url).text
    assert REPLY not in owner
    assert not re.search(r'id="reply"', firm.get(url).text)
