"""A round that was sent back does not come back as it was, and silence is called silence."""

from datetime import timedelta

import pytest

from market.clock import beijing_day
from market.contracts import actions, jobs
from market.contracts.examining import queries as examining
from market.contracts.examining.rules import ExamMove, SameFileError
from market.contracts.opinions import queries as opinions
from market.contracts.opinions.rules import Tally
from market.contracts.rules import ContractState
from tests.market.contracts.test_service_views import reviewed
from tests.market.contracts.test_views import as_, own
from tests.market.factories.contracts import a_delivered_contract, a_file

LATER = timedelta(days=1, hours=9)


def deliver_as(agreed, title):
    def deed(work, contract):
        actions.deliver(work, contract, a_file(agreed.here, work, title=title), "")

    agreed.do(agreed.firm, deed)


def test_the_very_file_that_was_returned_is_not_taken_again(here, clock):
    agreed = a_delivered_contract(here, clock)
    agreed.return_work()
    with pytest.raises(SameFileError):
        deliver_as(agreed, "round 1")
    assert agreed.contract().state is ContractState.RUNNING
    agreed.deliver()
    agreed.return_work()
    for title in ("round 1", "round 2"):
        with pytest.raises(SameFileError):
            deliver_as(agreed, title)
    deliver_as(agreed, "round 3")
    assert len(agreed.rounds()) == 3


def test_the_form_says_which_round_it_was(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    agreed.return_work()
    firm = as_(app, agreed.firm)
    assert "完全相同的，不能再次提交" in firm.get(own(agreed, "/deliver")).text


def silently(agreed):
    """Let the owner's days pass, and the sweep come a day late; return when they ended."""
    by_at = agreed.contract().act_by_at
    agreed.here.clock.move_to(by_at + LATER)
    assert jobs.sweep(agreed.here)
    return by_at


def moves_of(agreed):
    with agreed.work() as work:
        return [one.row.move for one in examining.steps_of(work, agreed.contract())]


def test_silence_is_no_acceptance_by_the_owner(here, clock):
    agreed = a_delivered_contract(here, clock)
    by_at = silently(agreed)
    assert moves_of(agreed) == [ExamMove.SILENT_ACCEPT]
    assert agreed.contract().accepted_at == by_at
    with agreed.work() as work:
        (one,) = opinions.by_item(work)
        assert (one.tally, one.tally.total) == (Tally(silent=1), 0)


def test_silence_sends_on_to_the_authority_and_is_called_so(here, clock):
    agreed = a_delivered_contract(here, clock)
    reviewed(agreed)
    silently(agreed)
    assert moves_of(agreed) == [ExamMove.SILENT_APPROVE]
    assert agreed.contract().state is ContractState.DELIVERED


def test_every_page_tells_one_time_and_one_word(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    by_at = silently(agreed)
    last, next_day = beijing_day(by_at - timedelta(seconds=1)), beijing_day(by_at)
    contract = agreed.contract()
    pages = [
        as_(app, agreed.firm).get(own(agreed)).text,
        app.test_client().get(f"/contracts/{contract.number}").text,
        app.test_client().get(f"/clocks/{agreed.clock().id}").text,
    ]
    for page in pages:
        assert f"{last} 24:00" in page
        assert "业主逾期未表态，视为接收" in page
        assert "业主验收通过" not in page
        assert f"{next_day} 00:00" not in page
    assert "登记" in pages[0]


def test_the_owner_reads_that_silence_accepts_what_follows_a_return(app, fast_here, clock):
    agreed = a_delivered_contract(fast_here, clock)
    owner = as_(app, agreed.owner)
    words = "逾期不表态照样视为接收"
    assert words not in owner.get(own(agreed, "/review")).text
    agreed.return_work()
    agreed.deliver()
    for visitor, page in ((owner, "/review"), (owner, ""), (as_(app, agreed.firm), "")):
        assert words in visitor.get(own(agreed, page)).text
