"""Decoders raise nothing but their own error, and accept nothing but the one canonical form.

Inputs are valid samples with a few bytes changed, dropped, doubled or taken from elsewhere, and
sheer noise: what a stranger may hand to a verifier.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lottery
from lottery.beacon.courier import parse_courier
from lottery.beacon.errors import BeaconError
from lottery.encoding import dumps_canonical, loads_canonical
from lottery.errors import CanonicalJsonError, ListError, NoteError, ProofError
from lottery.listing import ListLine, read_list
from lottery.note import Checkpoint, VerifierKey, parse_checkpoint, parse_vkey
from lottery.proof import TlogProof, parse_hash_file, parse_tlog_proof
from lottery.shamir import ShareError, parse_share, split
from lottery.tiles import split_tile
from tests.lengths import length
from tests.lottery.drawing import Drawing
from tests.lottery.drawing_facts import PINS, Voice
from tests.lottery.minilog import LOG_SEED, ORIGIN, policy_text, vkey

EXAMPLES = length(120, 30_000)

DRAWING = Drawing(
    fresh=True,
    mode="D2",
    firm_commits=True,
    weights={0: 3},
    voices=(Voice("regulator", keyed=True),),
    firm_voices={1: Voice("enrol:1")},
).whole()
DRAWING.refill(DRAWING.leave(DRAWING.selected[0]))
BUNDLE = DRAWING.bundle()
DATA = lottery.build(BUNDLE)


@dataclass(frozen=True)
class Decoder:
    """A decoder of bytes, its one error, valid samples, and how what it reads is written."""

    read: Callable[[bytes], object]
    error: type[Exception]
    samples: tuple[bytes, ...]
    write: Callable[[object], bytes] | None


def written_checkpoint(note: Checkpoint) -> bytes:
    lines = "".join(
        f"— {each.name} {base64.b64encode(each.key_id + each.body).decode()}\n"
        for each in note.signatures
    )
    text = f"{note.origin}\n{note.size}\n{base64.b64encode(note.root).decode()}\n"
    assert text.encode() == note.text
    return f"{text}\n{lines}".encode()


def written_hashes(hashes: tuple[bytes, ...]) -> bytes:
    return b"".join(base64.b64encode(each) + b"\n" for each in hashes)


def written_proof(proof: TlogProof) -> bytes:
    head = b"c2sp.org/tlog-proof@v1\nindex %d\n" % proof.index
    return head + written_hashes(proof.path) + b"\n" + proof.checkpoint


def written_list(lines: list[ListLine]) -> bytes:
    return b"".join(
        dumps_canonical(
            {"enrol": x.enrol_index, "firm": x.firm_id, "salt": x.salt, "weight": x.weight}
        )
        + b"\n"
        for x in lines
    )


def written_vkey(key: VerifierKey) -> bytes:
    material = base64.b64encode(bytes([key.kind]) + key.key).decode()
    return f"{key.name}+{key.key_id.hex()}+{material}".encode()


def as_text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """Return a decoder of text as one of bytes, each a character."""
    return lambda data: read(data.decode("latin-1"))


SHARE = split(b"\1" * 32, b"\2" * 32, threshold=2, shares=3)[0]
COURIER = b"1000 " + b"ab" * 48
DECODERS = {
    "bundle": Decoder(lottery.read, lottery.BundleError, (DATA,), None),
    "entry": Decoder(
        lottery.decode,
        lottery.EntryError,
        tuple(entry.body for entry in BUNDLE.entries),
        lambda entry: entry.to_bytes(),
    ),
    "json": Decoder(
        loads_canonical,
        CanonicalJsonError,
        (b'{"a":[0,true,null,"\\u0001\xe5\xb8\x82\\n"],"b":{}}', BUNDLE.entries[0].body),
        dumps_canonical,
    ),
    "checkpoint": Decoder(
        parse_checkpoint, NoteError, (BUNDLE.cut.checkpoint,), written_checkpoint
    ),
    "proof": Decoder(parse_tlog_proof, ProofError, (BUNDLE.entries[3].proof,), written_proof),
    "hashes": Decoder(parse_hash_file, ProofError, (BUNDLE.cut.consistency, b""), written_hashes),
    "list": Decoder(read_list, ListError, (BUNDLE.list_file,), written_list),
    "policy": Decoder(lottery.parse_policy, lottery.PolicyError, (policy_text("two", PINS),), None),
    "vkey": Decoder(
        lambda data: parse_vkey(data.decode("utf-8", "replace")),
        NoteError,
        (vkey(ORIGIN, 1, LOG_SEED).encode(),),
        written_vkey,
    ),
    "share": Decoder(
        as_text(parse_share),
        ShareError,
        (SHARE.to_text().encode(),),
        lambda share: share.to_text().encode(),
    ),
    "tile": Decoder(
        split_tile,
        ProofError,
        (b"".join(len(body).to_bytes(2, "big") + body for body in (b"", b"x", b"y" * 300)),),
        lambda bodies: b"".join(len(body).to_bytes(2, "big") + body for body in bodies),
    ),
    "courier": Decoder(as_text(parse_courier), BeaconError, (COURIER,), None),
}


@st.composite
def mutants(draw, samples):
    """Return a sample with a few changes, or noise."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=300))
    data = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 1, 2, 16, 64])))
        other = draw(st.integers(0, len(data)))
        inserted = draw(
            st.one_of(
                st.binary(max_size=2),
                st.sampled_from(
                    [b"\n", b" ", b"0", b"=", b'"', b"\r", b"\xe2\x80\x94 ", b"9" * 20]
                ),
                st.just(data[other : other + 40]),
            )
        )
        data = data[:start] + inserted + data[end:]
    return data


@pytest.mark.long
@pytest.mark.parametrize("name", DECODERS)
def test_a_decoder_refuses_in_one_way_and_accepts_one_form(name):
    decoder = DECODERS[name]

    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True)
    @given(mutants(decoder.samples))
    def fuzz(data):
        try:
            value = decoder.read(data)
        except decoder.error:
            return
        if decoder.write is not None:
            assert decoder.write(value) == data

    fuzz()


@pytest.mark.parametrize("name", DECODERS)
def test_every_sample_is_read(name):
    decoder = DECODERS[name]

    for sample in decoder.samples:
        value = decoder.read(sample)
        assert decoder.write is None or decoder.write(value) == sample


@pytest.mark.long
@settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True)
@given(mutants((DATA,)))
def test_a_bundle_that_is_read_can_be_verified_whatever_it_holds(data):
    policy = lottery.parse_policy(policy_text("w1", PINS))
    try:
        report = lottery.examine(data, policy)
    except lottery.BundleError:
        return
    assert report.ok <= (report.draw == BUNDLE.draw)
