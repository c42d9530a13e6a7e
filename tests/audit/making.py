"""Makes what the tests of the log need: keys, entries, logs and exports."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audit import store
from audit.checkpoint import Checkpoint
from audit.keys import KeyType, Signer
from audit.log import Log
from audit.note import Note
from audit.sequencer import drain
from audit.tree import leaf_hashes, root_of

VECTORS = Path(__file__).parents[1] / "vectors"
INTEROP = VECTORS / "interop-log"
ORIGIN = "market.example.gov.cn/log"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def vectors(name: str):
    return json.loads((VECTORS / name).read_text("utf-8"))


def a_signer(name: str = ORIGIN, seed: int = 1) -> Signer:
    return Signer(name, KeyType.ED25519, bytes([seed]) * 32)


def a_witness(name: str, seed: int) -> Signer:
    return Signer(name, KeyType.ED25519_COSIGNATURE, bytes([seed]) * 32)


def a_log(signer: Signer | None = None) -> Log:
    signer = signer or a_signer()
    return Log(signer.name, signer.verifier)


def entries(count: int, first: int = 0) -> list[bytes]:
    return [f'{{"i":{at},"t":"入围"}}'.encode() for at in range(first, first + count)]


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Which leaves each hash of an inclusion proof is over, by the definition (RFC 6962, 2.1.1)."""
    if size == 1:
        return []
    middle = 1 << ((size - 1).bit_length() - 1)
    if index < middle:
        return [*inclusion_ranges(index, middle), (middle, size)]
    right = inclusion_ranges(index - middle, size - middle)
    return [*((middle + start, middle + end) for start, end in right), (0, middle)]


def a_checkpoint(bodies: list[bytes], signer: Signer | None = None) -> Checkpoint:
    return Checkpoint((signer or a_signer()).name, len(bodies), root_of(leaf_hashes(bodies)))


def signed(checkpoint: Checkpoint, *signers: Signer, at: datetime = NOW) -> bytes:
    """Sign with the log's key; cosign with the witnesses' keys, a minute apart."""
    lines = [
        signer.sign(checkpoint.text)
        if signer.type is KeyType.ED25519
        else signer.cosign(checkpoint.text, at + timedelta(minutes=number))
        for number, signer in enumerate(signers)
    ]
    return Note(checkpoint.text, tuple(lines)).encode()


def fill(engine, count: int, *, batches: int = 1, signer: Signer | None = None) -> None:
    """Append entries and sequence them, in this many batches of equal size."""
    signer = signer or a_signer()
    with engine.begin() as connection:
        first = store.size(connection)
    for batch in range(batches):
        begin, end = first + count * batch // batches, first + count * (batch + 1) // batches
        with engine.begin() as connection:
            for body in entries(end - begin, begin):
                store.append(connection, body, NOW)
        drain(engine, signer, NOW + timedelta(seconds=batch))
