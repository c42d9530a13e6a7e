"""Signed notes, checkpoints and witness cosignatures, as far as a verifier needs them.

Source: C2SP signed-note, tlog-checkpoint and tlog-cosignature.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from lottery.beacon import ed25519
from lottery.encoding import HASH_BYTES, sha256
from lottery.errors import NoteError

MAX_SIGNATURES: Final = 64
MAX_NOTE_BYTES: Final = 256 * 1024

# C2SP signed-note, "Signature types".
ED25519: Final = 0x01
COSIGNATURE_ED25519: Final = 0x04
COSIGNATURE_ML_DSA_44: Final = 0x06

_KEY_BYTES = {ED25519: 32, COSIGNATURE_ED25519: 32, COSIGNATURE_ML_DSA_44: 1312}
_KEY_ID_BYTES = 4
_TIME_BYTES = 8
# C2SP tlog-cosignature, "Format".
_LATEST_TIME = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_CHECKPOINT_LINES = 3


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name, as a policy file gives it."""

    name: str
    kind: int
    key: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that announce this key in a signature line."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.key
        return sha256(named)[:_KEY_ID_BYTES]


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note, not yet verified."""

    name: str
    key_id: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one moment, with the signatures that came along."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: tuple[Signature, ...]


def parse_base64(text: str, what: str) -> bytes:
    """Decode base64 strictly: with padding, and with no other spelling of the same bytes.

    Args:
        text: RFC 4648, section 4, in one line.
        what: What is decoded, for the error.

    Returns:
        The bytes.

    Raises:
        NoteError: The text is not the canonical base64 of anything.

    Source: RFC 4648, section 4 and section 3.5.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError(f"{what} is not base64") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise NoteError(f"{what} is not spelled as base64 is")
    return data


def parse_decimal(text: str, what: str) -> int:
    """Read a decimal number below 2^63 without sign or leading zeros.

    Args:
        text: The digits.
        what: What is read, for the error.

    Returns:
        The number.

    Raises:
        NoteError: The text is anything else.

    Source: C2SP tlog-checkpoint, "Note text".
    """
    if not _DECIMAL.fullmatch(text) or int(text) > _LATEST_TIME:
        raise NoteError(f"{what} is not a plain decimal number below 2^63")
    return int(text)


def parse_vkey(text: str) -> VerifierKey:
    """Read a verifier key ``name+keyid+base64``.

    Args:
        text: The vkey, in one line.

    Returns:
        The key; its kind is one of the types this module knows.

    Raises:
        NoteError: The text is malformed, of an unknown type, or its key ID is wrong.

    Source: C2SP signed-note, "Verifier keys".
    """
    name, plus, rest = text.partition("+")
    key_id, second, material = rest.partition("+")
    if not (name and plus and second) or _has_space(name):
        raise NoteError("a verifier key has the form name+keyid+base64")
    data = parse_base64(material, "the verifier key")
    if not data or len(data) - 1 != _KEY_BYTES.get(data[0]):
        raise NoteError("the verifier key is of no type that a log or witness has here")
    vkey = VerifierKey(name, data[0], data[1:])
    if not _KEY_ID.fullmatch(key_id) or vkey.key_id.hex() != key_id:
        raise NoteError(f"the key ID of {name} should be {vkey.key_id.hex()}: a sign is mistyped")
    return vkey


def parse_checkpoint(data: bytes) -> Checkpoint:
    """Read a checkpoint without verifying its signatures.

    Args:
        data: The whole signed note.

    Returns:
        Its three lines and its signature lines.

    Raises:
        NoteError: It is not a signed note of exactly three lines. Extension lines are refused:
            this protocol uses none, and cosignatures do not vouch for them.

    Source: C2SP signed-note, "Format"; C2SP tlog-checkpoint, "Note text".
    """
    text, signatures = _split_note(data)
    lines = text[:-1].split("\n")
    if len(lines) != _CHECKPOINT_LINES:
        raise NoteError("a checkpoint here has exactly three lines: origin, size and root")
    origin, size, root_text = lines
    root = parse_base64(root_text, "the root")
    if not origin or len(root) != HASH_BYTES:
        raise NoteError("a checkpoint names its origin and a root of 32 bytes")
    return Checkpoint(
        origin=origin,
        size=parse_decimal(size, "the size"),
        root=root,
        text=text.encode(),
        signatures=signatures,
    )


