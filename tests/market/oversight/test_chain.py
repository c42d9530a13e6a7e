"""The chain from the ceiling to the last payment: each step shown, each rise and flag found."""

from datetime import timedelta

from sqlalchemy import text

from market.access import OrgKind, Role
from market.contracts.payers import Payer
from market.contracts.rules import ContractState
from market.db import reading_work
from market.oversight.chain import ChainQuery, chain, count_chain
from market.oversight.cockpit import cockpit
from market.oversight.rules import ChainFlag, Price, Rise
from market.payments import jobs
from tests.market.factories.accounts import a_person, sign_in
from tests.market.factories.contracts import a_contract, a_running_contract, file_it
from tests.market.factories.credit import a_decider, an_officer
from tests.market.factories.draws import a_confirmed_award
from tests.market.factories.payments import a_payment, agreed_to, an_invoice, decided, proposed
from tests.market.oversight.test_views import rows_of

PRICE, MORE = 9_800_000, 900_000


def found(here, flag=None, *groups):
    """Return the rows with a flag that an officer of some groups sees; the count agrees."""
    wanted = ChainQuery(flag=flag)
    with reading_work(here.sessions, an_officer(here, *groups).actor, here.clock) as work:
        rows = chain(work, wanted, limit=9)
        assert count_chain(work, wanted) == len(rows)
    return rows


def an_overdue_contract(here, clock):
    """Return a contract with an add-on, half invoiced, paid in part, and overdue."""
    agreed = a_running_contract(here, clock)
    decider = a_decider(here, "01")
    decided(agreed, agreed_to(agreed, proposed(agreed, MORE)), decider, approved=True)
    agreed.deliver()
    agreed.accept()
    an_invoice(agreed, PRICE + MORE)
    a_payment(agreed, PRICE)
    clock.advance(timedelta(days=40))
    assert jobs.sweep(here) == 1
    return agreed


def test_every_step_of_the_chain_is_shown_and_named(client, fast_here, clock):
    an_overdue_contract(fast_here, clock)
    (row,) = found(fast_here)
    assert (row.added_fen, row.invoiced_fen, row.paid_fen) == (MORE, PRICE + MORE, PRICE)
    assert row.rises == (Rise(Price.CONTRACT, Price.AGREED),)
    assert row.flags == (ChainFlag.OVERDUE,)
    for flag, number in (
        (ChainFlag.RISES, 1),
        (ChainFlag.ADDED, 1),
        (ChainFlag.OVERDUE, 1),
        (ChainFlag.REPEATED, 0),
        (ChainFlag.SHIFTED, 0),
    ):
        assert (flag, len(found(fast_here, flag))) == (flag, number)
        assert found(fast_here, flag, "07") == []
    with reading_work(fast_here.sessions, an_officer(fast_here).actor, clock) as work:
        assert cockpit(work, fast_here).overdue == 1
    sign_in(client, a_person(fast_here, Role.OPERATOR_CLERK, kind=OrgKind.OPERATOR))
    header, line = rows_of(client, "/oversight/contracts?format=csv&flag=overdue")
    facts = dict(zip(header, line, strict=True))
    assert (facts["补充合同（元）"], facts["已开票（元）"]) == ("9000.00", "107000.00")
    assert (facts["已付款（元）"], facts["报价（元）"]) == ("98000.00", "")
    assert (facts["上升环节"], facts["预警"]) == ("合同金额→合同加补充合同", "付款逾期")
    page = client.get("/oversight/contracts?flag=overdue").text
    assert "合同金额→合同加补充合同" in page
    assert "服务费付款逾期" in client.get("/oversight").text


def test_what_lies_above_the_step_before_it_is_found_past_every_action(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    an_invoice(agreed, PRICE)
    a_payment(agreed, PRICE)
    assert found(fast_here, ChainFlag.RISES) == []
    with fast_here.engine.begin() as connection:  # What only the owner of the database can do.
        connection.execute(text("UPDATE contract SET price_fen = price_fen - 1"))
    (row,) = found(fast_here, ChainFlag.RISES)
    assert row.rises == (Rise(Price.AGREED, Price.INVOICED),)


def test_what_was_settled_at_an_end_is_what_invoices_are_held_against(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    an_invoice(agreed, PRICE - 1)

    def settle_at(fen):
        with fast_here.engine.begin() as connection:  # No action settles below the invoices.
            connection.execute(text("UPDATE contract SET settled_fen = :fen"), {"fen": fen})

    settle_at(PRICE - 1)
    assert found(fast_here, ChainFlag.RISES) == []
    settle_at(PRICE - 2)
    (row,) = found(fast_here, ChainFlag.RISES)
    assert row.rises == (Rise(Price.AGREED, Price.INVOICED),)


def test_a_pair_that_adds_again_and_again_is_flagged(fast_here, clock):
    agreed = a_contract(fast_here, clock)
    decider = a_decider(fast_here)
    for times in range(2):
        assert len(found(fast_here, ChainFlag.REPEATED)) == 0
        decided(agreed, agreed_to(agreed, proposed(agreed, 1 + times)), decider, approved=True)
    (row,) = found(fast_here, ChainFlag.REPEATED)
    assert row.is_repeated
    clock.advance(timedelta(days=366))
    assert found(fast_here, ChainFlag.REPEATED) == []


def test_what_an_applicant_pays_is_listed(fast_here, clock):
    drawn = a_confirmed_award(fast_here, clock)
    file_it(drawn, drawn.delegate, payer=Payer.APPLICANT)
    (row,) = found(fast_here, ChainFlag.SHIFTED)
    assert (row.contract.state, row.flags) == (ContractState.FILED, (ChainFlag.SHIFTED,))
    with reading_work(fast_here.sessions, an_officer(fast_here).actor, clock) as work:
        assert cockpit(work, fast_here).shifted == 1
