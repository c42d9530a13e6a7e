"""A blacklisting reaches the firms under one controller: everywhere, at once, and no longer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from market import regulations
from market.affiliations import actions as affiliations
from market.affiliations import queries as groups
from market.affiliations.errors import ObjectionPendingError, OldFactsError, ReasonsTooShortError
from market.affiliations.links import queries as links
from market.affiliations.rules import GroupState, ObjectionState, PartyRole
from market.affiliations.sanctions import queries as sanctions
from market.clock import beijing_day
from market.contracts.errors import FirmBarredError
from market.db import unit_of_work
from market.draws import actions as draws
from market.draws import jobs, queries
from market.draws.errors import BarredError, NotEligibleError
from market.draws.rules import EnrolmentState
from market.errors import MissingError, SeparationOfDutiesError
from market.firms import doubles
from market.firms import queries as firms
from market.firms.restrictions import actions as restrictions
from market.firms.rules import Standing
from market.messages.model import Message
from market.needs.queries import by_id as need_by_id
from tests.market.factories.accounts import sign_in
from tests.market.factories.affiliations import (
    ANSWER,
    JOB,
    OBJECTION,
    a_declaration,
    a_group,
    an_organisation,
    answer_links,
)
from tests.market.factories.contracts import a_running_contract, file_it
from tests.market.factories.credit import (
    a_case,
    a_decider,
    a_report,
    an_officer,
    decide,
    working_days_later,
)
from tests.market.factories.draws import (
    a_city,
    a_confirmed_award,
    an_offered_award,
    an_open_draw,
    enrol,
)
from tests.market.factories.firms import PASSWORD, an_id_number, an_operator

NUMBER = "AJ-2026-000900"
TERM = timedelta(days=180)
SECOND = timedelta(seconds=1)


def working(here, actor=JOB):
    return unit_of_work(here.sessions, actor, here.clock)


def blacklist(here, firm, *, scope="", standing=Standing.BLACKLISTED, number=NUMBER):
    """Let a measure bear on a firm from now on, and say until when."""
    with working(here) as work:
        return restrictions.order(
            work, firm.id, standing, scope=scope,
            from_at=work.now, until_at=work.now + TERM, case_number=number,
        ).until_at  # fmt: skip


def one_family(here, *members):
    """Let firms declare one legal representative."""
    person = an_id_number()
    for _, delegate in members:
        a_declaration(here, delegate, legal_id=person)


@pytest.fixture
def city(here, clock):
    return a_city(here, clock)


def may_enrol(city, draw, place):
    try:
        enrol(city, draw, city.firms[place][1])
    except NotEligibleError as refused:
        return str(refused)
    return ""


def test_the_other_firm_of_a_controller_is_refused_with_the_reason_and_the_way_out(city):
    one_family(city.here, *city.firms[:2])
    blacklist(city.here, city.firms[0][0])
    draw = an_open_draw(city)
    said = may_enrol(city, draw, 1)
    assert "同一控制人" in said
    assert "提出异议" in said
    # Who controls a firm is nobody's business: neither the other firm nor its case is named.
    assert city.firms[0][0].name not in said
    assert NUMBER not in said
    assert may_enrol(city, draw, 2) == ""


def test_it_ends_at_the_very_instant_at_which_the_measure_ends(city):
    one_family(city.here, *city.firms[:2])
    firm = city.firms[1][0]
    until = blacklist(city.here, city.firms[0][0])
    city.clock.move_to(until - SECOND)
    with working(city.here) as work:
        assert [one.measure.case_number for one in sanctions.reaching(work, firm)] == [NUMBER]
    city.clock.move_to(until)
    with working(city.here) as work:
        assert sanctions.reaching(work, firm) == []
    assert may_enrol(city, an_open_draw(city), 1) == ""


def test_it_is_lifted_with_the_measure(city):
    one_family(city.here, *city.firms[:2])
    blacklist(city.here, city.firms[0][0])
    with working(city.here) as work:
        restrictions.lift(work, NUMBER)
    assert may_enrol(city, an_open_draw(city), 1) == ""


@pytest.mark.parametrize(
    ("scope", "standing", "barred"),
    [
        ("01 02", Standing.BLACKLISTED, True),
        ("99", Standing.BLACKLISTED, False),
        ("", Standing.SUSPENDED, False),
    ],
)
def test_it_reaches_no_further_than_the_measure(city, scope, standing, barred):
    one_family(city.here, *city.firms[:2])
    draw = an_open_draw(city)
    with working(city.here) as work:
        item = need_by_id(work, draw.need_id).item_code
    assert item.split("-")[1] in {"01", "02"}
    blacklist(city.here, city.firms[0][0], scope=scope, standing=standing)
    assert bool(may_enrol(city, draw, 1)) is barred


def test_whoever_enrolled_before_is_taken_off_the_list_at_the_freeze(city):
    one_family(city.here, *city.firms[:2])
    draw = an_open_draw(city)
    enrol(city, draw, *(person for _, person in city.firms[1:]))
    blacklist(city.here, city.firms[0][0])
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    with working(city.here) as work:
        states = {e.firm_id: e.state for e in queries.enrolments_of(work, city.draw(draw.id))}
    assert states[city.firms[1][0].id] is EnrolmentState.INELIGIBLE
    assert states[city.firms[2][0].id] is EnrolmentState.ENROLLED


def another(city, firm_id):
    """Return a firm of the city that is not the one."""
    return next(pair for pair in city.firms if pair[0].id != firm_id)


def own(city, firm_id):
    return next(pair for pair in city.firms if pair[0].id == firm_id)


def test_a_winner_is_refused_when_it_confirms_and_when_it_signs(here, clock):
    drawn = an_offered_award(here, clock)
    firm_id = drawn.award.firm_id
    one_family(here, another(drawn.city, firm_id), own(drawn.city, firm_id))
    blacklist(here, another(drawn.city, firm_id)[0])
    with pytest.raises(BarredError, match="同一控制人"), drawn.city.work(drawn.delegate) as work:
        draws.confirm(work, queries.own_award(work, drawn.award.number))


def test_no_new_contract_is_filed_with_an_affiliate(here, clock):
    drawn = a_confirmed_award(here, clock)
    firm_id = drawn.award.firm_id
    one_family(here, another(drawn.city, firm_id), own(drawn.city, firm_id))
    blacklist(here, another(drawn.city, firm_id)[0])
    with pytest.raises(FirmBarredError, match="同一控制人"):
        file_it(drawn, drawn.city.clerk)


def test_a_confirmed_group_reaches_like_a_declaration(city):
    a_group(city.here, city.clock, *city.firms[:2])
    blacklist(city.here, city.firms[0][0])
    assert "同一控制人" in may_enrol(city, an_open_draw(city), 1)


def answered(here, number, person, *, uphold=True):
    with working(here, person.actor) as work:
        affiliations.answer(work, groups.objection(work, number), uphold=uphold, text=ANSWER)
        return groups.objection(work, number).state


def objected(city, delegate, **more):
    with working(city.here, delegate.actor) as work:
        return affiliations.object_to(work, firms.own(work), OBJECTION, **more).number


def test_nobody_frees_a_firm_of_anothers_blacklisting_alone(city):
    decider = an_operator(city.here)
    group = a_group(city.here, city.clock, *city.firms[:2], decider=decider)
    blacklist(city.here, city.firms[0][0])
    number = objected(city, city.firms[1][1], case_number=NUMBER)
    first, second = an_operator(city.here), an_operator(city.here)
    with pytest.raises(SeparationOfDutiesError):  # Who confirmed the group is no judge of it.
        answered(city.here, number, decider)
    assert answered(city.here, number, first) is ObjectionState.PROPOSED
    with pytest.raises(ObjectionPendingError):
        objected(city, city.firms[1][1], case_number=NUMBER)
    for uphold in (True, False):
        with pytest.raises(SeparationOfDutiesError):
            answered(city.here, number, first, uphold=uphold)
    with working(city.here) as work:
        assert sanctions.contested(work, city.firms[1][0].id) == frozenset()
    assert answered(city.here, number, second) is ObjectionState.UPHELD
    with working(city.here) as work:
        one = groups.objection(work, number)
        assert (one.proposed_by_id, one.answered_by_id) == (first.user.id, second.user.id)
        assert groups.group(work, group.number).state is GroupState.CONFIRMED


def test_a_group_by_which_a_blacklisting_reaches_is_undone_by_two(city):
    group = a_group(city.here, city.clock, *city.firms[:2])
    blacklist(city.here, city.firms[0][0])
    with working(city.here, city.firms[0][1].actor) as work:
        found = groups.own_group(work, group.number)
        # The blacklisted firm itself objects: it would free the other.
        number = affiliations.object_to(work, firms.own(work), OBJECTION, group=found).number
    assert answered(city.here, number, an_operator(city.here)) is ObjectionState.PROPOSED
    draw = an_open_draw(city)
    assert may_enrol(city, draw, 1)
    assert answered(city.here, number, an_operator(city.here)) is ObjectionState.UPHELD
    assert may_enrol(city, draw, 1) == ""


def test_the_second_may_find_it_wrong_and_one_alone_may_reject(city):
    one_family(city.here, *city.firms[:2])
    blacklist(city.here, city.firms[0][0])
    number = objected(city, city.firms[1][1], case_number=NUMBER)
    answered(city.here, number, an_operator(city.here))
    state = answered(city.here, number, an_operator(city.here), uphold=False)
    assert state is ObjectionState.REJECTED
    assert may_enrol(city, an_open_draw(city), 1)


def test_what_was_answered_is_not_said_again_without_anything_new(city):
    one_family(city.here, *city.firms[:2])
    delegate = city.firms[1][1]
    blacklist(city.here, city.firms[0][0])
    number = objected(city, delegate, case_number=NUMBER)
    answered(city.here, number, an_operator(city.here), uphold=False)
    today = beijing_day(city.clock())
    tomorrow = today + timedelta(days=1)
    new = affiliations.NewFacts(text="登记机关出具的股权变更登记通知书，载明变更日期。", on=today)
    for said in (affiliations.NewFacts(), new, replace(new, on=tomorrow)):
        with pytest.raises(OldFactsError):
            objected(city, delegate, case_number=NUMBER, new=said)
    city.clock.advance(timedelta(days=1))
    with pytest.raises(ReasonsTooShortError):
        objected(city, delegate, case_number=NUMBER, new=replace(new, on=tomorrow, text="新"))
    again = objected(city, delegate, case_number=NUMBER, new=replace(new, on=tomorrow))
    with working(city.here) as work:
        assert new.text in groups.objection(work, again).text


def test_an_objection_that_is_right_frees_the_firm_of_that_case_alone(city):
    one_family(city.here, *city.firms[:2])
    _firm, delegate = city.firms[1]
    blacklist(city.here, city.firms[0][0])
    draw = an_open_draw(city)
    with working(city.here, delegate.actor) as work:
        one = affiliations.object_to(work, firms.own(work), OBJECTION, case_number=NUMBER)
        number = one.number
    assert may_enrol(city, draw, 1)  # It is barred until somebody has looked.
    answered(city.here, number, an_operator(city.here))
    assert may_enrol(city, draw, 1)  # Another person has to find it right as well.
    answered(city.here, number, an_operator(city.here))
    blacklist(city.here, city.firms[0][0], number="AJ-2026-000901")
    assert may_enrol(city, draw, 1)
    with working(city.here) as work:
        restrictions.lift(work, "AJ-2026-000901")
    assert may_enrol(city, draw, 1) == ""


def test_a_late_answer_still_frees_it(city):
    one_family(city.here, *city.firms[:2])
    firm, delegate = city.firms[1]
    blacklist(city.here, city.firms[0][0])
    with working(city.here, delegate.actor) as work:
        one = affiliations.object_to(work, firms.own(work), OBJECTION, case_number=NUMBER)
    city.clock.move_to(one.answer_by_at + SECOND)
    for _ in "ab":
        answered(city.here, one.number, an_operator(city.here))
    with working(city.here) as work:
        assert sanctions.contested(work, firm.id) == {NUMBER}


def test_the_new_firm_of_a_blacklisted_controller_is_looked_at_by_a_person(city):
    firm = city.firms[1][0]
    blacklist(city.here, city.firms[0][0])
    with working(city.here) as work:
        seen = firms.firm_by_id(work, firm.id)
        seen.legal_representative = "与众不同"
        assert not any("黑名单" in why for why in doubles.doubts_of(work, seen))
        seen.legal_representative = city.firms[0][0].legal_representative
        assert any("同名" in why for why in doubles.doubts_of(work, seen))
    one_family(city.here, *city.firms[:2])
    with working(city.here) as work:
        doubts = doubles.doubts_of(work, firms.firm_by_id(work, firm.id))
    assert any("控制人或法定代表人" in why for why in doubts)


def bars(work, firm, item_code):
    rules = regulations.in_force("affiliations", work.today)
    return sanctions.bar_of(work, firm, item_code, rules)


def told(here, kind):
    with here.sessions() as session:
        return {row.org_id for row in session.query(Message).filter(Message.kind == kind)}


def test_who_is_beside_hears_of_the_decision_and_reads_the_reason(client, fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    city = agreed.city
    firm, delegate = own(city, agreed.contract().firm_id)
    other, person = another(city, firm.id)
    one_family(fast_here, (firm, delegate), (other, person))
    officer = an_officer(fast_here)
    a_report(fast_here, firm, officer)
    case = a_case(fast_here, firm, officer)
    working_days_later(clock, 5)
    case = decide(fast_here, case, a_decider(fast_here))
    assert told(fast_here, "credit.affiliate-reached") == {other.organisation_id}
    assert told(fast_here, "credit.contract-watched") == {agreed.contract().owner_org_id}
    sign_in(client, person.user, PASSWORD)
    path = f"/affiliations/own/sanctions/{case.number}"
    assert client.get(path).status_code == 200  # It is told before the measure begins.
    with working(fast_here) as work:
        item = need_by_id(work, agreed.contract().need_id).item_code
        assert bars(work, other, item) is None
    clock.move_to(case.effective_at)
    with working(fast_here) as work:
        assert bars(work, other, item).case_number == case.number
    sign_in(client, person.user, PASSWORD)
    assert firm.name in client.get("/affiliations/own").text
    assert firm.name in client.get(path).text
    assert client.post(path, data={"text": OBJECTION}).status_code == 303
    assert "异议正在办理" in client.get(path).text
    sign_in(client, city.clerk.user, PASSWORD)
    assert "重点监督" in client.get(f"/contracts/mine/{agreed.contract().id}").text
    sign_in(client, officer.user, PASSWORD)
    page = client.get("/credit/watch").text
    assert f"/contracts/mine/{agreed.contract().id}" in page


def naming(city, liar, other):
    """Let a firm declare that another controls it, whether that is so or not."""
    above = an_organisation(city.firms[other][0].code, PartyRole.CONTROLLER, 0)
    a_declaration(city.here, city.firms[liar][1], parties=(above,))


def test_a_blacklisted_firm_bars_nobody_by_what_it_says(city):
    a_declaration(city.here, city.firms[1][1])
    until = blacklist(city.here, city.firms[0][0])
    naming(city, 0, 1)
    draw = an_open_draw(city)
    assert may_enrol(city, draw, 1) == ""
    with working(city.here) as work:
        assert sanctions.reaching(work, city.firms[1][0]) == []
        assert sanctions.affiliates_of(work, city.firms[0][0]) == []
    for place, confirm in ((1, False), (2, True)):
        naming(city, 0, place)
        answer_links(city.here, city.firms[place][1], confirm=confirm)
        with working(city.here) as work:
            found = sanctions.reaching(work, city.firms[place][0])
        assert [one.measure.until_at for one in found] == [until] * confirm
    # Whoever names a blacklisted firm itself is bound by its own word.
    naming(city, 3, 0)
    assert "同一控制人" in may_enrol(city, draw, 3)


def test_who_declared_the_same_before_is_reached_once_it_let_the_term_pass(city):
    one_family(city.here, *city.firms[:2])
    blacklist(city.here, city.firms[1][0])
    with working(city.here) as work:
        [row] = links.put_to(work, city.firms[0][0])
        assert sanctions.reaching(work, city.firms[0][0]) == []
    city.clock.move_to(row.link.answer_by_at)
    with working(city.here) as work:
        assert len(sanctions.reaching(work, city.firms[0][0])) == 1
        found = sanctions.affiliates_of(work, city.firms[1][0])
        assert [firm.id for firm in found] == [city.firms[0][0].id]
    answer_links(city.here, city.firms[0][1], confirm=False)
    with working(city.here) as work:
        assert sanctions.reaching(work, city.firms[0][0]) == []


@pytest.mark.parametrize("who", [0, 1])
def test_declaring_anew_lifts_nothing_until_two_have_looked(city, who):
    """Neither the barred firm nor the blacklisted one frees the other by taking it back."""
    one_family(city.here, *city.firms[:2])
    blacklist(city.here, city.firms[0][0])
    city.clock.advance(SECOND)
    a_declaration(city.here, city.firms[who][1], no_controller=True, parties=())
    draw = an_open_draw(city)
    assert "同一控制人" in may_enrol(city, draw, 1)
    with working(city.here) as work:
        seen = [firm.id for firm in sanctions.taken_back(work)]
    assert seen == [city.firms[1][0].id] * who
    number = objected(city, city.firms[1][1], case_number=NUMBER)
    answered(city.here, number, an_operator(city.here))
    assert may_enrol(city, draw, 1)
    answered(city.here, number, an_operator(city.here))
    assert may_enrol(city, draw, 1) == ""


def test_what_was_taken_back_long_before_a_measure_bars_nobody(city):
    one_family(city.here, *city.firms[:2])
    a_declaration(city.here, city.firms[1][1])
    city.clock.advance(timedelta(days=1, seconds=1))
    blacklist(city.here, city.firms[0][0])
    assert may_enrol(city, an_open_draw(city), 1) == ""


def test_nobody_reads_of_a_measure_that_does_not_reach_them(city):
    blacklist(city.here, city.firms[0][0])
    with working(city.here) as work, pytest.raises(MissingError):
        sanctions.reaching_of(work, city.firms[1][0], NUMBER)
