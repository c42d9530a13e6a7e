"""Every check V1 to V14 holds for an honest draw, and fails alone for one dishonest act."""

from dataclasses import replace
from hashlib import sha256

import pytest

import lottery
from lottery import Outcome
from lottery.seed import seed as derive_seed
from tests.lottery.minilog import LOG_SEED, MiniLog, public
from tests.lottery.story import (
    DIGEST,
    FIRMS,
    PLATFORM,
    QUICKNET,
    SUPERVISOR,
    T_PHI,
    Story,
    a_policy,
    failures,
    told,
    with_entry,
)


def outcome_of(name, bundle, policy=None):
    checks = lottery.verify(bundle, policy or a_policy())
    return next(check for check in checks if check.name == name)


def with_bodies(bundle, change):
    """Return the bundle with other entry bytes and their old proofs."""
    entries = tuple(replace(entry, body=change(entry.body)) for entry in bundle.entries)
    return replace(bundle, entries=entries)


@pytest.mark.parametrize("mode", ["A", "B", "C", "D1", "D2"])
def test_an_honest_draw_passes_every_check(mode):
    story = told(Story(mode=mode))

    report = lottery.examine(lottery.build(story.bundle()), a_policy())

    assert [check.name for check in report.checks] == [f"V{n}" for n in range(1, 15)]
    assert report.ok, [check for check in report.checks if not check.ok]
    assert report.selected == (story.result.order[2], story.result.order[1])
    assert report.is_demonstration == (mode == "D1")


def test_a_weighted_draw_passes():
    story = told(Story(mode="D1", weights={0: 3, 1: 1000}))

    assert lottery.examine(story.bundle(), a_policy()).ok


def test_a_draw_without_contributors_passes_without_a_flag():
    report = lottery.examine(told(Story(mode="A", contributors=False)).bundle(), a_policy())

    assert {check.outcome for check in report.checks} == {Outcome.PASSED}


def test_a_demonstration_is_called_one():
    check = outcome_of("V4", told(Story(mode="D1")).bundle())

    assert check.outcome is Outcome.FLAGGED
    assert "演示模式" in check.detail.zh


# V1 and V2: the log


def test_v1_too_few_witnesses():
    assert failures(told(Story(mode="D1", final_times={"w1": T_PHI + 9})).bundle()) == {"V1"}


def test_v1_a_log_that_the_policy_does_not_name():
    other = b"\x12" * 32

    class OtherLog(MiniLog):
        def checkpoint(self, size, cosigned, seed=LOG_SEED):
            return super().checkpoint(size, cosigned, other)

    story = told(Story(mode="D1", log=OtherLog()))

    assert failures(story.bundle()) == {"V1"}


def test_v1_another_origin():
    bundle = replace(told(Story(mode="D1")).bundle(), origin="log.example.cn/other")

    assert failures(bundle) == {"V1"}


def test_v1_a_wrong_cosignature_spoils_the_checkpoint():
    story = told(Story(mode="D1"))
    size = len(story.log.entries)
    final = story.log.checkpoint(size, story.final_times)
    wrong = final + story.log.checkpoint(size, {"w3": 1}).splitlines(keepends=True)[-1]
    spoilt = wrong[:-10] + (b"A" if wrong[-10:-9] != b"A" else b"B") + wrong[-9:]
    entries = tuple(
        lottery.LoggedEntry(story.log.entries[i], story.log.proof(i, size, spoilt))
        for i in story.mine
    )

    assert failures(replace(story.bundle(), entries=entries)) == {"V1"}


def test_v1_proofs_against_two_checkpoints():
    story = told(Story(mode="D1"))
    bundle, size = story.bundle(), len(story.log.entries)
    other = story.log.proof(story.mine[0], size, story.log.checkpoint(size, {"w1": 9, "w2": 9}))
    first = replace(bundle.entries[0], proof=other)

    assert failures(replace(bundle, entries=(first, *bundle.entries[1:]))) == {"V1"}


def test_v2_an_entry_that_was_never_logged():
    bundle = with_bodies(
        told(Story(mode="D1")).bundle(), lambda body: body.replace(b"no_capacity", b"no_interest")
    )

    assert failures(bundle) == {"V2"}


