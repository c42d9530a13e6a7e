"""The public lists ask both databases the same and get the same."""

from market.db import Actor, reading_work
from market.draws import jobs as draw_jobs
from market.needs.rules import NeedState
from market.portal import queries
from market.portal.queries import AWARD_SORTS, NOTICE_SORTS, PUBLIC_STATES, NoticeQuery
from tests.market.factories.contracts import an_accepted_contract
from tests.market.factories.draws import an_open_draw


def test_an_empty_market_has_empty_lists(here):
    with reading_work(here.sessions, Actor("public"), here.clock) as work:
        assert queries.counters(work).notices == 0
        assert queries.latest_notices(work, 5) == []
        assert queries.next_draw(work) is None
        assert queries.draws_today(work) == []
        assert queries.failures(work, limit=5) == []


def test_each_list_counts_what_it_shows(here, clock):
    agreed = an_accepted_contract(here, clock)
    city = agreed.city
    failed = an_open_draw(city, title="流标的项目")
    clock.move_to(failed.enrol_close_at)
    draw_jobs.run_due(here)
    coming = an_open_draw(city, title="报名中的项目")
    with city.reading() as work:
        counters = queries.counters(work)
        assert (counters.notices, counters.completed, counters.firms) == (3, 1, 4)
        assert queries.latest_notices(work, 2)[0].need.title == "报名中的项目"
        assert len(queries.latest_notices(work, 9)) == 3
        for state in (None, *PUBLIC_STATES):
            for sort in NOTICE_SORTS:
                wanted = NoticeQuery(state=state, sort=sort, descending=sort != "price")
                rows = queries.notices(work, wanted, limit=9)
                assert len(rows) == queries.count_notices(work, wanted)
        failures = NoticeQuery(state=NeedState.FAILED)
        assert queries.count_notices(work, failures) == 1
        for sort in AWARD_SORTS:
            rows = queries.awards(work, words="", sort=sort, descending=True, limit=9)
            assert len(rows) == queries.count_awards(work, words="") == 1
        assert [row.failure.reason for row in queries.failures(work, limit=9)] == [
            "too_few_enrolled"
        ]
        assert queries.count_failures(work, words="流标的") == 1
        assert queries.count_failures(work, words="100%") == 0
        found = queries.next_draw(work)
        assert found is not None
        assert found.draw.id == coming.id
        assert [row.draw.id for row in queries.draws_today(work)] == [failed.id]
