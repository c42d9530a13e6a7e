"""One controller never holds two tickets; who has to do with the owner stands aside; objections."""

import json
from datetime import timedelta
from itertools import permutations

import pytest

from market import log, regulations
from market.accounts.queries import organisation
from market.affiliations import actions as affiliations
from market.affiliations import profiles
from market.affiliations import queries as groups
from market.affiliations.errors import (
    AnswerLateError,
    NothingToObjectError,
    ObjectionPendingError,
    TooLateToObjectError,
    UnknownTicketRuleError,
)
from market.affiliations.rules import GroupState, Interest, PartyRole, TieKind
from market.clock import beijing_day
from market.draws import actions, jobs, queries
from market.draws.actions.objecting import object_before_freeze
from market.draws.errors import NotEligibleError
from market.draws.rules import DrawState, EnrolmentState
from market.needs.queries import by_id as need_by_id
from market.regulations.files import SHIPPED
from tests.market.factories.affiliations import (
    ANSWER,
    OBJECTION,
    a_case,
    a_controller,
    a_declaration,
    a_group,
    an_organisation,
    answer_links,
    decide,
    speak,
)
from tests.market.factories.draws import an_open_draw, enrol
from tests.market.factories.firms import an_id_number, an_operator

SECOND = timedelta(seconds=1)
MATES = (0, 1)


def asking_from(folder, day, **changes):
    """Put rules into force, from a day on, that ask for a declaration at once."""
    shipped = (SHIPPED / "platform-affiliations-2024.toml").read_text("utf-8")
    own = (
        shipped.replace('id = "platform-affiliations-2024"', 'id = "city-affiliations-2026"')
        .replace("effective_from = 2024-01-01", f"effective_from = {day}")
        .replace('value = "2027-07-01"', f'value = "{day}"')
    )
    own = own.replace(
        "\n[declaration]", '\nrepeals = ["platform-affiliations-2024"]\n[declaration]'
    )
    for old, new in changes.items():
        own = own.replace(old, new)
    folder.mkdir(exist_ok=True)
    (folder / "own.toml").write_text(own, "utf-8")
    regulations.extend_lock(folder)
    regulations.configure(folder)


@pytest.fixture
def asking(city, tmp_path):
    """Rules of today that ask for a declaration."""
    asking_from(tmp_path / "rules", beijing_day(city.clock()))
    yield
    regulations.configure()


def states(city, draw):
    with city.reading() as work:
        found = queries.enrolments_of(work, work.session.get_one(type(draw), draw.id))
        return {each.firm_id: (each.state, each.reason_code) for each in found}


def listed(city, draw):
    """Return the places of the firms of the city that stand in the frozen list."""
    ids = [firm.id for firm, _ in city.firms]
    found = states(city, draw).items()
    return {ids.index(firm) for firm, (state, _) in found if state is EnrolmentState.ENROLLED}


def close(city, draw):
    city.clock.move_to(draw.enrol_close_at)
    jobs.run_due(city.here)
    return city.draw(draw.id)


def confirmed(city, *places):
    """Confirm a group; the clock moves to the midnight from which it is in force."""
    chosen = [city.firms[place] for place in places]
    return a_group(city.here, city.clock, *chosen)


def owner_code(city, draw):
    with city.reading() as work:
        need = need_by_id(work, draw.need_id)
        return organisation(work, need.owner_org_id).code


def delegate(city, place):
    return city.firms[place][1]


def test_the_second_of_a_group_is_refused_by_name_of_the_group(city):
    group = confirmed(city, *MATES)
    draw = an_open_draw(city)
    enrol(city, draw, delegate(city, 1))
    with pytest.raises(NotEligibleError, match=group.number):
        enrol(city, draw, delegate(city, 0))
    enrol(city, draw, delegate(city, 2), delegate(city, 3))
    assert close(city, draw).state is DrawState.FROZEN
    assert listed(city, draw) == {1, 2, 3}


def test_a_ticket_given_back_is_the_other_s_to_take(city):
    confirmed(city, *MATES)
    draw = an_open_draw(city)
    enrol(city, draw, delegate(city, 0))
    log.sequence(city.here)
    with city.work(delegate(city, 0)) as work:
        actions.withdraw(work, draw)
    enrol(city, draw, *(delegate(city, place) for place in (1, 2, 3)))
    close(city, draw)
    assert listed(city, draw) == {1, 2, 3}


