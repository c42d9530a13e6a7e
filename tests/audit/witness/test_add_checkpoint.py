"""Every status of the specification, over HTTP from a real server with a real file."""

import hashlib
from datetime import timedelta

import pytest

from audit.checkpoint import Checkpoint, parse_text
from audit.keys import KeyType
from audit.note import Note, open_note, parse
from audit.tree import EMPTY_ROOT, verify_consistency
from audit.witness.rules import MAX_REQUEST_BYTES, EvidenceKind
from audit.witness.server import application
from tests.audit.making import NOW, a_signer
from tests.audit.witness.serving import (
    HandClock,
    NoReader,
    a_log_signer,
    a_running_witness,
    a_tree,
    forked,
    request_body,
    send,
)

TREE = a_tree(40)


@pytest.fixture
def witness(tmp_path):
    with a_running_witness(tmp_path / "w", TREE.signer, clock=HandClock()) as running:
        yield running


def cosigned(witness, old: int, new: int):
    answer = send(witness.url, TREE.request(old, new))
    assert answer.status == 200, answer
    return open_note(TREE.note(new) + answer.body, witness.verifiers)


def test_a_new_log_is_cosigned_from_size_zero_on_with_the_witnesses_own_time(witness):
    for old, new in ((0, 3), (3, 3), (3, 4), (4, 32), (32, 40)):
        witness.clock.advance(1)
        note, verified = cosigned(witness, old, new)
        assert note.text == TREE.checkpoint(new).text
        assert [v.cosigned_at for v in verified] == [witness.clock()]
    kept = witness.folder.store.latest(TREE.signer.name)
    assert (kept.known.size, kept.known.root) == (40, TREE.checkpoint(40).root)


def test_an_ml_dsa_line_stands_beside_the_other(tmp_path):
    with a_running_witness(tmp_path / "w", ml_dsa=True) as witness:
        answer = send(witness.url, TREE.request(0, 7))
    _, verified = open_note(TREE.note(7) + answer.body, witness.verifiers)
    assert [v.verifier.type for v in verified] == [
        KeyType.ED25519_COSIGNATURE,
        KeyType.ML_DSA_44_COSIGNATURE,
    ]
    assert len(answer.body.splitlines()) == 2
    assert {v.cosigned_at for v in verified} == {NOW}
    seeds = {signer.seed for signer in witness.folder.signers}
    assert len(seeds) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 00\n\n" + TREE.note(3),
        b"old -1\n\n" + TREE.note(3),
        b"old 0 \n\n" + TREE.note(3),
        b"new 0\n\n" + TREE.note(3),
        b"0\n\n" + TREE.note(3),
        b"old 9223372036854775808\n\n" + TREE.note(3),
        b"old 3\nAAAA\n\n" + TREE.note(9),
        b"old 3\n" + b"A" * 44 + b"\n\n" + TREE.note(9),
        b"old 3\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + TREE.note(9),
        b"old 0\n\xff\n\n" + TREE.note(3),
        b"old 0\r\n\r\n" + TREE.note(3),
        b"old 0\n\n" + TREE.note(3).partition(b"\n\n")[0],
        b"old 0\n\n" + TREE.note(3)[:-1],
        b"old 0\n\n" + TREE.note(3).replace(b"\n3\n", b"\n03\n"),
        b"old 4\n\n" + TREE.note(3),
    ],
)
def test_400_a_request_that_breaks_the_format(witness, body):
    answer = send(witness.url, body)
    assert (answer.status, answer.content_type) == (400, "text/plain; charset=utf-8")
    assert witness.folder.store.latest(TREE.signer.name) is None


def test_404_an_unknown_log(witness):
    other = a_tree(3, a_signer("another.example/log", 2))
    assert send(witness.url, other.request(0, 3)).status == 404


def test_403_no_signature_or_a_wrong_one(witness):
    stranger = a_tree(3, a_signer(seed=9))
    assert send(witness.url, stranger.request(0, 3)).status == 403
    note = parse(TREE.note(3))
    wrong = bytearray(note.signatures[0].value)
    wrong[5] ^= 1
    line = type(note.signatures[0])(
        note.signatures[0].name, note.signatures[0].key_id, bytes(wrong)
    )
    for lines in ((line,), (note.signatures[0], line)):
        body = request_body(0, [], Note(note.text, lines).encode())
        assert send(witness.url, body).status == 403
    # A signature by an unknown key is ignored beside one by the log's.
    both = (*parse(stranger.note(3)).signatures, *note.signatures)
    body = request_body(0, [], Note(note.text, both).encode())
    assert send(witness.url, body).status == 200


