"""A method is one record; whatever else must know it is asked here, for every member."""

from dataclasses import fields

import pytest

from market import regulations
from market.bidding.journal import BidPlaced
from market.clock import beijing_day
from market.draws.eligibility import ASKS, OF_METHODS, rules_of
from market.draws.views.firm import OWN_PAGES
from market.draws.views.public import SELECTION_PAGES
from market.journal import Entry
from market.needs.labels import METHODS
from market.needs.limits import timetable_at
from market.needs.method_check import check_method
from market.needs.method_terms import terms_by
from market.needs.methods import (
    METHODS_SUBJECT,
    RECORDS,
    HandedIn,
    Method,
    Terms,
    body_of,
    handed_in,
    is_priced,
    is_scored,
    rule_lines,
    terms_in,
)
from market.needs.prices import QuoteUnit
from market.quotes.journal import QuoteSealed
from market.scoring.journal import ProposalHandedIn
from tests.market.conftest import MONDAY_MORNING
from tests.market.factories.needs import ITEM
from tests.market.selfaudit.test_every_kind import COMPARED, DRAWN, NOT_COMPARED

CRITERIA = "服务方案：60\n人员配备：40"
CEILING = 9_800_000
# What the log is told of that which firms hand in: the self-audit must know it.
TOLD: dict[HandedIn, type[Entry] | None] = {
    HandedIn.NOTHING: None,
    HandedIn.QUOTE: QuoteSealed,
    HandedIn.BID: BidPlaced,
    HandedIn.PROPOSAL: ProposalHandedIn,
}
# Which instant of the timetable ends it.
UNTIL = {
    HandedIn.QUOTE: "opening_by_at",
    HandedIn.BID: "bidding_by_at",
    HandedIn.PROPOSAL: "scoring_by_at",
}
every_method = pytest.mark.parametrize("method", list(Method))


def terms_of(method: Method) -> Terms:
    return terms_by(
        regulations.in_force(METHODS_SUBJECT, beijing_day(MONDAY_MORNING)),
        method,
        ceiling_fen=CEILING,
        floor_fen=5_000_000 if is_priced(method) else None,
        unit=QuoteUnit.AMOUNT,
        criteria=CRITERIA if is_scored(method) else "",
    )


@every_method
def test_it_has_a_record_words_and_rules_of_eligibility(method):
    assert RECORDS[method].lines
    words = METHODS[method]
    assert words.name
    assert words.line
    assert bool(words.how) == (method is not Method.LOTTERY)
    assert all(ASKS[rule] for rule in OF_METHODS[method])
    assert set(OF_METHODS[method]) <= set(rules_of(method))
    assert bool(OF_METHODS[method]) == (method is not Method.LOTTERY)


@every_method
def test_its_notice_prints_and_fixes_every_term(method):
    terms, members = terms_of(method), RECORDS[method].members
    assert set(members) <= {field.name for field in fields(Terms)}
    body = body_of(terms)
    assert set(members) <= set(body)
    assert terms_in(body, CEILING) == terms
    # A term that the rules leave at nothing is one that nobody asked them for.
    assert all(getattr(terms, name) or name == "step_bp" for name in members)
    assert "ismdraw/v1" in "".join(rule_lines(terms))
    assert bool(terms.abnormal_low_percent) == is_priced(method)  # what an explanation is asked by


@every_method
def test_an_owner_may_choose_it_and_nobody_what_is_not_a_method(method):
    rules = regulations.in_force(METHODS_SUBJECT, beijing_day(MONDAY_MORNING))
    check_method(
        method=method,
        allowed=rules.texts("methods.allowed"),
        floor_fen=None,
        ceiling_fen=CEILING,
        criteria=CRITERIA if is_scored(method) else "",
    )
    assert handed_in("auction") is None


@every_method
def test_the_timetable_leaves_the_time_for_what_firms_hand_in(method):
    times = timetable_at(MONDAY_MORNING, CEILING, "A", method)
    wanted = UNTIL.get(RECORDS[method].hands_in)
    assert {name for name in UNTIL.values() if getattr(times, name)} == {wanted} - {None}


@every_method
def test_the_log_and_its_audit_know_what_firms_hand_in(method):
    entry = TOLD[RECORDS[method].hands_in]
    if entry is not None:
        assert entry.kind in COMPARED or NOT_COMPARED[entry.kind] == DRAWN


def test_the_pages_of_every_method_are_there(app, clerk, client):
    assert set(SELECTION_PAGES) == set(OWN_PAGES) == set(HandedIn)
    ends = {*SELECTION_PAGES.values(), *OWN_PAGES.values()} - {""}
    assert ends <= set(app.view_functions)
    form, ways = clerk.get(f"/needs/new?item={ITEM}").text, client.get("/methods").text
    for method in Method:
        assert f'value="{method}"' in form
        assert METHODS[method].name in form
        assert METHODS[method].name in ways
