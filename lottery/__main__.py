"""Check a draw on any machine: ``python -m lottery verify BUNDLE --policy POLICY``."""

import argparse
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from lottery.archive import MAX_ARCHIVE_BYTES
from lottery.beacon import ed25519, vrf
from lottery.checks.findings import Check, Outcome
from lottery.checks.notice import DEMONSTRATION
from lottery.draw import ticket_input
from lottery.encoding import HASH_BYTES, sha256, unhex
from lottery.errors import LotteryError
from lottery.policy import MAX_POLICY_BYTES, Policy, parse_policy
from lottery.tiles import MAX_TILE_BYTES, read_entries
from lottery.verify import Report, alpha_to_prove, examine

HOLDS, FAILS, MALFORMED = 0, 1, 2

_WORDS: Final = {
    Outcome.PASSED: "ok   ",
    Outcome.FLAGGED: "ok ! ",
    Outcome.FAILED: "FAIL ",
    Outcome.BLOCKED: "?    ",
}
_PRIVATE = 0o600
_OTHERS = 0o077
_MAX_KEY_FILE_BYTES = 1000


class UsageError(LotteryError):
    """What was asked cannot be done, and nothing was checked."""


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
    _add_verify(commands.add_parser("verify", help="核对一次抽取 / check a draw"))
    keygen = commands.add_parser("vrf-keygen", help="生成监督方密钥 / make a trustee's key")
    keygen.add_argument("file", type=Path, metavar="FILE")
    keygen.set_defaults(run=_vrf_keygen)
    prove = commands.add_parser("vrf-prove", help="计算监督方数值 / prove a trustee's value")
    prove.add_argument("--key", type=Path, required=True, metavar="FILE")
    prove.add_argument("--alpha", metavar="HEX", help="由您自行核对过的输入 / an input you checked")
    prove.add_argument("--bundle", type=Path, help="先核对名单已冻结 / check the freeze first")
    prove.add_argument("--policy", type=Path, help="与 --bundle 同用 / together with --bundle")
    prove.set_defaults(run=_vrf_prove)
    ticket = commands.add_parser("ticket", help="手工核对一家的号码 / check one ticket by hand")
    ticket.add_argument("firm", metavar="FIRM_ID", help="统一社会信用代码")
    ticket.add_argument("--seed", required=True, metavar="HEX")
    ticket.add_argument(
        "--number", type=int, default=0, help="加权时的第几号，从 0 起 / sub-ticket"
    )
    ticket.set_defaults(run=_ticket)
    return parser


def _add_verify(check: argparse.ArgumentParser) -> None:
    check.add_argument("bundle", type=Path, metavar="BUNDLE", help="*.ismdraw.zip")
    check.add_argument(
        "--policy",
        type=Path,
        required=True,
        help="您信任的日志与见证人（C2SP tlog-policy），请勿取自平台 / whom you trust, "
        "never from the platform",
    )
    check.add_argument(
        "--numbers",
        help="模式 B：您看到的开奖号码，以逗号分隔 / mode B: the numbers you saw drawn, "
        "separated by commas",
    )
    check.add_argument(
        "--receipt",
        type=Path,
        action="append",
        default=[],
        help="您保存的回执（*.tlog-proof） / a receipt that you kept",
    )
    check.add_argument(
        "--log",
        type=Path,
        metavar="DIR",
        help="完整日志的文件夹（tlog-tiles），用以确认无遗漏 / the whole log, to see that nothing "
        "was left out",
    )
    check.set_defaults(run=_verify)


WITHOUT_LOG = (
    "说明：只核对了本验证包内的记录。若有人截去末尾的弃选、递补等记录，单凭一个验证包看不出来；\n"
    "      请加 --log DIR，与导出的完整日志一并核对。\n"
    "Note: only the entries inside the bundle were checked. That later entries (a decline, a\n"
    "      replacement) were left out shows only with --log DIR, against the whole log."
)


def _verify(options: argparse.Namespace) -> int:
    numbers = None if options.numbers is None else _numbers(options.numbers)
    policy = _policy(options.policy)
    report = examine(
        _read(options.bundle, MAX_ARCHIVE_BYTES),
        policy,
        numbers,
        receipts=[_read(path, MAX_TILE_BYTES) for path in options.receipt],
        log=None if options.log is None else list(read_entries(_loader(options.log))),
    )
    print(f"抽取编号 / draw {report.draw}")
    for check in report.checks:
        _print_check(check)
    if report.is_demonstration:
        print(f"演示模式 / DEMONSTRATION: {DEMONSTRATION.zh} / {DEMONSTRATION.en}")
    if options.log is None:
        print(WITHOUT_LOG)
    print(_summary(report))
    return HOLDS if report.ok else FAILS


