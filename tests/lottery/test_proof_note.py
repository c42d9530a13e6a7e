"""Proofs, signed notes and checkpoints, against vectors of other people's logs."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.encoding import leaf_hash
from lottery.errors import NoteError, ProofError
from lottery.note import (
    COSIGNATURE_ML_DSA_44,
    cosigned_at,
    parse_checkpoint,
    parse_vkey,
    verified_by,
)
from lottery.proof import (
    check_consistency,
    check_inclusion,
    parse_hash_file,
    parse_tlog_proof,
)
from tests.lottery.minilog import MiniLog, consistency, mth, path, vkey

VECTORS = Path(__file__).parent.parent / "vectors"
TREES = json.loads((VECTORS / "rfc6962-merkle.json").read_text())
NOTES = json.loads((VECTORS / "signed-note.json").read_text())
INTEROP = VECTORS / "interop-log"


def decoded(text):
    return base64.b64decode(text or "")


def named(cases, key):
    return [pytest.param(case, id=f"{case[key]}-{n}") for n, case in enumerate(cases)]


@pytest.mark.parametrize("case", named(TREES["inclusion"], "desc"))
def test_inclusion_vectors(case):
    arguments = (
        decoded(case["leafHash"]),
        case["leafIdx"],
        case["treeSize"],
        [decoded(item) for item in case["proof"] or []],
        decoded(case["root"]),
    )
    if case["wantErr"]:
        with pytest.raises(ProofError):
            check_inclusion(*arguments)
    else:
        check_inclusion(*arguments)


@pytest.mark.parametrize("case", named(TREES["consistency"], "desc"))
def test_consistency_vectors(case):
    arguments = (
        case["size1"],
        decoded(case["root1"]),
        case["size2"],
        decoded(case["root2"]),
        [decoded(item) for item in case["proof"] or []],
    )
    if case["wantErr"] or case["size1"] == 0 or len(arguments[1]) != 32:
        # Stricter than the vectors: an empty log vouches for nothing, and a root is 32 bytes.
        with pytest.raises(ProofError):
            check_consistency(*arguments)
    else:
        check_consistency(*arguments)


@given(st.integers(1, 40), st.data())
@settings(max_examples=60)
def test_every_proof_of_the_plain_definition_holds_and_none_with_another_index(size, data):
    entries = [b"%d" % number for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size + 1))
    proof, root = path(index, entries), mth(entries)

    check_inclusion(leaf_hash(entries[index]), index, size, proof, root)
    if other != index:
        with pytest.raises(ProofError):
            check_inclusion(leaf_hash(entries[index]), other, size, proof, root)


@given(st.integers(1, 40), st.data())
@settings(max_examples=60)
def test_every_earlier_log_is_the_beginning_of_a_later_one(size, data):
    entries = [b"%d" % number for number in range(size)]
    earlier = data.draw(st.integers(1, size))
    proof = consistency(earlier, entries)

    check_consistency(earlier, mth(entries[:earlier]), size, mth(entries), proof)
    with pytest.raises(ProofError):
        check_consistency(earlier, mth([*entries[: earlier - 1], b"x"]), size, mth(entries), proof)


@pytest.mark.parametrize("change", [lambda proof: proof[:-1], lambda proof: [*proof, bytes(32)]])
def test_a_consistency_proof_of_another_length_is_refused(change):
    entries = [b"%d" % number for number in range(11)]
    for earlier in range(1, 11):
        proof = change(consistency(earlier, entries))
        with pytest.raises(ProofError):
            check_consistency(earlier, mth(entries[:earlier]), 11, mth(entries), proof)


# Three lines are a checkpoint, other notes are not.
CHECKPOINTS = [note for note in NOTES["notes"] if "sum.golang.org" in note["vkey"]]


@pytest.mark.parametrize("note", CHECKPOINTS, ids=lambda note: note["name"])
def test_real_checkpoints_of_a_public_log_verify(note):
    checkpoint = parse_checkpoint(note["note"].encode())
    assert str(checkpoint.size) in note["name"]
    assert verified_by(checkpoint, parse_vkey(note["vkey"]))


def test_a_changed_text_spoils_the_signature():
    note = CHECKPOINTS[0]
    changed = note["note"].replace("go.sum", "go-sum")

    with pytest.raises(NoteError, match="does not match"):
        verified_by(parse_checkpoint(changed.encode()), parse_vkey(note["vkey"]))


def test_a_note_that_is_no_checkpoint_is_refused():
    for note in NOTES["notes"][:2]:
        with pytest.raises(NoteError):
            parse_checkpoint(note["note"].encode())


@pytest.fixture
def interop():
    return {
        name: parse_vkey((INTEROP / f"{name}.vkey").read_text().strip())
        for name in ("log", "w1", "w2", "w3")
    }


def test_the_interoperable_log_verifies(interop):
    proof = parse_tlog_proof((INTEROP / "proof.tlog-proof").read_bytes())
    checkpoint = parse_checkpoint(proof.checkpoint)
    leaf = leaf_hash((INTEROP / "leaf.bin").read_bytes())

    assert proof.checkpoint == (INTEROP / "checkpoint").read_bytes()
    check_inclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)
    assert verified_by(checkpoint, interop["log"])
    assert [len(cosigned_at(checkpoint, interop[name])) for name in ("w1", "w2")] == [1, 1]
    old = parse_checkpoint((INTEROP / "checkpoint.old").read_bytes())
    text = (INTEROP / "consistency.b64").read_bytes()
    hashes = parse_hash_file(text if text.endswith(b"\n") else text + b"\n")
    check_consistency(old.size, old.root, checkpoint.size, checkpoint.root, hashes)


def test_a_witness_that_cannot_be_checked_is_never_counted(interop):
    checkpoint = parse_checkpoint((INTEROP / "checkpoint").read_bytes())

    assert interop["w3"].kind == COSIGNATURE_ML_DSA_44
    assert cosigned_at(checkpoint, interop["w3"]) == ()


GOOD = MiniLog([b"a", b"b", b"c"]).checkpoint(3, {"w1": 5})


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace(b"\n3\n", b"\n03\n"),
        lambda note: note.replace(b"\n3\n", b"\n-3\n"),
        lambda note: note.replace(b"\n3\n", b"\n3 \n"),
        lambda note: note.replace(b"\n3\n", b"\n" + b"9" * 20 + b"\n"),
        lambda note: note.replace(b"\n3\n", "\n٣\n".encode()),
        lambda note: note.replace(b"\n\n", b"\nextension\n\n"),
        lambda note: note.replace(b"\n\n", b"\n\n\n"),
        lambda note: note.replace(b"\n", b"\r\n"),
        lambda note: note[:-1],
        lambda note: note + b"\n",
        lambda note: note[:60],
        lambda note: b"\xff" + note,
        lambda note: note.replace(b"=\n", b"\n", 1),
        lambda note: note.replace("—".encode(), b"-"),
        lambda note: note.replace(b"w1.example", b"w1+example"),
        lambda note: note.replace(b"w1.example", "w1\u2003example".encode()),
        lambda note: note + "— x AAAA\n".encode() * 64,
        lambda note: note + "— x AAAA\n".encode(),
        lambda note: note + "— x AAAAAB==\n".encode(),
        lambda note: b"\n" + note,
        lambda note: b"x" * 300_000,
    ],
)
def test_a_malformed_checkpoint_is_refused(change):
    parse_checkpoint(GOOD)
    with pytest.raises(NoteError):
        parse_checkpoint(change(GOOD))


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_parsing_anything_raises_only_the_declared_errors(data):
    for parse, error in ((parse_checkpoint, NoteError), (parse_tlog_proof, ProofError)):
        for prefix in (b"", b"c2sp.org/tlog-proof@v1\nindex ", b"origin\n3\n"):
            with pytest.raises(error):
                parse(prefix + data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        "name+00000000+AAAA",
        "na me+00000000+" + "A" * 44,
        vkey("name", 1, b"\1" * 32).replace("+", "-", 1),
        vkey("name", 1, b"\1" * 32).upper(),
        vkey("other", 1, b"\1" * 32).replace("other", "name"),
        vkey("name", 2, b"\1" * 32),
    ],
)
def test_a_malformed_key_is_refused(text):
    with pytest.raises(NoteError):
        parse_vkey(text)


@pytest.mark.parametrize(
    "data",
    [
        b"c2sp.org/tlog-proof@v2\nindex 0\n\n" + GOOD,
        b"c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\n" + GOOD,
        b"c2sp.org/tlog-proof@v1\nindex 00\n\n" + GOOD,
        b"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n" + GOOD,
        b"c2sp.org/tlog-proof@v1\nindex 0\n" + b"A" * 43 + b"=\n" * 70 + b"\n" + GOOD,
        b"c2sp.org/tlog-proof@v1\nindex 0\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + GOOD,
        b"c2sp.org/tlog-proof@v1\nindex 0\n",
        b"\xff",
    ],
)
def test_a_malformed_proof_is_refused(data):
    with pytest.raises(ProofError):
        parse_tlog_proof(data)
