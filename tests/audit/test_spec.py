"""The example with which the specification opens is true."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit import policy, proof
from audit.errors import ProofError
from audit.tiles import decode_bundle
from audit.tree import leaf_hashes

SPEC = (Path(__file__).parents[2] / "docs/spec/log-v1.md").read_text("utf-8")
EXAMPLE = dict(re.findall(r"^```text (\w+)\n(.*?)^```$", SPEC, re.MULTILINE | re.DOTALL))
ENTRIES = [b"first entry", "第二条".encode(), b"third entry"]


def test_the_bundle_holds_the_entries_and_the_tile_their_hashes():
    bundle = bytes.fromhex(EXAMPLE["bundle"])

    assert decode_bundle(bundle, 3) == ENTRIES
    assert bytes.fromhex(EXAMPLE["tile"]) == leaf_hashes(ENTRIES)


def test_the_receipt_is_accepted_by_the_policy():
    trust = policy.parse(EXAMPLE["policy"].encode())
    receipt = f"{EXAMPLE['receipt']}\n{EXAMPLE['checkpoint']}"
    trusted = proof.verify(ENTRIES[1], receipt, trust)

    assert trust.logs[0].vkey == EXAMPLE["vkey"].strip()
    assert trusted.checkpoint.size == 3
    assert trusted.cosigned_at == datetime(2026, 3, 2, 1, 1, tzinfo=UTC)
    with pytest.raises(ProofError):
        proof.verify(ENTRIES[2], receipt, trust)