def _print_check(check: Check) -> None:
    print(f"{_WORDS[check.outcome]} {check.name:<4} {check.title.zh} / {check.title.en}")
    if check.detail.zh:
        print(f"           {check.detail.zh}")
        print(f"           {check.detail.en}")


def _summary(report: Report) -> str:
    failed = [check.name for check in report.checks if check.outcome is Outcome.FAILED]
    unclear = [check.name for check in report.checks if check.outcome is Outcome.BLOCKED]
    if failed or unclear:
        names = ", ".join(failed) or "-"
        rest = f"; 无法核对 / not checked: {', '.join(unclear)}" if unclear else ""
        return f"未通过 / FAILED: {names}{rest}"
    flagged = [check.name for check in report.checks if check.outcome is Outcome.FLAGGED]
    note = f"; 请留意 / mind the notes on {', '.join(flagged)}" if flagged else ""
    selected = f"; 中选 / selected: {', '.join(report.selected)}" if report.selected else ""
    return f"全部通过 / ALL CHECKS HOLD{selected}{note}"


def _vrf_keygen(options: argparse.Namespace) -> int:
    secret = secrets.token_bytes(ed25519.KEY_BYTES)
    try:
        handle = os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    except OSError as error:
        raise UsageError(f"{options.file}: {error.strerror}; an existing key is kept") from None
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secret.hex() + "\n")
        out.flush()
        os.fsync(out.fileno())
    print(vrf.public_key(secret).hex())
    return HOLDS


def _vrf_prove(options: argparse.Namespace) -> int:
    if (options.alpha is None) == (options.bundle is None):
        raise UsageError("give either --alpha or --bundle with --policy")
    if (options.bundle is None) != (options.policy is None):
        raise UsageError("--bundle and --policy go together")
    if options.bundle is None:
        alpha = _hex(options.alpha, "--alpha")
    else:
        data = _read(options.bundle, MAX_ARCHIVE_BYTES)
        alpha = alpha_to_prove(data, _policy(options.policy))
    print(vrf.prove(_secret(options.key), alpha).hex())
    return HOLDS


def _ticket(options: argparse.Namespace) -> int:
    seed = _hex(options.seed, "--seed")
    if len(seed) != HASH_BYTES:
        raise UsageError(f"--seed: a seed has {2 * HASH_BYTES} characters")
    if not 0 <= options.number < 2**32:
        raise UsageError("--number: from 0 to the firm's weight less one")
    hashed = ticket_input(seed, options.firm, options.number)
    print(hashed.hex())
    print(sha256(hashed).hex())
    return HOLDS


def _policy(path: Path) -> Policy:
    return parse_policy(_read(path, MAX_POLICY_BYTES))


def _secret(path: Path) -> bytes:
    data = _read(path, _MAX_KEY_FILE_BYTES)
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise UsageError(f"{path} can be read by others: run chmod 600 {path}")
    try:
        return unhex(data.decode("ascii").strip(), ed25519.KEY_BYTES)
    except ValueError as error:
        raise UsageError(f"{path} is no key file: {error}") from None


def _read(path: Path, limit: int) -> bytes:
    """Read a file, but never more than a limit."""
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    if len(data) > limit:
        raise UsageError(f"{path} is longer than {limit} bytes")
    return data


def _loader(folder: Path) -> Callable[[str], bytes | None]:
    """Return a function that loads files below a log's folder."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder")

    def load(name: str) -> bytes | None:
        path = folder / name
        return _read(path, MAX_TILE_BYTES) if path.is_file() else None

    return load


def _numbers(text: str) -> tuple[int, ...]:
    parts = text.replace("，", ",").replace(".", ",").split(",")
    try:
        return tuple(int(part) for part in parts)
    except ValueError:
        raise UsageError("--numbers: write them as 1,5,9") from None


def _hex(text: str, option: str) -> bytes:
    try:
        return unhex(text, len(text) // 2)
    except ValueError:
        raise UsageError(f"{option}: an even number of characters 0-9a-f is expected") from None


if __name__ == "__main__":
    sys.exit(main())
