"""Facts of a listed firm change one by one: asked for, checked where they changed, kept."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from market.accounts.model import Organisation
from market.clock import beijing
from market.codes import CreditCodeError
from market.firms import actions, queries, queries_entry
from market.firms.checks import CheckOutcome, ReturnReason
from market.firms.entry import ChangeState, FactField, changes_between, from_text, to_text
from market.firms.errors import (
    BusinessTermError,
    CapitalError,
    ChangeDecidedError,
    ChangePendingError,
    FutureDayError,
    NoReasonError,
    NothingChangedError,
    NotSettledError,
    OwnParentError,
    PostcodeError,
    WordsMissingError,
)
from market.firms.rules import FirmNature
from tests.market.factories.firms import (
    a_code,
    a_filled_in_firm,
    a_listed_firm,
    a_public_firm,
    an_operator,
)

WHY = "营业执照已于三月一日换发"
F = FactField


def asked(work, **facts):
    proposed = {F(name): value for name, value in facts.items()}
    return actions.request_changes(work, queries.own(work), proposed, WHY)


def test_only_what_differs_is_checked_and_the_old_stays_until_accepted(here, clock, working):
    firm, delegate = a_listed_firm(here, clock)
    with working(here, delegate) as work:
        rows = asked(
            work, address="新路 1 号", legal_representative="赵新", business_scope="工程咨询"
        )
        assert [row.field for row in rows] == [F.LEGAL_REPRESENTATIVE, F.ADDRESS, F.BUSINESS_SCOPE]
        assert {row.due_at for row in rows} == {beijing(date(2026, 3, 13))}  # two working days
        found = queries.own(work)
        assert (found.legal_representative, found.address) == ("陈立", "示范市滨河路 8 号")
    with working(here, an_operator(here)) as work:
        found = queries.for_check(work, firm.id)
        person, address, scope = (row for row, _ in queries_entry.changes_to_check(work))
        actions.accept_change(work, found, person)
        assert (found.legal_representative, found.address) == ("赵新", "示范市滨河路 8 号")
        with pytest.raises(NoReasonError):
            actions.return_change(work, found, address, [], "与执照不符")
        with pytest.raises(WordsMissingError):
            actions.return_change(work, found, address, [ReturnReason.FACTS_WRONG], "")
        actions.return_change(work, found, address, [ReturnReason.FACTS_WRONG], "与执照不符")
        assert found.address == "示范市滨河路 8 号"
        with pytest.raises(ChangeDecidedError):
            actions.accept_change(work, found, address)
        assert queries_entry.pending_changes(work, found) == [scope]
        outcomes = [row.outcome for row in queries.checks(work, found.id)]
        assert outcomes[:2] == [CheckOutcome.REFUSED, CheckOutcome.CONFIRMED]
    with working(here, delegate) as work:
        found = queries.own(work)
        actions.withdraw_change(work, found, queries_entry.change(work, found, scope.id))
        states = [row.state for row in queries_entry.changes(work, found)]
        assert states == [ChangeState.WITHDRAWN, ChangeState.RETURNED, ChangeState.ACCEPTED]
        bodies = work.session.scalars(text("SELECT body FROM log_submission ORDER BY id"))
        logged = [json.loads(bytes(body)) for body in bodies]
        moved = [one for one in logged if one["t"] == "zjcs/firm.change-moved.v1"]
        assert len(moved) == 6
        assert "赵新" not in str(logged)


def test_a_new_name_becomes_the_organisation_s_too(fast_here, clock, working):
    firm, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        (row,) = asked(work, name="青川市新名咨询有限公司")
    with working(fast_here, an_operator(fast_here)) as work:
        found = queries.for_check(work, firm.id)
        actions.accept_change(work, found, queries_entry.change(work, found, row.id))
        organisation = work.session.get_one(Organisation, found.organisation_id)
        assert found.name == organisation.name == "青川市新名咨询有限公司"


def test_one_fact_is_not_changed_twice_at_once(fast_here, clock, working):
    _, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        with pytest.raises(NothingChangedError):
            asked(work, address="示范市滨河路 8 号")
        (row,) = asked(work, address="新路 1 号")
        with pytest.raises(ChangePendingError, match="办公地址"):
            asked(work, address="新路 2 号")
        actions.withdraw_change(work, queries.own(work), row)
        asked(work, address="新路 2 号")


@pytest.mark.parametrize(
    ("facts", "error", "field"),
    [
        ({"registered_on": date(2099, 1, 1)}, FutureDayError, "registered_on"),
        ({"business_until_on": date(2026, 1, 1)}, BusinessTermError, "business_until_on"),
        ({"registered_capital_fen": 0}, CapitalError, "registered_capital_fen"),
        ({"capital_currency": "XXX"}, CapitalError, "registered_capital_fen"),
        ({"parent_code": "123"}, CreditCodeError, "parent_code"),
    ],
)
def test_facts_that_cannot_be_are_refused_at_their_field(  # noqa: PLR0917 - the case and fixtures
    fast_here, clock, working, facts, error, field
):
    _, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        with pytest.raises(error) as refused:
            asked(work, **facts)
        assert refused.value.field == field
        assert queries_entry.changes(work, queries.own(work)) == []


def test_a_firm_is_not_its_own_head_office_and_a_branch_names_another(fast_here, clock, working):
    head, _ = a_listed_firm(fast_here, clock)
    branch, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        with pytest.raises(OwnParentError):
            asked(work, parent_code=branch.code)
        (row,) = asked(work, parent_code=f" {head.code.lower()} ")
    with working(fast_here, an_operator(fast_here)) as work:
        found = queries.for_check(work, branch.id)
        actions.accept_change(work, found, queries_entry.change(work, found, row.id))
        assert queries_entry.parent(work, found).id == head.id
        head = queries.firm_by_id(work, head.id)
        assert [one.id for one in queries_entry.branches(work, head)] == [branch.id]
        found.parent_code = a_code()
        assert queries_entry.parent(work, found) is None


def test_before_the_listing_facts_are_edited_not_changed(fast_here, working):
    _, draft = a_filled_in_firm(fast_here)
    _, shown = a_public_firm(fast_here)
    for delegate in (draft, shown):
        with working(fast_here, delegate) as work, pytest.raises(NotSettledError):
            asked(work, address="新路 1 号")


def test_free_fields_take_effect_at_once(fast_here, clock, working):
    _, delegate = a_listed_firm(fast_here, clock)
    contacts = actions.Contacts(
        contact_name="李丽", contact_phone="0755-86001234", fax="0755-86001235", postcode="518000"
    )
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        actions.save_contacts(work, firm, contacts)
        assert (firm.fax, firm.postcode) == ("075586001235", "518000")
        wrong = actions.Contacts(
            contact_name="李丽", contact_phone="0755-86001234", postcode="51800"
        )
        with pytest.raises(PostcodeError):
            actions.save_contacts(work, firm, wrong)


values = {
    F.NATURE: st.sampled_from(FirmNature),
    F.REGISTERED_ON: st.dates(),
    F.BUSINESS_UNTIL_ON: st.none() | st.dates(),
    F.REGISTERED_CAPITAL_FEN: st.none() | st.integers(1, 10**13),
    F.PHYSICALLY_PRESENT: st.booleans(),
}
facts = st.fixed_dictionaries({one: values.get(one, st.text(max_size=20)) for one in F})


@settings(max_examples=100)
@given(facts, facts)
def test_the_difference_is_exactly_what_changes_and_every_value_comes_back(before, after):
    differing = changes_between(before, after)
    applied = before | {one: from_text(one, to_text(after[one])) for one in differing}
    assert applied == after
    assert changes_between(before, before) == []


def test_a_change_runs_through_the_browser(fast_here, clock, working, sign_in):
    firm, delegate = a_listed_firm(fast_here, clock)
    browser, clerk = sign_in(delegate), sign_in(an_operator(fast_here))
    page = browser.get("/firm/changes")
    assert "示范市滨河路 8 号" in page.text
    form = {
        "name": firm.name,
        "nature": "enterprise",
        "legal_representative": "陈立",
        "registered_on": "2015-06-01",
        "business_until_on": "",
        "registered_capital_fen": "1,000,000.00",
        "capital_currency": "CNY",
        "registering_authority": "",
        "registered_address": "",
        "address": "新路 1 号",
        "business_scope": firm.business_scope,
        "parent_code": "",
        "why": WHY,
    }
    assert browser.post("/firm/changes", data=form | {"why": ""}).status_code == 422
    assert browser.post("/firm/changes", data=form).status_code == 303
    assert browser.post("/firm/changes", data=form).status_code == 409
    assert "核对登记信息变更" in clerk.get("/workbench").text
    with working(fast_here, delegate) as work:
        rows = queries_entry.pending_changes(work, queries.own(work))
    assert {row.field for row in rows} == {F.ADDRESS, F.REGISTERED_CAPITAL_FEN}
    for row in rows:
        desk = f"/firm-checks/{firm.id}/changes/{row.id}"
        assert WHY in clerk.get(desk).text
        assert clerk.post(desk, data={"decision": "return", "comment": "不符"}).status_code == 409
        sent = {"decision": "accept", "comment": ""}
        assert clerk.post(desk, data=sent).status_code == 303
    shown = clerk.get(f"/firms/{firm.code}").text
    assert "新路 1 号" in shown
    assert "¥1,000,000.00" in shown
