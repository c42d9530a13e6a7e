"""No byte that means something can be changed in a bundle without a check that fails."""

import io
import zipfile
from functools import cache

import pytest

import lottery
from lottery.archive import write_archive
from lottery.beacon import ed25519, vrf
from lottery.checks import case
from tests.lengths import length
from tests.lottery.drawing import Drawing
from tests.lottery.drawing_facts import POLICIES
from tests.lottery.minilog import MiniLog
from tests.lottery.story import T_PHI, Story, a_policy

# Of the second way to change a byte, the short form tries every so many bytes.
STRIDE = length(11, 1)
DASH = "—".encode()


@pytest.fixture(autouse=True, scope="module")
def _remembered():
    """Answer a question that was asked before from memory: the functions are the real ones."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((ed25519, "verify"), (vrf, "verify"), (case, "decode")):
            patch.setattr(module, name, cache(getattr(module, name)))
        patch.setattr(case, "parse_tlog_proof", cache(case.parse_tlog_proof))
        yield


def members_of(bundle):
    with zipfile.ZipFile(io.BytesIO(lottery.build(bundle))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def small_members():
    """Return the members of a whole draw of two firms."""
    story = Story(mode="D1", contributors=False, company=False, firms=2, leaving=(), k=1, a=1)
    story.log = MiniLog()
    story.cut_times, story.final_times = {"w1": T_PHI - 900}, {"w1": T_PHI + 900}
    for step in (story.publish, story.enrol, story.commit, story.close, story.freeze):
        step()
    for step in (story.reveal, story.cut, story.arrive, story.conclude):
        step()
    return members_of(story.bundle())


def fresh_members():
    """Return the members of a draw in which a fresh alternate took a winner's place."""
    drawing = Drawing(fresh=True, log=MiniLog()).whole()
    drawing.refill(drawing.leave(drawing.selected[0]))
    return members_of(drawing.bundle())


PLAIN, FRESH = small_members(), fresh_members()
# Of the second draw, what the first does not have.
LATER = ("later/", "entries/008", "entries/009", "proofs/008", "proofs/009")
POLICY_OF = {id(PLAIN): a_policy("w1"), id(FRESH): lottery.parse_policy(POLICIES["one"])}
PARTS = [(PLAIN, name) for name in sorted(PLAIN)]
PARTS += [(FRESH, name) for name in sorted(FRESH) if name.startswith(LATER)]

parts = pytest.mark.parametrize(("members", "name"), PARTS, ids=[name for _, name in PARTS])


def is_believed(members, original):
    try:
        checks = lottery.verify(write_archive(members), POLICY_OF[id(original)])
    except lottery.BundleError:
        return False
    return all(check.ok for check in checks)


def test_the_untouched_bundles_are_believed():
    assert is_believed(PLAIN, PLAIN)
    assert is_believed(FRESH, FRESH)
    assert {"later/008.checkpoint", "later/008.consistency", "entries/009.json"} <= {*FRESH}


def flips_of(name, content):
    """Yield every changed content: each byte in one way, and some in another."""
    checkpoint = content.find(b"\n\n") if name.startswith("proofs/") else len(content)
    for place, byte in enumerate(content):
        if place > checkpoint and place % 7 and not name.endswith("/000.tlog-proof"):
            continue  # All proofs end with the one checkpoint that the first has in full.
        # The bit differs from byte to byte, so that cases, digits and signs all get their turn.
        changes = [byte ^ 1 << place % 7]
        if place % STRIDE == 0:
            changes.append(byte ^ 0x80 >> (place + 3) % 8)
        for changed in {*changes} - {byte}:
            yield content[:place] + bytes([changed]) + content[place + 1 :]


@pytest.mark.long
@parts
def test_no_byte_of_a_member_can_be_flipped(members, name):
    believed = [
        changed
        for changed in flips_of(name, members[name])
        if is_believed(members | {name: changed}, members)
    ]

    assert believed == []


@parts
def test_no_line_can_be_dropped_doubled_swapped_or_cut_short(members, name):
    content = members[name]
    lines = content.splitlines(keepends=True)
    variants = [content[:-1], content + b"\n", content + b" ", b""]
    for place in range(len(lines)):
        variants.append(b"".join(lines[:place] + lines[place + 1 :]))
        variants.append(b"".join(lines[: place + 1] + lines[place:]))
        # The signatures of a note have no order of their own.
        if not lines[place].startswith(DASH):
            swapped = [*lines[:place], *lines[place : place + 2][::-1], *lines[place + 2 :]]
            variants.append(b"".join(swapped))
    for changed in variants:
        assert changed == content or not is_believed(members | {name: changed}, members), changed


@parts
def test_no_member_can_be_taken_away(members, name):
    assert not is_believed({other: members[other] for other in members if other != name}, members)


@pytest.mark.parametrize("members", [PLAIN, FRESH], ids=["plain", "fresh"])
def test_no_two_entries_can_change_places(members):
    bodies = [name for name in members if name.startswith("entries/")]
    for first in bodies:
        for second in bodies:
            if first != second:
                swapped = members | {first: members[second], second: members[first]}
                assert not is_believed(swapped, members)


def test_the_line_of_a_witness_that_the_reader_does_not_know_means_nothing():
    """It is there for others, and may say anything (docs/verify.md, docs/spec/lottery-v1.md)."""
    drawing = Drawing(witnesses=("w1", "w2")).whole()
    members = members_of(drawing.bundle())
    lines = POLICIES["one"].splitlines(keepends=True)
    strangers = (b"witness w2 ", b"witness w3 ", b"group ")
    policy = lottery.parse_policy(b"".join(x for x in lines if not x.startswith(strangers)))
    assert {*policy.witnesses} == {"w1"}
    note = members["cut.checkpoint"]
    start = note.rindex(DASH) + len(DASH)
    for place, believed in ((start + 1, True), (len(note) - 30, True), (start - 30, False)):
        changed = note[:place] + bytes([note[place] ^ 1]) + note[place + 1 :]
        checks = lottery.verify(write_archive(members | {"cut.checkpoint": changed}), policy)
        assert all(check.ok for check in checks) == believed
