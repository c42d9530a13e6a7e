"""The fixed byte layouts that lead from a notice to a seed.

Every function here is a pure function of public values; ``docs/spec/lottery-v1.md``, section 2,
gives the layouts in one table. Values are bytes, not hexadecimal.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from lottery.encoding import HASH_BYTES, ds, leaf_hash, sha256, u16, u32
from lottery.errors import MalformedIdError

VRF_KEY_BYTES: Final = 32
VRF_VALUE_BYTES: Final = 64

# GB 32100-2015: 18 characters, never I, O, S, V or Z.
_FIRM_ID = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_CODE_LENGTH = 18
_CODE_CHARACTERS = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
_ENROLMENT = re.compile(r"enrol:(0|[1-9][0-9]{0,15})")
_ABSENT = b"\x00" + bytes(HASH_BYTES)


def draw_id(notice: bytes) -> bytes:
    """Name a draw by the bytes of its notice.

    Args:
        notice: The exact bytes of the NOTICE entry.

    Returns:
        32 bytes, the leaf hash of the notice in the log.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    return leaf_hash(notice)


def firm_bytes(firm_id: str) -> bytes:
    """Return a firm's unified social credit code as it is hashed, its length first.

    Args:
        firm_id: 18 characters.

    Returns:
        20 bytes: the length as u16, then ASCII.

    Raises:
        MalformedIdError: The text is no such code.

    Source: docs/spec/lottery-v1.md, section 2; GB 32100-2015 for the characters.
    """
    if not _FIRM_ID.fullmatch(firm_id):
        raise MalformedIdError(firm_id)
    return u16(len(firm_id)) + firm_id.encode("ascii")


def check_firm_ids(firm_ids: Sequence[str]) -> None:
    """Refuse a list in which anything is not a unified social credit code.

    Args:
        firm_ids: The codes, in any order. One look at all of their characters is many times
            faster than one match for each.

    Raises:
        MalformedIdError: An item is no such code.

    Source: docs/spec/lottery-v1.md, section 2; GB 32100-2015 for the characters.
    """
    joined = "".join(firm_ids).encode("ascii", "replace")
    if set(map(len, firm_ids)) - {_CODE_LENGTH} or not is_of_codes(joined):
        for firm_id in firm_ids:
            firm_bytes(firm_id)


def is_of_codes(text: bytes, between: bytes = b"") -> bool:
    """Tell whether a text has only characters of credit codes, and these others in this order."""
    return text.translate(None, _CODE_CHARACTERS) == between


def enrol_commit(salt: bytes, draw: bytes, firm_id: str) -> bytes:
    """Commit to one firm's enrolment without naming the firm.

    Args:
        salt: 32 secret random bytes, given to the firm with its receipt.
        draw: The 32-byte id of the draw.
        firm_id: The firm's unified social credit code.

    Returns:
        32 bytes for the ENROL entry.

    Raises:
        MalformedIdError: The firm id is no credit code.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    return sha256(ds("enrol") + _sized(salt) + _sized(draw) + firm_bytes(firm_id))


def candidate_bytes(firm_id: str, weight: int, enrol_hash: bytes) -> bytes:
    """Lay out one candidate of the frozen list.

    Args:
        firm_id: The firm's unified social credit code.
        weight: How many tickets the firm has.
        enrol_hash: The 32-byte leaf hash of its ENROL entry.

    Returns:
        The bytes of one leaf of the list's Merkle tree.

    Raises:
        MalformedIdError: The firm id is no credit code.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    return ds("cand") + firm_bytes(firm_id) + u32(weight) + _sized(enrol_hash)


