"""Check an exported log without its database: ``python -m audit verify DIR --vkey FILE``."""

import argparse
import sys
from pathlib import Path

from audit import policy
from audit.directory import verify_export
from audit.errors import AuditError

OK, WRONG, UNREADABLE = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Print what is wrong; return 0 if nothing is, 1 if the log fails, 2 if it cannot be read."""
    options = _parser().parse_args(arguments)
    try:
        vkey = options.vkey.read_text("utf-8").removesuffix("\n")
        kept = {str(path): path.read_bytes() for path in options.kept}
        if not options.directory.is_dir():
            raise NotADirectoryError(20, "not a directory", str(options.directory))
        trust = None if options.policy is None else policy.parse(options.policy.read_bytes())
        findings = verify_export(options.directory, vkey, kept, trust)
    except (AuditError, OSError, UnicodeDecodeError) as error:
        print(f"cannot check: {error}", file=sys.stderr)
        return UNREADABLE
    for finding in findings:
        print(f"FAIL  {finding}")
    if findings:
        return WRONG
    print(f"ok    {options.directory}: every entry, tile and signature agrees")
    return OK


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
    return parser


if __name__ == "__main__":
    sys.exit(main())