def test_409_names_the_size_in_its_own_content_type(witness):
    cosigned(witness, 0, 30)
    for old in (0, 29, 31):
        answer = send(witness.url, TREE.request(old, 40))
        assert (answer.status, answer.content_type, answer.body) == (
            409,
            "text/x.tlog.size",
            b"30\n",
        )


def test_409_a_rollback_is_never_cosigned(witness):
    cosigned(witness, 0, 30)
    for old, new in ((0, 20), (20, 20), (20, 29)):
        answer = send(witness.url, TREE.request(old, new))
        assert (answer.status, answer.body) == (409, b"30\n")
    assert witness.folder.store.latest(TREE.signer.name).known.size == 30


def test_422_another_root_of_one_size_is_kept_as_proof(witness):
    cosigned(witness, 0, 30)
    fork = forked(TREE, 12)
    for old in (30, 0):  # with the right old size, and with one that is only a conflict
        answer = send(witness.url, request_body(old, [], fork.note(30)))
        assert answer.status == (422 if old else 409)
    (kept,) = witness.folder.store.all_evidence()
    assert kept.kind is EvidenceKind.SAME_SIZE
    first, _ = open_note(kept.kept, [TREE.signer.verifier])
    second, _ = open_note(kept.offered, [TREE.signer.verifier])
    assert (first.text, second.text) == (TREE.checkpoint(30).text, fork.checkpoint(30).text)


def test_a_fork_at_a_size_cosigned_long_ago_is_kept_too(witness):
    for old, new in ((0, 10), (10, 20), (20, 40)):
        cosigned(witness, old, new)
    assert send(witness.url, forked(TREE, 3).request(0, 10)).status == 409
    (kept,) = witness.folder.store.all_evidence()
    assert kept.kind is EvidenceKind.SAME_SIZE


def test_422_a_wrong_proof_proves_nothing(witness):
    """Anybody can send one, with a checkpoint that the log signed and published."""
    cosigned(witness, 0, 30)
    right = TREE.proof(30, 40)
    for proof in (right[:-1], [*right, right[0]], right[::-1], [], [bytes(32)] * len(right)):
        assert send(witness.url, request_body(30, proof, TREE.note(40))).status == 422
    (kept,) = witness.folder.store.all_evidence()
    assert (kept.kind, kept.is_proof, kept.waits) == (EvidenceKind.NOT_EXTENDED, False, False)
    cosigned(witness, 30, 40)  # nothing of that spoiled the honest continuation
    for proof in (right, [bytes(32)]):  # nor is anything kept that was cosigned itself
        assert send(witness.url, request_body(40, proof, TREE.note(40))).status == 422
    assert len(witness.folder.store.all_evidence()) == 1


def test_422_a_fork_that_shows_itself_is_a_proof(witness):
    """Its own proof leads to the root that the log signed, from another tree than was cosigned."""
    cosigned(witness, 0, 30)
    fork = forked(TREE, 12)
    proof = fork.proof(30, 40)
    assert send(witness.url, request_body(30, proof, fork.note(40))).status == 422
    (kept,) = witness.folder.store.all_evidence()
    assert (kept.kind, kept.is_proof, kept.waits) == (EvidenceKind.FORKED, True, True)
    before = fork.checkpoint(30).root
    assert kept.consistency == b"".join([before, *proof])
    # Whoever has the two files and the hashes can see it for himself.
    old, new = (parse_text(parse(note).text) for note in (kept.kept, kept.offered))
    verify_consistency(old.size, new.size, before, new.root, proof)
    assert before != old.root
    cosigned(witness, 30, 40)


def test_a_fork_that_came_with_a_wrong_proof_is_seen_when_the_other_story_comes(witness):
    cosigned(witness, 0, 32)  # a power of two: no proof from here holds the earlier root
    fork = forked(TREE, 12)
    assert send(witness.url, fork.request(32, 40)).status == 422
    assert [one.kind for one in witness.folder.store.all_evidence()] == [EvidenceKind.NOT_EXTENDED]
    cosigned(witness, 32, 40)
    kept = witness.folder.store.all_evidence()[1]
    texts = [parse(note).text for note in (kept.kept, kept.offered)]
    assert kept.kind is EvidenceKind.SAME_SIZE
    assert texts == [tree.checkpoint(40).text for tree in (fork, TREE)]


