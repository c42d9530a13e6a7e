"""The example with which the specification opens is true."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit import policy, proof
from audit.errors import ProofError
from audit.tiles import decode_bundle
from audit.tree import leaf_hashes
from audit.witness.errors import RefusedError

SPEC = (Path(__file__).parents[2] / "docs/spec/log-v1.md").read_text("utf-8")
EXAMPLE = dict(re.findall(r"^```text (\w+)\n(.*?)^```$", SPEC, re.MULTILINE | re.DOTALL))
ENTRIES = [b"first entry", "第二条".encode(), b"third entry"]


def test_the_bundle_holds_the_entries_and_the_tile_their_hashes():
    bundle = bytes.fromhex(EXAMPLE["bundle"])

    assert decode_bundle(bundle, 3) == ENTRIES
    assert bytes.fromhex(EXAMPLE["tile"]) == leaf_hashes(ENTRIES)


def kinds_of(error: type[RefusedError]) -> list[type[RefusedError]]:
    below = [kind for sub in error.__subclasses__() for kind in kinds_of(sub)]
    return below or [error]


@pytest.mark.parametrize("error", kinds_of(RefusedError), ids=lambda error: error.__name__)
def test_a_status_that_a_witness_adds_to_those_of_c2sp_is_written_down(error):
    section = SPEC.partition("\n## A witness\n")[2].partition("\n## ")[0]
    c2sp = {400, 403, 404, 409, 422}  # tlog-witness, "add-checkpoint"
    assert error.status in c2sp or re.search(rf"\b{error.status:d}\b", section)


def test_the_receipt_is_accepted_by_the_policy():
    trust = policy.parse(EXAMPLE["policy"].encode())
    receipt = f"{EXAMPLE['receipt']}\n{EXAMPLE['checkpoint']}"
    trusted = proof.verify(ENTRIES[1], receipt, trust)

    assert trust.logs[0].vkey == EXAMPLE["vkey"].strip()
    assert trusted.checkpoint.size == 3
    assert trusted.cosigned_at == datetime(2026, 3, 2, 1, 1, tzinfo=UTC)
    with pytest.raises(ProofError):
        proof.verify(ENTRIES[2], receipt, trust)
