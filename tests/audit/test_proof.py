"""Receipts, and checkpoints that must continue one another (R9)."""

import base64
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import proof
from audit.errors import (
    AuditError,
    MalformedError,
    ProofError,
    UnsignedError,
)
from audit.keys import parse_vkey
from audit.policy import Policy
from audit.proof import Receipt
from audit.tiletree import TileTree
from audit.tree import leaf_hashes, verify_consistency
from tests.audit.making import INTEROP, a_checkpoint, a_signer, entries, signed

LOG = a_signer()
TRUST = Policy(logs=(LOG.verifier,))
INTEROP_TRUST = Policy(logs=(parse_vkey((INTEROP / "log.vkey").read_text("utf-8").strip()),))
BODIES = entries(20)


def a_tree(size: int, bodies: list[bytes] = BODIES) -> TileTree:
    return TileTree(size, lambda _: leaf_hashes(bodies))


def a_receipt(index: int = 3, size: int = 20) -> str:
    note = signed(a_checkpoint(BODIES[:size]), LOG)
    return Receipt(index, a_tree(size).inclusion(index), note).text


def test_a_receipt_of_another_implementation_is_accepted():
    text = (INTEROP / "proof.tlog-proof").read_text("utf-8")
    entry = (INTEROP / "leaf.bin").read_bytes()

    assert proof.verify(entry, text, INTEROP_TRUST).checkpoint.size == 300
    assert proof.parse(text).text == text


def test_every_changed_byte_of_a_receipt_is_found():
    text = a_receipt().encode()
    for at in range(len(text)):
        changed = bytearray(text)
        changed[at] ^= 1
        with pytest.raises(AuditError):
            proof.verify(BODIES[3], changed.decode("utf-8", "surrogateescape"), TRUST)


def test_every_lost_or_doubled_line_of_a_receipt_is_found():
    lines = a_receipt().splitlines(keepends=True)
    for at, line in enumerate(lines):
        for changed in (lines[:at] + lines[at + 1 :], [*lines[:at], line, *lines[at:]]):
            # The log's signature twice is the one case that says the same.
            if line.startswith("—") and len(changed) > len(lines):
                continue
            with pytest.raises(AuditError):
                proof.verify(BODIES[3], "".join(changed), TRUST)


def test_a_receipt_is_for_one_entry_and_one_log():
    with pytest.raises(ProofError):
        proof.verify(BODIES[4], a_receipt(), TRUST)
    with pytest.raises(UnsignedError):
        proof.verify(BODIES[3], a_receipt(), INTEROP_TRUST)


@given(st.integers(1, 20), st.data())
def test_every_entry_of_every_size_has_a_receipt(size, data):
    index = data.draw(st.integers(0, size - 1))

    assert proof.verify(BODIES[index], a_receipt(index, size), TRUST).checkpoint.size == size


def test_extra_data_is_kept_and_proves_nothing():
    receipt = replace(proof.parse(a_receipt()), extra=b"\x00salt")

    assert proof.parse(receipt.text) == receipt
    assert proof.verify(BODIES[3], receipt.text, TRUST).checkpoint.size == 20


@pytest.mark.parametrize(
    "change",
    [
        (proof.HEADER, "c2sp.org/tlog-proof@v2"),
        ("index 3", "index 03"),
        ("index 3", "Index 3"),
        ("index 3\n", ""),
        ("index 3", "extra \nindex 3"),
        ("index 3", "extra AB==\nindex 3"),
        ("index 3", "extra AAAA\nextra AAAA\nindex 3"),
        ("index 3\n", "index 3\n" + "A" * 43 + "=\n" * 1 + ("A" * 43 + "=\n") * 63),
        ("index 3\n", "index 3\nAAAA\n"),
        ("index 3\n", "index 3\n\n"),
        ("\n\n", "\n"),
    ],
)
def test_a_malformed_receipt_is_refused(change):
    text = a_receipt().replace(*change)
    assert text != a_receipt()
    with pytest.raises(AuditError):
        proof.verify(BODIES[3], text, TRUST)


def test_a_receipt_has_a_limit():
    with pytest.raises(MalformedError, match="longer"):
        proof.parse("x" * (proof.MAX_PROOF_BYTES + 1))


@settings(max_examples=200)
@given(st.text(max_size=50), st.integers(0, 300))
def test_whatever_is_read_is_written_the_same(text, at):
    good = a_receipt()
    changed = good[:at] + text + good[at:]
    with suppress(MalformedError):
        assert proof.parse(changed).text == changed


def test_the_consistency_proof_of_the_interop_log_is_accepted():
    hashes = proof.parse_hashes((INTEROP / "consistency.b64").read_text("utf-8").split())
    notes = [(INTEROP / name).read_bytes() for name in ("checkpoint.old", "checkpoint")]
    old, new = (INTEROP_TRUST.check(note).checkpoint for note in notes)

    assert (old.size, new.size) == (200, 300)
    verify_consistency(old.size, new.size, old.root, new.root, hashes)
    for at in range(len(hashes)):
        wrong = [*hashes[:at], base64.b64decode("A" * 43 + "="), *hashes[at + 1 :]]
        with pytest.raises(ProofError):
            verify_consistency(old.size, new.size, old.root, new.root, wrong)
