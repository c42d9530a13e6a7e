"""Check a log, or one entry of it, without its database.

``python -m audit verify DIR --vkey FILE`` checks an exported log from its entries up;
``python -m audit receipt ENTRY PROOF --policy FILE`` checks that one entry is in it.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from audit import policy, proof
from audit.directory import verify_export
from audit.errors import AuditError, MalformedError

OK, WRONG, UNREADABLE = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Print what is wrong; return 0 if nothing is, 1 if it fails, 2 if it cannot be read."""
    options = _parser().parse_args(arguments)
    check: Callable[[argparse.Namespace], tuple[Sequence[object], str]] = options.check
    try:
        findings, fine = check(options)
    except (AuditError, OSError, UnicodeDecodeError) as error:
        print(f"cannot check: {error}", file=sys.stderr)
        return UNREADABLE
    for finding in findings:
        print(f"FAIL  {finding}")
    if findings:
        return WRONG
    print(f"ok    {fine}")
    return OK


def _verify(options: argparse.Namespace) -> tuple[Sequence[object], str]:
    vkey = options.vkey.read_text("utf-8").removesuffix("\n")
    kept = {str(path): path.read_bytes() for path in options.kept}
    if not options.directory.is_dir():
        raise NotADirectoryError(20, "not a directory", str(options.directory))
    trust = None if options.policy is None else policy.parse(options.policy.read_bytes())
    findings = verify_export(options.directory, vkey, kept, trust)
    return findings, f"{options.directory}: every entry, tile and signature agrees"


def _receipt(options: argparse.Namespace) -> tuple[Sequence[object], str]:
    trust = policy.parse(options.policy.read_bytes())
    entry, text = options.entry.read_bytes(), options.proof.read_text("utf-8")
    try:
        found = proof.verify(entry, text, trust)
    except MalformedError:
        raise
    except AuditError as error:
        return [error], ""
    place = f"entry {proof.parse(text).index} of {found.checkpoint.origin}"
    return [], f"{options.entry}: {place}, in a tree of {found.checkpoint.size}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m audit", description="Check a log.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    verify = commands.add_parser("verify", help="check an exported log from its entries up")
    verify.add_argument("directory", type=Path, help="with checkpoint, tile/ and log.vkey")
    verify.add_argument(
        "--vkey", type=Path, required=True, help="the log's key, from a source you trust"
    )
    verify.add_argument(
        "--kept",
        type=Path,
        action="append",
        default=[],
        help="a checkpoint kept from earlier, which the log must continue; may be repeated",
    )
    verify.add_argument(
        "--policy", type=Path, help="your policy: its quorum must have cosigned the checkpoint"
    )
    verify.set_defaults(check=_verify)
    receipt = commands.add_parser("receipt", help="check that one entry is in a log")
    receipt.add_argument("entry", type=Path, help="the exact bytes of the entry")
    receipt.add_argument("proof", type=Path, help="its .tlog-proof")
    receipt.add_argument(
        "--policy", type=Path, required=True, help="your policy: the log and witnesses you trust"
    )
    receipt.set_defaults(check=_receipt)
    return parser


if __name__ == "__main__":
    sys.exit(main())
