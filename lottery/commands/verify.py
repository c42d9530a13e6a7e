"""For everyone: check a draw, or many, and check one ticket by hand."""

import argparse
import re
from pathlib import Path
from typing import Final

from lottery.archive import MAX_ARCHIVE_BYTES
from lottery.checks.findings import Check, Outcome
from lottery.checks.notice import DEMONSTRATION
from lottery.commands.files import (
    FAILS,
    HOLDS,
    MALFORMED,
    UsageError,
    from_hex,
    read,
    read_policy,
    say,
    tile_loader,
)
from lottery.draw import ticket_input
from lottery.encoding import HASH_BYTES, sha256
from lottery.errors import LotteryError
from lottery.policy import parse_policy
from lottery.tiles import MAX_TILE_BYTES, read_entries
from lottery.verdict import MALFORMED_LINE, as_json
from lottery.verify import Report, examine

WITHOUT_LOG: Final = (
    "说明：只核对了本验证包内的记录。若有人截去末尾的弃选、递补等记录，单凭一个验证包看不出来；\n"
    "      请加 --log DIR，与导出的完整日志一并核对。\n"
    "Note: only the entries inside the bundle were checked. That later entries (a decline, a\n"
    "      replacement) were left out shows only with --log DIR, against the whole log."
)
# A firm may have left since, which the bundle cannot know.
_SELECTED: Final = "中选（截至此包的最终检查点） / selected (as of this bundle's final checkpoint)"

_NUMBER: Final = re.compile(r"[0-9]{1,2}")
_WORDS: Final = {
    Outcome.PASSED: "ok   ",
    Outcome.FLAGGED: "ok ! ",
    Outcome.FAILED: "FAIL ",
    Outcome.BLOCKED: "?    ",
}


def add_verify(check: argparse.ArgumentParser) -> None:
    """Describe ``verify``."""
    check.add_argument("bundle", type=Path, metavar="BUNDLE", nargs="?", help="*.ismdraw.zip")
    check.add_argument(
        "--policy",
        type=Path,
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
    check.add_argument("--json", action="store_true", help="只输出一行 JSON / one line of JSON")
    check.add_argument(
        "--batch",
        type=Path,
        metavar="FILE",
        help="每行 BUNDLE、POLICY、NUMBERS，以制表符分隔；逐行输出 JSON / many draws, one a line",
    )
    check.set_defaults(run=verify, complain=check.error)


def add_ticket(ticket: argparse.ArgumentParser) -> None:
    """Describe ``ticket``."""
    ticket.add_argument("firm", metavar="FIRM_ID", help="统一社会信用代码")
    ticket.add_argument("--seed", required=True, metavar="HEX")
    ticket.add_argument(
        "--number", type=int, default=0, help="加权时的第几号，从 0 起 / sub-ticket"
    )
    ticket.set_defaults(run=print_ticket)


def verify(options: argparse.Namespace) -> int:
    """Check one draw, or each of a batch."""
    if options.batch is not None:
        return _verify_batch(options)
    if options.bundle is None or options.policy is None:
        options.complain("BUNDLE and --policy are required, unless --batch is given")
    try:
        report = _examine(options)
    except UsageError:
        raise
    except LotteryError:
        if not options.json:
            raise
        say(MALFORMED_LINE)
        return MALFORMED
    if options.json:
        say(as_json(report))
    else:
        _print(report, is_alone=options.log is None)
    return HOLDS if report.ok else FAILS


def print_ticket(options: argparse.Namespace) -> int:
    """Print what is hashed for a ticket, and its hash."""
    seed = from_hex(options.seed, "--seed")
    if len(seed) != HASH_BYTES:
        raise UsageError(f"--seed: a seed has {2 * HASH_BYTES} characters")
    if not 0 <= options.number < 2**32:
        raise UsageError("--number: from 0 to the firm's weight less one")
    hashed = ticket_input(seed, options.firm, options.number)
    say(hashed.hex(), sha256(hashed).hex())
    return HOLDS


def _examine(options: argparse.Namespace) -> Report:
    policy = read_policy(options.policy)
    return examine(
        read(options.bundle, MAX_ARCHIVE_BYTES),
        policy,
        None if options.numbers is None else _numbers(options.numbers),
        receipts=[read(path, MAX_TILE_BYTES) for path in options.receipt],
        log=None if options.log is None else list(read_entries(tile_loader(options.log))),
    )


def _verify_batch(options: argparse.Namespace) -> int:
    """Print one line of JSON for each line ``BUNDLE<TAB>POLICY<TAB>NUMBERS``."""
    if options.bundle is not None or options.policy is not None:
        options.complain("--batch names the bundles and policies itself")
    for line in read(options.batch).decode("utf-8", "surrogateescape").rstrip("\n").split("\n"):
        bundle, policy, numbers = [*line.split("\t"), "", ""][:3]
        data, trusted = read(Path(bundle)), read(Path(policy))
        say(judge(data, trusted, numbers))
    return HOLDS


def judge(data: bytes, trusted: bytes, numbers: str) -> str:
    """Return the line of JSON for one bundle, one policy and the numbers of mode B, if any."""
    try:
        seen = _numbers(numbers) if numbers else None
        return as_json(examine(data, parse_policy(trusted), seen))
    except LotteryError:
        return MALFORMED_LINE


def _print(report: Report, *, is_alone: bool) -> None:
    say(f"抽取编号 / draw {report.draw}")
    for check in report.checks:
        _print_check(check)
    if report.is_demonstration:
        say(f"演示模式 / DEMONSTRATION: {DEMONSTRATION.zh} / {DEMONSTRATION.en}")
    if is_alone:
        say(WITHOUT_LOG)
    say(_summary(report))


def _print_check(check: Check) -> None:
    say(f"{_WORDS[check.outcome]} {check.name:<4} {check.title.zh} / {check.title.en}")
    if check.detail.zh:
        say(f"           {check.detail.zh}", f"           {check.detail.en}")


def _summary(report: Report) -> str:
    failed = [check.name for check in report.checks if check.outcome is Outcome.FAILED]
    unclear = [check.name for check in report.checks if check.outcome is Outcome.BLOCKED]
    if failed or unclear:
        names = ", ".join(failed) or "-"
        rest = f"; 无法核对 / not checked: {', '.join(unclear)}" if unclear else ""
        return f"未通过 / FAILED: {names}{rest}"
    flagged = [check.name for check in report.checks if check.outcome is Outcome.FLAGGED]
    note = f"; 请留意 / mind the notes on {', '.join(flagged)}" if flagged else ""
    selected = f"; {_SELECTED}: {', '.join(report.selected)}" if report.selected else ""
    return f"全部通过 / ALL CHECKS HOLD{selected}{note}"


def _numbers(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.replace("，", ",").replace(".", ",").split(",")]
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise UsageError("--numbers: write them as 1,5,9")
    return tuple(int(part) for part in parts)
