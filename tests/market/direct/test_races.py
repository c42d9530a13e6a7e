"""Two at once: two approvers, two operators, and a cap that both would reach."""

from threading import Barrier, Thread

from market.direct import actions
from market.direct.model import DirectChoice
from market.direct.rules import DirectState
from market.errors import MarketError
from tests.market.factories.direct import (
    a_proposed_choice,
    a_small_city,
    a_small_need,
    an_approved_choice,
    an_emergency,
    another_operator,
    emergency_facts,
)


def both(*deeds):
    """Start several deeds at one moment; return what each said, in their order."""
    barrier, said = Barrier(len(deeds)), [None] * len(deeds)

    def run(place, deed):
        barrier.wait()
        try:
            deed()
        except MarketError as error:
            said[place] = type(error).__name__

    threads = [Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_two_operators_publish_one_name_once(here, clock):
    city = a_small_city(here, clock)
    chosen = an_approved_choice(city)
    second = another_operator(city)

    def name(person):
        def deed():
            with city.work(person) as work:
                actions.name(work, work.session.get_one(DirectChoice, chosen.choice_id))

        return deed

    said = both(name(city.operator), name(second))
    assert said.count(None) == 1, said
    assert chosen.choice().state is DirectState.NAMED


def test_approval_and_withdrawal_do_not_both_happen(here, clock):
    city = a_small_city(here, clock)
    chosen = a_proposed_choice(city)

    def approve():
        with city.work(city.approver) as work:
            actions.approve(work, work.session.get_one(DirectChoice, chosen.choice_id))

    def send_back():
        with city.work(city.approver) as work:
            found = work.session.get_one(DirectChoice, chosen.choice_id)
            actions.send_back(work, found, "理由不充分，退回")

    said = both(approve, send_back)
    assert said.count(None) == 1, said
    assert chosen.choice().state in {DirectState.CHECK, DirectState.RETURNED}


def test_two_commissions_do_not_both_take_the_last_place_under_a_cap(here, clock):
    city = a_small_city(here, clock)
    an_emergency(city)
    needs = [a_small_need(city, ceiling_fen=2_500_000) for _ in range(2)]

    def commission(need):
        def deed():
            with city.work(city.clerk) as work:
                actions.commission(work, need, emergency_facts(city))

        return deed

    said = both(*(commission(need) for need in needs))
    assert sorted(map(str, said)) == ["DirectCapError", "None"]
