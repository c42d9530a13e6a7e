"""Who stands aside, asked of the tables: staff, declarations, groups, ties and panels before."""

from datetime import timedelta

import pytest

from market.affiliations.rules import PartyRole
from market.db import unit_of_work
from market.errors import MissingError
from market.experts import actions, queries
from market.experts.errors import NotServingError, SittingKnownError, TieEndedError, TieKnownError
from market.experts.rules import ExpertReason, RecusalGround, SittingOutcome, TieGround
from market.firms import actions as firms
from market.firms import queries as firm_queries
from market.firms.identity import identity_key
from tests.market.factories.accounts import an_organisation as an_owner
from tests.market.factories.affiliations import (
    a_controller,
    a_declaration,
    a_group,
    an_organisation,
)
from tests.market.factories.experts import a_clerk, an_expert, expert_and_person
from tests.market.factories.firms import (
    ITEM,
    SYSTEM,
    a_code,
    a_listed_firm,
    a_member,
    an_id_number,
    some_firms,
)


@pytest.fixture
def owner(fast_here):
    with unit_of_work(fast_here.sessions, SYSTEM, fast_here.clock) as work:
        return an_owner(work)


def grounds(here, expert, owner, *chosen):
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        found = queries.recusals(
            work,
            queries.expert_at(work, expert.code),
            owner_org_id=owner.id,
            firm_ids=[firm.id for firm in chosen],
        )
        return [one.ground for one in found]


def avoid(here, person, code, ground=TieGround.ADVISER):
    with unit_of_work(here.sessions, person.actor, here.clock) as work:
        expert = queries.own(work)
        return actions.add_tie(
            work, expert, org_code=code, org_name="示范公司", ground=ground, note=""
        )


def test_nobody_stands_aside_without_a_reason(fast_here, clock, owner):
    firm, _ = a_listed_firm(fast_here, clock)
    assert grounds(fast_here, an_expert(fast_here), owner, firm) == []


def test_an_employer_who_buys_or_enrols_recuses(fast_here, clock, owner):
    firm, _ = a_listed_firm(fast_here, clock)
    of_owner = an_expert(fast_here, employer_code=owner.code)
    of_firm = an_expert(fast_here, employer_code=firm.code)
    assert grounds(fast_here, of_owner, owner, firm) == [RecusalGround.EMPLOYED_BY_OWNER]
    assert grounds(fast_here, of_firm, owner, firm) == [RecusalGround.EMPLOYED_BY_FIRM]
    assert grounds(fast_here, of_firm, owner) == []


def test_staff_stand_aside_and_three_years_after(fast_here, clock, owner):
    here = fast_here
    firm, delegate = a_listed_firm(here, clock)
    number = an_id_number()
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        member = firms.add_staff(
            work, firm_queries.own(work), a_member(id_number=number), identity_key(here.keys)
        )
    expert, person = expert_and_person(here, number=number)
    assert grounds(here, expert, owner, firm) == [RecusalGround.STAFF_OF_FIRM]
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        own = firm_queries.own(work)
        firms.remove_staff(work, own, firm_queries.staff_member(work, own, member.id))
    clock.advance(timedelta(days=1090))
    with unit_of_work(here.sessions, person.actor, here.clock) as work:
        actions.declare(work, queries.own(work))
    assert grounds(here, expert, owner, firm) == [RecusalGround.LATELY_STAFF]
    clock.advance(timedelta(days=10))
    assert grounds(here, expert, owner, firm) == []


def test_whoever_stands_behind_a_firm_stands_aside(fast_here, clock, owner):
    here, number = fast_here, an_id_number()
    firm, delegate = a_listed_firm(here, clock)
    a_declaration(here, delegate, parties=(a_controller(number=number),))
    assert RecusalGround.BEHIND_FIRM in grounds(here, an_expert(here, number=number), owner, firm)
    legal = an_id_number()
    other, its_delegate = a_listed_firm(here, clock)
    a_declaration(here, its_delegate, legal_id=legal)
    assert grounds(here, an_expert(here, number=legal), owner, other) == [RecusalGround.BEHIND_FIRM]


def test_an_employer_under_one_controller_with_a_firm_recuses(fast_here, clock, owner):
    here, above = fast_here, a_code()
    (one, one_delegate), (other, other_delegate) = some_firms(here, clock, 2)
    for delegate in (one_delegate, other_delegate):
        a_declaration(here, delegate, parties=(an_organisation(above, PartyRole.CONTROLLER),))
    expert = an_expert(here, employer_code=one.code)
    assert grounds(here, expert, owner, other) == [RecusalGround.EMPLOYED_IN_GROUP]
    at_the_top = an_expert(here, employer_code=above)
    assert grounds(here, at_the_top, owner, other) == [RecusalGround.EMPLOYED_IN_GROUP]


def test_an_employer_with_the_legal_representative_of_a_firm_recuses(fast_here, clock, owner):
    here, legal = fast_here, an_id_number()
    (one, one_delegate), (other, other_delegate) = some_firms(here, clock, 2)
    a_declaration(here, one_delegate, legal_id=legal)
    expert = an_expert(here, employer_code=one.code)
    assert grounds(here, expert, owner, other) == []
    a_declaration(here, other_delegate, legal_id=legal)
    assert grounds(here, expert, owner, other) == [RecusalGround.EMPLOYED_IN_GROUP]


