"""The lines a witness answers with: its own keys', and one that others may ignore."""

import base64
import hashlib
import logging
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from audit.cosignature import TIME_BYTES
from audit.encoding import to_base64
from audit.keys import KEY_ID_BYTES, Signature, Signer

logger = logging.getLogger(__name__)

PRIVATE_TYPE: Final = b"\xffzjcs/sm2-with-sm3-cosignature/v1"
"""A type without a number of its own. Source: C2SP signed-note, "Signature types", 0xff."""
PATIENCE_SECONDS: Final = 10
LONGEST_SIGNATURE: Final = 1024


class ExtraSigner(Protocol):
    """Makes one more line, such as one that a law on cryptography asks for.

    Readers that do not know its key ignore it, as signed-note requires.
    """

    def cosign(self, text: str, at: datetime) -> Signature | None:
        """Return a line, or None where it cannot be made: the others are sent without it."""
        ...


@dataclass(frozen=True, slots=True)
class CommandSigner:
    """SM2 with SM3 by an external command: an adapter of a security module or signing service.

    The command gets the message on its standard input and writes the signature in base64.
    ``public_key`` is what the module calls its public key; it only goes into the key id.
    """

    name: str
    public_key: bytes
    command: tuple[str, ...]

    @property
    def key_id(self) -> bytes:
        """The four bytes that name the key. Source: C2SP signed-note, "Signatures"."""
        named = self.name.encode() + b"\n" + PRIVATE_TYPE + self.public_key
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as text, for those who check such lines."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(PRIVATE_TYPE + self.public_key)}"

    def cosign(self, text: str, at: datetime) -> Signature | None:
        """Let the command sign; it must not stop the witness when it fails."""
        seconds = int(at.timestamp())
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command, without a shell
                self.command,
                input=message(text, seconds),
                capture_output=True,
                timeout=PATIENCE_SECONDS,
                check=True,
            )
            value = base64.b64decode(b"".join(done.stdout.split()), validate=True)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            logger.warning("the extra signature was left out: %s", error)
            return None
        if not 1 <= len(value) <= LONGEST_SIGNATURE:
            logger.warning("the extra signature was left out: it has %d bytes", len(value))
            return None
        return Signature(self.name, self.key_id, seconds.to_bytes(TIME_BYTES, "big") + value)


def message(text: str, seconds: int) -> bytes:
    """Return the bytes that the extra signature is over; its first line keeps it apart."""
    return f"zjcs/sm2-with-sm3-cosignature/v1\ntime {seconds}\n{text}".encode()


def cosign(
    text: str, at: datetime, signers: Sequence[Signer], extra: Sequence[ExtraSigner]
) -> tuple[Signature, ...]:
    """Return the lines of all keys, all with the same time."""
    lines = [signer.cosign(text, at) for signer in signers]
    lines += [line for one in extra if (line := one.cosign(text, at))]
    return tuple(lines)
