"""More money for a contract: proposed, agreed, approved by the authority, and never too much."""

from datetime import timedelta

import pytest

from market.errors import MissingError, SeparationOfDutiesError
from market.payments.rules import InvoicedOverError
from market.supplements import actions, queries
from market.supplements.errors import (
    NotRunningError,
    OpenSupplementError,
    SupplementReasonError,
)
from market.supplements.rules import (
    AddOnCapError,
    Ground,
    IllegalSupplementMoveError,
    SupplementAmountError,
    SupplementState,
)
from tests.market.draws.together import together
from tests.market.factories.contracts import (
    a_contract,
    a_filed_contract,
    a_running_contract,
    an_accepted_contract,
)
from tests.market.factories.credit import a_decider
from tests.market.factories.payments import (
    WHY,
    agreed_to,
    an_invoice,
    contract_in,
    decided,
    ledger,
    proposed,
)

PRICE, MOST = 9_800_000, 980_000


def state_of(agreed, row):
    with agreed.work() as work:
        return queries.by_number(work, row.number)[0].state


def test_an_add_on_counts_only_once_the_authority_has_approved_it(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    decider = a_decider(fast_here, "01")
    row = proposed(agreed, 500_000)
    assert row.number.startswith("BC-2026-")
    with pytest.raises(InvoicedOverError):
        an_invoice(agreed, PRICE + 1)
    row = agreed_to(agreed, row)
    assert (row.state, row.needs_approval) == (SupplementState.AGREED, True)
    assert row.decide_by_at is not None
    with pytest.raises(InvoicedOverError):
        an_invoice(agreed, PRICE + 1)
    decided(agreed, row, decider, approved=True)
    assert state_of(agreed, row) is SupplementState.EFFECTIVE
    an_invoice(agreed, PRICE + 500_000)
    assert ledger(agreed).agreed_fen == PRICE + 500_000


def test_a_refused_one_leaves_room_for_another(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    decider = a_decider(fast_here)
    row = agreed_to(agreed, proposed(agreed, MOST))
    decided(agreed, row, decider, approved=False)
    assert state_of(agreed, row) is SupplementState.REFUSED
    with pytest.raises(IllegalSupplementMoveError):
        decided(agreed, row, decider, approved=True)
    row = proposed(agreed, MOST, agreed.owner)
    with pytest.raises(SeparationOfDutiesError):
        agreed_to(agreed, row)
    agreed_to(agreed, row, agreed.firm)
    assert state_of(agreed, row) is SupplementState.AGREED


def test_beyond_the_cap_a_new_need_must_be_posted(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    decider = a_decider(fast_here)
    decided(agreed, agreed_to(agreed, proposed(agreed, 900_000)), decider, approved=True)
    with pytest.raises(AddOnCapError, match=r"10%.*第四十九条.*800\.00 元.*新的采购需求"):
        proposed(agreed, 80_001)
    with pytest.raises(SupplementAmountError):
        proposed(agreed, 0)
    proposed(agreed, 80_000)


def test_one_at_a_time_and_with_a_reason(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    row = proposed(agreed, 1)
    with pytest.raises(OpenSupplementError, match=row.number):
        proposed(agreed, 1, agreed.owner)
    with agreed.work(agreed.owner) as work:
        found, contract = queries.for_party(work, row.number)
        with pytest.raises(SeparationOfDutiesError):
            actions.withdraw(work, found, contract)
        with pytest.raises(SupplementReasonError):
            actions.decline(work, found, contract, "不")
        actions.decline(work, found, contract, WHY)
    assert state_of(agreed, row) is SupplementState.DECLINED
    with agreed.work(agreed.firm) as work, pytest.raises(SupplementReasonError):
        contract = contract_in(work, agreed)
        actions.propose(work, contract, amount_fen=1, ground=Ground.SCOPE, reason="少")
    row = proposed(agreed, 1)
    with agreed.work(agreed.firm) as work:
        actions.withdraw(work, *queries.for_party(work, row.number))
    assert state_of(agreed, row) is SupplementState.WITHDRAWN


def test_only_the_authority_of_the_item_decides(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    row = agreed_to(agreed, proposed(agreed, 1))
    other = a_decider(fast_here, "07")
    with pytest.raises(MissingError):
        decided(agreed, row, other, approved=True)
    for groups, number in ((("07",), 0), (("01",), 1), ((), 1)):
        with agreed.work(a_decider(fast_here, *groups)) as work:
            assert len(queries.to_decide(work)) == number
    with agreed.work(agreed.city.operator) as work, pytest.raises(MissingError):
        queries.for_party(work, row.number)


def test_neither_before_the_contract_is_in_force_nor_after_its_end(fast_here, clock):
    agreed = a_filed_contract(fast_here, clock)
    with pytest.raises(NotRunningError):
        proposed(agreed, 1)
    done = an_accepted_contract(fast_here, clock)
    with pytest.raises(NotRunningError):
        proposed(done, 1)


def test_a_year_after_the_last_contract_the_two_sides_agree_alone(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    clock.advance(timedelta(days=366))
    row = agreed_to(agreed, proposed(agreed, 100))
    assert (row.state, row.needs_approval) == (SupplementState.EFFECTIVE, False)


def test_two_proposals_at_once_are_one(here, clock):
    agreed = a_contract(here, clock)
    people = (agreed.firm, agreed.owner)
    got = together(2, lambda place: proposed(agreed, MOST, people[place]))
    assert sorted(type(each).__name__ for each in got) == ["OpenSupplementError", "Supplement"]
