"""The law of a contract's clock: accepted stops it, uploaded does not, returned re-opens it."""

import pytest

from market.clocks import actions as clocks
from market.clocks.queries import clock_of, runs_for, suspensions_of
from market.clocks.rules import ClockState, Party, SuspensionReason
from market.contracts.actions import subject_of
from market.errors import MarketError
from tests.market.factories.contracts import a_running_contract

DEEDS = ("deliver", "return_work", "accept")
FIRM, OWNER = (ClockState.RUNNING, Party.FIRM), (ClockState.RUNNING, Party.OWNER)
SUSPENDED, STOPPED = (ClockState.SUSPENDED, Party.OWNER), (ClockState.STOPPED, None)
# Where each deed leads from where; what is not here is refused and changes nothing.
LAW = {
    (FIRM, "deliver"): OWNER,
    (OWNER, "return_work"): FIRM,
    (OWNER, "accept"): STOPPED,
}
WAY = ["deliver", "return_work", "suspend", "resume", "deliver", "accept"]


def suspend(agreed):
    def ask(work, contract):
        clock = clock_of(work, subject_of(contract))
        facts = "现场拆迁未完成，测点无法布设。"
        clocks.request_suspension(work, clock, SuspensionReason.SITE_NOT_READY, facts, 2)

    def consent(work, contract):
        clock = clock_of(work, subject_of(contract))
        request = suspensions_of(work, clock)[0]
        clocks.answer_suspension(work, clock, request, agree=True, answer="情况属实。")

    agreed.do(agreed.firm, ask)
    agreed.do(agreed.owner, consent)


def resume(agreed):
    def end(work, contract):
        clock = clock_of(work, subject_of(contract))
        clocks.resume(work, clock, suspensions_of(work, clock)[0], "条件具备")

    agreed.do(agreed.firm, end)


def where(agreed):
    found = []

    def look(work, contract):
        clock = clock_of(work, subject_of(contract))
        found.append((clock.state, runs_for(work, clock)))

    agreed.do(agreed.owner, look)
    return found[0]


def test_only_acceptance_stops_the_clock_and_a_return_re_opens_the_firm_s_account(fast_here, clock):
    agreed = a_running_contract(fast_here, clock)
    seen = set()
    for step in WAY:
        state = where(agreed)
        refuse_the_rest(agreed, state)
        seen.add(state)
        match step:
            case "suspend":
                suspend(agreed)
                assert where(agreed) == SUSPENDED
            case "resume":
                resume(agreed)
                assert where(agreed) == FIRM
            case _:
                getattr(agreed, step)()
                assert where(agreed) == LAW[state, step]
    refuse_the_rest(agreed, where(agreed))
    assert seen | {where(agreed)} == {FIRM, OWNER, SUSPENDED, STOPPED}


def refuse_the_rest(agreed, state):
    for deed in DEEDS:
        if (state, deed) not in LAW:
            with pytest.raises(MarketError):
                getattr(agreed, deed)()
            assert where(agreed) == state
