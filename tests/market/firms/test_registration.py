"""From the first form to the directory, and out again."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from market.accounts.model import Organisation
from market.clock import beijing
from market.errors import ConflictError, MissingError, SeparationOfDutiesError
from market.firms import actions, jobs, promises, queries
from market.firms.checks import CheckOutcome, QualificationState, ReturnReason
from market.firms.errors import (
    ExpiredError,
    FutureDayError,
    IncompleteError,
    NoReasonError,
    NotEditableError,
    RequirementMissingError,
)
from market.firms.model import Firm, FirmCheck
from market.firms.rules import FirmState, IllegalFirmMoveError, ServiceState
from tests.market.factories.firms import (
    ITEM,
    a_delegate,
    a_fee,
    a_filled_in_firm,
    a_firm,
    a_listed_firm,
    a_public_firm,
    a_qualification,
    a_submitted_firm,
    an_operator,
    facts,
    submit,
)


def log_entries(work, kind):
    bodies = work.session.scalars(text("SELECT body FROM log_submission ORDER BY id"))
    entries = [json.loads(bytes(body)) for body in bodies]
    return [entry for entry in entries if entry["t"] == f"zjcs/{kind}"]


def test_a_firm_goes_from_draft_to_the_directory(here, clock, working):
    firm, delegate = a_filled_in_firm(here)
    assert firm.state is FirmState.DRAFT
    with working(here, delegate) as work:
        firm = queries.own(work)
        submit(work, firm)
        assert firm.state is FirmState.SUBMITTED
        assert firm.check_due_at == beijing(date(2026, 3, 5))  # Monday and two working days
        assert firm.regulation_id == "platform-market-process-2024"
    operator = an_operator(here)
    with working(here, operator) as work:
        firm = queries.for_check(work, firm.id)
        actions.check_pass(work, firm, "形式要件齐全")
        assert firm.state is FirmState.PUBLICITY
        assert firm.publicity_ends_at == beijing(date(2026, 3, 10))
        held = queries.qualifications(work, firm.id)
        assert {q.state for q in held} == {QualificationState.CONFIRMED}

    clock.move_to(beijing(date(2026, 3, 10)) - timedelta(seconds=1))
    assert jobs.sweep(here) == 0
    clock.move_to(beijing(date(2026, 3, 10)))
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    with working(here, operator) as work:
        firm = queries.firm_by_code(work, firm.code)
        assert firm.state is FirmState.LISTED
        assert firm.listed_at == beijing(date(2026, 3, 10))
        moves = [(e["move"], e["state"]) for e in log_entries(work, "firm.moved.v1")]
        assert moves == [("submit", "submitted"), ("pass", "publicity"), ("list", "listed")]


def test_the_log_holds_no_name_and_no_identity_number(fast_here, clock, working):
    firm, delegate = a_listed_firm(fast_here, clock, legal_representative="欧阳独特")
    with working(fast_here, delegate) as work:
        member = queries.staff(work, firm.id)[0]
        bodies = work.session.scalars(text("SELECT body FROM log_submission ORDER BY id")).all()
        everything = "\n".join(bytes(body).decode() for body in bodies)
        for secret in ("欧阳独特", member.name, member.person_digest, member.id_masked, "李丽"):
            assert secret not in everything
        assert firm.code in everything


def test_a_registration_in_which_steps_are_missing_is_not_submitted(fast_here, working):
    delegate = a_delegate(fast_here)
    with working(fast_here, delegate) as work:
        organisation = work.session.get_one(Organisation, work.org_id)
        firm = actions.save_facts(work, organisation, facts())
        with pytest.raises(IncompleteError, match="服务与收费、签署承诺"):
            actions.submit(work, firm)
        assert firm.state is FirmState.DRAFT


def test_a_firm_registered_tomorrow_is_refused(fast_here, working):
    delegate = a_delegate(fast_here)
    with working(fast_here, delegate) as work:
        organisation = work.session.get_one(Organisation, work.org_id)
        actions.save_facts(work, organisation, facts(registered_on=work.today))
        with pytest.raises(FutureDayError) as refused:
            actions.save_facts(work, organisation, facts(registered_on=date(2026, 3, 3)))
        assert refused.value.field == "registered_on"


def test_facts_are_saved_as_one_goes_and_frozen_while_checked(fast_here, working):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        organisation = work.session.get_one(Organisation, work.org_id)
        again = actions.save_facts(work, organisation, facts(address="另一条路 1 号"))
        assert (again.id, again.address) == (firm.id, "另一条路 1 号")
        submit(work, again)
        with pytest.raises(NotEditableError, match="待运营审核"):
            actions.save_facts(work, organisation, facts())
        with pytest.raises(NotEditableError):
            actions.add_qualification(work, again, a_qualification(work.today))
        with pytest.raises(NotEditableError):
            actions.publish_fee(work, again, ITEM, a_fee(work.today))
        with pytest.raises(NotEditableError):
            actions.sign_promise(work, again, "陈立")


def test_a_return_names_its_reasons_and_is_registered(here, working):
    firm, delegate = a_submitted_firm(here)
    operator = an_operator(here)
    with working(here, operator) as work:
        found = queries.for_check(work, firm.id)
        with pytest.raises(NoReasonError):
            actions.check_return(work, found, [], "")
        with pytest.raises(NoReasonError):
            actions.check_return(work, found, [ReturnReason.OTHER], "")
        actions.check_return(
            work, found, [ReturnReason.FACTS_WRONG, ReturnReason.FEE_UNCLEAR], "地址与证照不符"
        )
        assert found.state is FirmState.RETURNED
        assert found.check_due_at is None
    with working(here, delegate) as work:
        found = queries.own(work)
        (check,) = queries.checks(work, found.id)
        assert check.outcome is CheckOutcome.RETURNED
        assert check.reasons == (ReturnReason.FACTS_WRONG, ReturnReason.FEE_UNCLEAR)
        assert check.due_at == beijing(date(2026, 3, 5))
        (entry,) = log_entries(work, "firm.checked.v1")
        assert entry["reasons"] == ["facts-wrong", "fee-unclear"]
        submit(work, found)
        assert found.state is FirmState.SUBMITTED


def test_an_objection_in_publicity_sends_back_and_a_new_publicity_runs(fast_here, clock, working):
    firm, delegate = a_public_firm(fast_here)
    operator = an_operator(fast_here)
    clock.advance(timedelta(days=1))
    with working(fast_here, operator) as work:
        found = queries.for_check(work, firm.id)
        actions.check_return(work, found, [ReturnReason.OBJECTION_UPHELD], "证书系伪造")
        assert found.publicity_ends_at is None
        assert found.next_check_at is None
    clock.advance(timedelta(days=10))
    assert jobs.sweep(fast_here) == 0
    with working(fast_here, delegate) as work:
        found = queries.own(work)
        assert found.state is FirmState.RETURNED
        submit(work, found)
    with working(fast_here, operator) as work:
        found = queries.for_check(work, firm.id)
        actions.check_pass(work, found)
        assert found.publicity_ends_at > work.now + timedelta(days=5)


def test_a_qualification_that_expires_while_waiting_stops_the_check(fast_here, clock, working):
    firm, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        found = queries.own(work)
        row = queries.qualifications(work, found.id)[0]
        row.valid_to_on = date(2026, 3, 3)
        submit(work, found)
    clock.move_to(beijing(date(2026, 3, 4), 9))
    operator = an_operator(fast_here)
    with working(fast_here, operator) as work, pytest.raises(ExpiredError):
        actions.check_pass(work, queries.for_check(work, firm.id))


def test_a_service_that_lost_its_people_is_not_submitted(fast_here, working):
    _, delegate = a_filled_in_firm(fast_here)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        actions.remove_staff(work, firm, queries.staff(work, firm.id)[0])
        with pytest.raises(RequirementMissingError, match="环境影响评价工程师 1人"):
            actions.submit(work, firm)


def test_who_imported_a_firm_does_not_check_it(fast_here, working):
    firm, _ = a_submitted_firm(fast_here)
    operator = an_operator(fast_here)
    with working(fast_here, operator) as work:
        found = queries.for_check(work, firm.id)
        found.imported_by_id = work.user_id
        with pytest.raises(SeparationOfDutiesError):
            actions.check_pass(work, found)
        assert found.state is FirmState.SUBMITTED
        assert work.session.query(FirmCheck).count() == 0


def test_a_check_of_what_is_not_submitted_is_refused(fast_here, clock, working):
    firm = a_firm(fast_here, clock)
    operator = an_operator(fast_here)
    with working(fast_here, operator) as work:
        found = queries.for_check(work, firm.id)
        with pytest.raises(IllegalFirmMoveError):
            actions.check_pass(work, found)
        with pytest.raises(IllegalFirmMoveError):
            actions.check_return(work, found, [ReturnReason.FACTS_WRONG], "x")
        assert queries.checks(work, firm.id)[0].outcome is CheckOutcome.PASSED


def test_an_operator_does_not_see_unsent_drafts_nor_the_public_unchecked_firms(fast_here, working):
    draft, _ = a_filled_in_firm(fast_here)
    submitted, _ = a_submitted_firm(fast_here)
    with working(fast_here, an_operator(fast_here)) as work:
        with pytest.raises(MissingError):
            queries.for_check(work, draft.id)
        for firm in (draft, submitted):
            with pytest.raises(MissingError):
                queries.firm_by_code(work, firm.code)


def test_a_firm_leaves_and_comes_back_by_the_whole_way(fast_here, clock, working):
    firm, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        found = queries.own(work)
        actions.leave(work, found)
        assert found.state is FirmState.LEFT
        assert queries.offering(work, ITEM) == []
        facts_now = queries.facts_for(work, found, ITEM, work.today)
        assert facts_now.state is FirmState.LEFT
        with pytest.raises(IllegalFirmMoveError):
            actions.submit(work, found)
        actions.reapply(work, found)
        submit(work, found)
        assert found.state is FirmState.SUBMITTED
        assert found.id == firm.id


def test_the_promise_keeps_its_exact_words(here, working):
    firm, delegate = a_filled_in_firm(here)
    with working(here, delegate) as work:
        signed = queries.promise(work, firm.id)
        assert (signed.text, signed.text_version) == (promises.TEXT, promises.VERSION)
        assert (signed.signer_name, signed.signed_by_id) == ("陈立", work.user_id)
        assert signed.signed_at == work.now


def test_contacts_change_in_any_state(fast_here, clock, working):
    _, delegate = a_listed_firm(fast_here, clock)
    with working(fast_here, delegate) as work:
        firm = queries.own(work)
        contacts = actions.Contacts(contact_name="新人", contact_phone="(010) 8888-6666")
        actions.save_contacts(work, firm, contacts)
        assert (firm.contact_name, firm.contact_phone, firm.email) == ("新人", "01088886666", "")


def test_facts_for_a_listed_firm_are_complete(here, clock, working):
    firm, delegate = a_listed_firm(here, clock)
    with working(here, delegate) as work:
        found = queries.facts_for(work, queries.own(work), ITEM, work.today)
        assert found.code == firm.code
        assert found.service_state is ServiceState.OFFERED
        assert found.fee_published
        assert found.staff_count == 1
        assert {q.kind.value for q in found.qualifications} == {"credit_platform", "promise"}
        other = queries.facts_for(work, queries.own(work), "ZJ-02-001-01", work.today)
        assert other.service_state is None
        assert not other.fee_published
        assert other.staff_count == 0


def test_two_clerks_cannot_decide_one_registration(here, working):
    firm, _ = a_submitted_firm(here)
    first, second = an_operator(here), an_operator(here)
    with working(here, second) as work:
        stale = queries.for_check(work, firm.id)
    with working(here, first) as work:
        actions.check_pass(work, queries.for_check(work, firm.id))

    def decide_too_late():
        with working(here, second) as work:
            work.session.add(stale)
            actions.check_return(work, stale, [ReturnReason.FACTS_WRONG], "x")

    with pytest.raises(ConflictError):
        decide_too_late()
    with working(here, second) as work:
        assert work.session.get_one(Firm, firm.id).state is FirmState.PUBLICITY