@pytest.mark.parametrize("tickets", ["merge", "exclude"])
@pytest.mark.parametrize("order", [*permutations((0, 1, 2))])
def test_whoever_enrolled_first_stays_if_the_group_is_confirmed_before_the_freeze(
    city, order, tickets
):
    draw = an_open_draw(city, tickets=tickets)
    enrol(city, draw, *(delegate(city, place) for place in (*order, 3)))
    confirmed(city, 0, 1, 2)
    assert city.clock() < draw.enrol_close_at
    close(city, draw)
    assert listed(city, draw) <= {order[0], 3}
    left_out = {city.firms[place][0].id for place in order[1:]}
    taken_off = {
        firm: reason
        for firm, (state, reason) in states(city, draw).items()
        if state is EnrolmentState.INELIGIBLE
    }
    assert taken_off == dict.fromkeys(left_out, "ticket")


def of_one_person(city, number, *places, legal=False):
    """Let firms declare one controller, or one legal representative."""
    for place in places:
        said = {"legal_id": number} if legal else {"parties": (a_controller(number=number),)}
        a_declaration(city.here, delegate(city, place), **said)


@pytest.mark.parametrize("tickets", ["merge", "exclude"])
@pytest.mark.parametrize("first", MATES)
@pytest.mark.parametrize("legal", [False, True])
def test_who_declared_the_same_later_gives_way_until_the_other_confirms(
    city, legal, first, tickets
):
    of_one_person(city, an_id_number(), *MATES, legal=legal)
    draw = an_open_draw(city, tickets=tickets)
    enrol(city, draw, *(delegate(city, place) for place in (first, 1 - first, 2, 3)))
    close(city, draw)
    assert listed(city, draw) == {0, 2, 3}


def test_who_alone_claims_a_firm_is_let_in_where_the_firm_is_not(city):
    naming(city, 0, 1)
    draw = an_open_draw(city)
    enrol(city, draw, *(delegate(city, place) for place in (0, 2, 3)))
    close(city, draw)
    assert listed(city, draw) == {0, 2, 3}


def test_whom_a_firm_claims_may_be_taken_off_and_then_takes_nobody_with_it(city):
    naming(city, 0, 1)
    draw = an_open_draw(city)
    enrol(city, draw)
    a_tie(city, draw, 1)
    close(city, draw)
    assert listed(city, draw) == {0, 2, 3}


def test_who_claims_a_firm_does_not_learn_whether_it_is_in(city):
    pages = []
    for is_in in (False, True):
        naming(city, 0, 1)
        draw = an_open_draw(city)
        if is_in:
            enrol(city, draw, delegate(city, 1))
        with city.reading() as work:
            need = need_by_id(work, draw.need_id)
            firm = city.firms[0][0]
            pages.append(
                (
                    queries.failures_of(work, need, firm, draw),
                    queries.affiliated.warned(work, firm, draw),
                )
            )
            assert queries.affiliated.warned(work, city.firms[1][0], draw) == ()
    assert pages == [([], ("claimed",))] * 2


@pytest.mark.parametrize("legal", [False, True])
def test_what_both_declared_and_confirmed_needs_no_hearing(city, legal):
    of_one_person(city, an_id_number(), *MATES, legal=legal)
    assert answer_links(city.here, *(delegate(city, place) for place in MATES)) == 1
    draw = an_open_draw(city)
    enrol(city, draw, delegate(city, 1))
    with pytest.raises(NotEligibleError, match="与本机构申报的控制人或法定代表人相同"):
        enrol(city, draw, delegate(city, 0))
    enrol(city, draw, delegate(city, 2), delegate(city, 3))
    close(city, draw)
    assert listed(city, draw) == {1, 2, 3}


@pytest.mark.parametrize("tickets", ["merge", "exclude"])
@pytest.mark.parametrize("order", [*permutations((0, 1, 2))])
def test_one_controller_that_its_firms_declare_never_holds_two_tickets(city, order, tickets):
    draw = an_open_draw(city, tickets=tickets)
    enrol(city, draw, *(delegate(city, place) for place in (*order, 3)))
    of_one_person(city, an_id_number(), 0, 1)
    of_one_person(city, an_id_number(), 1, 2, legal=True)
    parent = city.firms[2][0].code
    above = an_organisation(parent, PartyRole.CONTROLLER, 0)
    a_declaration(city.here, delegate(city, 0), parties=(above,))
    answer_links(city.here, *(delegate(city, place) for place in (0, 1, 2)))
    close(city, draw)
    assert listed(city, draw) == {order[0], 3}


