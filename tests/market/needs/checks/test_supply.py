"""Counting firms by the conditions they fail: counts only, and never more for a harder demand."""

from hypothesis import given
from hypothesis import strategies as st

from market.needs.checks.supply import NOTHING_KNOWN, tally

ASKS = {"listed": "已入驻", "staff": "人员", "fee": "收费"}
firms = st.lists(st.sets(st.sampled_from(sorted(ASKS))), max_size=30)


@given(firms)
def test_every_firm_qualifies_or_fails_something(failures):
    supply = tally(failures, ASKS, 3)
    assert supply.offering == len(failures)
    assert supply.able == sum(not rules for rules in failures)
    for condition in supply.conditions:
        assert 0 <= condition.alone <= condition.failing <= supply.offering - supply.able
    assert sum(c.alone for c in supply.conditions) <= supply.offering - supply.able


@given(firms, st.data())
def test_a_harder_demand_never_lets_more_firms_in(failures, data):
    before = tally(failures, ASKS, 3)
    harder = [rules | data.draw(st.sets(st.sampled_from(sorted(ASKS)))) for rules in failures]
    after = tally(harder, ASKS, 3)
    assert after.able <= before.able
    failing = {condition.asks: condition.failing for condition in before.conditions}
    assert all(
        failing.get(words, 0) <= next((c.failing for c in after.conditions if c.asks == words), 0)
        for words in failing
    )


def test_a_rule_nobody_described_still_keeps_its_firm_out():
    supply = tally([{"unheard of"}], ASKS, 1)
    assert (supply.offering, supply.able, supply.conditions) == (1, 0, ())


def test_where_nothing_is_known_nobody_qualifies():
    assert NOTHING_KNOWN.able < NOTHING_KNOWN.needed
