"""V8 to V14 fail alone for one dishonest act, and what a trustee asks before it proves."""

from dataclasses import replace

import pytest

import lottery
from lottery import Outcome
from tests.lottery.story import (
    DIGEST,
    QUICKNET,
    T_PHI,
    VALUES,
    Story,
    a_policy,
    failures,
    outcome_of,
    told,
    with_entry,
)

# V8 to V11: the result


def after_forged_phi(story, evidence):
    """Tell a story whose platform logs wrong evidence and a result that suits it."""
    story.tamper["phi"] = with_entry(evidence=evidence)
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze):
        step()
    story.reveal()
    story.cut()
    story.arrive()
    story.conclude()
    return story


def test_v8_the_signature_of_another_round():
    other = next(b for b in QUICKNET["beacons"] if b["round"] == 1000)
    evidence = lottery.DrandEvidence(round=32398885, signature=other["signature"])
    story = after_forged_phi(Story(mode="A"), evidence)

    assert failures(story.bundle()) == {"V8"}
    assert outcome_of("V10", story.bundle()).outcome is Outcome.BLOCKED


def test_v8_another_round():
    other = next(b for b in QUICKNET["beacons"] if b["round"] == 1000)
    evidence = lottery.DrandEvidence(round=1000, signature=other["signature"])

    assert failures(after_forged_phi(Story(mode="A"), evidence).bundle()) == {"V8"}


def test_v8_a_proof_of_another_input():
    story = Story(mode="D2")
    honest = told(Story(mode="D2")).evidence()
    first, second = honest.proofs
    wrong = replace(second, pi=first.pi)

    story = after_forged_phi(story, replace(honest, proofs=(first, wrong)))

    assert failures(story.bundle()) == {"V8"}


def test_v8_numbers_that_a_citizen_did_not_see():
    story = told(Story(mode="B"))
    seen = tuple(range(1, 60, 3))

    checks = lottery.verify(story.bundle(), a_policy(), seen)
    assert {check.outcome for check in checks if check.name == "V8"} == {Outcome.PASSED}
    other = lottery.verify(story.bundle(), a_policy(), (*seen[:-1], 80))
    assert {check.name for check in other if not check.ok} == {"V8"}
    assert outcome_of("V8", story.bundle()).outcome is Outcome.FLAGGED


def test_v8_numbers_are_not_asked_for_elsewhere():
    checks = lottery.verify(told(Story(mode="D1")).bundle(), a_policy(), (1, 2))

    assert checks[7].outcome is Outcome.FLAGGED


def test_v9_another_seed():
    story = told(Story(mode="D1", tamper={"result": with_entry(seed=DIGEST)}))

    assert failures(story.bundle()) == {"V9"}


def test_v10_another_order():
    story = Story(mode="D1")
    story.tamper["result"] = lambda entry: replace(entry, order=entry.order[::-1])

    assert failures(told(story).bundle()) == {"V10"}


def test_v10_another_digest_of_the_whole_order():
    story = told(Story(mode="D1", tamper={"result": with_entry(order_digest=DIGEST)}))

    assert failures(story.bundle()) == {"V10"}


def test_v10_two_results():
    story = Story(mode="D1")
    told(story)
    story.conclude()

    assert failures(story.bundle()) == {"V10"}


def test_v10_a_result_after_the_draw_was_called_off():
    story = Story(mode="D1")
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze):
        step()
    story.reveal()
    story.call_off(T_PHI - 950)
    story.cut()
    story.arrive()
    story.conclude()

    assert failures(story.bundle()) == {"V10"}


def test_v11_an_alternate_passed_over():
    story = Story(mode="D1")
    story.tamper["replace"] = lambda entry: replace(entry, in_firm=story.result.order[3], rank=4)

    assert failures(told(story).bundle()) == {"V11"}


def test_v11_a_firm_replaced_without_a_reason():
    story = told(Story(mode="D1", tamper={"decline": lambda _: None}))

    assert failures(story.bundle()) == {"V11"}


def test_v11_a_wrong_rank():
    story = told(Story(mode="D1", tamper={"replace": with_entry(rank=2)}))

    assert failures(story.bundle()) == {"V11"}


