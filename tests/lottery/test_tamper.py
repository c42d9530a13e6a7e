"""No byte of a bundle can be changed without a check that fails."""

import io
import zipfile
from functools import cache

import pytest

import lottery
from lottery.archive import write_archive
from lottery.beacon import ed25519, vrf
from lottery.checks import case
from tests.lottery.minilog import MiniLog
from tests.lottery.story import T_PHI, Story, a_policy

POLICY = a_policy("w1")


@pytest.fixture(autouse=True, scope="module")
def _remembered():
    """Answer a question that was asked before from memory: the functions are the real ones."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((ed25519, "verify"), (vrf, "verify"), (case, "decode")):
            patch.setattr(module, name, cache(getattr(module, name)))
        patch.setattr(case, "parse_tlog_proof", cache(case.parse_tlog_proof))
        yield


def small_members():
    """Return the members of a whole draw of two firms."""
    story = Story(mode="D1", contributors=False, company=False, firms=2, leaving=(), k=1, a=1)
    story.log = MiniLog()
    story.cut_times, story.final_times = {"w1": T_PHI - 900}, {"w1": T_PHI + 900}
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze):
        step()
    for step in (story.reveal, story.cut, story.arrive, story.conclude):
        step()
    with zipfile.ZipFile(io.BytesIO(lottery.build(story.bundle()))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


MEMBERS = small_members()


def is_believed(members):
    try:
        checks = lottery.verify(write_archive(members), POLICY)
    except lottery.BundleError:
        return False
    return all(check.ok for check in checks)


def test_the_untouched_bundle_is_believed():
    assert is_believed(MEMBERS)


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_no_byte_of_a_member_can_be_flipped(name):
    content = MEMBERS[name]
    checkpoint = content.find(b"\n\n") if name.startswith("proofs/") else len(content)
    for place in range(len(content)):
        if place > checkpoint and place % 7 and not name.endswith("/000.tlog-proof"):
            continue  # All proofs end with the one checkpoint that the first has in full.
        # The bit differs from byte to byte, so that cases, digits and signs all get their turn.
        flipped = content[place] ^ (1 << place % 7)
        changed = content[:place] + bytes([flipped]) + content[place + 1 :]
        assert not is_believed(MEMBERS | {name: changed}), (place, content[place], flipped)


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_no_line_can_be_dropped_doubled_or_cut_short(name):
    content = MEMBERS[name]
    lines = content.splitlines(keepends=True)
    variants = [content[:-1], content + b"\n", content + b" ", b""]
    for place in range(len(lines)):
        variants.append(b"".join(lines[:place] + lines[place + 1 :]))
        variants.append(b"".join(lines[: place + 1] + lines[place:]))
    for changed in variants:
        assert changed == content or not is_believed(MEMBERS | {name: changed}), changed


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_no_member_can_be_taken_away(name):
    assert not is_believed({other: MEMBERS[other] for other in MEMBERS if other != name})


def test_no_two_entries_can_change_places():
    bodies = [name for name in MEMBERS if name.startswith("entries/")]
    for first in bodies:
        for second in bodies:
            if first != second:
                swapped = MEMBERS | {first: MEMBERS[second], second: MEMBERS[first]}
                assert not is_believed(swapped)
