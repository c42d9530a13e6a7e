"""The reader's policy: what it accepts, when its quorum was reached, and what it refuses."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import policy
from audit.errors import (
    AuditError,
    BadSignatureError,
    MalformedError,
    OriginError,
    QuorumError,
    UnsignedError,
)
from audit.note import Note, parse
from audit.policy import Policy
from tests.audit.making import INTEROP, NOW, a_checkpoint, a_signer, a_witness, entries, signed

LOG = a_signer()
X1, X2, X3 = (a_witness(f"x{n}.example", 10 + n) for n in (1, 2, 3))
Y1, Y2, Y3 = (a_witness(f"y{n}.example", 20 + n) for n in (1, 2, 3))
WITNESSES = {"X1": X1, "X2": X2, "X3": X3, "Y1": Y1, "Y2": Y2, "Y3": Y3}
EXAMPLE = f"""\
# The example of the specification.
log {LOG.verifier.vkey} https://log.example/

witness X1 {X1.verifier.vkey}
\twitness X2 \t {X2.verifier.vkey} https://x2.example/
witness X3 {X3.verifier.vkey}
group X-witnesses 2 X1 X2 X3

witness Y1 {Y1.verifier.vkey}
witness Y2 {Y2.verifier.vkey}
witness Y3 {Y3.verifier.vkey}
group Y-witnesses any Y1 Y2 Y3
  # an indented comment
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
CHECKPOINT = a_checkpoint(entries(5))


def test_the_example_of_the_specification_is_read():
    read = policy.parse(EXAMPLE.encode())

    assert read.logs == (LOG.verifier,)
    assert [w.name for w in read.witnesses] == list(WITNESSES)
    assert [(g.name, g.threshold) for g in read.groups] == [
        ("X-witnesses", 2),
        ("Y-witnesses", 1),
        ("X-and-Y", 2),
    ]
    assert policy.parse(read.encode()) == read


@pytest.mark.parametrize("count", range(4))
def test_a_quorum_is_reached_exactly_by_those_it_names(count):
    read = policy.parse(EXAMPLE.encode())
    for names in combinations(WITNESSES, count):
        note = signed(CHECKPOINT, LOG, *(WITNESSES[name] for name in names))
        enough = sum(n[0] == "X" for n in names) >= 2 and any(n[0] == "Y" for n in names)
        if enough:
            assert read.check(note).checkpoint == CHECKPOINT
        else:
            with pytest.raises(QuorumError, match="X-and-Y") as refused:
                read.check(note)
            assert refused.value.quorum == "X-and-Y"
            assert len(refused.value.cosigned) == count


def test_the_time_is_when_the_quorum_was_first_reached():
    read = policy.parse(EXAMPLE.encode())
    # Cosigned one, two, three and four minutes after NOW: X1 and X3 and Y2 are enough.
    note = signed(CHECKPOINT, LOG, X3, X1, Y2, X2)

    assert read.check(note).cosigned_at == NOW + timedelta(minutes=3)


def test_a_witness_that_cosigns_again_later_does_not_move_the_time():
    read = replace(policy.parse(EXAMPLE.encode()), quorum="X1")
    note = parse(signed(CHECKPOINT, LOG, X1))
    again = X1.cosign(CHECKPOINT.text, NOW + timedelta(days=1))
    both = Note(note.text, (again, *note.signatures)).encode()

    assert read.check(both).cosigned_at == NOW + timedelta(minutes=1)


def test_no_quorum_needs_no_witness_and_has_no_time():
    alone = Policy(logs=(LOG.verifier,))

    assert policy.parse(f"log {LOG.verifier.vkey}\nquorum none\n".encode()) == alone
    assert alone.check(signed(CHECKPOINT, LOG)).cosigned_at is None
    assert policy.parse(b"quorum none\n").logs == ()


def test_the_interop_log_is_believed_by_its_policy():
    keys = {
        name: (INTEROP / f"{name}.vkey").read_text("utf-8") for name in ("log", "w1", "w2", "w3")
    }
    text = "log {log}witness a {w1}witness b {w2}witness c {w3}group g 3 a b c\nquorum g\n"
    read = policy.parse(text.format(**keys).encode())

    assert read.check((INTEROP / "checkpoint").read_bytes()).checkpoint.size == 300
    with pytest.raises(QuorumError):
        read.check((INTEROP / "checkpoint.old").read_bytes())


def test_a_log_that_is_not_listed_is_not_believed():
    with pytest.raises(UnsignedError):
        Policy(logs=(a_signer(seed=2).verifier,)).check(signed(CHECKPOINT, LOG))