def test_422_a_proof_where_none_is_needed(witness):
    proof = TREE.proof(30, 40)
    assert send(witness.url, request_body(0, proof, TREE.note(30))).status == 422
    cosigned(witness, 0, 30)
    assert send(witness.url, request_body(30, proof, TREE.note(30))).status == 422


def test_the_empty_tree_has_one_root(witness):
    def note(root: bytes) -> bytes:
        text = Checkpoint(TREE.signer.name, 0, root).text
        return Note(text, (TREE.signer.sign(text),)).encode()

    assert send(witness.url, request_body(0, [bytes(32)], note(EMPTY_ROOT))).status == 422
    assert witness.folder.store.all_evidence() == []  # only the proof is wrong
    assert send(witness.url, request_body(0, [], note(bytes(32)))).status == 422
    (kept,) = witness.folder.store.all_evidence()
    assert (kept.kind, kept.is_proof) == (EvidenceKind.WRONG_EMPTY, True)
    assert send(witness.url, request_body(0, [], note(EMPTY_ROOT))).status == 200
    cosigned(witness, 0, 5)


def test_a_request_that_is_too_long_is_not_read(witness):
    answer = send(witness.url, b"old 0\n\n" + b"x" * MAX_REQUEST_BYTES)
    assert answer.status == 413
    assert b"at most %d bytes" % MAX_REQUEST_BYTES in answer.body


def test_only_two_addresses_answer(witness):
    assert send(witness.url, b"", method="GET").status == 405
    assert send(witness.url, b"", path="/").status == 404
    assert send(witness.url, b"", method="GET", path="/x/checkpoint").status == 404


def test_monitors_get_the_latest_checkpoint_with_both_signatures(witness):
    path = f"/{hashlib.sha256(TREE.signer.name.encode()).hexdigest()}/checkpoint"
    assert send(witness.url, b"", method="GET", path=path).status == 404
    cosigned(witness, 0, 30)
    stranger = parse(a_tree(40, a_signer(seed=9)).note(40)).signatures
    note = parse(TREE.note(40))
    with_more = Note(note.text, (*stranger, *note.signatures)).encode()
    assert send(witness.url, request_body(30, TREE.proof(30, 40), with_more)).status == 200

    answer = send(witness.url, b"", method="GET", path=path)
    assert answer.status == 200
    keys = [TREE.signer.verifier, *witness.verifiers]
    note, verified = open_note(answer.body, keys)
    assert note.text == TREE.checkpoint(40).text
    assert [v.verifier for v in verified] == keys
    assert len(note.signatures) == 2  # the stranger's line is not passed on
    head = send(witness.url, b"", method="HEAD", path=path)
    assert (head.status, head.body) == (200, b"")
    asked = {"REQUEST_METHOD": "HEAD", "PATH_INFO": path}
    witness_itself = witness.folder.witness(witness.clock, NoReader(), ())
    assert application(witness_itself)(asked, lambda *_: None) == [b""]


def test_a_log_may_change_its_key_and_sign_with_ml_dsa(tmp_path):
    old, new = a_log_signer(), a_log_signer(KeyType.ML_DSA_44_COSIGNATURE, 7)
    tree = a_tree(9, old)
    with a_running_witness(tmp_path / "w", old, new) as witness:
        assert send(witness.url, tree.request(0, 4)).status == 200
        text = tree.checkpoint(9).text
        note = Note(text, (new.cosign(text, NOW),)).encode()
        assert send(witness.url, request_body(4, tree.proof(4, 9), note)).status == 200


def test_a_clock_that_went_back_states_no_time(witness):
    cosigned(witness, 0, 30)
    witness.clock.at = NOW - timedelta(seconds=1)
    answer = send(witness.url, TREE.request(30, 40))
    assert answer.status == 503
    assert b"clock" in answer.body
    witness.clock.at = NOW
    cosigned(witness, 30, 40)


def test_a_failing_disk_is_a_500_and_no_cosignature(witness):
    witness.folder.store._path = witness.folder.path / "gone" / "witness.db"
    answer = send(witness.url, TREE.request(0, 3))
    assert (answer.status, "—".encode() in answer.body) == (500, False)
