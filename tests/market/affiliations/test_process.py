"""Declaring, the way of a case and of an objection, on both databases."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from market.accounts.queries import organisation
from market.affiliations import actions, profiles, queries
from market.affiliations.errors import (
    AlreadyStatedError,
    AnsweredError,
    ControllerAfterAllError,
    IllegalGroupMoveError,
    InCaseError,
    NoAccountError,
    NoControllerError,
    NoIdentityError,
    ObjectionPendingError,
    OtherNameError,
    ReasonsTooShortError,
    SharesError,
    SmallShareError,
    StatementLateError,
    StillHeardError,
    TooFewFirmsError,
    TwicePartyError,
)
from market.affiliations.rules import GroupState, ObjectionState, PartyRole, TieKind
from market.clock import beijing_day
from market.codes import CreditCodeError, IdNumberError
from market.db import unit_of_work
from market.errors import MissingError, SeparationOfDutiesError
from market.firms import queries as firms
from tests.market.factories import affiliations as made
from tests.market.factories.affiliations import (
    ANSWER,
    JOB,
    OBJECTION,
    STATEMENT,
    a_case,
    a_controller,
    a_declaration,
    a_group,
    an_organisation,
    decide,
    speak,
)
from tests.market.factories.firms import (
    a_code,
    a_delegate,
    an_id_number,
    an_operator,
    some_firms,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def two(here, clock):
    """Two listed firms with their delegates."""
    return some_firms(here, clock, 2)


def logged(here, kind):
    with here.engine.connect() as connection:
        bodies = [
            row[0]
            for row in connection.execute(text("SELECT body FROM log_submission ORDER BY id"))
        ]
    found = [json.loads(bytes(body)) for body in bodies if bytes(body).startswith(b"{")]
    return [entry for entry in found if entry.get("t") == f"zjcs/{kind}"]


def reading(here):
    return unit_of_work(here.sessions, JOB, here.clock)


def test_a_declaration_is_kept_in_digests_and_followed_not_changed(here, two):
    (firm, delegate), _ = two
    number, person = an_id_number(), an_id_number()
    group_code = a_code()
    first = a_declaration(
        here,
        delegate,
        legal_id=number,
        account="6222 0200 1234 5678",
        parties=(
            a_controller(number=person),
            an_organisation(group_code, share_bp=4_000),
            a_controller(number=person, role=PartyRole.SHAREHOLDER, share_bp=6_000),
        ),
        ties=(actions.TieFacts(code=a_code("12"), name="示范局", kind=TieKind.FUNDED),),
    )
    with reading(here) as work:
        rows = queries.parties_of(work, first)
        kept = tuple(row.id for row in rows if row.role is PartyRole.CONTROLLER)
        assert rows[0].shown == f"{person[:4]}{'*' * 10}{person[-4:]}"
    second = a_declaration(here, delegate, legal_id="", account="", parties=(), kept=kept)
    assert (first.version_no, second.version_no) == (1, 2)
    assert second.legal_digest == first.legal_digest
    assert second.account_digest == first.account_digest
    assert second.account_masked == "*5678"
    with reading(here) as work:
        assert queries.declaration_of(work, firm.id).version_no == 2
        assert len(queries.parties_of(work, second)) == 1
        assert profiles.parties(work)[firm.code][0].role is PartyRole.CONTROLLER
    entries = logged(here, "affiliation.declared.v1")
    assert [entry["version"] for entry in entries] == [1, 2]
    assert number not in str(entries)
    assert person not in str(entries)


def test_a_declaration_cannot_be_rewritten(here, two):
    a_declaration(here, two[0][1])
    with pytest.raises(Exception, match="record"), here.engine.begin() as connection:
        connection.execute(text("UPDATE affiliation_declaration SET phone = '1'"))


def test_no_number_of_a_person_is_in_any_table(here, two):
    person, legal = an_id_number(), an_id_number()
    a_declaration(here, two[0][1], legal_id=legal, parties=(a_controller(number=person),))
    with here.engine.connect() as connection:
        for table in ("affiliation_declaration", "affiliation_party"):
            rows = str(connection.execute(text(f"SELECT * FROM {table}")).all())
            assert person not in rows
            assert legal not in rows


WRONG = [
    ({"legal_id": ""}, NoIdentityError),
    ({"legal_id": "123"}, IdNumberError),
    ({"account": " "}, NoAccountError),
    ({"parties": ()}, NoControllerError),
    ({"no_controller": True}, ControllerAfterAllError),
    ({"parties": (a_controller(number="1"),)}, IdNumberError),
    ({"parties": (a_controller(), an_organisation("nothing"))}, CreditCodeError),
    ({"parties": (a_controller(), an_organisation(a_code(), share_bp=499))}, SmallShareError),
    ({"parties": (a_controller(), an_organisation(a_code(), share_bp=10_001))}, SmallShareError),
    (
        {"parties": (a_controller(), *(an_organisation(a_code(), share_bp=5_001) for _ in "ab"))},
        SharesError,
    ),
    ({"parties": tuple(a_controller(share_bp=6_000) for _ in range(4))}, SharesError),
    ({"parties": (a_controller(number=an_id_number(7)),) * 2}, TwicePartyError),
]


def test_a_declaration_that_cannot_be_right_is_refused(fast_here, clock):
    _, delegate = some_firms(fast_here, clock, 1)[0]
    for differences, error in WRONG:
        with pytest.raises(error):
            a_declaration(fast_here, delegate, **differences)
    with reading(fast_here) as work:
        assert not profiles.parties(work)


def test_a_registered_code_has_its_registered_name(fast_here, clock):
    (_, delegate), (rival, _) = some_firms(fast_here, clock, 2)
    named = an_organisation(rival.code, PartyRole.CONTROLLER, 5_100)
    with pytest.raises(OtherNameError, match=rival.code):
        a_declaration(fast_here, delegate, parties=(replace(named, name="示范集团有限公司"),))
    with reading(fast_here) as work:
        registered = organisation(work, rival.organisation_id).name
    for typed in ("", f" {registered} "):
        said = a_declaration(fast_here, delegate, parties=(replace(named, name=typed),))
        with reading(fast_here) as work:
            assert [one.shown for one in queries.parties_of(work, said)] == [registered]


def test_nobody_in_control_can_be_declared(here, two):
    said = a_declaration(here, two[0][1], parties=(), no_controller=True)
    assert said.no_controller


def test_the_whole_way_of_a_case(here, clock, two):
    (first, one), (second, other) = two
    clerk = an_operator(here)
    case = a_case(here, first, second, clerk=clerk)
    with pytest.raises(InCaseError, match=case.number):
        a_case(here, second, first)
    speak(here, case, one)
    with pytest.raises(AlreadyStatedError):
        speak(here, case, one)
    with pytest.raises(StillHeardError):
        decide(here, case)
    speak(here, case, other)
    with pytest.raises(SeparationOfDutiesError):
        decide(here, case, decider=clerk)
    group = decide(here, case)
    assert group.state is GroupState.CONFIRMED
    with reading(here) as work:
        assert queries.in_force(work) == []
        assert queries.groups_of(work, first.id) == []
    clock.move_to(group.effective_at)
    assert beijing_day(group.effective_at) == beijing_day(group.decided_at) + timedelta(days=1)
    with reading(here) as work:
        assert [row.group.number for row in queries.in_force(work)] == [group.number]
        [found] = queries.groups_of(work, first.id)
        assert found.firms == {first.id, second.id}
    opened, confirmed = logged(here, "affiliation.group-moved.v1")
    assert opened["firms"] == []
    assert confirmed["firms"] == sorted([first.code, second.code])


def test_silence_is_heard_when_the_term_is_over(here, clock, two):
    (first, one), (second, _) = two
    case = a_case(here, first, second)
    clock.move_to(case.state_by_at - SECOND)
    with pytest.raises(StillHeardError):
        decide(here, case)
    clock.move_to(case.state_by_at)
    with pytest.raises(StatementLateError):
        speak(here, case, one)
    assert decide(here, case, confirm=False).state is GroupState.REJECTED
    with pytest.raises(IllegalGroupMoveError):
        decide(here, case)
    assert a_case(here, first, second).number != case.number


def test_a_group_needs_two_firms_and_reasons(here, two):
    (first, _), (second, _) = two
    with pytest.raises(TooFewFirmsError):
        a_case(here, first, first)
    clerk = an_operator(here)
    with unit_of_work(here.sessions, clerk.actor, here.clock) as work:
        both = [firms.firm_by_id(work, firm.id) for firm in (first, second)]
        with pytest.raises(ReasonsTooShortError):
            actions.open_case(work, both, made.Ground.CONTROLLER, "太短")


def test_a_stranger_does_not_know_of_a_case(here, two):
    (first, _), (second, _) = two
    case = a_case(here, first, second)
    stranger = a_delegate(here)
    with (
        unit_of_work(here.sessions, stranger.actor, here.clock) as work,
        pytest.raises(MissingError),
    ):
        queries.own_group(work, case.number)


def objected(here, group, delegate):
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        found = queries.own_group(work, group.number)
        return actions.object_to(work, firms.own(work), OBJECTION, group=found)


def answered(here, objection, who, *, uphold):
    with unit_of_work(here.sessions, who.actor, here.clock) as work:
        found = queries.objection(work, objection.number)
        actions.answer(work, found, uphold=uphold, text=ANSWER)


def state_of(here, group):
    with reading(here) as work:
        return queries.group(work, group.number).state


def test_a_group_is_undone_at_once_where_the_objection_is_right(here, clock, two):
    decider = an_operator(here)
    group = a_group(here, clock, *two, decider=decider)
    objection = objected(here, group, two[0][1])
    said = logged(here, "affiliation.objection-moved.v1")[-1]
    assert (said["by"], said["firm"]) == ("side", None), "named only once it is found right"
    with pytest.raises(ObjectionPendingError):
        objected(here, group, two[0][1])
    with pytest.raises(SeparationOfDutiesError):
        answered(here, objection, decider, uphold=True)
    answered(here, objection, an_operator(here), uphold=True)
    assert state_of(here, group) is GroupState.UNDONE
    with reading(here) as work:
        assert queries.groups_of(work, two[0][0].id) == []
    with pytest.raises(AnsweredError):
        answered(here, objection, an_operator(here), uphold=True)
    with pytest.raises(IllegalGroupMoveError):
        objected(here, group, two[0][1])
    assert logged(here, "affiliation.objection-moved.v1")[-1]["firm"] == two[0][0].code


def test_a_group_stands_where_the_objection_is_wrong(here, clock, two):
    group = a_group(here, clock, *two)
    objection = objected(here, group, two[0][1])
    answered(here, objection, an_operator(here), uphold=False)
    assert state_of(here, group) is GroupState.CONFIRMED
    with reading(here) as work:
        assert queries.objection(work, objection.number).state is ObjectionState.REJECTED
    assert objected(here, group, two[0][1]).number != objection.number
    assert {entry["firm"] for entry in logged(here, "affiliation.objection-moved.v1")} == {None}


def test_both_firms_object_and_the_second_answer_still_fits(here, clock, two):
    group = a_group(here, clock, *two)
    first, second = (objected(here, group, delegate) for _, delegate in two)
    operator = an_operator(here)
    answered(here, first, operator, uphold=True)
    answered(here, second, operator, uphold=True)
    assert state_of(here, group) is GroupState.UNDONE


def test_what_was_declared_is_suggested_with_its_reasons(here, two):
    controller = an_id_number()
    for _, delegate in two:
        a_declaration(here, delegate, parties=(a_controller(number=controller),))
    with reading(here) as work:
        [row] = profiles.suggestions(work)
    assert {row.first.id, row.second.id} == {firm.id for firm, _ in two}
    assert row.suggestion.strength == 100
    assert made.Ground.CONTROLLER in row.suggestion.grounds
    case = a_case(here, *(firm for firm, _ in two))
    with reading(here) as work:
        [row] = profiles.suggestions(work)
        assert row.case == case.number


def test_statements_need_words(here, two):
    (first, delegate), (second, _) = two
    case = a_case(here, first, second)
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        with pytest.raises(ReasonsTooShortError):
            actions.state(work, queries.own_group(work, case.number), firms.own(work), "不对")
        actions.state(work, queries.own_group(work, case.number), firms.own(work), STATEMENT)
