"""Publicity: anybody may speak, each is answered, and what is not answered holds the listing."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from market.accounts.doors import claim_feedback
from market.accounts.errors import TooManyAttemptsError
from market.accounts.rules import FEEDBACK_PER_FIRM
from market.firms import actions, jobs, queries, queries_entry
from market.firms.checks import ReturnReason
from market.firms.entry import FeedbackReason, FeedbackState, masked
from market.firms.errors import FeedbackAnsweredError, PublicityOverError, WordsMissingError
from market.firms.rules import FirmState
from tests.market.factories.firms import a_listed_firm, a_public_firm, an_operator

WORDS = "证书编号查不到，联系我 13800138000 或 a.b@example.com"


def handed_in(here, working, firm, words=WORDS):
    with working(here, an_operator(here)) as work:
        found = queries.firm_by_code(work, firm.code)
        row = actions.hand_in_feedback(
            work, found, FeedbackReason.QUALIFICATION, words, "张三 13900139000"
        )
        return row.id


def answer(here, working, firm, feedback_id, *, upheld):
    with working(here, an_operator(here)) as work:
        found = queries.for_check(work, firm.id)
        row = queries_entry.one_feedback(work, found, feedback_id)
        actions.answer_feedback(work, found, row, "经向发证机关核实", upheld=upheld)


def test_unanswered_feedback_holds_the_listing_and_its_answer_frees_it(here, clock, working):
    firm, delegate = a_public_firm(here)
    number = handed_in(here, working, firm)
    clock.move_to(firm.publicity_ends_at)
    assert jobs.sweep(here) == 1
    assert jobs.sweep(here) == 0
    with working(here, delegate) as work:
        assert queries.own(work).state is FirmState.PUBLICITY
    answer(here, working, firm, number, upheld=False)
    assert jobs.sweep(here) == 1
    with working(here, delegate) as work:
        assert queries.own(work).state is FirmState.LISTED


def test_upheld_feedback_sends_the_registration_back(fast_here, clock, working):
    firm, delegate = a_public_firm(fast_here)
    number = handed_in(fast_here, working, firm)
    answer(fast_here, working, firm, number, upheld=True)
    with working(fast_here, delegate) as work:
        found = queries.own(work)
        assert found.state is FirmState.RETURNED
        assert queries.checks(work, found.id)[0].reasons == (ReturnReason.OBJECTION_UPHELD,)
    with pytest.raises(FeedbackAnsweredError):
        answer(fast_here, working, firm, number, upheld=False)
    clock.advance(timedelta(days=30))
    assert jobs.sweep(fast_here) == 0


def test_feedback_needs_words_and_a_running_publicity(fast_here, clock, working):
    firm, _ = a_public_firm(fast_here)
    listed, _ = a_listed_firm(fast_here, clock)
    with pytest.raises(PublicityOverError):
        handed_in(fast_here, working, listed)
    with pytest.raises(PublicityOverError):
        handed_in(fast_here, working, firm)


def test_feedback_without_words_is_refused(fast_here, working):
    firm, _ = a_public_firm(fast_here)
    with pytest.raises(WordsMissingError):
        handed_in(fast_here, working, firm, "  假  ")


def test_the_log_knows_the_reason_and_neither_words_nor_contact(fast_here, working):
    firm, _ = a_public_firm(fast_here)
    number = handed_in(fast_here, working, firm)
    answer(fast_here, working, firm, number, upheld=False)
    with working(fast_here, an_operator(fast_here)) as work:
        bodies = work.session.scalars(text("SELECT body FROM log_submission ORDER BY id"))
        entries = [json.loads(bytes(body)) for body in bodies]
    found = [entry for entry in entries if entry["t"] == "zjcs/firm.feedback-moved.v1"]
    assert [entry["state"] for entry in found] == ["open", "rejected"]
    assert {entry["reason"] for entry in found} == {"qualification"}
    assert "13800138000" not in str(entries)
    assert "张三" not in str(entries)


def test_numbers_by_which_a_person_is_reached_are_struck_out():
    said = "电话13800138000，证号44030019700101123X，a.b@c.cn，0755-86001234，卡6222020200012345678"
    assert masked(said) == "电话***，证号***，***，***，卡***"
    assert masked("证书 HP20230001，2026-03-02，金额 1234567 元") == (
        "证书 HP20230001，2026-03-02，金额 1234567 元"
    )


def test_anybody_speaks_in_the_browser_and_sees_the_answer(fast_here, working, app, sign_in):
    firm, _ = a_public_firm(fast_here)
    stranger = app.test_client()
    page = f"/firms/{firm.code}/feedback"
    assert "提交公示反馈" in stranger.get(f"/firms/{firm.code}").text
    assert stranger.get(page).status_code == 200
    form = {"reason": "qualification", "words": WORDS, "contact": "张三 13900139000"}
    for lacking in ("reason", "words"):
        assert stranger.post(page, data=form | {lacking: ""}).status_code == 422
    assert stranger.post(page, data=form | {"reason": "rumour"}).status_code == 422
    assert stranger.post(page, data=form).status_code == 303
    before = stranger.get(f"/firms/{firm.code}").text
    assert "待答复" in before
    assert "证书编号查不到" not in before

    clerk = sign_in(an_operator(fast_here))
    assert "答复公示反馈" in clerk.get("/workbench").text
    with working(fast_here, an_operator(fast_here)) as work:
        ((row, _),) = queries_entry.to_answer(work)
    desk = f"/firm-checks/{firm.id}/feedback/{row.id}"
    assert "张三 13900139000" in clerk.get(desk).text
    assert clerk.post(desk, data={"decision": "", "answer": "不属实"}).status_code == 422
    sent = {"decision": "rejected", "answer": "经核实，证书有效"}
    assert clerk.post(desk, data=sent).status_code == 303
    after = stranger.get(f"/firms/{firm.code}").text
    assert "证书编号查不到" in after
    assert "经核实，证书有效" in after
    for secret in ("13800138000", "a.b@example.com", "张三", "13900139000"):
        assert secret not in after
    with working(fast_here, an_operator(fast_here)) as work:
        found = queries.for_check(work, firm.id)
        assert queries_entry.one_feedback(work, found, row.id).state is FeedbackState.REJECTED


def test_one_address_does_not_flood_a_firm(fast_here, app):
    firm, _ = a_public_firm(fast_here)
    stranger = app.test_client()
    form = {"reason": "other", "words": "听说这家公司不行", "contact": ""}
    answers = [stranger.post(f"/firms/{firm.code}/feedback", data=form) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 3 + [429] * 8


def test_feedback_after_the_publicity_is_refused_in_words(fast_here, clock, app):
    firm, _ = a_listed_firm(fast_here, clock)
    answer = app.test_client().get(f"/firms/{firm.code}/feedback")
    assert answer.status_code == 409
    assert "不在公示期内" in answer.text


def test_the_same_words_are_one_piece_of_feedback_until_they_are_answered(fast_here, working):
    firm, _ = a_public_firm(fast_here)
    number = handed_in(fast_here, working, firm)
    assert handed_in(fast_here, working, firm) == number
    assert handed_in(fast_here, working, firm, "别的问题：办公地址查无此公司") != number
    answer(fast_here, working, firm, number, upheld=False)
    assert handed_in(fast_here, working, firm) != number


def test_one_address_says_little_about_one_firm_a_day(fast_here):
    for place in range(FEEDBACK_PER_FIRM.tries):
        assert claim_feedback(fast_here, "91440300MA00000001", "10.0.0.1") is None, place
    with pytest.raises(TooManyAttemptsError):
        claim_feedback(fast_here, "91440300MA00000001", "10.0.0.1")
    claim_feedback(fast_here, "91440300MA00000002", "10.0.0.1")
    claim_feedback(fast_here, "91440300MA00000001", "10.0.0.2")
