"""Reasons to suspend are those of the clock's own rules; a successor may add one, with a cap."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from market import regulations
from market.clocks import proofs, queries, times
from market.clocks.errors import UnknownReasonError
from market.clocks.rules import SuspensionCapError, SuspensionReason
from market.regulations import Clause, Regulations, instruments
from market.regulations.profile import OPTIONAL
from tests.market.clocks.test_views import ASK
from tests.market.factories.accounts import sign_in
from tests.market.factories.clocks import a_clock

ADDED = SuspensionReason.SEASON
KEYS = ("suspension_basis.season", "suspension_evidence.season")
REST = set(SuspensionReason) - {ADDED}


@pytest.fixture
def reason_added(monkeypatch):
    """Rules without one reason, and from 2026-03-10 a successor that has it, with a cap."""
    shipped = regulations.load()
    whole = shipped.in_force(times.SUBJECT, date.max - timedelta(days=1))  # the latest
    whole = replace(whole, effective_from=date(2024, 1, 1), repeals=())
    fewer = {key: clause for key, clause in whole.clauses.items() if key not in KEYS}
    cap = {"suspension_cap.season": Clause(value=2, source="platform default")}
    later = replace(
        whole,
        id="later",
        effective_from=date(2026, 3, 10),
        repeals=(whole.id,),
        clauses={**whole.clauses, **cap},
    )
    others = [rules for rules in shipped.all() if rules.subject != times.SUBJECT]
    known = Regulations([*others, replace(whole, clauses=fewer), later])
    for module in (regulations, instruments):
        monkeypatch.setattr(module, "current", lambda: known)


@pytest.mark.usefixtures("reason_added")
def test_a_clock_begun_before_goes_on_with_the_reasons_it_knew(app, fast_here):
    timed = a_clock(fast_here, limit=20)
    fast_here.clock.advance(timedelta(days=10))
    clock = timed.clock()
    assert set(times.reasons_of(clock)) == REST
    assert ADDED not in proofs.due_for(clock)
    browser = app.test_client()
    sign_in(browser, timed.firm_user)
    assert browser.get(f"/clocks/{clock.id}").status_code == 200
    page = browser.get(f"/clocks/{clock.id}/suspend")
    assert page.status_code == 200
    assert f'value="{ADDED}"' not in page.text
    refused = browser.post(f"/clocks/{clock.id}/suspend", data=ASK | {"reason": ADDED.value})
    assert refused.status_code == 422
    with pytest.raises(UnknownReasonError):
        timed.request(reason=ADDED)
    asked = browser.post(f"/clocks/{clock.id}/suspend", data=ASK | {"reason": "site-not-ready"})
    assert asked.status_code == 303


@pytest.mark.usefixtures("reason_added")
def test_a_clock_begun_after_has_the_new_reason_and_its_cap(app, fast_here):
    fast_here.clock.advance(timedelta(days=10))
    timed = a_clock(fast_here, limit=40)
    assert set(times.reasons_of(timed.clock())) == set(SuspensionReason)
    clock = timed.clock()
    with timed.work() as work:
        caps = {r: queries.caps_of(work, clock, r).per_reason for r in SuspensionReason}
    assert caps.pop(ADDED) == 2
    assert set(caps.values()) == {10}
    browser = app.test_client()
    sign_in(browser, timed.firm_user)
    page = browser.get(f"/clocks/{timed.clock_id}/suspend").text
    assert f'value="{ADDED}"' in page
    assert "累计最多 2 个工作日" in page
    assert "同一事由累计 10 个工作日" in page
    with pytest.raises(SuspensionCapError):
        timed.request(reason=ADDED, working_days=3)
    timed.request(reason=ADDED, working_days=2)


def test_each_reason_may_have_a_cap_in_a_citys_file():
    assert set(OPTIONAL[times.SUBJECT]) == {
        f"suspension_cap.{reason.name.lower()}" for reason in SuspensionReason
    }