def verified_by(checkpoint: Checkpoint, key: VerifierKey) -> bool:
    """Say whether a log's key signed a checkpoint.

    Args:
        checkpoint: A parsed checkpoint.
        key: An Ed25519 key from the verifier's own policy.

    Returns:
        True if a line of this key is there and right, False if there is none.

    Raises:
        NoteError: There is a line of this key, and it is wrong.

    Source: C2SP signed-note, "Signatures": a known key that fails spoils the note.
    """
    mine = _lines_of(checkpoint, key)
    for signature in mine:
        if not ed25519.verify(key.key, checkpoint.text, signature.body):
            raise NoteError(f"the signature of {key.name} does not match the text")
    return bool(mine)


def cosigned_at(checkpoint: Checkpoint, key: VerifierKey) -> tuple[int, ...]:
    """Return the times at which a witness says it saw a checkpoint.

    Args:
        checkpoint: A parsed checkpoint.
        key: A witness key from the verifier's own policy.

    Returns:
        Unix seconds, one for each cosignature of this witness, ascending. Cosignatures without
        a time (0), and of a type that this verifier cannot check (ML-DSA-44), are never counted.

    Raises:
        NoteError: There is a cosignature of this key, and it is wrong.

    Source: C2SP tlog-cosignature, "Ed25519 signed message".
    """
    if key.kind != COSIGNATURE_ED25519:
        return ()
    times = []
    for signature in _lines_of(checkpoint, key):
        stamp = signature.body[:_TIME_BYTES]
        time = int.from_bytes(stamp, "big")
        message = b"cosignature/v1\ntime %d\n" % time + checkpoint.text
        if time > _LATEST_TIME:
            raise NoteError(f"the cosignature of {key.name} has an impossible time")
        if not ed25519.verify(key.key, message, signature.body[_TIME_BYTES:]):
            raise NoteError(f"the cosignature of {key.name} does not match the text")
        if time:
            times.append(time)
    return tuple(sorted(times))


def _lines_of(checkpoint: Checkpoint, key: VerifierKey) -> list[Signature]:
    key_id = key.key_id
    return [s for s in checkpoint.signatures if (s.name, s.key_id) == (key.name, key_id)]


def _split_note(data: bytes) -> tuple[str, tuple[Signature, ...]]:
    if len(data) > MAX_NOTE_BYTES:
        raise NoteError(f"it is longer than {MAX_NOTE_BYTES} bytes")
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError("it is not UTF-8") from None
    if _CONTROL.search(note):
        raise NoteError("it holds a control character")
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise NoteError("a note is a text, an empty line and signature lines")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"it has more than {MAX_SIGNATURES} signatures")
    if len(set(lines)) != len(lines):
        raise NoteError("a signature line is repeated")
    return text + "\n", tuple(_parse_signature(line) for line in lines)


def _parse_signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not parts[1] or "+" in parts[1]:  # noqa: PLR2004 - dash, name, base64
        raise NoteError("a signature line is a dash, a name and base64")
    if _has_space(parts[1]):
        raise NoteError("a key name holds a space")
    body = parse_base64(parts[2], "a signature")
    if len(body) <= _KEY_ID_BYTES:
        raise NoteError("a signature is too short")
    return Signature(parts[1], body[:_KEY_ID_BYTES], body[_KEY_ID_BYTES:])


def _has_space(name: str) -> bool:
    return any(sign.isspace() for sign in name)
