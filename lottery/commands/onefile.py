"""For whoever hands the verifier on: the program as one file."""

import argparse
from pathlib import Path

from lottery.commands.files import HOLDS, UsageError, say
from lottery.encoding import sha256
from lottery.onefile import build


def add_onefile(onefile: argparse.ArgumentParser) -> None:
    """Describe ``onefile``."""
    onefile.add_argument("out", type=Path, metavar="OUT", help="verify.pyz")
    onefile.set_defaults(run=write)


def write(options: argparse.Namespace) -> int:
    """Write the file and print its SHA-256."""
    data = build()
    try:
        options.out.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{options.out}: {error.strerror}") from None
    say(f"{sha256(data).hex()}  {options.out}")
    return HOLDS
