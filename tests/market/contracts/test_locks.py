"""Work that is handed in while a suspension ends: neither is given up for the other."""

import threading
from datetime import timedelta

from market.clocks import actions as clocks
from market.clocks import queries, resuming
from market.clocks.rules import ClockState, Party, SuspensionReason
from market.contracts.rules import ContractState
from tests.market.rereview.test_copies import a_returned_contract

WAIT = 1.5  # seconds: longer than PostgreSQL takes to see that two wait for each other
FACTS = "现场拆迁未完成，测点无法布设，见照片。"


def service(agreed, work):
    return queries.clock_of(work, f"contract:{agreed.contract_id}")


def a_suspended_one(here, clock):
    """Return a contract whose work was returned and whose clock stands; and until when."""
    agreed = a_returned_contract(here, clock)
    clock.advance(timedelta(hours=1))
    with agreed.work(agreed.firm) as work:
        reason = SuspensionReason.SITE_NOT_READY
        asked = clocks.request_suspension(work, service(agreed, work), reason, FACTS, 2).id
    with agreed.work(agreed.owner) as work:
        found = service(agreed, work)
        request = queries.suspension(work, found, asked)
        clocks.answer_suspension(work, found, request, agree=True, answer="")
        return agreed, request.next_check_at


def test_work_handed_in_while_a_suspension_ends(here, clock, monkeypatch):
    agreed, until = a_suspended_one(here, clock)
    clock.move_to(until + timedelta(seconds=1))
    has_begun, real, errors = threading.Event(), resuming.tell, []
    firm = threading.Thread(target=lambda: _deliver(agreed, errors))

    def slowly(work, of_clock):
        if not has_begun.is_set():
            has_begun.set()
            firm.start()
            firm.join(WAIT)
        real(work, of_clock)

    monkeypatch.setattr(resuming, "tell", slowly)
    with agreed.work() as work:
        assert clocks.settle(work, service(agreed, work)) > 0
    firm.join(30)
    assert errors == []
    with agreed.work() as work:
        found = service(agreed, work)
        assert found.state is ClockState.RUNNING
        assert queries.runs_for(work, found) is Party.OWNER
    assert agreed.contract().state is ContractState.DELIVERED


def _deliver(agreed, errors):
    try:
        agreed.deliver()
    except Exception as error:  # noqa: BLE001 - whatever it is, the test says it
        errors.append(repr(error))
