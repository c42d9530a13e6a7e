"""Keys with names: who may sign a note, cosign it, and check either."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from audit.cosignature import TIME_BYTES, ed25519_message, ml_dsa_message
from audit.encoding import from_base64, to_base64
from audit.errors import BadSignatureError, MalformedError

KEY_ID_BYTES: Final = 4
SEED_BYTES: Final = 32
DASH: Final = "\N{EM DASH} "
_LATEST: Final = 253_402_300_799
"""The end of the year 9999: what calendars can name, far below the 2**63 - 1 of the format."""
_KEY: Final = re.compile(r"(?P<name>[^+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[^ \n]+)")


class KeyType(IntEnum):
    """What a key signs. Source: C2SP signed-note, "Signature types"."""

    ED25519 = 0x01
    ED25519_COSIGNATURE = 0x04
    ML_DSA_44_COSIGNATURE = 0x06


PUBLIC_KEY_BYTES: Final = {
    KeyType.ED25519: 32,
    KeyType.ED25519_COSIGNATURE: 32,
    KeyType.ML_DSA_44_COSIGNATURE: 1312,
}


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, not yet believed."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{DASH}{self.name} {to_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name and its one purpose."""

    name: str
    type: KeyType
    public_key: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public_key) != PUBLIC_KEY_BYTES[self.type]:
            raise MalformedError("verifier key", f"{self.name}: the key has the wrong length")

    @property
    def key_id(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        return _key_id(self.name, self.type, self.public_key)

    @property
    def vkey(self) -> str:
        """The key as text. Source: C2SP signed-note, "Verifier keys"."""
        key = to_base64(bytes([self.type]) + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def verify(self, text: str, signature: bytes) -> datetime | None:
        """Check a signature over the text of a note.

        Args:
            text: The text with its final newline.
            signature: What follows the key id in the signature line.

        Returns:
            When it was cosigned; None for a plain signature, or a cosignature without time.

        Raises:
            BadSignatureError: The key did not make this signature.
            MalformedError: The text of a cosigned note is not a checkpoint.

        Source: C2SP signed-note, "Ed25519 signatures"; C2SP tlog-cosignature.
        """
        try:
            if self.type is KeyType.ED25519:
                key = Ed25519PublicKey.from_public_bytes(self.public_key)
                key.verify(signature, text.encode())
                return None
            return self._verify_cosignature(text, signature)
        except (InvalidSignature, ValueError, OverflowError) as error:
            raise BadSignatureError(self.name) from error

    def _verify_cosignature(self, text: str, signature: bytes) -> datetime | None:
        seconds = int.from_bytes(signature[:TIME_BYTES], "big")
        value = signature[TIME_BYTES:]
        if seconds > _LATEST:
            raise BadSignatureError(self.name)
        if self.type is KeyType.ED25519_COSIGNATURE:
            key = Ed25519PublicKey.from_public_bytes(self.public_key)
            key.verify(value, ed25519_message(text, seconds))
        else:
            ml_dsa = MLDSA44PublicKey.from_public_bytes(self.public_key)
            ml_dsa.verify(value, ml_dsa_message(self.name, text, seconds))
        return datetime.fromtimestamp(seconds, UTC) if seconds else None


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name and its one purpose."""

    name: str
    type: KeyType
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.seed) != SEED_BYTES:
            raise MalformedError("signer key", f"{self.name}: the seed is not 32 bytes long")

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        if self.type is KeyType.ML_DSA_44_COSIGNATURE:
            public_key = MLDSA44PrivateKey.from_seed_bytes(self.seed).public_key()
            return Verifier(self.name, self.type, public_key.public_bytes_raw())
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return Verifier(self.name, self.type, public)

    @property
    def skey(self) -> str:
        """The private key as text; keep it where only the signer can read it."""
        key = to_base64(bytes([self.type]) + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{key}"

    def sign(self, text: str) -> Signature:
        """Sign the text of a note.

        Args:
            text: The text with its final newline.

        Returns:
            The signature, ready to stand in a note.

        Raises:
            ValueError: The key is for cosignatures.

        Source: C2SP signed-note, "Ed25519 signatures".
        """
        if self.type is not KeyType.ED25519:
            raise ValueError(f"{self.name} is a key for cosignatures")
        value = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return Signature(self.name, self.verifier.key_id, value)

    def cosign(self, text: str, at: datetime) -> Signature:
        """State that at this time the checkpoint was the largest consistent tree seen.

        Args:
            text: The text of a checkpoint.
            at: The cosigner's own time, aware.

        Returns:
            The cosignature, ready to stand in the note.

        Raises:
            ValueError: The key is for plain signatures, or the time is naive.

        Source: C2SP tlog-cosignature, "Format".
        """
        if at.tzinfo is None:
            raise ValueError("a naive datetime is not an instant")
        seconds = int(at.timestamp())
        if self.type is KeyType.ED25519_COSIGNATURE:
            key = Ed25519PrivateKey.from_private_bytes(self.seed)
            value = key.sign(ed25519_message(text, seconds))
        elif self.type is KeyType.ML_DSA_44_COSIGNATURE:
            ml_dsa = MLDSA44PrivateKey.from_seed_bytes(self.seed)
            value = ml_dsa.sign(ml_dsa_message(self.name, text, seconds))
        else:
            raise ValueError(f"{self.name} is not a key for cosignatures")
        time = seconds.to_bytes(TIME_BYTES, "big")
        return Signature(self.name, self.verifier.key_id, time + value)


def parse_vkey(text: str) -> Verifier:
    """Read a verifier key.

    Args:
        text: ``name+key id+base64``, without a newline.

    Returns:
        The key.

    Raises:
        MalformedError: It is not a key, its id is not its own, or its type is not supported.

    Source: C2SP signed-note, "Verifier keys".
    """
    name, key_id, type_, key = _parse_key(text, "verifier key")
    verifier = Verifier(name, type_, key)
    if verifier.key_id != key_id:
        raise MalformedError("verifier key", f"{name}: the key id does not belong to the key")
    return verifier


def parse_skey(text: str) -> Signer:
    """Read a signer key.

    Args:
        text: ``PRIVATE+KEY+name+key id+base64``, without a newline.

    Returns:
        The key.

    Raises:
        MalformedError: It is not a key, its id is not its own, or its type is not supported.

    Source: the note package of the Go checksum database, which C2SP signed-note describes.
    """
    prefix = "PRIVATE+KEY+"
    if not text.startswith(prefix):
        raise MalformedError("signer key", f"it does not start with {prefix}")
    name, key_id, type_, seed = _parse_key(text.removeprefix(prefix), "signer key")
    signer = Signer(name, type_, seed)
    if signer.verifier.key_id != key_id:
        raise MalformedError("signer key", f"{name}: the key id does not belong to the key")
    return signer


def _parse_key(text: str, what: str) -> tuple[str, bytes, KeyType, bytes]:
    match = _KEY.fullmatch(text)
    if match is None:
        raise MalformedError(what, "it is not name+id+key")
    key = from_base64(match["key"], what)
    try:
        type_ = KeyType(key[0])
    except (IndexError, ValueError) as error:
        raise MalformedError(what, f"{match['name']}: its type is not supported") from error
    return match["name"], bytes.fromhex(match["id"]), type_, key[1:]


def _key_id(name: str, type_: KeyType, public_key: bytes) -> bytes:
    named = name.encode() + b"\n" + bytes([type_]) + public_key
    return hashlib.sha256(named).digest()[:KEY_ID_BYTES]


def check_name(name: str) -> None:
    """Refuse a key name that is empty or has a space, a plus or a control character."""
    if not name or any(
        c == "+" or c.isspace() or c < " " or "\ud800" <= c < "\ue000" for c in name
    ):
        raise MalformedError("key name", f"{name[:80]!r} is empty or has a space or a plus")
