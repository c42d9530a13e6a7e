"""What all commands share: reading with limits, writing secrets, and printing."""

import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lottery.archive import MAX_ARCHIVE_BYTES
from lottery.encoding import unhex
from lottery.errors import LotteryError
from lottery.policy import MAX_POLICY_BYTES, Policy, parse_policy
from lottery.tiles import MAX_TILE_BYTES

HOLDS: Final = 0
FAILS: Final = 1
MALFORMED: Final = 2
LACKING: Final = 3

KEY_BYTES: Final = 32

_PRIVATE = 0o600
_OTHERS = 0o077
_MAX_SECRET_BYTES = 4000


class UsageError(LotteryError):
    """What was asked cannot be done, and nothing was checked."""


def say(*lines: str) -> None:
    """Print lines."""
    sys.stdout.write("".join(line + "\n" for line in lines))


def read(path: Path, limit: int = MAX_ARCHIVE_BYTES) -> bytes:
    """Return the bytes of a file, but never more than a limit.

    Raises:
        UsageError: It cannot be read, or is longer.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    if len(data) > limit:
        raise UsageError(f"{path} is longer than {limit} bytes")
    return data


def read_policy(path: Path) -> Policy:
    """Return the policy in a file."""
    return parse_policy(read(path, MAX_POLICY_BYTES))


def read_text(path: Path) -> str:
    """Return the ASCII text of a secret file.

    Raises:
        UsageError: It is something else, or others can read it.
    """
    try:
        return read_secret(path).decode("ascii")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not ASCII text") from None


def read_key(path: Path) -> bytes:
    """Return the 32 secret bytes of a key file.

    Raises:
        UsageError: It is no key file, or others can read it.
    """
    data = read_secret(path)
    try:
        return unhex(data.decode("ascii").strip(), KEY_BYTES)
    except ValueError as error:
        raise UsageError(f"{path} is no key file: {error}") from None


def new_key(path: Path) -> bytes:
    """Make a key of 32 random bytes, keep it in a new file, and return it."""
    secret = secrets.token_bytes(KEY_BYTES)
    write_secret(path, secret.hex() + "\n")
    return secret


def read_secret(path: Path) -> bytes:
    """Return the bytes of a file that nobody else may read.

    Raises:
        UsageError: It cannot be read, or others can read it, too.
    """
    data = read(path, _MAX_SECRET_BYTES)
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise UsageError(f"{path} can be read by others: run chmod 600 {path}")
    return data


def write_secret(path: Path, text: str) -> None:
    """Write a new file that nobody else may read, and wait until the disk has it.

    Raises:
        UsageError: There is such a file, or it cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; an existing key is kept") from None
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def tile_loader(folder: Path) -> Callable[[str], bytes | None]:
    """Return a function that loads files below a log's folder.

    Raises:
        UsageError: There is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder")

    def load(name: str) -> bytes | None:
        path = folder / name
        return read(path, MAX_TILE_BYTES) if path.is_file() else None

    return load


def from_hex(text: str, option: str) -> bytes:
    """Return the bytes that an option gives in hexadecimal.

    Raises:
        UsageError: It is no hexadecimal.
    """
    try:
        return unhex(text, len(text) // 2)
    except ValueError:
        raise UsageError(f"{option}: an even number of characters 0-9a-f is expected") from None
