from datetime import timedelta

import pytest

from market.clock import beijing_day
from market.credit.ledgers import queries
from market.credit.ledgers.rules import OwnerFault
from market.credit.rules import BreachKind, Level
from market.db import reading_work, unit_of_work
from market.errors import MissingError
from market.firms import queries as firms
from market.needs.model import Need
from market.needs.rules import NeedState
from tests.market.factories.accounts import sign_in
from tests.market.factories.credit import GROUNDS, SYSTEM, an_officer, report_breach
from tests.market.factories.draws import a_city, an_open_draw
from tests.market.factories.firms import PASSWORD, a_listed_firm


def test_a_need_called_back_after_its_notice_costs_the_owner_points(fast_here, clock):
    city = a_city(fast_here, clock)
    draw = an_open_draw(city)
    with unit_of_work(city.here.sessions, SYSTEM, city.clock) as work:
        need = work.session.get_one(Need, draw.need_id)
        org_id = need.owner_org_id
        need.state, need.state_since = NeedState.WITHDRAWN, work.now
    with reading_work(city.here.sessions, SYSTEM, city.clock) as work:
        ledger = queries.owner_ledger(work, org_id)
    assert [(row.fault, row.points, row.counts) for row in ledger.rows] == [
        (OwnerFault.CANCELLED, 5, True)
    ]
    assert (ledger.score, ledger.level) == (95, Level.AA)
    city.clock.advance(timedelta(days=366))
    with reading_work(city.here.sessions, SYSTEM, city.clock) as work:
        assert queries.owner_ledger(work, org_id).score == 100


def test_a_breach_names_a_person_of_the_firm_to_the_authority_only(client, fast_here, clock):
    firm, delegate = a_listed_firm(fast_here, clock)
    stranger, _ = a_listed_firm(fast_here, clock)
    officer = an_officer(fast_here)
    with unit_of_work(fast_here.sessions, officer.actor, clock) as work:
        member = firms.staff(work, firm.id)[0]
        day = beijing_day(clock()) - timedelta(days=1)
        kind = BreachKind.STAFF_CHANGED
        with pytest.raises(MissingError):
            report_breach(work, stranger, kind, day, GROUNDS, staff_id=member.id)
        report_breach(work, firm, kind, day, GROUNDS, staff_id=member.id)
        staff_id, name = member.id, member.name
    sign_in(client, officer.user, PASSWORD)
    page = client.get(f"/credit/people/{staff_id}").text
    assert name in page
    assert firm.name in page
    assert name in client.get(f"/credit/firms/{firm.code}?format=csv").text
    sign_in(client, delegate.user, PASSWORD)
    assert name in client.get("/credit/ledger").text
    assert client.get(f"/credit/people/{staff_id}").status_code == 403