def test_v2_a_cut_that_the_log_does_not_continue():
    story = told(Story(mode="D1"))
    fork = MiniLog([*story.log.entries[:-20], b"rewritten", *story.log.entries[-19:]])
    bundle = story.bundle()
    checkpoint = fork.checkpoint(story.cut_size, story.cut_times)

    assert failures(replace(bundle, cut=replace(bundle.cut, checkpoint=checkpoint))) == {"V2"}


@pytest.mark.parametrize("consistency", [b"", b"AAAA\n", b"\xff\n", b"AAAA"])
def test_v2_a_consistency_proof_that_proves_nothing(consistency):
    bundle = told(Story(mode="D1")).bundle()

    assert failures(replace(bundle, cut=replace(bundle.cut, consistency=consistency))) == {"V2"}


def test_v2_entries_out_of_order():
    bundle = told(Story(mode="D1")).bundle()
    first, second, *rest = bundle.entries

    assert failures(replace(bundle, entries=(second, first, *rest))) == {"V2"}


# V3 and V4: the notice


def test_v3_a_second_attempt_that_hides_the_first():
    assert failures(told(Story(mode="D1", attempt=2, prev=DIGEST)).bundle()) == {"V3"}


def test_v3_a_first_attempt_that_points_somewhere():
    assert failures(told(Story(mode="D1", prev=DIGEST)).bundle()) == {"V3"}


def test_v3_two_notices_of_one_attempt():
    story = Story(mode="D1", tamper={"notice": with_entry(document="cd" * 32)})
    story.publish()
    del story.tamper["notice"]

    assert failures(told(story).bundle()) == {"V3"}


def test_v3_a_bundle_that_names_another_draw():
    bundle = replace(told(Story(mode="D1")).bundle(), draw=DIGEST)
    checks = lottery.verify(bundle, a_policy())

    assert "V3" in {check.name for check in checks if check.outcome is Outcome.FAILED}
    assert not any(check.ok for check in checks if check.name in {"V4", "V6", "V7", "V9", "V10"})


def test_v4_another_source_at_the_freeze():
    keys = (public(SUPERVISOR).hex(), public(PLATFORM).hex())
    other = lottery.VrfSource(mode=lottery.Mode.SUPERVISED, keys=keys)
    story = told(Story(mode="D2", tamper={"freeze": with_entry(phi=other)}))

    assert failures(story.bundle()) == {"V4"}


@pytest.mark.parametrize(
    ("mode", "changes"),
    [
        ("D1", {"freeze_by": T_PHI - 599, "reveal_by": T_PHI - 599}),
        ("D1", {"reveal_by": T_PHI - 59}),
        ("D1", {"reveal_by": T_PHI - 1501}),
        ("A", {"t_phi": T_PHI - 3}),
        ("A", {"t_phi": T_PHI + 1}),
    ],
)
def test_v4_a_timetable_that_leaves_no_room(mode, changes):
    story = told(Story(mode=mode, contributors=False, tamper={"notice": with_entry(**changes)}))

    assert failures(story.bundle()) == {"V4"}
    assert lottery.timetable_faults(story.notice)


def test_v4_a_supervisor_that_the_policy_does_not_know():
    stranger = lottery.VrfSource(
        mode=lottery.Mode.SUPERVISED, keys=(public(SUPERVISOR).hex(), public(PLATFORM).hex())
    )
    story = told(Story(mode="D2", tamper={"notice": with_entry(phi=stranger)}))

    assert failures(story.bundle()) == {"V4"}
    check = outcome_of("V4", story.bundle(), a_policy(pins=False))
    assert check.outcome is Outcome.FLAGGED


# V5: the cut


@pytest.mark.parametrize(
    "times",
    [
        {"w1": T_PHI - 59, "w2": T_PHI - 59, "w3": T_PHI - 59},
        {"w1": T_PHI - 900, "w2": T_PHI - 59},
        {"w1": 1, "w2": 2},
    ],
)
def test_v5_a_cut_that_was_witnessed_too_late_or_impossibly_early(times):
    assert failures(told(Story(mode="D1", cut_times=times)).bundle()) == {"V5"}


def test_v5_the_latest_moment_counts():
    times = {"w1": T_PHI - 60, "w2": T_PHI - 60}

    assert not failures(told(Story(mode="D1", cut_times=times)).bundle())


def test_v5_a_freeze_outside_the_cut():
    story = told(Story(mode="D1", contributors=False))
    story.cut_size = story.mine[-6] + 1

    assert failures(story.bundle()) == {"V5"}


