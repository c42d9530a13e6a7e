"""A firm with its receipt: it is in the log and in the list, or it knows what to do."""

import json
from dataclasses import replace

import pytest

import lottery
from lottery.__main__ import main
from lottery.receipt import CHECK_FILES, WHAT_TO_DO, Enrolled, examine_receipt
from tests.lottery.drawing import Drawing, called_off, second
from tests.lottery.drawing_facts import POLICIES, firm_code, secret
from tests.lottery.minilog import MiniLog

POLICY = lottery.parse_policy(POLICIES["one"])


def told():
    return Drawing(firms=4, leaving={3: "withdraw"}).whole()


def receipt_of(drawing, number, log=None):
    index = drawing.enrols[number][0]
    log = log or drawing.log
    return log.proof(index, index + 1, log.checkpoint(index + 1, {}))


def body_of(drawing, number):
    return drawing.log.entries[drawing.enrols[number][0]]


def firm(number):
    return Enrolled(firm_code(number), secret(f"salt {number}"))


def said(report):
    return " ".join(each.en for each in report.said)


def test_a_receipt_with_its_entry_proves_that_the_log_has_it():
    drawing = told()
    report = examine_receipt(
        receipt_of(drawing, 1), POLICY, entry=body_of(drawing, 1), enrolled=firm(1)
    )

    assert report.ok
    assert "the enrolment is in the log" in said(report)
    assert "run this again with --bundle" in said(report)


def test_a_bundle_shows_that_the_list_holds_the_firm():
    drawing = told()
    report = examine_receipt(
        receipt_of(drawing, 1), POLICY, bundle=drawing.data(), enrolled=firm(1)
    )

    assert report.ok
    assert f"the frozen list holds it: {firm_code(1)}" in said(report)
    assert WHAT_TO_DO not in report.said


def test_an_enrolment_that_was_taken_out_is_told_with_its_reason():
    drawing = told()
    report = examine_receipt(receipt_of(drawing, 3), POLICY, bundle=drawing.data())

    assert report.ok
    assert "took the enrolment out (withdraw: own_request)" in said(report)


def test_a_draw_that_is_not_frozen_has_no_list_yet():
    drawing = Drawing(firms=2)
    drawing.publish()
    drawing.enrol()
    drawing.call_off(drawing.t_phi - 1900)
    report = examine_receipt(receipt_of(drawing, 0), POLICY, bundle=drawing.data())

    assert report.ok
    assert "not frozen, or the draw was called off" in said(report)


def test_a_firm_that_was_left_out_of_the_bundle_is_told_what_to_do():
    drawing = told()
    index = drawing.enrols[1][0]
    left_out = replace(drawing)
    left_out.mine = [other for other in drawing.mine if other != index]
    kept = receipt_of(drawing, 1)

    for given in ({}, {"entry": body_of(drawing, 1)}):
        report = examine_receipt(kept, POLICY, bundle=left_out.data(), enrolled=firm(1), **given)
        assert not report.ok
        assert report.said[-1] == WHAT_TO_DO
        assert CHECK_FILES not in report.said


def test_a_firm_that_was_left_out_is_told_by_which_draw():
    """Enrolments overlap, so a place in the log alone does not say to which draw it belongs."""
    drawing = told()
    drawing.mine.remove(drawing.enrols[1][0])
    report = examine_receipt(receipt_of(drawing, 1), POLICY, bundle=drawing.data())

    assert "If you enrolled in this draw (need 2026-000123, attempt 1)" in said(report)
    assert "If in another, take its bundle" in said(report)


def accuses(report):
    """Whether a report calls anything evidence, or tells to publish it."""
    return any(
        word in text
        for each in report.said
        for text in (each.zh, each.en)
        for word in ("证据", "并可公开", "监管部门", "evidence", "publish them")
    )