def test_an_objection_to_what_both_declared_lets_the_firm_in(city):
    of_one_person(city, an_id_number(), *MATES)
    answer_links(city.here, delegate(city, 0))
    draw = an_open_draw(city)
    enrol(city, draw, delegate(city, 0))
    answered(city, objected(city, draw, 1), uphold=True)
    enrol(city, draw, *(delegate(city, place) for place in (1, 2, 3)))
    close(city, draw)
    assert listed(city, draw) == {0, 1, 2, 3}


def test_another_controller_declared_while_a_draw_is_open_raises_an_alarm(city):
    of_one_person(city, an_id_number(), *MATES)
    an_open_draw(city)
    with city.reading() as work:
        assert queries.affiliated.loosened(work) == []
    of_one_person(city, an_id_number(), 1)
    with city.reading() as work:
        assert [firm.id for firm in queries.affiliated.loosened(work)] == [city.firms[1][0].id]


def test_a_decision_of_the_last_day_does_not_bear_on_a_list_of_the_same_day(city):
    draw = an_open_draw(city)
    enrol(city, draw)
    city.clock.move_to(draw.enrol_close_at - timedelta(hours=1))
    case = a_case(city.here, city.firms[0][0], city.firms[1][0])
    speak(city.here, case, delegate(city, 0), delegate(city, 1))
    decide(city.here, case)
    close(city, draw)
    assert listed(city, draw) == {0, 1, 2, 3}


def test_the_rules_are_published_with_the_draw(city):
    draw = an_open_draw(city)
    with city.reading() as work:
        body = json.loads(queries.file_of(work, draw, "eligibility.json"))
    assert body["affiliations"]["tickets"] == "merge"
    assert body["affiliations"]["regulation"] == "platform-affiliations-2024"
    assert {"ticket", "interest", "declaration"} <= {rule["rule"] for rule in body["rules"]}


def a_tie(city, draw, place=0):
    code = owner_code(city, draw)
    tie = affiliations.TieFacts(code=code, name="示范业主", kind=TieKind.FORMER_OFFICIAL)
    a_declaration(city.here, delegate(city, place), ties=(tie,))


def held_by_owner(city, draw, place=0):
    a_declaration(
        city.here,
        delegate(city, place),
        no_controller=True,
        parties=(an_organisation(owner_code(city, draw), share_bp=600),),
    )


@pytest.mark.parametrize(
    ("declare", "interest"), [(a_tie, Interest.TIED), (held_by_owner, Interest.HELD)]
)
def test_who_has_to_do_with_the_owner_stands_aside(city, declare, interest):
    draw = an_open_draw(city)
    declare(city, draw)
    with pytest.raises(NotEligibleError, match="须回避"):
        enrol(city, draw, delegate(city, 0))
    with city.reading() as work:
        rules = queries.affiliated.rules_of_draw(work, draw)
        [row] = profiles.recused_by(work, owner_code(city, draw), rules)
    assert (row.firm.id, row.interests) == (city.firms[0][0].id, (interest,))


def test_a_tie_declared_after_enrolling_counts_at_the_freeze(city):
    draw = an_open_draw(city)
    enrol(city, draw)
    a_tie(city, draw, 2)
    close(city, draw)
    assert listed(city, draw) == {0, 1, 3}


def test_nobody_else_is_recused(city):
    draw = an_open_draw(city)
    for _, person in city.firms:
        a_declaration(city.here, person)
    enrol(city, draw)
    close(city, draw)
    assert listed(city, draw) == {0, 1, 2, 3}


def objected(city, draw, place):
    with city.work(delegate(city, place)) as work:
        return object_before_freeze(work, draw, OBJECTION)


def answered(city, objection, *, uphold):
    with city.work(an_operator(city.here)) as work:
        affiliations.answer(
            work, groups.objection(work, objection.number), uphold=uphold, text=ANSWER
        )


def test_a_group_objected_to_in_time_lets_both_in(city):
    group = confirmed(city, *MATES)
    draw = an_open_draw(city)
    enrol(city, draw, delegate(city, 0))
    objection = objected(city, draw, 1)
    assert objection.answer_by_at == draw.enrol_close_at
    with pytest.raises(ObjectionPendingError):
        objected(city, draw, 1)
    answered(city, objection, uphold=True)
    enrol(city, draw, *(delegate(city, place) for place in (1, 2, 3)))
    close(city, draw)
    assert listed(city, draw) == {0, 1, 2, 3}
    with city.reading() as work:
        assert groups.group(work, group.number).state is GroupState.UNDONE


def test_who_is_in_the_list_may_object_until_the_freeze(city):
    confirmed(city, *MATES)
    draw = an_open_draw(city)
    enrol(city, draw, delegate(city, 0))
    assert objected(city, draw, 0).answer_by_at == draw.freeze_by_at