def test_v11_an_alternate_that_declined_is_passed_over_rightly():
    story = Story(mode="D1")
    told(story)
    order = story.result.order
    for who in (order[3], order[1]):
        story.add(
            "left",
            lottery.Disqualify(
                at=T_PHI + 2000, draw=story.id, who=who, reason="blacklisted", evidence=DIGEST
            ),
        )
    report = lottery.examine(story.bundle(), a_policy())

    assert report.ok
    assert report.selected == (order[2],), "the only alternate left has gone, so a place is vacant"


# V12 to V14


def test_v12_a_draw_called_off_after_its_result():
    story = told(Story(mode="D1"))
    story.call_off(T_PHI + 3000)
    check = outcome_of("V12", story.bundle())

    assert failures(story.bundle()) == {"V12"}
    assert f"would have been {', '.join(story.result.order[:2])}" in check.detail.en


def test_v12_a_draw_called_off_once_the_value_is_known_and_not_logged():
    story = Story(mode="A")
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze):
        step()
    story.reveal()
    story.cut()
    story.call_off(T_PHI + 60)
    hidden = replace(
        story.bundle(),
        phi=b'{"mode":"A","round":32398885,"signature":"%b"}' % story.evidence().signature.encode(),
    )

    assert failures(story.bundle()) == {"V12"}
    assert failures(hidden) == {"V12"}
    assert "would have been 9131" in outcome_of("V12", hidden).detail.en


def called_off(**differences):
    story = Story(mode="D1", **differences)
    story.publish()
    story.enrol()
    story.call_off(T_PHI - 4900)
    story.cut()
    return story


def test_v12_calling_off_in_time_is_no_fault():
    report = lottery.examine(called_off().bundle(), a_policy())

    assert report.ok, [check for check in report.checks if not check.ok]
    assert report.selected == ()


def test_v12_a_draw_called_off_twice():
    story = Story(mode="D1")
    story.publish()
    story.enrol()
    story.call_off(T_PHI - 4900)
    story.call_off(T_PHI - 4800)
    story.cut()

    assert failures(story.bundle()) == {"V12"}


@pytest.mark.parametrize(
    "differences",
    [
        {"cut_times": {"w1": T_PHI - 59, "w2": T_PHI - 59}},
        {"tamper": {"void": with_entry(at=T_PHI)}, "cut_times": {"w1": T_PHI, "w2": T_PHI}},
    ],
)
def test_v12_calling_off_without_a_witness_in_time(differences):
    assert failures(called_off(**differences).bundle()) == {"V12"}


def second_attempt(first):
    """Tell a second attempt at the need of a story that was called off, in the same log."""
    second = Story(
        mode="D1",
        attempt=2,
        prev=first.id,
        log=first.log,
        mine=[first.mine[0], first.mine[-1]],
        start=T_PHI - 4900,
    )
    return told(second)


def test_v12_a_second_attempt_shows_when_the_first_was_called_off():
    first = called_off()
    bundle = second_attempt(first).bundle()
    cut = first.cut_at(first.cut_size, first.cut_times)

    assert lottery.examine(lottery.build(replace(bundle, prior={1: cut})), a_policy()).ok
    assert failures(bundle) == {"V12"}
    late = first.cut_at(first.cut_size, {"w1": T_PHI - 59, "w2": T_PHI - 59})
    assert failures(replace(bundle, prior={1: late})) == {"V12"}


def test_v12_without_witnesses_an_earlier_calling_off_is_the_platforms_word():
    bundle = second_attempt(called_off()).bundle()
    checks = lottery.verify(bundle, a_policy("none"))

    assert all(check.ok for check in checks)
    assert checks[11].outcome is Outcome.FLAGGED


def test_v3_a_second_attempt_while_the_first_still_stands():
    first = Story(mode="D1")
    first.publish()
    second = Story(mode="D1", attempt=2, prev=first.id, log=first.log, mine=list(first.mine))

    assert failures(told(second).bundle()) == {"V3"}


@pytest.mark.parametrize(
    ("step", "at"),
    [
        ("freeze", T_PHI - 1801),
        ("close", T_PHI - 1801),
        ("enrol6", T_PHI - 1799),
        ("enrol0", T_PHI - 5001),
        ("commit-notary", T_PHI - 1799),
        ("phi", T_PHI - 1),
    ],
)
def test_v13_a_step_outside_its_time(step, at):
    story = told(Story(mode="D1", tamper={step: with_entry(at=at)}))

    assert failures(story.bundle()) == {"V13"}