def test_the_bundle_of_another_draw_accuses_nobody():
    """The firm picked the wrong file: of a later draw, of an earlier one, or of another log."""
    first = Drawing(firms=4).whole()
    later = Drawing(firms=2, need="2026-000124", log=first.log).whole()
    strange = Drawing(firms=4, log=MiniLog([b"its first"], origin="log.example.cn/other")).whole()
    for mine, taken in ((first, later), (later, first), (first, strange)):
        report = examine_receipt(receipt_of(mine, 1), POLICY, bundle=taken.data(), enrolled=firm(1))
        assert not report.ok
        assert f"(need {taken.notice.need}, attempt 1)" in said(report)
        assert "take the bundle of the draw that you enrolled in" in said(report)
        assert report.said[-1] == CHECK_FILES
        assert not accuses(report)


def test_the_receipt_of_an_earlier_attempt_is_of_another_draw():
    first = called_off(mode="B")
    again = second(first).whole()
    report = examine_receipt(receipt_of(first, 1), POLICY, bundle=again.data())

    assert "need 2026-000123, attempt 2" in said(report)
    assert not accuses(report)


def test_a_draw_that_was_called_off_has_no_enrolments_after_its_end():
    first = called_off(mode="B")
    again = second(first).whole()
    for mine in (again, first):
        report = examine_receipt(receipt_of(mine, 1), POLICY, bundle=first.data())
        assert report.ok == (mine is first)
        assert not accuses(report)


def test_a_bundle_older_than_the_receipt_accuses_nobody():
    drawing = Drawing(firms=2)
    drawing.publish()
    old = drawing.data()
    drawing.enrol()

    assert not accuses(examine_receipt(receipt_of(drawing, 0), POLICY, bundle=old))


def test_the_entry_settles_of_which_draw_a_receipt_is():
    """A bundle that moves its CLOSE forward cannot disown an enrolment whose entry is there."""
    drawing = told()
    index = drawing.enrols[1][0]
    close = next(at for at in drawing.mine if b"ismdraw/close/" in drawing.log.entries[at])
    bodies, moved = drawing.log.entries, replace(drawing)
    moved.log = MiniLog(
        [*bodies[:index], bodies[close], *bodies[index:close], *bodies[close + 1 :]]
    )
    moved.mine = [at for at in drawing.mine if at != index + 1]
    moved.enrols = {1: (index + 1, None)}
    kept, data = receipt_of(moved, 1), moved.data()

    assert not accuses(examine_receipt(kept, POLICY, bundle=data))
    report = examine_receipt(kept, POLICY, bundle=data, entry=body_of(moved, 1))
    assert "it leaves your enrolment out" in said(report)
    assert report.said[-1] == WHAT_TO_DO


def test_a_bundle_with_something_else_in_the_place_of_the_enrolment_is_to_blame():
    drawing = told()
    other = told()
    other.log.entries[drawing.enrols[1][0]] = b"something else"
    for given in ({}, {"entry": body_of(drawing, 1)}):
        report = examine_receipt(receipt_of(drawing, 1), POLICY, bundle=other.data(), **given)
        assert not report.ok
        assert report.said[-1] == WHAT_TO_DO


def test_nothing_to_follow_a_receipt_with_is_not_well():
    report = examine_receipt(receipt_of(told(), 1), POLICY)

    assert not report.ok
    assert not accuses(report)


def test_a_firm_that_was_left_out_of_the_list_is_told_what_to_do():
    drawing = Drawing(firms=3, leaving={2: "withdraw"}, tamper={"withdraw2": lambda _: None})
    drawing.whole()
    report = examine_receipt(receipt_of(drawing, 2), POLICY, bundle=drawing.data())

    assert not report.ok
    assert "the bundle fails V6" in said(report)
    assert "does not hold this enrolment" in said(report)
    assert report.said[-1] == WHAT_TO_DO