def test_an_employer_in_one_confirmed_group_with_a_firm_recuses(fast_here, clock, owner):
    (one, one_delegate), (other, other_delegate) = some_firms(fast_here, clock, 2)
    a_group(fast_here, clock, (one, one_delegate), (other, other_delegate))
    expert = an_expert(fast_here, employer_code=one.code)
    assert grounds(fast_here, expert, owner, other) == [RecusalGround.EMPLOYED_IN_GROUP]


def test_whom_an_expert_avoids_is_avoided_and_for_some_time_after(fast_here, clock, owner):
    here = fast_here
    firm, _ = a_listed_firm(here, clock)
    expert, person = expert_and_person(here)
    tie = avoid(here, person, firm.code)
    assert grounds(here, expert, owner, firm) == [RecusalGround.DECLARED_TIE]
    with pytest.raises(TieKnownError):
        avoid(here, person, firm.code)
    with unit_of_work(here.sessions, person.actor, here.clock) as work:
        actions.end_tie(work, queries.own(work), tie.id)
    with (
        unit_of_work(here.sessions, person.actor, here.clock) as work,
        pytest.raises(TieEndedError),
    ):
        actions.end_tie(work, queries.own(work), tie.id)
    assert grounds(here, expert, owner, firm) == [RecusalGround.DECLARED_TIE]
    avoid(here, person, firm.code)  # it began again


def test_nobody_ends_what_another_expert_avoids(fast_here):
    here = fast_here
    _, one = expert_and_person(here)
    _, other = expert_and_person(here)
    tie = avoid(here, one, a_code())
    with unit_of_work(here.sessions, other.actor, here.clock) as work, pytest.raises(MissingError):
        actions.end_tie(work, queries.own(work), tie.id)


def test_who_has_left_the_pool_declares_nothing(fast_here):
    here = fast_here
    expert, person = expert_and_person(here)
    with unit_of_work(here.sessions, a_clerk(here).actor, here.clock) as work:
        found = queries.expert_at(work, expert.code)
        actions.remove(work, found, ExpertReason.OWN_WISH, "本人来函申请退出。")
    with unit_of_work(here.sessions, person.actor, here.clock) as work:
        expert = queries.own(work)
        with pytest.raises(NotServingError):
            actions.declare(work, expert)


def test_a_declaration_that_is_missing_or_old_recuses(fast_here, clock, owner):
    undeclared, _ = expert_and_person(fast_here, declared=False)
    declared = an_expert(fast_here)
    assert grounds(fast_here, undeclared, owner) == [RecusalGround.DECLARATION_LAPSED]
    clock.advance(timedelta(days=364))
    assert grounds(fast_here, declared, owner) == []
    clock.advance(timedelta(days=1))
    assert grounds(fast_here, declared, owner) == [RecusalGround.DECLARATION_LAPSED]


def test_whoever_sat_too_often_for_an_owner_stands_aside_from_that_owner(fast_here, owner):
    here, expert = fast_here, an_expert(fast_here)
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        another = an_owner(work)
        outcomes = [SittingOutcome.SAT] * 5 + [SittingOutcome.DECLINED, SittingOutcome.SILENT]
        for number, outcome in enumerate(outcomes):
            sit(work, expert, owner, f"PS-2026-{number:06d}", outcome)
    assert grounds(here, expert, owner) == []
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        sit(work, expert, owner, "PS-2026-000099", SittingOutcome.SAT)
    assert grounds(here, expert, owner) == [RecusalGround.SAT_TOO_OFTEN]
    assert grounds(here, expert, another) == []


def test_a_part_in_a_panel_is_put_on_record_once(here):
    expert = an_expert(here)
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        owner = an_owner(work)
        sit(work, expert, owner, "PS-2026-000001", SittingOutcome.SAT)
        with pytest.raises(SittingKnownError):
            sit(work, expert, owner, "PS-2026-000001", SittingOutcome.SILENT)
        assert queries.panels_of_items(work) == {ITEM: 1}
        assert [one.outcome for one in queries.sittings_of(work, expert)] == [SittingOutcome.SAT]


def sit(work, expert, owner, panel, outcome):
    return actions.record_sitting(
        work, expert, panel=panel, item_code=ITEM, owner_org_id=owner.id, outcome=outcome
    )


def test_many_are_judged_together(fast_here, clock, owner):
    here = fast_here
    firm, _ = a_listed_firm(here, clock)
    free, tied = an_expert(here), an_expert(here, employer_code=firm.code)
    with unit_of_work(here.sessions, SYSTEM, here.clock) as work:
        found = queries.recused_among(
            work, queries.qualified(work, ITEM), owner_org_id=owner.id, firm_ids=[firm.id]
        )
    assert found[free.id] == []
    assert [one.ground for one in found[tied.id]] == [RecusalGround.EMPLOYED_BY_FIRM]
