"""What one firm says of another: whom it binds, what the other says, and what follows."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from market.affiliations import actions
from market.affiliations.errors import ReasonsTooShortError
from market.affiliations.links import queries as links
from market.affiliations.links.rules import (
    LINK_MOVES,
    OWN,
    IllegalLinkMoveError,
    LinkMove,
    LinkState,
    Said,
    advance,
    sides,
)
from market.affiliations.rules import CLAIMED, Group, PartyRole, bound_to, mates, taken_by
from market.affiliations.sanctions.rules import Reach, reached_by
from market.errors import MissingError
from market.messages.model import Message
from tests.market.factories.accounts import sign_in
from tests.market.factories.affiliations import (
    DENIAL,
    a_case,
    a_controller,
    a_declaration,
    an_organisation,
    answer_links,
)
from tests.market.factories.draws import a_city
from tests.market.factories.firms import PASSWORD, an_id_number, an_operator


@pytest.mark.parametrize(("state", "move"), [*product(LinkState, LinkMove)])
def test_every_move_is_allowed_or_refused(state, move):
    if (state, move) in LINK_MOVES:
        assert advance(state, move) is LINK_MOVES[state, move]
    else:
        with pytest.raises(IllegalLinkMoveError):
            advance(state, move)


def test_a_denial_stands():
    assert not [state for state, _ in LINK_MOVES if state is LinkState.DENIED]


A, B, P = "code:A", "code:B", "person:p"
EARLY, LATE = Said(1, (1,)), Said(1, (2,))


@pytest.mark.parametrize(
    ("first", "second", "made"),
    [
        ({A: OWN}, {B: OWN}, None),
        ({A: OWN, B: EARLY}, {B: OWN}, (True, False, False)),
        ({A: OWN}, {B: OWN, A: LATE}, (False, True, False)),
        ({A: OWN, B: LATE}, {B: OWN, A: EARLY}, (True, True, False)),
        ({A: OWN, P: EARLY}, {B: OWN, P: LATE}, (False, True, True)),
        ({A: OWN, P: LATE}, {B: OWN, P: EARLY}, (True, False, True)),
        # Who names the other is bound, and is bound still once the other says who is above it.
        ({A: OWN, B: EARLY, P: Said(2, (3, 1))}, {B: OWN, P: Said(1, (3,))}, (True, False, True)),
        ({A: OWN, "code:11X": EARLY}, {B: OWN, "code:11X": LATE}, None),
    ],
)
def test_who_makes_a_tie_is_bound_and_nobody_else(first, second, made):
    assert sides(first, second) == made
    turned = sides(second, first)
    assert turned == (made and (made[1], made[0], made[2]))


FIRMS = range(6)


PAIRS = st.sets(st.sampled_from(FIRMS), min_size=2, max_size=2).map(sorted)
TIES = st.builds(
    lambda pair, both: Group(
        number="declared" if both else CLAIMED,
        firms=frozenset(pair),
        bound=None if both else frozenset(pair[:1]),
    ),
    PAIRS.flatmap(st.permutations),
    st.booleans(),
)
ROSTERS = st.lists(st.sampled_from(FIRMS), unique=True)


def frozen(groups, enrolled):
    """Return the list as the freeze makes it: in order, whoever only gives way last."""
    listed = {firm: place for place, firm in enumerate(enrolled)}
    for firm in enrolled:
        if taken_by(firm, groups, listed) is not None:
            del listed[firm]
    return set(listed)


@given(st.lists(TIES, max_size=6), ROSTERS)
def test_two_who_are_bound_to_each_other_never_hold_two_tickets(groups, enrolled):
    listed = frozen(groups, enrolled)
    for firm in listed:
        assert (bound_to(firm, groups) - {firm}) & listed == set()
    assert bool(listed) == bool(enrolled)


@given(st.lists(TIES, max_size=6), ROSTERS, PAIRS.flatmap(st.permutations))
def test_what_a_firm_says_alone_never_takes_another_off(groups, enrolled, said):
    """Whatever was said and confirmed before, and in whatever order they enrolled."""
    liar = said[0]
    lie = Group(number=CLAIMED, firms=frozenset(said), bound=frozenset({liar}))
    for firm in set(FIRMS) - {liar}:
        assert bound_to(firm, [*groups, lie]) == bound_to(firm, groups)
        for reach in Reach:
            assert reached_by(firm, [*groups, lie], reach) == reached_by(firm, groups, reach)
    assert frozen([*groups, lie], enrolled) >= frozen(groups, enrolled) - {liar}


@given(st.lists(TIES, max_size=6), ROSTERS)
def test_before_the_freeze_nobody_is_refused_by_what_it_says_alone(groups, enrolled):
    places = {firm: place for place, firm in enumerate(enrolled)}
    for firm in FIRMS:
        taken = taken_by(firm, groups, places, final=False)
        assert taken is None or taken[1] in mates(firm, groups)


def test_who_is_silent_is_reached_by_a_sanction_and_gives_no_ticket_way():
    tie = Group(
        number=CLAIMED, firms=frozenset({1, 2}), bound=frozenset({1}), silent=frozenset({2})
    )
    assert reached_by(2, [tie], Reach.GROUPS) == {1}
    assert taken_by(2, [tie], {1: 0, 2: 1}) is None
    assert taken_by(1, [tie], {1: 0, 2: 1}) == (CLAIMED, 2)


@pytest.fixture
def city(here, clock):
    return a_city(here, clock)


def naming(city, liar, other):
    above = an_organisation(city.firms[other][0].code, PartyRole.CONTROLLER, 0)
    a_declaration(city.here, city.firms[liar][1], parties=(above,))


def put_to(city, place):
    with city.reading() as work:
        return [row.link for row in links.put_to(work, city.firms[place][0])]


def told(here, org_id):
    with here.sessions() as session:
        kinds = session.query(Message).filter(Message.org_id == org_id)
        return [row.kind for row in kinds if row.kind.startswith("affiliation.")]


def test_the_other_is_told_at_once_and_once(city):
    naming(city, 0, 1)
    [link] = put_to(city, 1)
    assert link.state is LinkState.ASKED
    assert told(city.here, city.firms[1][0].organisation_id) == ["affiliation.link-asked"]
    naming(city, 0, 1)  # Said again without a break: nothing new.
    assert [each.version for each in put_to(city, 1)] == [link.version]
    assert put_to(city, 0) == []
    assert told(city.here, city.firms[0][0].organisation_id) == []


def test_who_declares_the_same_later_is_bound_and_the_earlier_is_asked(city):
    number = an_id_number()
    for place in (0, 1):
        a_declaration(city.here, city.firms[place][1], parties=(a_controller(number=number),))
    assert [link.declarant_id for link in put_to(city, 0)] == [city.firms[1][0].id]
    assert put_to(city, 1) == []


def test_it_is_answered_once_and_a_denial_needs_reasons(city):
    naming(city, 0, 1)
    [link] = put_to(city, 1)
    with pytest.raises(ReasonsTooShortError), city.work(city.firms[1][1]) as work:
        actions.answer_link(work, links.own(work, link.number), confirm=False, text="不是")
    with pytest.raises(MissingError), city.work(city.firms[0][1]) as work:
        links.own(work, link.number)
    assert answer_links(city.here, city.firms[1][1], confirm=False) == 1
    for confirm in (True, False):
        with pytest.raises(IllegalLinkMoveError), city.work(city.firms[1][1]) as work:
            actions.answer_link(work, links.own(work, link.number), confirm=confirm, text=DENIAL)
    a_declaration(city.here, city.firms[0][1])
    naming(city, 0, 1)  # A denial stands: nobody is asked again and again.
    assert [each.state for each in put_to(city, 1)] == [LinkState.DENIED]


def test_what_was_confirmed_and_taken_back_is_asked_again(city):
    naming(city, 0, 1)
    assert answer_links(city.here, city.firms[1][1]) == 1
    a_declaration(city.here, city.firms[0][1])
    naming(city, 0, 1)
    assert [each.state for each in put_to(city, 1)] == [LinkState.ASKED]


def test_the_operator_looks_at_what_was_denied_or_not_answered_until_there_is_a_case(city):
    naming(city, 0, 1)
    naming(city, 2, 3)
    answer_links(city.here, city.firms[1][1], confirm=False)
    with city.reading() as work:
        assert [row.declarant.id for row in links.to_look_at(work)] == [city.firms[0][0].id]
    [late] = put_to(city, 3)
    city.clock.move_to(late.answer_by_at + timedelta(seconds=1))
    with city.reading() as work:
        assert len(links.to_look_at(work)) == 2
    assert answer_links(city.here, city.firms[3][1]) == 1  # Its own word binds it also late.
    a_case(city.here, city.firms[0][0], city.firms[1][0])
    with city.reading() as work:
        assert links.to_look_at(work) == []


def test_the_public_log_names_nobody_who_answers(city):
    naming(city, 0, 1)
    answer_links(city.here, city.firms[1][1])
    with city.here.engine.connect() as connection:
        rows = connection.execute(text("SELECT body FROM log_submission ORDER BY id"))
        bodies = [bytes(row[0]) for row in rows]
    [body] = [body for body in bodies if b"affiliation.link-moved.v1" in body]
    for firm, person in city.firms:
        assert firm.code.encode() not in body
        assert person.actor.name.encode() not in body


def test_the_firm_reads_it_and_answers_on_its_page(client, fast_here, clock):
    city = a_city(fast_here, clock)
    naming(city, 0, 1)
    [link] = put_to(city, 1)
    path = f"/affiliations/own/links/{link.number}"
    sign_in(client, city.firms[1][1].user, PASSWORD)
    assert path in client.get("/affiliations/own").text
    assert path in client.get("/workbench").text
    assert city.firms[0][0].name in client.get(path).text
    assert client.post(path, data={"outcome": "deny", "text": "不是"}).status_code == 409
    assert client.post(path, data={"outcome": "deny", "text": DENIAL}).status_code == 303
    assert "已否认" in client.get(path).text
    sign_in(client, city.firms[2][1].user, PASSWORD)
    assert client.get(path).status_code == 404
    sign_in(client, an_operator(fast_here).user, PASSWORD)
    assert DENIAL in client.get("/affiliations/desk").text
