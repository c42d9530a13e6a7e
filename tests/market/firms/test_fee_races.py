"""Two delegates publish at once: each version has a number, and none is lost."""

from market.db import unit_of_work
from market.firms import actions, queries
from tests.market.draws.together import together
from tests.market.factories.firms import ITEM, a_fee, a_listed_firm

AT_ONCE = 6


def test_versions_published_at_one_moment_are_all_kept_in_a_row(here, clock):
    firm, delegate = a_listed_firm(here, clock)

    def publish(place: int) -> int:
        with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
            fee = a_fee(work.today, amount_fen=1_000 + place, valid_to_on=work.today)
            return actions.publish_fee(work, queries.own(work), ITEM, fee).version_no

    numbers = together(AT_ONCE, publish)
    assert sorted(numbers) == list(range(2, 2 + AT_ONCE))
    with unit_of_work(here.sessions, delegate.actor, here.clock) as work:
        history = queries.fee_history(work, firm.id, ITEM)
        assert [row.version_no for row in history] == list(range(1 + AT_ONCE, 0, -1))
        assert queries.current_fee(work, firm.id, ITEM) == history[0]
