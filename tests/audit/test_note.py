"""Signed notes and keys: real ones are accepted, every other spelling is refused."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import AuditError, BadSignatureError, MalformedError, UnsignedError
from audit.keys import KeyType, Signer, parse_skey, parse_vkey
from audit.note import MAX_NOTE_BYTES, MAX_SIGNATURES, Note, open_note, parse
from tests.audit.making import INTEROP, NOW, a_signer, a_witness, vectors

NOTES = vectors("signed-note.json")
TEXT = "one line\n\nand another\n"


def a_note(*signers: Signer, text: str = TEXT) -> bytes:
    return Note(text, tuple(signer.sign(text) for signer in signers)).encode()


@pytest.mark.parametrize("case", NOTES["notes"], ids=lambda case: case["name"])
def test_notes_of_others_are_accepted(case):
    key = parse_vkey(case["vkey"])
    note, verified = open_note(case["note"].encode(), [key])

    assert [v.verifier for v in verified] == [key]
    assert note.encode().decode() == case["note"]
    assert key.vkey == case["vkey"]


@pytest.mark.parametrize("case", NOTES["must_fail"], ids=lambda case: case["why"])
def test_bad_notes_of_others_are_refused(case):
    with pytest.raises(BadSignatureError):
        open_note(case["note"].encode(), [parse_vkey(case["vkey"])])


def test_we_sign_as_others_do():
    case = next(case for case in NOTES["notes"] if "skey" in case)
    signer = parse_skey(case["skey"])

    assert signer.skey == case["skey"]
    assert signer.verifier.vkey == case["vkey"]
    assert a_note(signer, text=parse(case["note"].encode()).text).decode() == case["note"]


def test_signatures_of_the_interop_log_are_verified():
    keys = [
        parse_vkey((INTEROP / name).read_text("utf-8").strip())
        for name in ("log.vkey", "w1.vkey", "w2.vkey", "w3.vkey")
    ]
    _, verified = open_note((INTEROP / "checkpoint").read_bytes(), keys)

    assert [v.verifier.type for v in verified] == [1, 4, 4, 6]
    assert [v.cosigned_at is None for v in verified] == [True, False, False, False]


def test_a_signature_by_an_unknown_key_is_ignored():
    known, unknown = a_signer("known"), a_signer("unknown", 2)
    same_name = a_signer("known", 3)
    _, verified = open_note(a_note(unknown, same_name, known), [known.verifier])

    assert [v.verifier for v in verified] == [known.verifier]


def test_a_false_signature_of_a_known_key_spoils_the_note():
    known, other = a_signer("known"), a_signer("other", 2)
    note = parse(a_note(known, other))
    false = Note("another text\n", note.signatures).encode()

    with pytest.raises(BadSignatureError, match="known"):
        open_note(false, [known.verifier])
    mixed = Note(TEXT, (other.sign(TEXT), parse(false).signatures[0])).encode()
    assert open_note(mixed, [other.verifier, known.verifier])  # That one is still over TEXT.
    spoiled = Note("another text\n", (other.sign("another text\n"), *note.signatures)).encode()
    with pytest.raises(BadSignatureError):
        open_note(spoiled, [other.verifier, known.verifier])


def test_a_note_that_nobody_known_signed_is_refused():
    with pytest.raises(UnsignedError, match="known"):
        open_note(a_note(a_signer("stranger", 2)), [a_signer("known").verifier])
    with pytest.raises(UnsignedError, match="no key at all"):
        open_note(a_note(a_signer("stranger", 2)), [])


def test_as_many_signatures_are_read_as_the_specification_asks_and_no_flood():
    signers = [a_signer(f"s{number}", number) for number in range(MAX_SIGNATURES)]
    for count in (16, MAX_SIGNATURES):
        _, verified = open_note(a_note(*signers[:count]), [s.verifier for s in signers])
        assert len(verified) == count
    with pytest.raises(MalformedError, match="signatures"):
        parse(a_note(*signers, signers[0]))
    with pytest.raises(MalformedError, match="longer"):
        parse(b"x" * (MAX_NOTE_BYTES + 1))


GOOD = a_note(a_signer())
LINE = parse(GOOD).signatures[0].line


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n\n",
        TEXT.encode(),
        GOOD[:-1],
        GOOD + b"\n",
        GOOD + b"x\n",
        GOOD.replace(b"\n\n\xe2", b"\n\xe2"),
        GOOD.replace("—".encode(), b"-"),
        GOOD.replace("— ".encode(), "—\u00a0".encode()),
        GOOD.replace(b"/log ", b"/log  "),
        GOOD.replace(b"/log ", b"/l+og "),
        GOOD.replace(b"/log ", "/l\u3000og ".encode()),
        GOOD.replace(b"one", b"o\tne"),
        GOOD.replace(b"one", b"o\rne"),
        GOOD.replace(b"one", b"o\0ne"),
        GOOD.replace(b"one", b"\xff"),
        f"{TEXT}\n— name \n".encode(),
        f"{TEXT}\n— name AAAA\n".encode(),
        f"{TEXT}\n— name AAAAAA==\n".encode(),
        f"{TEXT}\n— name AAAAAAA\n".encode(),
        f"{TEXT}\n— name AAAAAAB=\n".encode(),
        f"{TEXT}\n— name AAA AAAA=\n".encode(),
        f"{TEXT}\n— name AAAAAA_=\n".encode(),
        f"{TEXT}\n— name ＡAAAAAA=\n".encode(),
        f"{TEXT}\n—  AAAAAAA=\n".encode(),
    ],
)
def test_a_malformed_note_is_refused(data):
    with pytest.raises(MalformedError):
        parse(data)


def test_every_changed_byte_of_a_note_is_found():
    verifier = a_signer().verifier
    for at in range(len(GOOD)):
        for change in (1, 0x20, 0x80):
            data = bytearray(GOOD)
            data[at] ^= change
            with pytest.raises(AuditError):
                open_note(bytes(data), [verifier])


@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_whatever_is_read_is_written_the_same(data):
    for note in (data, GOOD[:-60] + data, TEXT.encode() + b"\n" + data):
        with suppress(AuditError):
            assert parse(note).encode() == note


@pytest.mark.parametrize("kind", list(KeyType))
def test_keys_lead_back_to_themselves(kind):
    signer = Signer("city.example/密钥", kind, bytes(range(32)))

    assert parse_skey(signer.skey) == signer
    assert parse_vkey(signer.verifier.vkey) == signer.verifier
    assert signer.skey not in repr(signer)
    assert repr(signer.seed) not in repr(signer)


VKEY = a_signer().verifier.vkey


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "+",
        "a+b",
        VKEY + "\n",
        " " + VKEY,
        VKEY + "A",
        VKEY[:-1],
        VKEY.replace("+AY", "+AX"),
        VKEY.replace(VKEY.split("+")[1], "00000000"),
        VKEY.replace(VKEY.split("+")[1], VKEY.split("+")[1].upper()),
        VKEY.replace("market", "mar\udc80ket"),
        "x+00000000+",
        "x+00000000+Ag==",
        "x+00000000+/w==",
        "x+00000000+AQ==",
    ],
)
def test_a_malformed_key_is_refused(vkey):
    with pytest.raises(MalformedError):
        parse_vkey(vkey)
    with pytest.raises(MalformedError):
        parse_skey("PRIVATE+KEY+" + vkey)
    with pytest.raises(MalformedError):
        parse_skey(vkey)


def test_a_key_has_one_purpose():
    checkpoint = "o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    with pytest.raises(ValueError, match="cosignatures"):
        a_signer().cosign(checkpoint, NOW)
    with pytest.raises(ValueError, match="cosignatures"):
        a_witness("w", 1).sign(checkpoint)
    with pytest.raises(ValueError, match="naive"):
        a_witness("w", 1).cosign(checkpoint, NOW.replace(tzinfo=None))


@pytest.mark.parametrize("kind", [KeyType.ED25519_COSIGNATURE, KeyType.ML_DSA_44_COSIGNATURE])
def test_a_cosignature_carries_its_time_and_vouches_for_it(kind):
    witness = Signer("w", kind, bytes([9]) * 32)
    text = "origin\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    value = witness.cosign(text, NOW).value

    assert witness.verifier.verify(text, value) == NOW
    later = (int.from_bytes(value[:8], "big") + 1).to_bytes(8, "big") + value[8:]
    for false in (later, value[:-1], value[:8], b"", b"\xff" * 8 + value[8:]):
        with pytest.raises(BadSignatureError):
            witness.verifier.verify(text, false)
    with pytest.raises(BadSignatureError):
        witness.verifier.verify(text.replace("origin", "0rigin"), value)


def test_a_cosigner_that_states_no_time_has_none():
    witness = Signer("w", KeyType.ML_DSA_44_COSIGNATURE, bytes([9]) * 32)
    text = "origin\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    signature = witness.cosign(text, datetime.fromtimestamp(0, UTC))

    assert witness.verifier.verify(text, signature.value) is None