def test_v5_a_cut_that_already_knew_the_last_value():
    story = told(Story(mode="D1"))
    story.cut_size = story.mine[-4] + 1

    assert failures(story.bundle()) == {"V5"}


def test_v5_no_cut():
    bundle = told(Story(mode="D1", contributors=False)).bundle()

    assert failures(replace(bundle, cut=None)) == {"V5"}


def test_v5_two_freezes():
    story = Story(mode="D1", contributors=False)
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze):
        step()
    again = replace(story.frozen, at=story.frozen.at + 1)
    story.add("second", again)
    for step in (story.reveal, story.cut, story.arrive, story.conclude):
        step()

    assert failures(story.bundle()) == {"V5"}


def test_v5_says_so_if_nobody_witnessed():
    story = told(Story(mode="D1", final_times={}, cut_times={}))
    report = lottery.examine(story.bundle(), a_policy("none"))

    assert report.ok
    check = report.checks[4]
    assert check.outcome is Outcome.FLAGGED
    assert "not witnessed" in check.detail.en


def test_v5_without_witnesses_the_order_still_counts():
    story = told(Story(mode="D1", final_times={}, cut_times={}))
    story.cut_size = story.mine[-4] + 1

    assert failures(story.bundle(), a_policy("none")) == {"V5"}


# V6: the list


def test_v6_a_firm_left_out():
    story = Story(mode="D1", tamper={"withdraw": lambda _: None})
    story.tamper["freeze"] = with_entry(withdrawn=0, enrolled=7)

    assert failures(told(story).bundle()) == {"V6"}


def test_v6_a_firm_removed_twice():
    story = Story(mode="D1")
    story.tamper["ineligible"] = lambda entry: replace(entry, enrol=story.enrols[5][0])

    assert failures(told(story).bundle()) == {"V6"}


def test_v6_a_firm_slipped_in():
    bundle = told(Story(mode="D1")).bundle()
    stranger = b'{"enrol":3,"firm":"91310000MA1FL09999","salt":"%b","weight":1}\n' % (b"00" * 32)
    longer = replace(bundle, list_file=bundle.list_file + stranger)

    assert failures(longer) == {"V6", "V10"}, "another list also has another order"


def test_v6_a_salt_that_opens_nothing():
    bundle = told(Story(mode="D1")).bundle()
    salt = lottery.read(lottery.build(bundle)).list_file[52:116]

    assert failures(replace(bundle, list_file=bundle.list_file.replace(salt, b"0" * 64))) == {"V6"}


def test_v6_a_firm_under_anothers_enrolment():
    first = lottery.enrol_commit(b"\1" * 32, b"\2" * 32, FIRMS[0]).hex()
    story = told(Story(mode="D1", tamper={"enrol0": with_entry(enrol_commit=first)}))

    assert failures(story.bundle()) == {"V6"}


@pytest.mark.parametrize(
    "changes",
    [{"n": 4}, {"weight_total": 6}, {"enrolled": 8}, {"withdrawn": 2}, {"list_digest": DIGEST}],
)
def test_v6_a_freeze_that_miscounts(changes):
    story = told(Story(mode="D1", tamper={"freeze": with_entry(**changes)}))

    assert failures(story.bundle()) == {"V6"}


def test_v6_another_root():
    story = Story(mode="D1", tamper={"freeze": with_entry(list_root=DIGEST)})
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze):
        step()
    for step in (story.reveal, story.cut, story.arrive):
        step()
    seed = derive_seed(story.draw, story.frozen.leaf_hash, story.reveals, story.value)
    order = lottery.full_order(story.listed.weights, seed)
    digest = sha256(lottery.order_file(order)).hexdigest()
    result = lottery.Result(
        at=T_PHI + 9, draw=story.id, seed=seed.hex(), order=tuple(order[:4]), order_digest=digest
    )
    story.add("result", result)

    assert failures(story.bundle()) == {"V6"}


def test_v6_unequal_weights_where_the_notice_says_equal():
    rule = with_entry(weight_rule=lottery.WeightRule.EQUAL)
    story = told(Story(mode="D1", weights={0: 2}, tamper={"notice": rule}))

    assert failures(story.bundle()) == {"V6"}


