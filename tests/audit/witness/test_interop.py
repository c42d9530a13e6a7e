"""Somebody else's program believes our witness, and our witness believes somebody else's log."""

import hashlib

import pytest
from tlog_scales.signing import PlainEd25519Signer, Vkey, VkeySet
from tlog_scales.tlog import Checkpoint

from audit.errors import BadSignatureError
from audit.keys import parse_vkey
from audit.note import open_note
from tests.audit.making import entries
from tests.audit.witness.serving import Tree, a_running_witness, a_tree, request_body, send

TREE = a_tree(40)


@pytest.fixture
def witness(tmp_path):
    with a_running_witness(tmp_path / "w", ml_dsa=True) as running:
        yield running


def test_another_implementation_verifies_both_lines(witness):
    answer = send(witness.url, TREE.request(0, 40))
    keys = VkeySet(*(Vkey.from_string(vkey) for vkey in witness.folder.vkeys))
    cosigned = Checkpoint.from_text((TREE.note(40) + answer.body).decode())
    believed = keys.verify(cosigned.signatures, cosigned)
    assert {key.sig_type for key, _ in believed} == {0x04, 0x06}
    another = Checkpoint.from_text((TREE.note(39) + answer.body).decode())
    assert keys.verify(another.signatures, another) == set()


def test_another_implementation_reads_the_monitors_checkpoint(witness):
    send(witness.url, TREE.request(0, 40))
    origin_hash = hashlib.sha256(TREE.signer.name.encode()).hexdigest()
    path = f"/{origin_hash}/checkpoint"
    monitored = Checkpoint.from_text(send(witness.url, b"", method="GET", path=path).body.decode())
    assert (monitored.size, monitored.root_hash) == (40, TREE.checkpoint(40).root)
    for vkey in (TREE.signer.verifier.vkey, *witness.folder.vkeys):
        monitored.verify(Vkey.from_string(vkey))


def test_a_log_of_another_implementation_is_cosigned(witness):
    signer = PlainEd25519Signer("elsewhere.example/log", bytes([8]) * 32)
    vkey = signer.vkey.serialize()
    witness.folder.add_log(vkey, "", witness.clock())
    tree = Tree(entries(12))
    old = 0
    for size in (5, 12):
        root = tree.checkpoint(size).root
        note = Checkpoint.make_signed("elsewhere.example/log", size, root, [signer]).serialize()
        answer = send(witness.url, request_body(old, tree.proof(old, size), note.encode()))
        assert answer.status == 200
        _, verified = open_note(note.encode() + answer.body, [parse_vkey(vkey), *witness.verifiers])
        assert len(verified) == 3
        with pytest.raises(BadSignatureError):
            open_note(TREE.note(size) + answer.body, witness.verifiers)
        old = size