def test_another_firm_or_salt_does_not_open_the_enrolment():
    drawing = told()
    for enrolled in (firm(0), Enrolled(firm_code(1), b"\0" * 32)):
        report = examine_receipt(
            receipt_of(drawing, 1), POLICY, bundle=drawing.data(), enrolled=enrolled
        )
        assert not report.ok
        assert "does not open this enrolment" in said(report)
        assert "the frozen list holds it" in said(report)
        assert report.said[-1] == CHECK_FILES


def test_a_receipt_of_another_entry_or_of_none_is_refused():
    drawing = told()
    kept = receipt_of(drawing, 1)

    assert not examine_receipt(kept, POLICY, entry=body_of(drawing, 0)).ok
    assert not examine_receipt(b"no receipt", POLICY, entry=body_of(drawing, 1)).ok
    notice = drawing.mine[0]
    other = drawing.log.proof(notice, notice + 1, drawing.log.checkpoint(notice + 1, {}))
    report = examine_receipt(other, POLICY, entry=drawing.log.entries[notice])
    assert "this is a notice, no enrolment" in said(report)
    assert not accuses(report)


def test_a_receipt_must_be_signed_by_a_log_of_the_policy():
    drawing = told()
    forged = receipt_of(drawing, 1).replace(drawing.log.origin.encode(), b"log.example.cn/other")
    report = examine_receipt(forged, POLICY, entry=body_of(drawing, 1))

    assert not report.ok
    assert "no log of your policy has signed" in said(report)
    assert not accuses(report)


def test_a_receipt_of_another_history_is_a_fork():
    drawing = told()
    fork = MiniLog([*drawing.log.entries])
    fork.entries[drawing.mine[0]] = b"something else"
    report = examine_receipt(
        receipt_of(drawing, 1, log=fork),
        POLICY,
        entry=body_of(drawing, 1),
        bundle=drawing.data(),
    )

    assert report.ok, "an old receipt proves the entry, whatever else the log says of itself"


def test_the_bundle_of_another_draw_says_nothing():
    drawing, other = told(), Drawing(firms=4, mode="D2").whole()
    report = examine_receipt(
        receipt_of(drawing, 1), POLICY, entry=body_of(drawing, 1), bundle=other.data()
    )

    assert not report.ok
    assert "bundle of another draw" in said(report)
    assert f"enrolled in, {drawing.id}" in said(report)
    assert not accuses(report)


@pytest.fixture
def files(tmp_path):
    drawing = told()
    for name, content in {
        "receipt": receipt_of(drawing, 1),
        "entry": body_of(drawing, 1),
        "bundle": drawing.data(),
        "policy": POLICIES["one"],
    }.items():
        (tmp_path / name).write_bytes(content)
    return ["receipt", str(tmp_path / "receipt"), "--policy", str(tmp_path / "policy")]


def test_the_command_answers_with_its_exit_code(tmp_path, files, capsys):
    bundle = ["--bundle", str(tmp_path / "bundle")]
    mine = ["--firm", firm_code(1), "--salt", secret("salt 1").hex()]

    assert main([*files, "--entry", str(tmp_path / "entry")]) == 0
    opening = {"format": "zjcs/enrolment-opening/v1", "entry": (tmp_path / "entry").read_text()}
    (tmp_path / "opening").write_text(json.dumps(opening, indent=1))
    assert main([*files, "--entry", str(tmp_path / "opening")]) == 0
    for junk in ("[]", '{"entry":1}', '{"entry":"\\ud800"}', "[" * 100_000):
        (tmp_path / "junk").write_text(junk)
        assert main([*files, "--entry", str(tmp_path / "junk")]) == 1
    assert main([*files, *bundle, *mine]) == 0
    assert "已列入冻结的名单" in capsys.readouterr().out
    assert main([*files, *bundle, "--firm", firm_code(0), "--salt", "00" * 32]) == 1
    assert "怎么办" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [[], ["--bundle", "b", "--firm", "x"], ["--entry", "e", "--firm", "x", "--salt", "0"]]
)
def test_the_command_asks_for_what_it_needs(files, words):
    assert main([*files, *words]) == 2