def commit(draw: bytes, who: str, value: bytes) -> bytes:
    """Commit to a contribution, bound to the draw and the person so that no copy opens it.

    Args:
        draw: The 32-byte id of the draw.
        who: The contributor's name in the notice, or that of an enrolment.
        value: 32 secret random bytes.

    Returns:
        32 bytes for the COMMIT entry.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    name = who.encode("utf-8")
    return sha256(ds("commit") + _sized(draw) + u16(len(name)) + name + _sized(value))


def enrolment_name(seq: int) -> str:
    """Return the name under which an enrolment commits, which does not tell the firm.

    Args:
        seq: The ``seq`` of its ENROL entry.

    Returns:
        Such as ``enrol:7``.

    Source: docs/spec/lottery-v1.md, section 3.
    """
    return f"enrol:{seq}"


def enrolment_number(who: str) -> int | None:
    """Return the ``seq`` that a committer's name stands for.

    Args:
        who: The name in a COMMIT or REVEAL.

    Returns:
        The number, or None if this is not the name of an enrolment.

    Source: docs/spec/lottery-v1.md, section 3.
    """
    match = _ENROLMENT.fullmatch(who)
    return int(match[1]) if match else None


def commit_message(draw: bytes, commitment: bytes) -> bytes:
    """Return what a contributor with a key signs, so that nobody commits in its name.

    Args:
        draw: The 32-byte id of the draw.
        commitment: The 32 bytes from ``commit``.

    Returns:
        The message for Ed25519.

    Source: docs/spec/lottery-v1.md, section 2; ours, not the handbook's.
    """
    return ds("commit-signature") + _sized(draw) + _sized(commitment)


def reveals_digest(reveals: Sequence[bytes | None]) -> bytes:
    """Return RD, the digest of all contributions.

    Args:
        reveals: One item for each committer: the notice's contributors in its order, then the
            enrolments that committed, by their ``seq``. 32 bytes, or None if the contribution
            is absent, invalid or late.

    Returns:
        32 bytes.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    parts = (_ABSENT if value is None else b"\x01" + _sized(value) for value in reveals)
    return sha256(ds("reveals") + u32(len(reveals)) + b"".join(parts))


def vrf_alpha(freeze_hash: bytes, reveals: bytes) -> bytes:
    """Return the input on which the trustees of modes C and D evaluate their VRF.

    Args:
        freeze_hash: The 32-byte leaf hash of the FREEZE entry; for a fresh alternate, of the
            DECLINE or DISQUALIFY.
        reveals: The 32 bytes from ``reveals_digest``; for a fresh alternate, the seed.

    Returns:
        88 bytes.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    return ds("vrf-alpha") + _sized(freeze_hash) + _sized(reveals)


def phi_from_numbers(game: str, issue: str, numbers: Iterable[int]) -> bytes:
    """Return Φ of mode B.

    Args:
        game: The game's name, such as ``cwl-kl8``.
        issue: The issue, such as ``2026310``.
        numbers: The numbers drawn, each below 100, in any order.

    Returns:
        32 bytes.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    drawn = ".".join(f"{number:02d}" for number in sorted(numbers))
    return sha256(ds("phi-numbers") + f"{game}/{issue}:{drawn}".encode("ascii"))


def phi_from_vrf(values: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return Φ of modes C, D1 and D2.

    Args:
        values: Each trustee's 32-byte public key and 64-byte VRF value, in the notice's order.

    Returns:
        32 bytes.

    Source: docs/spec/lottery-v1.md, section 2; RFC 9381 for the values.
    """
    parts = (_sized(key, VRF_KEY_BYTES) + _sized(beta, VRF_VALUE_BYTES) for key, beta in values)
    return sha256(ds("phi-vrf") + u16(len(values)) + b"".join(parts))


def seed(draw: bytes, freeze_hash: bytes, reveals: bytes, phi: bytes) -> bytes:
    """Return the seed that decides the order.

    Args:
        draw: The 32-byte id of the draw.
        freeze_hash: The 32-byte leaf hash of the FREEZE entry.
        reveals: The 32 bytes from ``reveals_digest``.
        phi: The 32-byte last value.

    Returns:
        32 bytes.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    parts = _sized(draw) + _sized(freeze_hash) + _sized(reveals) + _sized(phi)
    return sha256(ds("seed") + parts)


def fresh_seed(number: bytes, departure_hash: bytes, phi: bytes) -> bytes:
    """Return seed2, which decides who takes the place of a winner that left.

    Args:
        number: The 32-byte seed of the draw.
        departure_hash: The 32-byte leaf hash of the DECLINE or DISQUALIFY entry.
        phi: Φ', the 32-byte value that this entry fixed as its ``next``.

    Returns:
        32 bytes.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    return sha256(ds("seed2") + _sized(number) + _sized(departure_hash) + _sized(phi))


def _sized(value: bytes, size: int = HASH_BYTES) -> bytes:
    """Return a value, once its length has been checked: a short one would shift all others."""
    if len(value) != size:
        raise ValueError(f"expected {size} bytes, got {len(value)}")
    return value
