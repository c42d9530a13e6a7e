"""Signed notes: a text, and the signatures of whoever vouches for it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from audit.encoding import from_base64
from audit.errors import MalformedError, UnsignedError
from audit.keys import DASH, KEY_ID_BYTES, Signature, Verifier, check_name

MAX_NOTE_BYTES: Final = 512 * 1024
MAX_SIGNATURES: Final = 100
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signatures in their order."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Write the note. Source: C2SP signed-note, "Format"."""
        return (self.text + "\n" + "".join(s.line for s in self.signatures)).encode()


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that was checked, and when a cosigner says it was made."""

    verifier: Verifier
    cosigned_at: datetime | None


def parse(data: bytes) -> Note:
    """Read a signed note without believing it; ``parse(x).encode() == x`` always holds.

    Args:
        data: The note, at most ``MAX_NOTE_BYTES``.

    Returns:
        The text and at most ``MAX_SIGNATURES`` signatures.

    Raises:
        MalformedError: It is not a signed note.

    Source: C2SP signed-note, "Format".
    """
    if len(data) > MAX_NOTE_BYTES:
        raise MalformedError("signed note", f"it is longer than {MAX_NOTE_BYTES} bytes")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError("signed note", "it is not UTF-8") from error
    if _CONTROL.search(whole):
        raise MalformedError("signed note", "it has a control character")
    text, blank, rest = whole.rpartition("\n\n")
    if not blank or not rest.endswith("\n"):
        raise MalformedError("signed note", "it does not end in a blank line and signatures")
    lines = rest[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise MalformedError("signed note", f"it has more than {MAX_SIGNATURES} signatures")
    return Note(text + "\n", tuple(_parse_signature(line) for line in lines))


def open_note(data: bytes, verifiers: Iterable[Verifier]) -> tuple[Note, tuple[Verified, ...]]:
    """Read a note and check it with the keys that the reader trusts.

    Args:
        data: The note.
        verifiers: The trusted keys; signatures by other keys are ignored.

    Returns:
        The note, and each signature by a trusted key.

    Raises:
        MalformedError: It is not a signed note.
        BadSignatureError: A signature that bears a trusted key's name and id is not by it.
        UnsignedError: No trusted key signed.

    Source: C2SP signed-note, "Signatures".
    """
    note = parse(data)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    verified = tuple(
        Verified(verifier, verifier.verify(note.text, signature.value))
        for signature in note.signatures
        if (verifier := known.get((signature.name, signature.key_id)))
    )
    if not verified:
        raise UnsignedError(verifier.name for verifier in known.values())
    return note, verified


def _parse_signature(line: str) -> Signature:
    dash, name, encoded = line[:2], *line[2:].partition(" ")[::2]
    if dash != DASH:
        raise MalformedError("signed note", "a signature line does not start with a long dash")
    check_name(name)
    value = from_base64(encoded, "signed note")
    if len(value) <= KEY_ID_BYTES:
        raise MalformedError("signed note", "a signature line has no signature")
    return Signature(name, value[:KEY_ID_BYTES], value[KEY_ID_BYTES:])
