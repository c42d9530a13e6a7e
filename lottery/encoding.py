"""The bytes that are hashed: domain tags, integers, Merkle trees and canonical JSON."""

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Final, TypeAlias

from lottery.errors import CanonicalJsonError

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | bool | None"

HASH_BYTES: Final = 32
MAX_INTEGER: Final = 2**53 - 1
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_LONGEST_INTEGER = len(str(MAX_INTEGER))


@cache
def ds(name: str) -> bytes:
    """Return the domain tag DS(name) that starts every hashed layout of this protocol.

    Args:
        name: What is being hashed, in ASCII.

    Returns:
        ``ismdraw/v1/`` followed by the name, a line feed and a zero byte.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    return b"ismdraw/v1/" + name.encode("ascii") + b"\n\x00"


def sha256(data: bytes) -> bytes:
    """Return the 32-byte SHA-256 digest H(data)."""
    return hashlib.sha256(data).digest()


def u16(number: int) -> bytes:
    """Return a number below 2^16 as two bytes, big end first."""
    return number.to_bytes(2, "big")


def u32(number: int) -> bytes:
    """Return a number below 2^32 as four bytes, big end first."""
    return number.to_bytes(4, "big")


def u64(number: int) -> bytes:
    """Return a number below 2^64 as eight bytes, big end first."""
    return number.to_bytes(8, "big")


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry of a tree. RFC 6962, section 2.1: SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees. RFC 6962, section 2.1: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of_hashes(leaves: Sequence[bytes]) -> bytes:
    """Return the root of the Merkle tree whose leaf hashes are given.

    Pairing neighbours level by level, and passing an odd last one up unchanged, gives the
    tree of RFC 6962 without recursion.

    Args:
        leaves: 32-byte leaf hashes, in order.

    Returns:
        32 bytes; the SHA-256 of nothing for an empty tree.

    Source: RFC 6962, section 2.1.
    """
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    digest = hashlib.sha256
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [digest(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return level[0]


def unhex(text: str, size: int) -> bytes:
    """Decode lower-case hexadecimal of a known length.

    Args:
        text: Two characters 0-9a-f for each byte.
        size: How many bytes there must be.

    Returns:
        The bytes.

    Raises:
        ValueError: The text has another length, or a character that is not 0-9a-f.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    if len(text) != 2 * size or not _HEX.fullmatch(text):
        raise ValueError(f"expected {2 * size} characters 0-9a-f")
    return bytes.fromhex(text)


def dumps_canonical(value: JsonValue) -> bytes:
    """Return the one canonical form of a value, as UTF-8 bytes.

    Args:
        value: Objects with ASCII snake_case keys, arrays, strings, booleans, null, and whole
            numbers from 0 to 2^53-1, nested as wished.

    Returns:
        RFC 8785 JSON: sorted keys, no spaces, shortest escapes.

    Raises:
        CanonicalJsonError: The value holds anything else.

    Source: RFC 8785, restricted as docs/spec/lottery-v1.md, section 2 says.
    """
    try:
        _check_value(value)
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise CanonicalJsonError("a string holds half of a surrogate pair") from None
    except RecursionError:
        raise CanonicalJsonError("it is nested too deeply") from None


def loads_canonical(data: bytes) -> JsonValue:
    """Read a value, refusing every spelling of it but the canonical one.

    Args:
        data: UTF-8 bytes; the caller has limited their length.

    Returns:
        The value.

    Raises:
        CanonicalJsonError: The bytes are not JSON, leave the profile, repeat a key, or are not
            exactly what ``dumps_canonical`` makes of their content.

    Source: RFC 8785; docs/spec/lottery-v1.md, section 2.
    """
    try:
        value: JsonValue = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique_pairs,
            parse_int=_small_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError:
        raise CanonicalJsonError("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise CanonicalJsonError(f"{error.msg} at character {error.pos}") from None
    except RecursionError:
        raise CanonicalJsonError("it is nested too deeply") from None
    if dumps_canonical(value) != data:
        raise CanonicalJsonError("the same content has another spelling, with other bytes")
    return value


def _check_value(value: object) -> None:
    match value:
        case None | bool() | str():
            return
        case int():
            if not 0 <= value <= MAX_INTEGER:
                raise CanonicalJsonError("a number is not between 0 and 2^53-1")
        case list():
            for item in value:
                _check_value(item)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str) or not _KEY.fullmatch(key):
                    raise CanonicalJsonError(f"{key!r:.40} is not an ASCII snake_case key")
                _check_value(item)
        case _:
            raise CanonicalJsonError(f"{type(value).__name__} has no place in it")


def _unique_pairs(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise CanonicalJsonError("a key is repeated")
    return members


def _small_integer(text: str) -> int:
    if text.startswith("-") or len(text) > _LONGEST_INTEGER:
        raise CanonicalJsonError(f"{text[:24]} is not between 0 and 2^53-1")
    return int(text)


def _no_number(text: str) -> JsonValue:
    raise CanonicalJsonError(f"{text[:24]} is not a whole number")