@pytest.mark.parametrize(
    ("step", "at"),
    [
        ("close", T_PHI - 1499),
        ("freeze", T_PHI - 1499),
        ("phi", T_PHI + 601),
        ("result", T_PHI + 601),
    ],
)
def test_v13_a_late_step_is_flagged_and_the_result_still_right(step, at):
    story = told(Story(mode="D1", tamper={step: with_entry(at=at)}))
    check = outcome_of("V13", story.bundle())

    assert not failures(story.bundle())
    assert check.outcome is Outcome.FLAGGED


@pytest.mark.parametrize(
    "body",
    [
        b'{"at":1,"draw":"%b","t":"ismdraw/redraw/v1"}',
        b'{"at":1,"draw":"%b","t":"ismdraw/void/v2"}',
        b'{"at":1,"draw":"%b","extra":1,"t":"ismdraw/reveal/v1","value":"00","who":"x"}',
        b"%b is no JSON at all",
    ],
)
def test_v14_something_unknown(body):
    story = told(Story(mode="D1"))
    story.mine.append(story.log.append(body % story.id.encode()))

    assert failures(story.bundle()) == {"V14"}


def test_v14_an_entry_of_another_draw():
    story = told(Story(mode="D1"))
    reveal = lottery.Reveal(at=1, draw=DIGEST, who="regulator", value=DIGEST)
    story.mine.append(story.log.append(reveal.to_bytes()))

    assert failures(story.bundle()) == {"V14"}


def test_v14_an_entry_of_the_log_itself():
    story = told(Story(mode="D1"))
    audit = lottery.Audit(at=1, size=2, rows=3, digest=DIGEST)
    story.mine.append(story.log.append(audit.to_bytes()))

    assert failures(story.bundle()) == {"V14"}


@pytest.mark.parametrize(
    "changes",
    [
        {"damaged": ("list.ndjson",)},
        {"phi": b'{"mode":"A","round":1,"signature":"%b"}' % (b"00" * 48)},
        {"phi": b"{}"},
    ],
)
def test_v14_a_member_that_should_not_be(changes):
    assert failures(replace(told(Story(mode="D1")).bundle(), **changes)) == {"V14"}


def test_v14_a_checkpoint_for_no_attempt():
    bundle = told(Story(mode="D1")).bundle()

    assert failures(replace(bundle, prior={7: bundle.cut})) == {"V14"}


def test_a_draw_without_its_result_is_not_believed():
    story = Story(mode="A")
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze):
        step()
    story.reveal()
    story.cut()

    assert failures(story.bundle()) == {"V8", "V10"}


# What a trustee asks before it proves


def test_a_trustee_proves_only_what_is_frozen_and_witnessed():
    story = Story(mode="D2")
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze):
        step()
    story.reveal()
    story.cut()
    expected = lottery.alpha(story.frozen, story.reveals)

    data = lottery.build(story.bundle())
    assert lottery.alpha_to_prove(data, a_policy(), now=T_PHI - 60) == expected
    with pytest.raises(lottery.TooEarlyError, match=r"until 20\d\d-.*\+08:00 .* in 1 s: come back"):
        lottery.alpha_to_prove(data, a_policy(), now=T_PHI - 61)
    story.cut_times = {"w1": T_PHI - 900}
    with pytest.raises(lottery.NotReadyError, match="V1 does not hold"):
        lottery.alpha_to_prove(story.bundle(), a_policy(), now=T_PHI)


def test_a_trustee_proves_nothing_for_a_draw_that_was_called_off():
    with pytest.raises(lottery.NotReadyError, match="V12"):
        lottery.alpha_to_prove(called_off().bundle(), a_policy(), now=T_PHI)


def test_a_contributor_reveals_only_what_it_committed_to():
    story = Story(mode="D2")
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze):
        step()
    reveal = lottery.Reveal(at=0, draw=story.id, who="regulator", value=VALUES["regulator"].hex())

    lottery.check_before_revealing(story.bundle(), a_policy(), reveal)
    for changes in ({"value": "00" * 32}, {"draw": DIGEST}, {"who": "notary"}, {"who": "cook"}):
        with pytest.raises(lottery.NotReadyError) as refused:
            lottery.check_before_revealing(story.bundle(), a_policy(), replace(reveal, **changes))
        assert refused.value.failed == "V7"
