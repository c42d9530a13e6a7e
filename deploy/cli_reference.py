"""Write ``docs/cli.md`` from the programs: every command with its arguments and options.

``.venv/bin/python -m deploy.cli_reference`` writes the file anew when a command has changed. A
test compares it with the programs, so that the reference cannot fall behind.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any, Final

import click

import audit.__main__
import lottery.__main__
from market.cli import main

FILE: Final = Path(__file__).resolve().parent.parent / "docs" / "cli.md"

HEAD: Final = """\
# 命令

本页由 `deploy/cli_reference.py` 从程序生成，请勿手工修改：命令有变动时运行
`.venv/bin/python -m deploy.cli_reference`。测试会比对本页与程序。

*In English: every command of `zjcs` (the platform), `python -m lottery` (check a draw) and
`python -m audit` (check an exported log). This page is generated from the programs and compared
with them by a test. What the commands are for is told in [operate.md](operate.md) and
[verify.md](verify.md).*

## 共同约定

- 任何命令加 `--help` 都显示说明；`zjcs` 还可以用 `-h`。
- `zjcs` 的配置取自环境变量，见[运行手册](operate.md#配置)；不需要也不接受配置文件参数。
- 退出码：

| 程序 | 0 | 1 | 2 |
| --- | --- | --- | --- |
| `zjcs` | 完成 | 被拒绝，或检查没有通过；说明原因 | 命令、参数写错 |
| `python -m lottery` | 全部通过，或命令完成 | 有检查没有通过 | 输入的文件有误，或参数写错 |
| `python -m audit` | 日志无误 | 日志有误，逐条列出 | 文件读不了，或参数写错 |
"""


def reference() -> str:
    """Return the whole page."""
    # click keeps the help option it makes first: it is made as the program itself makes it.
    top = click.Context(main, info_name="zjcs", **main.context_settings)
    parts = [HEAD, "## `zjcs`：平台\n", *_click_pages(main, top)]
    parts += ["## `python -m lottery`：核对摇号\n", *_argparse_pages(_lottery())]
    parts += ["## `python -m audit`：核对导出的日志\n", *_argparse_pages(_audit())]
    return "\n".join(parts)


def _lottery() -> argparse.ArgumentParser:
    return lottery.__main__._parser()  # noqa: SLF001 - the program offers its parser to nobody else


def _audit() -> argparse.ArgumentParser:
    return audit.__main__._parser()  # noqa: SLF001 - likewise


def _click_pages(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield one section for a command, and then those of its subcommands by name."""
    rows = [_click_row(p, context) for p in command.get_params(context) if "--help" not in p.opts]
    pieces = command.collect_usage_pieces(context)
    if not isinstance(command, click.Group) and not any(left[1] == "-" for left, _ in rows):
        pieces.remove("[OPTIONS]")
    usage = " ".join((context.command_path, *pieces))
    yield _section(context.command_path, command.help or "", usage, rows)
    if isinstance(command, click.Group):
        for name, below in sorted(command.commands.items()):
            if not below.hidden:
                yield from _click_pages(below, click.Context(below, context, name))


def _click_row(param: click.Parameter, context: click.Context) -> tuple[str, str]:
    facts: Mapping[str, Any] = param.to_info_dict()
    kind: Mapping[str, Any] = facts["type"]
    if isinstance(param, click.Argument):
        return f"`{param.make_metavar(context)}`", _kind_words(kind)
    words = [facts["help"] or ""]
    value = "" if facts["is_flag"] else f" {_placeholder(kind)}"
    if choices := kind.get("choices"):
        words.append("可选：" + "、".join(f"`{choice}`" for choice in choices) + "。")
    if facts["required"]:
        words.append("必填。")
    elif isinstance(facts["default"], (str, int, PurePath)) and not facts["is_flag"]:
        words.append(f"默认 `{facts['default']}`。")
    return "、".join(f"`{name}{value}`" for name in facts["opts"]), "".join(words)


def _placeholder(kind: Mapping[str, Any]) -> str:
    if kind.get("min") is not None or kind.get("max") is not None:
        return f"{kind['min']}–{kind['max']}"
    return "VALUE" if kind.get("choices") else str(kind["name"]).upper()


def _kind_words(kind: Mapping[str, Any]) -> str:
    if "dir_okay" not in kind:
        return "必填。"
    what = "文件夹" if kind["dir_okay"] and not kind["file_okay"] else "文件"
    return f"{what}，须已存在。" if kind["exists"] else f"{what}。"


def _argparse_pages(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield one section for each command of a parser."""
    commands = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))  # noqa: SLF001 - argparse has no other way to list them
    helps = {choice.dest: choice.help or "" for choice in commands._choices_actions}  # noqa: SLF001 - likewise
    for name, below in commands.choices.items():
        if any(isinstance(a, argparse._SubParsersAction) for a in below._actions):  # noqa: SLF001 - likewise
            yield from _argparse_pages(below)
            continue
        actions = [a for a in below._actions if not isinstance(a, argparse._HelpAction)]  # noqa: SLF001 - likewise
        usage = " ".join((parser.prog, name, *(_argparse_usage(action) for action in actions)))
        yield _section(f"{parser.prog} {name}", helps[name], usage, map(_argparse_row, actions))


def _argparse_usage(action: argparse.Action) -> str:
    name = _value_of(action)
    if not action.option_strings:
        return name
    whole = f"{action.option_strings[0]} {name}".rstrip()
    return whole if action.required else f"[{whole}]"


def _argparse_row(action: argparse.Action) -> tuple[str, str]:
    value = _value_of(action)
    names = [f"{name} {value}".rstrip() for name in action.option_strings] or [value]
    must = "必填。" if action.required and action.option_strings else ""
    has_default = isinstance(action.default, (str, int)) and action.nargs != 0
    default = f"默认 `{action.default}`。" if has_default else ""
    words = " ".join(part for part in ((action.help or "").strip(), must + default) if part)
    return "、".join(f"`{name}`" for name in names), words


def _value_of(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    return str(action.metavar or action.dest.upper())


def _section(name: str, help_text: str, usage: str, rows: Iterable[tuple[str, str]]) -> str:
    paragraphs = "\n".join(line.strip() for line in help_text.strip().splitlines())
    table = [f"| {left} | {right} |" for left, right in rows]
    if table:
        table = ["", "| 参数、选项 | 说明 |", "| --- | --- |", *table]
    return "\n".join([f"### `{name}`", "", paragraphs, "", "```text", usage, "```", *table, ""])


if __name__ == "__main__":
    text = reference()
    FILE.write_text(text, "utf-8")
    sys.stdout.write(f"{FILE}: {text.count('###')} commands\n")
