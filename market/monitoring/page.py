"""A static page that says what the monitor last saw: one file, no script, nothing fetched."""

from html import escape
from typing import Final

from market.monitoring.findings import Kept, instant
from market.monitoring.monitor import Round

_HEAD: Final = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1rem/1.6 sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }}
h1 {{ font-size: 1.4rem; }}
.good {{ color: #14532d; }} .bad {{ color: #8f1d1d; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border: 1px solid #999; padding: .3rem .5rem; text-align: left; vertical-align: top; }}
td {{ overflow-wrap: anywhere; }}
</style>
"""


def status_page(url: str, done: Round) -> str:
    """Return the page as HTML, in Chinese and English."""
    title = "中介超市摇号监测 / Draw monitor"
    count = len(done.open)
    facts = [
        ("平台 / platform", escape(url)),
        ("最近一次查看 / last look", instant(int(done.at.timestamp()))),
        ("能否到达 / reached", escape(str(done.unreachable)) if done.unreachable else "是 / yes"),
        ("日志条数 / entries of the log", str(done.size)),
        ("抽取 / draws", f"{done.draws}（已结束 / finished {done.finished}）"),
        ("核验通过 / draws that verify", str(done.verified)),
        ("待录入开奖号码 / lottery numbers to type", str(done.untyped)),
    ]
    rows = "".join(f"<tr><th>{name}<td>{value}\n" for name, value in facts)
    listed = "".join(_row(kept) for kept in done.open)
    head = "<tr><th>发现 / finding<th>首次 / first seen<th>最近 / last seen\n"
    table = f"<h2>发现 / Findings</h2>\n<table>\n{head}{listed}</table>\n" if count else ""
    return (
        f"{_HEAD.format(title=title)}<h1>{title}</h1>\n{_verdict(done)}\n<table>\n{rows}</table>\n{table}"
        "<p>本页由监测者自己的程序生成，不由平台提供。 / "
        "Written by the monitor's own program, not by the platform.</p>\n"
    )


def _verdict(done: Round) -> str:
    if done.open:
        count = len(done.open)
        return f'<p class="bad">有 {count} 项发现未解决 / {count} open findings</p>'
    if done.unreachable:
        return '<p class="bad">本次未能完成核对 / this look could not be finished</p>'
    return '<p class="good">没有发现问题 / nothing is wrong</p>'


def _row(kept: Kept) -> str:
    times = "<td>".join(instant(at) for at in (kept.first_seen, kept.last_seen))
    return f"<tr><td>{escape(kept.finding.line)}<td>{times}\n"
