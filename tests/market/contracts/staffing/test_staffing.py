"""Who does the work: verified people, held while the contract runs, replaced by consent."""

from itertools import product

import pytest

from market.contracts.model import Contract
from market.contracts.staffing import actions, queries
from market.contracts.staffing.errors import (
    AlreadyAskedError,
    AlreadyNamedError,
    BusyError,
    ContractOverError,
    NobodyChosenError,
    NotSuitableError,
    ReasonShortError,
    StaffBoundError,
    TooFewNamedError,
)
from market.contracts.staffing.model import ContractStaff
from market.contracts.staffing.rules import (
    REPLACEMENT_MOVES,
    IllegalReplacementMoveError,
    ReplacementMove,
    ReplacementState,
    advance,
)
from market.draws.model import Award
from market.errors import MissingError
from market.firms import actions as firms
from market.firms import queries as firm_queries
from market.firms.identity import identity_key
from market.firms.staff_ties import StaffHeldError
from market.needs.model import Need
from tests.market.factories.contracts import a_contract, a_filed_contract
from tests.market.factories.firms import a_member
from tests.market.factories.rules import own_rules

REASON = "赵工已经调离岗位，不再从事本专业"


def people(agreed, number=2, *, confirmed=True):
    """Let a contract's firm list people and the operator confirm them; return their ids."""
    ids = []
    for _ in range(number):
        with agreed.work(agreed.firm) as work:
            firm = firm_queries.own(work)
            asked = firm_queries.item_or_none("ZJ-01-001-02", work.today).staff
            facts = a_member(**({"certificate": asked.certificate} if asked else {}))
            ids.append(firms.add_staff(work, firm, facts, identity_key(agreed.here.keys)).id)
        if confirmed:
            with agreed.work(agreed.operator) as work:
                firm = firm_queries.locked(work, agreed.contract().firm_id)
                firms.confirm_staff(work, firm, firm_queries.staff_member(work, firm, ids[-1]))
    return ids


def name(agreed, *ids):
    with agreed.work(agreed.firm) as work:
        actions.name(work, agreed.contract(), ids)


def named(agreed):
    with agreed.work() as work:
        return [one.member.id for one in queries.named(work, agreed.contract())]


def leave(agreed, staff_id):
    with agreed.work(agreed.firm) as work:
        firm = firm_queries.own(work)
        firms.remove_staff(work, firm, firm_queries.staff_member(work, firm, staff_id))


def ask(agreed, leaving, coming, reason=REASON):
    with agreed.work(agreed.firm) as work:
        return actions.ask_to_replace(
            work, agreed.contract(), leaving=leaving, coming=coming, reason=reason
        ).id


def answer(agreed, wish, *, agree, words=""):
    with agreed.work(agreed.owner) as work:
        actions.answer(work, agreed.contract(), wish, agree=agree, words=words)


@pytest.mark.parametrize(("state", "move"), list(product(ReplacementState, ReplacementMove)))
def test_every_state_of_a_wish_allows_exactly_the_moves_of_its_table(state, move):
    if (state, move) in REPLACEMENT_MOVES:
        assert advance(state, move) is REPLACEMENT_MOVES[state, move]
    else:
        with pytest.raises(IllegalReplacementMoveError):
            advance(state, move)


def test_until_the_contract_is_in_force_the_list_is_free_then_it_is_bound(fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    first, second = people(agreed)
    with pytest.raises(NobodyChosenError):
        name(agreed)
    name(agreed, first)
    name(agreed, second)
    assert named(agreed) == [second]
    agreed.confirm()
    with pytest.raises(StaffBoundError):
        name(agreed, first)
    name(agreed, first, second)
    assert named(agreed) == [second, first]


def test_only_verified_people_of_the_firm_are_named(fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    [pending] = people(agreed, 1, confirmed=False)
    with pytest.raises(NotSuitableError):
        name(agreed, pending)
    with pytest.raises(MissingError):
        name(agreed, 987_654)


def test_a_named_person_cannot_leave_while_the_contract_runs(here, clock):
    agreed = a_contract(here, clock)
    first, second = people(agreed)
    name(agreed, first)
    with pytest.raises(StaffHeldError) as refused:
        leave(agreed, first)
    assert agreed.contract().number in str(refused.value)
    leave(agreed, second)
    agreed.hand_over()
    agreed.deliver()
    agreed.accept()
    leave(agreed, first)
    with pytest.raises(ContractOverError):
        name(agreed, first)


def test_another_takes_the_place_only_with_the_owners_consent(here, clock):
    agreed = a_contract(here, clock)
    first, second = people(agreed)
    name(agreed, first)
    with pytest.raises(ReasonShortError):
        ask(agreed, first, second, "调离")
    with pytest.raises(AlreadyNamedError):
        ask(agreed, first, first)
    wish = ask(agreed, first, second)
    with pytest.raises(AlreadyAskedError):
        ask(agreed, first, second)
    assert named(agreed) == [first]
    with pytest.raises(ReasonShortError):
        answer(agreed, wish, agree=False)
    answer(agreed, wish, agree=False, words="接替人员没有同类项目经验")
    assert named(agreed) == [first]
    wish = ask(agreed, first, second)
    answer(agreed, wish, agree=True)
    assert named(agreed) == [second]
    leave(agreed, first)
    with pytest.raises(IllegalReplacementMoveError):
        answer(agreed, wish, agree=True)


def test_nobody_does_more_contracts_at_once_than_the_rules_allow(fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    [person] = people(agreed, 1)
    contract = agreed.contract()
    with agreed.work() as work:  # as if three other contracts of the firm ran
        for number in range(3):
            row = {c.key: getattr(contract, c.key) for c in Contract.__table__.columns}
            del row["id"]
            award = work.session.get_one(Award, contract.award_id)
            copy = {c.key: getattr(award, c.key) for c in Award.__table__.columns}
            del copy["id"]
            other = Award(**(copy | {"number": f"ZX-2026-{900000 + number}", "rank": 90 + number}))
            work.session.add(other)
            work.session.flush()
            more = Contract(
                **(row | {"number": f"HT-2026-{900000 + number}", "award_id": other.id})
            )
            work.session.add(more)
            work.session.flush()
            work.session.add(
                ContractStaff(
                    contract_id=more.id,
                    staff_id=person,
                    named_at=work.now,
                    named_by_id=agreed.firm.actor.user_id,
                )
            )
    with pytest.raises(BusyError):
        name(agreed, person)


def test_the_owner_does_not_name_and_the_firm_does_not_answer(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    first, second = people(agreed)
    name(agreed, first)
    wish = ask(agreed, first, second)
    with agreed.work(agreed.firm) as work:
        actions.drop(work, agreed.contract(), wish)
    with pytest.raises(IllegalReplacementMoveError):
        answer(agreed, wish, agree=True)


def test_where_the_rules_ask_the_clock_waits_for_named_people(fast_here, clock, tmp_path):
    agreed = a_contract(fast_here, clock)
    with agreed.work() as work:  # as if the notice had asked for one
        work.session.get_one(Need, agreed.contract().need_id).staff_required = 1
    [person] = people(agreed, 1)
    name_of_file = "platform-staff-2024"
    with own_rules(tmp_path / "rules", name_of_file, required_before_start="true"):
        with pytest.raises(TooFewNamedError):
            agreed.hand_over()
        name(agreed, person)
        agreed.hand_over()