@pytest.mark.parametrize("changes", [{"enrolled": 6}, {"first_index": 0}, {"last_index": 3}])
def test_v6_a_close_that_miscounts(changes):
    story = told(Story(mode="D1", tamper={"close": with_entry(**changes)}))

    assert failures(story.bundle()) == {"V6"}


def test_v6_enrolments_with_a_gap_in_their_numbers():
    story = told(Story(mode="D1", tamper={"enrol3": with_entry(seq=9)}))

    assert failures(story.bundle()) == {"V6"}


def test_v6_a_list_that_cannot_be_read():
    bundle = told(Story(mode="D1")).bundle()
    checks = failures(replace(bundle, list_file=bundle.list_file.replace(b"firm", b"Firm")))

    assert checks == {"V6"}


# What is contributed to the seed: V7


def test_v7_a_commitment_after_the_close():
    story = Story(mode="D1", contributors=True)
    story.publish()
    story.enrol()
    story.commits = {}
    story.close()
    story.commit()
    for step in (story.freeze, story.reveal, story.cut, story.arrive, story.conclude):
        step()

    assert failures(story.bundle()) == {"V7"}


def test_v7_a_commitment_by_a_stranger():
    story = Story(mode="D1")
    story.tamper["commit-notary"] = with_entry(who="stranger")

    assert failures(told(story).bundle()) == {"V7"}


def test_v7_a_commitment_without_the_contributors_signature():
    story = told(Story(mode="D1", tamper={"commit-regulator": with_entry(signature="00" * 64)}))

    assert failures(story.bundle()) == {"V7"}


def test_v7_a_signature_without_a_key():
    story = told(Story(mode="D1", tamper={"commit-notary": with_entry(signature="00" * 64)}))

    assert failures(story.bundle()) == {"V7"}


def test_v7_a_freeze_that_copies_other_commitments():
    story = Story(mode="D1")
    story.tamper["freeze"] = lambda entry: replace(entry, commits=(entry.commits[0], DIGEST))

    assert failures(told(story).bundle()) == {"V7"}


def test_v7_a_cut_chosen_so_that_a_reveal_in_time_does_not_count():
    story = Story(mode="D1")
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze, story.cut):
        step()
    story.reveal()
    story.reveals = lottery.contributions(story.notice, story.frozen, {})
    story.arrive()
    story.conclude()

    assert failures(story.bundle()) == {"V7"}


@pytest.mark.parametrize("changes", [{"at": T_PHI - 899}, {"value": DIGEST}])
def test_v7_a_late_or_wrong_reveal_counts_as_absent_and_is_told(changes):
    story = Story(mode="D1", tamper={"reveal-regulator": with_entry(**changes)})
    story.cut_times = {"w1": T_PHI - 800, "w2": T_PHI - 800}
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze):
        step()
    story.reveal()
    story.reveals = lottery.contributions(story.notice, story.frozen, {})
    for step in (story.cut, story.arrive, story.conclude):
        step()
    check = outcome_of("V7", story.bundle())

    assert not failures(story.bundle())
    assert check.outcome is Outcome.FLAGGED
    assert "regulator did not reveal" in check.detail.en


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
    story.call_off(T_PHI - 1700)
    story.cut()
    return story


def test_v12_calling_off_in_time_is_no_fault():
    report = lottery.examine(called_off().bundle(), a_policy())

    assert report.ok, [check for check in report.checks if not check.ok]
    assert report.selected == ()


@pytest.mark.parametrize(
    "differences",
    [
        {"cut_times": {"w1": T_PHI, "w2": T_PHI}},
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
    late = first.cut_at(first.cut_size, {"w1": T_PHI, "w2": T_PHI})
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
        ("freeze", T_PHI - 1499),
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


@pytest.mark.parametrize("step", ["phi", "result"])
def test_v13_a_late_result_is_flagged_and_still_right(step):
    story = told(Story(mode="D1", tamper={step: with_entry(at=T_PHI + 601)}))
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

    assert lottery.alpha_to_prove(lottery.build(story.bundle()), a_policy()) == expected
    story.cut_times = {"w1": T_PHI - 900}
    with pytest.raises(lottery.NotReadyError, match="V1 does not hold"):
        lottery.alpha_to_prove(story.bundle(), a_policy())


def test_a_trustee_proves_nothing_for_a_draw_that_was_called_off():
    with pytest.raises(lottery.NotReadyError, match="V12"):
        lottery.alpha_to_prove(called_off().bundle(), a_policy())
