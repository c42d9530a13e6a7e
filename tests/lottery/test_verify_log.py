"""V1 to V5 hold for an honest draw, and fail alone for one dishonest act."""

from dataclasses import replace

import pytest

import lottery
from lottery import Outcome
from tests.lottery.minilog import LOG_SEED, MiniLog, public
from tests.lottery.story import (
    DIGEST,
    PLATFORM,
    SUPERVISOR,
    T_PHI,
    Story,
    a_policy,
    failures,
    outcome_of,
    told,
    with_entry,
)


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


def test_a_draw_without_contributors_passes_without_a_flag_beside_the_whole_log():
    story = told(Story(mode="A", contributors=False))
    alone = lottery.examine(story.bundle(), a_policy())
    beside = lottery.examine(story.bundle(), a_policy(), log=story.log.entries)

    assert {check.outcome for check in beside.checks} == {Outcome.PASSED}
    assert [check.name for check in alone.checks if check.outcome is Outcome.FLAGGED] == ["V2"]


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
