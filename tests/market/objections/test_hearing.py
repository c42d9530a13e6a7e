"""Nobody loses an award by an objection before it was told what is proposed, and could speak."""

from datetime import timedelta

import pytest

from market.access import OrgKind, Role
from market.calendar import default_calendar
from market.clock import beijing_day
from market.clocks.model import Clock
from market.clocks.rules import ClockState
from market.draws.rules import AwardState
from market.errors import MissingError
from market.messages.model import Message
from market.objections import actions, hearing, queries
from market.objections.errors import (
    HearingOverError,
    NeverAskedError,
    SpokenError,
    TooShortError,
    UnheardError,
)
from market.objections.rules import (
    Ground,
    IllegalObjectionMoveError,
    ObjectionState,
    Outcome,
    Party,
    is_heard,
    owner_is_heard,
)
from tests.market.draws.test_pages import site_of
from tests.market.factories.draws import a_drawn_need
from tests.market.factories.firms import a_person
from tests.market.factories.objections import (
    ANSWER,
    DECISION,
    SAID,
    again,
    another_firm,
    answered,
    basis,
    decided,
    officers,
    raised,
)

CALENDAR = default_calendar()


def proposed(city, clock, ground=Ground.LACKS_CONDITION, outcome=Outcome.ANNUL):
    """Return a drawn need, an objection that the operator finds right, and who decides it."""
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    return drawn, answered(city, raised(drawn, ground=ground), outcome), officer, decider


def decide(city, decider, one, *, agree=True):
    with city.work(decider) as work:
        actions.decide(work, queries.by_number(work, one.number), agree=agree, text=DECISION)
    return again(city, one)


def state(city, person, one, words=SAID, *, is_last=True):
    with city.work(person) as work:
        actions.state(work, queries.by_number(work, one.number), words, is_last=is_last)
    return again(city, one)


def asked(city, one):
    with city.reading() as work:
        return hearing.open_of(work, one)


def clocks(city, one):
    with city.reading() as work:
        found = work.session.query(Clock).filter(Clock.subject.like("objection-hearing:%"))
        return [clock.state for clock in found.order_by(Clock.id)]


def test_silence_is_heard_when_the_term_is_over_and_not_before():
    assert [is_heard(has_ended=ended, is_due=due) for ended in (0, 1) for due in (0, 1)] == [
        False,
        True,
        True,
        True,
    ]


def test_an_owner_is_heard_where_its_own_conduct_is_in_question():
    heard = {
        (ground, party) for ground in Ground for party in Party if owner_is_heard(ground, party)
    }
    assert heard == {
        (ground, party)
        for ground in (Ground.PROCEDURE, Ground.AFFILIATION)
        for party in (Party.FIRM, Party.REPORTER)
    }


def test_a_winner_that_was_not_heard_loses_nothing(city, clock):
    drawn, one, _, decider = proposed(city, clock)
    [row] = asked(city, one)
    assert row.org_id == drawn.delegate.actor.org_id
    assert row.by_at == CALENDAR.due_at(beijing_day(clock()), 3)
    with city.reading() as work:
        told = work.session.query(Message).filter(Message.kind == "objection.heard").one()
        assert told.org_id == row.org_id
    assert clocks(city, one) == [ClockState.RUNNING]
    was_due_at = one.due_at
    clock.move_to(row.by_at - timedelta(seconds=1))
    with pytest.raises(UnheardError):
        decide(city, decider, one)
    assert city.awards(drawn.draw.id)[0].state is AwardState.FROZEN
    one = state(city, drawn.delegate, one)
    # The decision's own term does not wait: the hearing lies within it.
    assert (one.state, one.due_at) == (ObjectionState.PROPOSED, was_due_at)
    assert clocks(city, one) == [ClockState.STOPPED]
    one = decide(city, decider, one)
    assert one.state is ObjectionState.UPHELD
    assert city.awards(drawn.draw.id)[0].state is AwardState.DISQUALIFIED
    assert asked(city, one) == []


def test_silence_for_the_whole_term_is_enough(city, clock):
    drawn, one, _, decider = proposed(city, clock)
    clock.move_to(asked(city, one)[0].by_at)
    with pytest.raises(HearingOverError):
        state(city, drawn.delegate, one)
    assert decide(city, decider, one).state is ObjectionState.UPHELD


def test_one_statement_does_not_end_the_term(city, clock):
    drawn, one, _, decider = proposed(city, clock)
    state(city, drawn.delegate, one, is_last=False)
    assert clocks(city, one) == [ClockState.STOPPED]
    clock.advance(timedelta(days=1))
    with pytest.raises(UnheardError):
        decide(city, decider, one)
    more = "补充提交发证机关出具的证明：该证书在报名截止日有效，注销系登记错误。"
    state(city, drawn.delegate, one, more, is_last=False)
    [row] = asked(city, one)
    clock.move_to(row.by_at - timedelta(seconds=1))
    with pytest.raises(UnheardError):
        decide(city, decider, one)
    page = site_of(city).as_(decider).get(f"/objections/{one.number}").text
    assert SAID in page
    assert more in page
    clock.move_to(row.by_at)
    assert decide(city, decider, one).state is ObjectionState.UPHELD


