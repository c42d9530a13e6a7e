"""For whoever holds the dossier of a contract: whether it is what was archived."""

import argparse
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lottery.checks.findings import Outcome
from lottery.commands.files import FAILS, HOLDS, LACKING, read_policy, say
from lottery.dossier import examine_dossier, files_of

# A file that is missing by the dossier's own word alone is neither agreement nor forgery.
ANSWERS: Final = MappingProxyType(
    {
        Outcome.PASSED: (HOLDS, "全部相符 / ALL AGREE"),
        Outcome.FLAGGED: (LACKING, "不完整：在的都相符，有文件缺少 / INCOMPLETE"),
        Outcome.FAILED: (FAILS, "不相符 / FAILED"),
    }
)


def add_dossier(dossier: argparse.ArgumentParser) -> None:
    """Describe ``dossier``."""
    dossier.add_argument(
        "file", type=Path, metavar="FILE", help="下载的卷宗（zip）或解压的文件夹 / zip or folder"
    )
    dossier.add_argument("--policy", type=Path, required=True, help="您信任的日志 / whom you trust")
    dossier.set_defaults(run=check_dossier)


def check_dossier(options: argparse.Namespace) -> int:
    """Say whether a dossier is what was archived."""
    outcome, said = examine_dossier(files_of(options.file), read_policy(options.policy))
    code, answer = ANSWERS[outcome]
    say(answer)
    for one in said:
        say(one.zh, one.en)
    return code
