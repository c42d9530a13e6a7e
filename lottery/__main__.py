"""Check a draw on any machine: ``python -m lottery verify BUNDLE --policy POLICY``."""

import argparse
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import Final

from lottery.commands import contributor, dossier, onefile, receipt, trustee, verify
from lottery.commands.files import MALFORMED
from lottery.errors import LotteryError

_COMMANDS: Final[tuple[tuple[str, str, Callable[[argparse.ArgumentParser], None]], ...]] = (
    ("verify", "核对一次抽取 / check a draw", verify.add_verify),
    ("receipt", "核对报名回执 / check an enrolment's receipt", receipt.add_receipt),
    ("dossier", "核对归档卷宗 / check a dossier", dossier.add_dossier),
    ("ticket", "手工核对一家的号码 / check one ticket by hand", verify.add_ticket),
    ("vrf-keygen", "生成监督方密钥 / make a trustee's key", trustee.add_keygen),
    ("vrf-prove", "计算监督方数值 / prove a trustee's value", trustee.add_prove),
    ("vrf-split", "把密钥分成若干份 / cut a trustee's key into shares", trustee.add_split),
    ("vrf-join", "由若干份恢复密钥 / restore a key from shares", trustee.add_join),
    ("contribute", "出数方的承诺与揭示 / commit and reveal", contributor.add_contribute),
    ("onefile", "把本程序写成一个文件 / write this program as one file", onefile.add_onefile),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The words of the command line; those of this process if None.

    Returns:
        0 if the draw is to be believed or the command succeeded, 1 if a check failed, 2 if the
        input is malformed.

    Source: docs/spec/lottery-v1.md, section 8.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # The output is Chinese also where the environment says it cannot be.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except LotteryError as error:
        print(f"无法继续 / cannot go on: {error}", file=sys.stderr)
        return MALFORMED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lottery", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, described, add in _COMMANDS:
        add(commands.add_parser(name, help=described))
    return parser


if __name__ == "__main__":
    sys.exit(main())
