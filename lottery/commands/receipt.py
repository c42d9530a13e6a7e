"""For firms: what a receipt proves, and what to do if it proves that a firm was left out."""

import argparse
import json
from pathlib import Path
from typing import Final

from lottery.commands.files import FAILS, HOLDS, UsageError, from_hex, read, read_policy, say
from lottery.encoding import HASH_BYTES
from lottery.entries import MAX_ENTRY_BYTES
from lottery.receipt import Enrolled, examine_receipt
from lottery.tiles import MAX_TILE_BYTES

_MAX_OPENING_BYTES: Final = 2 * MAX_ENTRY_BYTES


def add_receipt(receipt: argparse.ArgumentParser) -> None:
    """Describe ``receipt``."""
    receipt.add_argument("file", type=Path, metavar="FILE", help="回执 / *.tlog-proof")
    receipt.add_argument("--policy", type=Path, required=True, help="您信任的日志 / whom you trust")
    receipt.add_argument(
        "--entry",
        type=Path,
        metavar="FILE",
        help="报名条目，或盐值与报名原文（.json） / the ENROL entry, or the file that opens it",
    )
    receipt.add_argument("--bundle", type=Path, metavar="B", help="验证包 / the draw's bundle")
    receipt.add_argument("--firm", metavar="CODE", help="统一社会信用代码 / your credit code")
    receipt.add_argument(
        "--salt", metavar="HEX", help="随回执交给您的盐值 / given with the receipt"
    )
    receipt.set_defaults(run=check_receipt)


def check_receipt(options: argparse.Namespace) -> int:
    """Say whether an enrolment is in the log and in the frozen list."""
    if options.entry is None and options.bundle is None:
        raise UsageError("a receipt speaks of an entry: give --entry or --bundle")
    if (options.firm is None) != (options.salt is None):
        raise UsageError("--firm and --salt go together")
    report = examine_receipt(
        read(options.file, MAX_TILE_BYTES),
        read_policy(options.policy),
        entry=None if options.entry is None else _entry(options.entry),
        bundle=None if options.bundle is None else read(options.bundle),
        enrolled=None if options.firm is None else Enrolled(options.firm, _salt(options.salt)),
    )
    for said in report.said:
        say(said.zh, said.en)
    return HOLDS if report.ok else FAILS


def _entry(path: Path) -> bytes:
    """Return an ENROL entry, also out of the file that a platform hands out with its salt.

    No entry is such a file: an entry has no member ``entry``.
    """
    data = read(path, _MAX_OPENING_BYTES)
    try:
        opening = json.loads(data)
    except (ValueError, RecursionError):
        return data
    inner = opening.get("entry") if isinstance(opening, dict) else None
    return inner.encode("utf-8", "surrogatepass") if isinstance(inner, str) else data


def _salt(text: str) -> bytes:
    salt = from_hex(text, "--salt")
    if len(salt) != HASH_BYTES:
        raise UsageError(f"--salt: {2 * HASH_BYTES} characters are expected")
    return salt
