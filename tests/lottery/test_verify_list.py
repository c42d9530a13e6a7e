"""V6 and V7 fail alone for one dishonest act on the list or the contributions."""

from dataclasses import replace
from hashlib import sha256

import pytest

import lottery
from lottery import Outcome
from lottery.seed import seed as derive_seed
from tests.lottery.drawing import Voice
from tests.lottery.drawing_facts import POLICIES
from tests.lottery.story import (
    DIGEST,
    FIRMS,
    T_PHI,
    Story,
    failures,
    outcome_of,
    told,
    with_entry,
)
from tests.lottery.vector_fixing import committed_twice

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


def test_v7_a_firm_that_committed_twice():
    voice = {0: Voice("enrol:0", reveal="absent")}
    data = committed_twice("enrol:0", DIGEST, firm_commits=True, firm_voices=voice)

    assert "V7" in failures(data, lottery.parse_policy(POLICIES["one"]))