def test_witnesses_alone_do_not_make_a_checkpoint():
    with pytest.raises(UnsignedError):
        policy.parse(EXAMPLE.encode()).check(signed(CHECKPOINT, X1, X2, Y1))


def test_a_listed_log_does_not_speak_for_another():
    other = replace(CHECKPOINT, origin="other.example/log")
    with pytest.raises(OriginError, match="other"):
        Policy(logs=(LOG.verifier,)).check(signed(other, LOG))


def test_a_cosignature_over_another_tree_is_refused():
    note = parse(signed(CHECKPOINT, LOG, X1, X2, Y1))
    other = parse(signed(a_checkpoint(entries(6)), LOG, X1))
    mixed = Note(note.text, (note.signatures[0], other.signatures[1])).encode()
    with pytest.raises(BadSignatureError, match="x1"):
        policy.parse(EXAMPLE.encode()).check(mixed)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("quorum X-and-Y\n", ""), "no quorum"),
        (("quorum X-and-Y\n", "quorum X-and-Y\nquorum none\n"), "second quorum"),
        (("quorum X-and-Y\n", "quorum X-and-Y"), "newline"),
        (("quorum X-and-Y", "quorum Z"), "not defined"),
        (("quorum X-and-Y", "quorum"), "line 15"),
        (("group X-witnesses 2", "group X-witnesses 4"), "4 of 3"),
        (("group X-witnesses 2", "group X-witnesses 0"), "0 of 3"),
        (("group X-witnesses 2", "group X-witnesses 02"), "line 7"),
        (("group X-witnesses 2", "group X-witnesses two"), "line 7"),
        (("any Y1 Y2 Y3", "any Y1 Y2 Y1"), "already a member"),
        (("any Y1 Y2 Y3", "any Y1 Y2 X3"), "already a member"),
        (("any Y1 Y2 Y3", "any"), "line 12"),
        (("any Y1 Y2 Y3", "any Y1 none"), "not defined"),
        (("any Y1 Y2 Y3", "any Y1 Y-witnesses"), "not defined"),
        (("group X-and-Y", "group X1"), "already defined"),
        (("witness X2", "witness X1"), "already defined") ,
        (("witness Y1", "witness none"), "already defined"),
        ((X1.verifier.vkey, X2.verifier.vkey), "listed twice"),
        ((X1.verifier.vkey, LOG.verifier.vkey), "cannot do this"),
        ((LOG.verifier.vkey, X1.verifier.vkey), "cannot do this"),
        ((LOG.verifier.vkey, LOG.verifier.vkey[:-4]), "line 2"),
        (("# The", "\r# The"), "control"),
        (("\n", "\r\r\n"), "control"),
        (("# The", "\ufeff\ufeff# The"), "line 1"),
        (("# The", "unknown"), "line 1"),
        (("https://log.example/", "https://log.example/ more"), "line 2"),
    ],
)  # fmt: skip
def test_a_broken_policy_is_refused_with_its_line(change, why):
    broken = EXAMPLE.replace(*change).encode()
    assert broken != EXAMPLE.encode()
    with pytest.raises(MalformedError, match=why):
        policy.parse(broken)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_what_an_editor_on_windows_adds_is_passed_over(mark, end):
    saved = mark + EXAMPLE.encode().replace(b"\n", end)

    assert policy.parse(saved) == policy.parse(EXAMPLE.encode())


def test_names_are_opaque_octets():
    octets = EXAMPLE.encode().replace(b" X1", b" \xff\xe2").replace(b" Y1", " 甲".encode())
    read = policy.parse(octets)

    assert policy.parse(read.encode()) == read
    assert b"\xff\xe2" in read.encode()


def test_a_key_name_that_is_not_utf8_is_refused():
    with pytest.raises(MalformedError, match="line 2"):
        policy.parse(EXAMPLE.encode().replace(b"log market", b"log \xffmarket"))


def test_a_policy_has_a_limit():
    with pytest.raises(MalformedError, match="longer"):
        policy.parse(b"#" * (policy.MAX_POLICY_BYTES + 1))


@given(st.binary(max_size=80), st.integers(0, len(EXAMPLE)))
def test_whatever_is_read_leads_back_to_itself(data, at):
    with suppress(AuditError):
        read = policy.parse(EXAMPLE.encode()[:at] + data + EXAMPLE.encode()[at:])
        assert policy.parse(read.encode()) == read