def test_an_interest_that_is_wrong_is_waived_in_this_draw_and_shown(city):
    draw = an_open_draw(city)
    a_tie(city, draw)
    answered(city, objected(city, draw, 0), uphold=True)
    enrol(city, draw)
    close(city, draw)
    assert listed(city, draw) == {0, 1, 2, 3}
    with city.reading() as work:
        number = queries.number_of(work, draw)
        rules = queries.affiliated.rules_of_draw(work, draw)
        [row] = profiles.recused_by(work, owner_code(city, draw), rules, number)
    assert row.is_exempt
    other = an_open_draw(city)
    with pytest.raises(NotEligibleError, match="须回避"):
        enrol(city, other, delegate(city, 0))


def test_an_objection_found_wrong_changes_nothing(city):
    draw = an_open_draw(city)
    a_tie(city, draw)
    answered(city, objected(city, draw, 0), uphold=False)
    with pytest.raises(NotEligibleError):
        enrol(city, draw, delegate(city, 0))


def test_an_answer_after_the_close_cannot_let_anybody_in(city):
    draw = an_open_draw(city)
    a_tie(city, draw)
    objection = objected(city, draw, 0)
    city.clock.move_to(draw.enrol_close_at)
    with pytest.raises(AnswerLateError):
        answered(city, objection, uphold=True)
    answered(city, objection, uphold=False)


def test_objections_end_with_the_close(city):
    confirmed(city, *MATES)
    draw = an_open_draw(city)
    city.clock.move_to(draw.enrol_close_at)
    with pytest.raises(TooLateToObjectError):
        objected(city, draw, 0)


def test_who_is_not_concerned_has_nothing_to_object_to(city):
    draw = an_open_draw(city)
    with pytest.raises(NothingToObjectError):
        objected(city, draw, 0)


@pytest.mark.usefixtures("asking")
def test_a_firm_without_a_declaration_is_kept_out_once_the_rules_ask(city):
    for place in (0, 1, 2):
        a_declaration(city.here, delegate(city, place))
    draw = an_open_draw(city)
    enrol(city, draw, *(delegate(city, place) for place in (0, 1, 2)))
    with pytest.raises(NotEligibleError, match="没有申报关联关系"):
        enrol(city, draw, delegate(city, 3))


def test_rules_that_ask_later_do_not_reach_back_to_a_notice(city, tmp_path):
    draw = an_open_draw(city)
    asking_from(tmp_path / "rules", draw.enrol_close_at.date())
    try:
        enrol(city, draw)
        close(city, draw)
    finally:
        regulations.configure()
    assert listed(city, draw) == {0, 1, 2, 3}


def test_a_way_to_give_tickets_that_nobody_knows_publishes_nothing(city, tmp_path):
    asking_from(
        tmp_path / "rules", beijing_day(city.clock()), **{'value = "merge"': 'value = "lottery"'}
    )
    try:
        with pytest.raises(UnknownTicketRuleError):
            an_open_draw(city)
    finally:
        regulations.configure()


def naming(city, liar, other):
    """Let a firm declare that another controls it, whether that is so or not."""
    above = an_organisation(city.firms[other][0].code, PartyRole.CONTROLLER, 0)
    a_declaration(city.here, delegate(city, liar), parties=(above,))


@pytest.mark.parametrize("tickets", ["merge", "exclude"])
@pytest.mark.parametrize("liar_first", [True, False])
@pytest.mark.parametrize("said", ["before", "between", "after"])
def test_what_one_firm_says_alone_takes_nobody_else_off_a_list(city, tickets, liar_first, said):
    of_one_person(city, an_id_number(), 1)
    draw = an_open_draw(city, tickets=tickets)
    order = (0, 1) if liar_first else (1, 0)
    if said == "before":
        naming(city, 0, 1)
    enrol(city, draw, delegate(city, order[0]))
    if said == "between":
        naming(city, 0, 1)
    enrol(city, draw, *(delegate(city, place) for place in (order[1], 2, 3)))
    if said == "after":
        naming(city, 0, 1)
    close(city, draw)
    assert listed(city, draw) == {1, 2, 3}


@pytest.mark.parametrize("legal", [False, True])
def test_a_rivals_controller_declared_after_it_takes_the_rival_off_no_list(city, legal):
    number = an_id_number()
    of_one_person(city, number, 1, legal=legal)
    draw = an_open_draw(city)
    enrol(city, draw)
    of_one_person(city, number, 0, legal=legal)
    close(city, draw)
    assert listed(city, draw) == {1, 2, 3}
