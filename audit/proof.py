"""Receipts: a text that shows, without asking anyone, that an entry is in the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from audit.encoding import from_base64, from_decimal, to_base64
from audit.errors import MalformedError
from audit.note import MAX_NOTE_BYTES
from audit.policy import Policy, Trusted
from audit.tree import HASH_BYTES, leaf_hash, verify_inclusion

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_HASHES: Final = 63
MAX_PROOF_BYTES: Final = MAX_NOTE_BYTES + 256 * 1024
_WHAT: Final = "receipt"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says, not yet believed."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    @property
    def text(self) -> str:
        """The receipt as a ``.tlog-proof`` file. Source: C2SP tlog-proof, "Format"."""
        lines = [HEADER]
        if self.extra:
            lines.append(f"extra {to_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [to_base64(hash_) for hash_ in self.hashes]
        return "".join(f"{line}\n" for line in lines) + "\n" + self.checkpoint.decode()


def parse(text: str) -> Receipt:
    """Read a receipt without believing it; ``parse(x).text == x`` always holds.

    Args:
        text: The ``.tlog-proof`` file.

    Returns:
        What it says.

    Raises:
        MalformedError: It is not a receipt.

    Source: C2SP tlog-proof, "Format".
    """
    if len(text) > MAX_PROOF_BYTES:
        raise MalformedError(_WHAT, f"it is longer than {MAX_PROOF_BYTES} characters")
    head, blank, checkpoint = text.partition("\n\n")
    header, *lines = head.split("\n")
    if header != HEADER or not blank:
        raise MalformedError(_WHAT, f"it does not start with {HEADER!r}")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "), _WHAT)
        if not extra:
            raise MalformedError(_WHAT, "its extra line is empty")
    if not lines or not lines[0].startswith("index "):
        raise MalformedError(_WHAT, "it has no index line")
    index = from_decimal(lines.pop(0).removeprefix("index "), _WHAT)
    if len(lines) > MAX_HASHES:
        raise MalformedError(_WHAT, f"it has more than {MAX_HASHES} hashes")
    try:
        return Receipt(index, parse_hashes(lines), checkpoint.encode(), extra)
    except UnicodeEncodeError as error:
        raise MalformedError(_WHAT, "it is not UTF-8") from error


def parse_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Read the lines of a proof, one base64 hash each.

    Args:
        lines: Without newlines.

    Returns:
        32-byte hashes.

    Raises:
        MalformedError: A line is not the base64 of 32 bytes.

    Source: C2SP tlog-proof, "Format".
    """
    hashes = tuple(from_base64(line, _WHAT) for line in lines)
    if any(len(hash_) != HASH_BYTES for hash_ in hashes):
        raise MalformedError(_WHAT, "a hash is not 32 bytes long")
    return hashes


def verify(entry: bytes, text: str, policy: Policy) -> Trusted:
    """Check that an entry is in a log that the policy believes.

    Args:
        entry: The exact bytes of the entry.
        text: The receipt.
        policy: The reader's own; ``Policy(logs=(verifier,))`` trusts one log, no witness.

    Returns:
        The checkpoint the entry is under, and when witnesses had seen it.

    Raises:
        MalformedError: It is not a receipt.
        BadSignatureError: A key of the policy did not make a signature that bears its name.
        UnsignedError: No log of the policy signed.
        OriginError: The log that signed is not the one the checkpoint names.
        QuorumError: Too few witnesses cosigned.
        ProofError: The entry is not shown to be at that index.

    Source: C2SP tlog-proof, "Verifying a tlog proof".
    """
    receipt = parse(text)
    trusted = policy.check(receipt.checkpoint)
    checkpoint = trusted.checkpoint
    leaf = leaf_hash(entry)
    verify_inclusion(leaf, receipt.index, checkpoint.size, receipt.hashes, checkpoint.root)
    return trusted
