"""Complaints from the letter to the decision, and what each step does to the award."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from market.access import OrgKind, Role
from market.calendar import default_calendar
from market.clock import beijing, beijing_day
from market.clocks.card_rules import Trigger
from market.clocks.model import Card
from market.clocks.rules import ClockState
from market.complaints import actions, jobs, malicious, queries, timing
from market.complaints.actions.deciding import Proposal
from market.complaints.errors import (
    AskedError,
    ClauseMissingError,
    ContactMissingError,
    ContactWrongError,
    NoAuthorityError,
    NoSuchSubjectError,
    NotAskedError,
    RefMissingError,
    RemedyNotOpenError,
    RepliedError,
    ReplyOverError,
    StillSpeakingError,
    TooShortError,
    TransferredOftenError,
    WrongDayError,
)
from market.complaints.rules import (
    AbuseReason,
    Against,
    Channel,
    ComplaintState,
    IllegalComplaintMoveError,
    Matter,
    NoFreeze,
    Outcome,
    Refusal,
    Remedy,
    Target,
    Tier,
)
from market.contracts.actions.held import require_not_held
from market.contracts.errors import AwardHeldError
from market.draws.queries.freezes import freeze_of, freezes_of
from market.draws.rules import AwardState
from market.errors import MissingError, SeparationOfDutiesError
from market.letters import queries as letters
from market.objections import actions as objections
from market.objections import queries as objection_queries
from tests.market.direct.test_races import both
from tests.market.draws.test_pages import site_of
from tests.market.factories.complaints import (
    CLAUSE,
    GROUNDLESS,
    REPLY,
    STATEMENT,
    accepted,
    again,
    decided,
    do,
    facts,
    filed,
    heard,
    proposed,
    read,
    refusal_decided,
)
from tests.market.factories.draws import a_confirmed_award, a_drawn_need
from tests.market.factories.firms import a_person
from tests.market.factories.objections import another_firm, officers, raised

CALENDAR = default_calendar()


def award_of(drawn, place=0):
    return drawn.city.awards(drawn.draw.id)[place]


def test_a_complaint_freezes_the_award_until_it_is_decided(here, clock):
    drawn = a_drawn_need(here, clock)
    city = drawn.city
    officer, decider = officers(city)
    receipt = filed(drawn)
    one = receipt.one
    assert (one.channel, one.tier, one.state) == (
        Channel.SITE,
        Tier.NAMED,
        ComplaintState.RECEIVED,
    )
    assert one.due_at == CALENDAR.due_at(beijing_day(clock()), 2)
    assert award_of(drawn).state is AwardState.PUBLICITY
    one = accepted(city, one, officer)
    assert (one.freezes, one.no_freeze) == (True, NoFreeze.NONE)
    assert one.due_at == CALENDAR.due_at(beijing_day(clock()), 10)
    assert award_of(drawn).state is AwardState.FROZEN
    with city.reading() as work:
        assert freeze_of(work, drawn.award.id).why == one.number
    one = proposed(city, one, officer, Outcome.REJECTED)
    one = decided(city, one, decider)
    assert (one.state, one.remedy) == (ComplaintState.REJECTED, Remedy.NONE)
    award = award_of(drawn)
    assert award.state is AwardState.PUBLICITY
    # Frozen and thawed on Monday: three whole days follow, as they did before.
    assert award.publicity_ends_at == beijing(date(2026, 3, 20))
    with city.reading() as work:
        [letter] = letters.of_subject(work, f"complaint:{one.id}")
    assert letter.recipient == f"投诉人（受理编号 {one.number}）"
    assert any(GROUNDLESS in paragraph for paragraph in letter.paragraphs)


def test_an_upheld_complaint_annuls_and_the_next_of_the_same_draw_is_called(here, clock):
    drawn = a_drawn_need(here, clock)
    city = drawn.city
    officer, decider = officers(city)
    one = accepted(city, filed(drawn).one, officer)
    with pytest.raises(NotAskedError):
        proposed(city, one, officer, remedy=Remedy.ANNUL)
    one = heard(city, one, officer, drawn.delegate)
    with pytest.raises(ClauseMissingError):
        proposed(city, one, officer, remedy=Remedy.ANNUL, clause="")
    one = proposed(city, one, officer, remedy=Remedy.ANNUL)
    with city.work(officer) as work, pytest.raises(SeparationOfDutiesError):
        found = queries.handled(work, one.number)
        actions.decide(work, city.here, found, agree=True, text=GROUNDLESS)
    one = decided(city, one, decider)
    assert (one.state, one.remedy) == (ComplaintState.UPHELD, Remedy.ANNUL)
    first, second = city.awards(drawn.draw.id)
    assert (first.state, first.reason) == (AwardState.DISQUALIFIED, "complaint_lacks_condition")
    with city.reading() as work:
        [letter] = letters.of_subject(work, f"annulled:{first.id}")
    assert (letter.org_id, letter.kind) == (drawn.delegate.actor.org_id, "award.annulled")
    assert CLAUSE in "".join(letter.paragraphs)
    assert (second.state, second.rank) == (AwardState.PUBLICITY, 2)


def test_the_award_waits_for_the_last_of_an_objection_and_a_complaint(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    objection = raised(drawn)
    one = accepted(city, filed(drawn).one, officer)
    with city.work(another_firm(drawn)) as work:
        objections.withdraw(work, objection_queries.by_number(work, objection.number))
    assert award_of(drawn).state is AwardState.FROZEN
    decided(city, proposed(city, one, officer, Outcome.REJECTED), decider)
    assert award_of(drawn).state is AwardState.PUBLICITY
    one = accepted(city, filed(drawn).one, officer)
    raised(drawn, another_firm(drawn, 1))
    with city.work(officer) as work:
        actions.withdraw(work, city.here.keys, queries.by_number(work, one.number))
    assert award_of(drawn).state is AwardState.FROZEN
    with city.reading() as work:
        assert len(freezes_of(work, drawn.award.id)) == 2


def test_a_contract_is_not_signed_while_a_complaint_holds_the_award(city, clock):
    drawn = a_confirmed_award(city.here, clock, city=city)
    officer, _ = officers(city)
    accepted(city, filed(drawn).one, officer)
    assert award_of(drawn).state is AwardState.FROZEN
    with city.reading() as work, pytest.raises(AwardHeldError):
        require_not_held(work, award_of(drawn))


def test_an_anonymous_complaint_holds_nothing_until_it_is_found_right(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    one = filed(drawn, name="", contact="").one
    assert one.tier is Tier.ANONYMOUS
    one = accepted(city, one, officer)
    assert (one.freezes, one.no_freeze) == (False, NoFreeze.ANONYMOUS)
    assert award_of(drawn).state is AwardState.PUBLICITY
    one = heard(city, one, officer, drawn.delegate)
    one = proposed(city, one, officer, remedy=Remedy.ANNUL)
    assert one.freezes
    assert award_of(drawn).state is AwardState.FROZEN
    decided(city, one, decider, agree=False)
    assert award_of(drawn).state is AwardState.FROZEN
    decided(city, proposed(city, one, officer, Outcome.REJECTED), decider)
    assert award_of(drawn).state is AwardState.PUBLICITY


@pytest.mark.parametrize(
    ("differences", "error"),
    [
        ({"text": "太短"}, TooShortError),
        ({"ref": "XQ-2026-999999"}, NoSuchSubjectError),
        ({"name": ""}, ContactMissingError),
        ({"target": Target.FIRM, "ref": "没有这个代码"}, NoSuchSubjectError),
    ],
)
def test_what_is_missing_is_refused(city, clock, differences, error):
    drawn = a_drawn_need(city.here, clock, city=city)
    with pytest.raises(error):
        filed(drawn, **differences)


def test_a_late_authority_is_told_once_and_given_a_card(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    one = filed(drawn).one
    clock.move_to(one.due_at - timedelta(seconds=1))
    assert jobs.sweep(city.here) == 0
    clock.advance(timedelta(seconds=1))
    assert jobs.sweep(city.here) == 1
    assert jobs.sweep(city.here) == 0
    with city.reading() as work:
        cards = work.session.scalars(select(Card).where(Card.trigger == Trigger.LATE_COMPLAINT))
        assert [(card.org_id, card.subject_number) for card in cards] == [
            (officer.actor.org_id, "")  # nobody has taken it up
        ]
    with city.work(city.operator) as work:
        assert [each.number for each in queries.late(work)] == [one.number]
    one = accepted(city, one, officer)
    assert one.was_late
    clock.move_to(one.due_at)
    assert jobs.sweep(city.here) == 1
    with city.reading() as work:
        cards = work.session.scalars(select(Card).where(Card.trigger == Trigger.LATE_COMPLAINT))
        assert [card.subject_number for card in cards] == ["", one.number]
    one = decided(city, proposed(city, one, officer, Outcome.REJECTED), decider)
    assert (one.due_at, one.next_check_at, one.was_late) == (None, None, True)
    clock.advance(timedelta(days=30))
    assert jobs.sweep(city.here) == 0


def test_the_same_matter_written_seven_times_is_one_card(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officers(city)
    all_ = [filed(drawn).one for _ in range(3)]
    clock.move_to(max(one.due_at for one in all_))
    assert jobs.sweep(city.here) == 3
    with city.reading() as work:
        cards = work.session.scalars(select(Card).where(Card.trigger == Trigger.LATE_COMPLAINT))
        assert [card.subject_number for card in cards] == [""]
        assert len(queries.late(work)) == 3  # each is still told of, and still to be taken up
    site = site_of(city).as_()
    for path in ("/cards", "/cards/JC-2026-000001"):
        page = site.get(path).text
        assert "投诉没有在期限内决定是否受理" in page
        assert not any(one.number in page for one in all_)


def test_a_firm_loses_no_award_for_what_it_was_not_asked_about(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, _ = officers(city)
    nobody = filed(drawn, against=Against.NOBODY).one
    assert (nobody.against, nobody.respondent_org_id) == (
        Against.FIRM,
        drawn.delegate.actor.org_id,
    )
    owner = accepted(city, filed(drawn, against=Against.OWNER).one, officer)
    do(city, officer, actions.ask, owner, STATEMENT)
    do(city, city.clerk, actions.reply, owner, REPLY)
    with pytest.raises(RemedyNotOpenError):
        proposed(city, owner, officer, Outcome.UPHELD, Remedy.ANNUL)


def test_the_clocks_run_and_stop_with_the_steps(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    one = filed(drawn).one

    def states():
        with city.reading() as work:
            found = [timing.of(work, one, step) for step in ("accept:0", "decide", "reply")]
        return [each and each.state for each in found]

    assert states() == [ClockState.RUNNING, None, None]
    one = accepted(city, one, officer)
    assert states() == [ClockState.STOPPED, ClockState.RUNNING, None]
    do(city, officer, actions.ask, one, STATEMENT)
    assert states()[2] is ClockState.RUNNING
    said = Proposal(outcome=Outcome.REJECTED, reasons=GROUNDLESS)
    read(city, one, officer)
    # Whoever was asked has its whole term.
    with pytest.raises(StillSpeakingError), city.work(officer) as work:
        actions.propose(work, city.here, queries.handled(work, one.number), said)
    one = do(city, drawn.delegate, actions.reply, one, REPLY)
    one = decided(city, proposed(city, one, officer, Outcome.REJECTED), decider)
    assert states() == [ClockState.STOPPED] * 3


def test_an_unaccepted_complaint_says_why_and_where_to_go(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, decider = officers(city)
    one = filed(drawn).one
    read(city, one, officer)
    with city.work(officer) as work:
        found = queries.handled(work, one.number)
        with pytest.raises(TooShortError):
            actions.propose_refusal(work, city.here.keys, found, Refusal.OTHER_ROUTE, "去别处")
    words = "公职人员的纪律问题请向纪检监察机关反映，电话和地址见其网站。"
    with city.work(officer) as work:
        found = queries.handled(work, one.number)
        actions.propose_refusal(work, city.here.keys, found, Refusal.OTHER_ROUTE, words)
    due_at = one.due_at
    one = again(city, one)
    # Nobody is turned away by one person: until another decides, nothing is said, no day is won.
    assert (one.state, one.due_at) == (ComplaintState.REFUSING, due_at)
    with city.reading() as work:
        assert letters.of_subject(work, f"complaint:{one.id}") == []
        assert timing.of(work, one, "accept:0").state is ClockState.RUNNING
    with pytest.raises(SeparationOfDutiesError):
        refusal_decided(city, one, officer)
    one = refusal_decided(city, one, decider)
    assert (one.state, one.due_at) == (ComplaintState.NOT_ACCEPTED, None)
    with city.reading() as work:
        [letter] = letters.of_subject(work, f"complaint:{one.id}")
    assert words in "".join(letter.paragraphs)
    assert award_of(drawn).state is AwardState.PUBLICITY


def test_whoever_is_complained_about_never_handles_it(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, _ = officers(city)
    one = filed(drawn).one
    with city.work(officer) as work:
        found = queries.handled(work, one.number)
        found.respondent_org_id = officer.actor.org_id
        work.session.flush()
        with pytest.raises(MissingError):
            queries.handled(work, one.number)
        assert queries.handled_list(work, *ComplaintState) == []
        assert officer.actor.org_id not in {each.id for each in actions.others_for(work, found)}
        work.session.rollback()
    with city.work(drawn.delegate) as work, pytest.raises(MissingError):
        queries.against_own(work, one.number)


def test_a_complaint_about_the_operator_never_reaches_it(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = filed(drawn, target=Target.OTHER, against=Against.OPERATOR, ref="").one
    assert one.respondent_org_id == city.operator.actor.org_id
    assert one.authority_org_id not in {None, city.operator.actor.org_id}
    with city.work(city.operator) as work:
        assert queries.to_assign(work) == []
        with pytest.raises(MissingError):
            queries.unassigned(work, one.number)


def test_the_operator_assigns_what_nobody_looks_after(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    one = filed(drawn).one
    assert one.authority_org_id is None
    officer, _ = officers(city)
    with city.work(city.operator) as work:
        found = queries.unassigned(work, one.number)
        with pytest.raises(NoAuthorityError):
            actions.assign(work, found, city.operator.actor.org_id)
    with city.work(city.operator) as work:
        actions.assign(work, queries.unassigned(work, one.number), officer.actor.org_id)
    assert accepted(city, one, officer).state is ComplaintState.ACCEPTED


def test_a_transfer_begins_the_time_anew_and_is_not_for_ever(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    first, _ = officers(city)
    second = a_person(city.here, OrgKind.REGULATOR, Role.REGULATOR_OFFICER)
    one = filed(drawn).one
    clock.advance(timedelta(days=1))
    why = "该事项由另一部门主管"
    one = do(city, first, actions.transfer, one, second.actor.org_id, why)
    assert (one.authority_org_id, one.transfers) == (second.actor.org_id, 1)
    assert one.due_at == CALENDAR.due_at(beijing_day(clock()), 2)
    with city.work(first) as work, pytest.raises(MissingError):
        queries.handled(work, one.number)
    one = do(city, second, actions.transfer, one, first.actor.org_id, why)
    with pytest.raises(TransferredOftenError):
        do(city, first, actions.transfer, one, second.actor.org_id, why)


def test_the_other_side_replies_until_it_adds_nothing_and_in_time(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, _ = officers(city)
    one = accepted(city, filed(drawn).one, officer)
    with pytest.raises(IllegalComplaintMoveError):
        actions_on_fresh(drawn, officer)
    one = do(city, officer, actions.ask, one, STATEMENT)
    with pytest.raises(AskedError):
        do(city, officer, actions.ask, one, STATEMENT)
    clock.move_to(one.reply_by_at - timedelta(seconds=1))
    do(city, drawn.delegate, actions.reply, one, GROUNDLESS)
    with pytest.raises(RepliedError):
        do(city, drawn.delegate, actions.reply, one, GROUNDLESS)
    two = accepted(city, filed(drawn).one, officer)
    two = do(city, officer, actions.ask, two, STATEMENT)
    with pytest.raises(StillSpeakingError):
        proposed(city, two, officer)
    clock.move_to(two.reply_by_at)
    with pytest.raises(ReplyOverError):
        do(city, drawn.delegate, actions.reply, two, GROUNDLESS)
    assert proposed(city, two, officer).state is ComplaintState.PROPOSED


def actions_on_fresh(drawn, officer):
    do(drawn.city, officer, actions.ask, filed(drawn).one, STATEMENT)


def test_what_the_operator_enters_says_when_it_came(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officers(city)
    yesterday = beijing_day(clock()) - timedelta(days=3)
    with city.work(city.operator) as work:
        said = facts(drawn, received_on=yesterday)
        one = actions.enter(work, city.here.keys, said).one
        assert (one.channel, one.tier) == (Channel.PHONE, Tier.NAMED)
        assert one.due_at == CALENDAR.due_at(yesterday, 2)
        assert one.org_mark is None
        today = beijing_day(clock())
        for on in (today + timedelta(days=1), today - timedelta(days=366)):
            with pytest.raises(WrongDayError):
                actions.enter(work, city.here.keys, facts(drawn, received_on=on))
    with city.work(city.operator) as work:
        # What came long ago is taken with its true day, late as it is; nobody loses a day.
        long_ago = today - timedelta(days=40)
        late = actions.enter(work, city.here.keys, facts(drawn, received_on=long_ago)).one
        assert (late.due_at, late.was_late) == (CALENDAR.due_at(long_ago, 2), True)
        assert beijing_day(late.received_at) == long_ago
        assert beijing_day(late.entered_at) == today
        assert timing.of(work, late, "accept:0").due_at == late.due_at


@pytest.mark.parametrize(
    ("differences", "error"),
    [
        ({"contact": "12"}, ContactWrongError),
        ({"ref": " "}, RefMissingError),
        ({"target": Target.FIRM, "ref": ""}, RefMissingError),
    ],
)
def test_what_nobody_can_be_reached_or_found_by_is_refused(city, clock, differences, error):
    drawn = a_drawn_need(city.here, clock, city=city)
    with pytest.raises(error):
        filed(drawn, **differences)


def test_what_no_objection_could_annul_no_complaint_annuls(city, clock):
    drawn = a_drawn_need(city.here, clock, city=city)
    officer, _ = officers(city)
    for matter in (Matter.FEES, Matter.LOTTERY):
        one = accepted(city, filed(drawn, matter=matter).one, officer)
        one = heard(city, one, officer, drawn.delegate)
        with pytest.raises(RemedyNotOpenError):
            proposed(city, one, officer, remedy=Remedy.ANNUL)


def test_two_officers_who_find_it_malicious_at_once_propose_it_once(here, clock):
    drawn = a_drawn_need(here, clock)
    city = drawn.city
    officer, decider = officers(city)
    one = accepted(city, filed(drawn).one, officer)
    one = decided(city, proposed(city, one, officer, Outcome.REJECTED), decider)
    code = officer.actor.org_code
    second = a_person(city.here, OrgKind.REGULATOR, Role.REGULATOR_OFFICER, code=code)

    def finding(person):
        def deed():
            with city.work(person) as work:
                found = queries.handled(work, one.number)
                reason = AbuseReason.FABRICATED
                malicious.propose(work, city.here.keys, found, reason, GROUNDLESS)

        return deed

    said = both(finding(officer), finding(second))
    assert sorted(said, key=str) == ["IllegalComplaintMoveError", None]
