"""For whoever holds the dossier of a contract: whether it is what was archived."""

import argparse
from pathlib import Path

from lottery.commands.files import FAILS, HOLDS, read_policy, say
from lottery.dossier import examine_dossier, files_of


def add_dossier(dossier: argparse.ArgumentParser) -> None:
    """Describe ``dossier``."""
    dossier.add_argument(
        "file", type=Path, metavar="FILE", help="下载的卷宗（zip）或解压的文件夹 / zip or folder"
    )
    dossier.add_argument("--policy", type=Path, required=True, help="您信任的日志 / whom you trust")
    dossier.set_defaults(run=check_dossier)


def check_dossier(options: argparse.Namespace) -> int:
    """Say whether a dossier is what was archived."""
    holds, said = examine_dossier(files_of(options.file), read_policy(options.policy))
    say("全部相符 / ALL AGREE" if holds else "不相符 / FAILED")
    for one in said:
        say(one.zh, one.en)
    return HOLDS if holds else FAILS