def test_the_tick_is_on_the_form_and_ends_the_term_only_where_it_is_set(city, clock):
    drawn, one, _, decider = proposed(city, clock)
    site, url = site_of(city).as_(drawn.delegate), f"/objections/{one.number}"
    assert 'name="is_last"' in site.get(url).text
    form = {"version": str(one.version), "said": SAID}
    assert site.post(f"{url}/state", data=form).status_code == 303
    assert f"{url}/state" in site.get(url).text, "more can be said while the term runs"
    with pytest.raises(UnheardError):
        decide(city, decider, one)
    ticked = {"version": str(again(city, one).version), "said": SAID, "is_last": "y"}
    assert site.post(f"{url}/state", data=ticked).status_code == 303
    assert f"{url}/state" not in site.get(url).text
    assert decide(city, decider, one).state is ObjectionState.UPHELD


def test_who_adds_nothing_adds_nothing_and_nobody_speaks_for_it(city, clock):
    drawn, one, _, _ = proposed(city, clock)
    for stranger in (another_firm(drawn), another_firm(drawn, 1), city.clerk, city.operator):
        with pytest.raises(MissingError):
            state(city, stranger, one)
    with pytest.raises(TooShortError):
        state(city, drawn.delegate, one, "不服")
    state(city, drawn.delegate, one)
    with pytest.raises(SpokenError):
        state(city, drawn.delegate, one)


def test_what_is_proposed_anew_is_heard_anew(city, clock):
    drawn, one, officer, decider = proposed(city, clock)
    state(city, drawn.delegate, one)
    one = decide(city, decider, one, agree=False)
    assert one.state is ObjectionState.EXAMINING
    with pytest.raises(MissingError):
        state(city, drawn.delegate, one)
    clock.advance(timedelta(hours=1))
    with city.work(officer) as work:
        found = queries.by_number(work, one.number)
        actions.propose(work, city.here, found, Outcome.ANNUL, ANSWER, basis=basis())
    with pytest.raises(UnheardError):
        decide(city, decider, one)
    assert len(asked(city, one)) == 1
    assert decided(city, one, decider).state is ObjectionState.UPHELD
    assert clocks(city, one) == [ClockState.STOPPED] * 2


def test_what_is_dismissed_asks_nobody(city, clock):
    _, one, officer, decider = proposed(city, clock)
    one = decide(city, decider, one, agree=False)
    assert asked(city, one) == []
    assert clocks(city, one) == [ClockState.STOPPED]
    with city.work(officer) as work:
        found = queries.by_number(work, one.number)
        actions.propose(work, city.here, found, Outcome.DISMISS, ANSWER)
    assert asked(city, one) == []
    assert decide(city, decider, one).state is ObjectionState.DISMISSED


def test_a_proposal_of_which_nobody_was_told_is_sent_back(city, clock):
    _, one, _, decider = proposed(city, clock)
    with city.work(decider) as work:
        for row in hearing.open_of(work, one):
            row.closed_at = work.now
    with pytest.raises(NeverAskedError):
        decide(city, decider, one)


def test_the_owner_speaks_of_its_procedure_beside_the_winner(city, clock):
    drawn, one, _, decider = proposed(city, clock, Ground.PROCEDURE, Outcome.ANNUL_RESULT)
    assert {row.org_id for row in asked(city, one)} == {
        drawn.delegate.actor.org_id,
        city.clerk.actor.org_id,
    }
    state(city, drawn.delegate, one)
    with pytest.raises(UnheardError):
        decide(city, decider, one)
    state(city, city.clerk, one)
    assert decide(city, decider, one).state is ObjectionState.UPHELD


def test_an_award_that_ends_otherwise_ends_the_hearing(city, clock):
    drawn, one, _, decider = proposed(city, clock)
    other = answered(city, raised(drawn, another_firm(drawn, 1)), Outcome.ANNUL)
    decided(city, other, decider)
    assert again(city, one).state is ObjectionState.MOOT
    assert asked(city, one) == []
    with pytest.raises(MissingError):
        state(city, drawn.delegate, one)


def test_nobody_is_asked_of_what_is_not_yet_proposed(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = raised(drawn)
    with pytest.raises((MissingError, IllegalObjectionMoveError)):
        state(city, drawn.delegate, one)


def test_who_decides_reads_every_statement_and_each_side_only_its_own(city, clock):
    drawn, one, officer, decider = proposed(city, clock, Ground.PROCEDURE, Outcome.ANNUL_RESULT)
    state(city, drawn.delegate, one)
    owners = "公告和补充公告的时间均有平台记录，请以公开日志为准，本单位没有提前截止报名。"
    state(city, city.clerk, one, owners)
    site, url = site_of(city), f"/objections/{one.number}"
    for person in (officer, decider, city.operator):
        page = site.as_(person).get(url).text
        assert SAID in page
        assert owners in page
    assert owners not in site.as_(drawn.delegate).get(url).text
    assert SAID not in site.as_(city.clerk).get(url).text
    supervisor = a_person(city.here, OrgKind.SUPERVISOR, Role.SUPERVISOR_OFFICER)
    assert SAID in site.as_(supervisor).get(url).text
    for person in (another_firm(drawn), another_firm(drawn, 1)):
        page = site.as_(person).get(url).text
        assert SAID not in page
        assert owners not in page
