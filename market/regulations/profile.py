"""A city's own instrument, checked before it is put to use: what is wrong, where, and what to do.

The closed schema of a subject is what the shipped instruments of that subject hold: the program
reads these keys and no others, so another key would have no effect, in silence.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Final

from market.regulations.files import Problem, digest_of, read_files
from market.regulations.instruments import Regulations, load, parse
from market.regulations.precedence import Rank, rank
from market.regulations.regulation import Clause, Regulation, Value
from market.regulations.said import why_fixed

_WHERE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")
_HEAD: Final = re.compile(r"\s*\[\[?\s*([\w.\-\"]+)\s*\]\]?")
_BASIS_POINTS: Final = 10_000
_HUNDRED: Final = 100
# What the program reads where a city writes it, and what no shipped instrument sets; a value of
# its kind.
OPTIONAL: Final[Mapping[str, Mapping[str, Value]]] = MappingProxyType(
    {
        "draw-process": {
            "draw.recent_days": 90,
            "draw.recent_of": "owner",
            "draw.recent_wins": 2,
            "draw.supervisor": "",
            "draw.weights": ("0:1",),
        },
        "clock-times": {
            f"suspension_cap.{reason}": 10
            for reason in (
                "owner_materials",
                "owner_change",
                "awaiting_review",
                "policy_change",
                "site_not_ready",
                "season",
                "publicity",
                "third_party_test",
                "force_majeure",
                "dispute",
            )
        },
    }
)


def check_profile(
    content: bytes, name: str, known: Regulations, shipped: Regulations, *, locked: bool = False
) -> list[Problem]:
    """List everything that is wrong with one instrument, each fault with its line.

    Args:
        content: The file.
        name: What the file is called in what is printed.
        known: The instruments that are in use, those of the city included.
        shipped: Those that come with the program: what they hold is what the program reads.
        locked: Whether it is in use and can no longer be edited: what the program has shipped
            since is then no fault of it.

    Returns:
        The faults in the order of the file; none if the file can be put to use.

    Source: docs/regulations.md.
    """
    text, problems = _text(content, name)
    if problems:
        return problems
    found = parse(content, name, problems)
    problems += _schema(found, shipped, locked=locked)
    problems += _succession(found, known, locked=locked)
    return located(problems, text)


def check_folders(*folders: Path, day: date | None = None) -> list[Problem]:
    """List what is still wrong in folders that contradict nothing: above all, what nothing reads.

    Args:
        folders: A city's own rules folders.
        day: Leave out what was repealed by then; None to check every instrument.

    Returns:
        The faults, file by file.

    Raises:
        DataFileError: A file is malformed, was changed, or contradicts another.

    Source: docs/regulations.md.
    """
    known, shipped = load(*folders), load()
    files = [file for folder in folders for file in read_files(folder, "*.toml")]
    named = {digest_of(content): (name, content) for name, content in files}
    return [
        problem
        for rules in known.all()
        if rules.digest in named and not _is_over(known, rules, day)
        for problem in check_profile(
            named[rules.digest][1], rules.file, known, shipped, locked=True
        )
    ]


def _is_over(known: Regulations, rules: Regulation, day: date | None) -> bool:
    ended = known.ended_on(rules)
    return day is not None and ended is not None and ended <= day


def known_beside(*folders: Path) -> Regulations:
    """Return the shipped instruments and all that lie in folders, locked or not, right or wrong.

    Args:
        folders: Rules folders in which new files may lie that are not locked yet.

    Source: docs/regulations.md.
    """
    faults: list[Problem] = []
    own = [
        parse(content, f"{folder.name}/{name}", faults)
        for folder in folders
        for name, content in read_files(folder, "*.toml")
    ]
    return Regulations([*load().everyone(), *own])


def located(problems: Sequence[Problem], text: str) -> list[Problem]:
    """Return faults with the line of the key they concern, in the order of the lines."""
    placed = [(line_of(text, problem.key), problem) for problem in problems]
    return [
        Problem(f"{p.file} 第 {line} 行" if line else p.file, p.key, p.sentence)
        for line, p in sorted(placed, key=lambda pair: pair[0])
    ]


def _text(content: bytes, name: str) -> tuple[str, list[Problem]]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        where = f"{name} 第 {line} 行"
        return "", [Problem(where, "", "不是 UTF-8 编码。请用文本编辑器另存为 UTF-8 后再检查")]
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _WHERE.search(str(error))
        where = f"{name} 第 {found[1]} 行第 {found[2]} 列" if found else name
        sentence = f"不是有效的 TOML（{error}）。请核对引号、等号、括号是否成对，键是否重复"
        return "", [Problem(where, "", sentence)]
    return text, []


def line_of(text: str, key: str) -> int:
    """Return the line on which a key of a TOML text stands; 0 if it stands nowhere."""
    section = ""
    best = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if head := _HEAD.match(line):
            section = head[1].strip('"')
            if key == section or key.startswith(f"{section}."):
                best = best or number
            continue
        left = line.partition("=")[0].strip().strip('"')
        path = f"{section}.{left}" if section else left
        if left and "=" in line and (key == path or key.startswith(f"{path}.")):
            return number
    return best


def _schema(found: Regulation, shipped: Regulations, *, locked: bool) -> list[Problem]:
    subjects = sorted({rules.subject for rules in shipped.all()})
    if found.subject and found.subject not in subjects:
        near = _near(found.subject, subjects)
        words = (
            f"没有“{found.subject}”这个主题，程序不会读取本文件{near}。可用的主题："
            + "、".join(subjects)
        )
        return [Problem(found.file, "subject", words)]
    keys = _keys_of(found.subject, shipped)
    problems = []
    for key, clause in found.clauses.items():
        if key not in keys:
            near = _near(key, keys)
            sentence = f"程序不读取此项，写了也不起作用{near}。请改正或删去"
            problems.append(Problem(found.file, key, sentence))
            continue
        optional = key in OPTIONAL.get(found.subject, {})
        if fault := _fault(key, clause.value, keys[key].value, optional=optional):
            problems.append(Problem(found.file, key, fault))
        elif not locked and (said := _unread(found, key, keys)):
            problems.append(Problem(found.file, key, said))
    return problems


def _unread(found: Regulation, key: str, keys: Mapping[str, Clause]) -> str:
    """Say what the program does instead of what a value says; nothing if they agree."""
    why = why_fixed(found.subject, key)
    if not why or key not in keys or found[key] == keys[key].value:
        return ""
    usual = shown(keys[key].value)
    return f"本平台固定为 {usual}，不能更改：{why}。请照写 {usual}"


def left_unread(known: Regulations, shipped: Regulations) -> list[str]:
    """Say which values of locked files the program no longer reads: no fault, and no effect.

    Args:
        known: All instruments.
        shipped: Those that come with the program.

    Returns:
        Lines of text.

    Source: docs/regulations.md.
    """
    return [
        f"{rules.id} 的 {key} 写为 {shown(rules[key])}，不起作用：{said}。"
        "本文件已锁定，不必改动；另立文件时改正"
        for rules in known.all()
        if not rules.shipped
        for key in rules.clauses
        if (said := _unread(rules, key, _keys_of(rules.subject, shipped)))
    ]


def _keys_of(subject: str, shipped: Regulations) -> Mapping[str, Clause]:
    """Return every key that an instrument of the subject has had; the latest one's value."""
    keys: dict[str, Clause] = {
        key: Clause(value=value) for key, value in OPTIONAL.get(subject, {}).items()
    }
    for rules in shipped.all():
        if rules.subject == subject:
            keys |= rules.clauses
    return keys


def _near(word: str, words: Sequence[str] | Mapping[str, Clause]) -> str:
    found = get_close_matches(word, list(words), n=1, cutoff=0.6)
    return f"（是否应为“{found[0]}”？）" if found else ""


def _fault(key: str, value: Value, usual: Value, *, optional: bool) -> str:
    if kind_of(value) != kind_of(usual):
        told = "例如" if optional else "现行文件写"
        return f"应为{kind_of(usual)}（{told} {shown(usual)}），本文件写的是{kind_of(value)}"
    numbers = value if isinstance(value, tuple) else (value,)
    whole = [n for n in numbers if isinstance(n, int) and not isinstance(n, bool)]
    if any(n < 0 for n in whole):
        return "不能是负数"
    if "_bp" in key and any(n > _BASIS_POINTS for n in whole):
        return "单位是万分之一，不能超过 10000"
    if "percent_bp" not in key and "percent" in key and any(n > _HUNDRED for n in whole):
        return "单位是百分之一，不能超过 100"
    return ""


def kind_of(value: Value) -> str:
    """Return what sort of value it is, in words."""
    match value:
        case bool():
            return " true 或 false"
        case int():
            return "整数"
        case str():
            return "文字"
        case _:
            return "整数列表" if value and isinstance(value[0], int) else "文字列表"


def shown(value: Value) -> str:
    """Return a value as a reader is told it."""
    match value:
        case bool():
            return "是（true）" if value else "否（false）"
        case tuple():
            return "、".join(map(str, value))
        case _:
            return str(value)


def _succession(found: Regulation, known: Regulations, *, locked: bool) -> list[Problem]:
    others = [rules for rules in known.everyone() if rules.id != found.id]
    whole = Regulations([*others, found])
    by_id = {rules.id: rules for rules in others}
    problems = []
    for old_id in found.repeals:
        if old_id not in by_id:
            near = _near(old_id, list(by_id))
            sentence = (
                f"所废止的“{old_id}”不存在{near}。请照“zjcs regulation explain”给出的编号填写"
            )
            problems.append(Problem(found.file, "repeals", sentence))
        else:
            problems += _replaces(found, by_id[old_id], locked=locked)
            problems += [] if locked else _replaced_already(found, by_id[old_id], whole)
    problems += [] if locked else _never_applies(found, whole)
    return problems or _overlap(found, whole)


def _replaces(found: Regulation, old: Regulation, *, locked: bool) -> list[Problem]:
    if old.subject != found.subject:
        sentence = f"“{old.id}”的主题是“{old.subject}”，不能由主题“{found.subject}”的文件废止"
        return [Problem(found.file, "repeals", sentence)]
    problems = []
    if old.effective_from >= found.effective_from:
        sentence = f"施行日期须晚于所废止文件的施行日期（{old.effective_from}）：规则不溯及既往"
        problems.append(Problem(found.file, "effective_from", sentence))
    problems += [
        Problem(
            found.file,
            key,
            f"缺少此项：所废止的文件规定为 {shown(clause.value)}。"
            "请补上；不改动的照抄数值并注明来源",
        )
        for key, clause in old.clauses.items()
        if key not in found.clauses and not (locked and clause.supplied_by)
    ]
    return problems


def _replaced_already(found: Regulation, old: Regulation, whole: Regulations) -> list[Problem]:
    """Say whom to replace where a shipped file has replaced the named one before this begins."""
    aside = {one.id: other.id for one, other in whole.aside()}
    return [
        Problem(
            found.file,
            "repeals",
            f"“{old.id}”自 {later.effective_from} 起已由“{later.title}”取代。"
            f'请改写 repeals = ["{later.id}"]，并补上其中新增的各项',
        )
        for later in whole.everyone()
        if rank(later) is Rank.PLATFORM and old.id in later.repeals
        if later.effective_from <= found.effective_from and later.id not in found.repeals
        if aside.get(later.id, found.id) == found.id
    ]


def _never_applies(found: Regulation, whole: Regulations) -> list[Problem]:
    """Say that a rule of the State stands over a file from its first day, unless it names it."""
    return [
        Problem(
            found.file,
            "repeals",
            f"“{law.title}”（{law.id}）自 {law.effective_from} 起施行，国家规定优先，"
            "本文件不会施行。国家规定允许本市另作规定的，"
            f'请改写 repeals = ["{law.id}"]，并补上其中新增的各项；否则请不要另立',
        )
        for one, other in whole.aside()
        if one.id == found.id
        for law in [_law_on(found, whole) or other]
    ]


def _law_on(found: Regulation, whole: Regulations) -> Regulation | None:
    """Return the rule of the State in force on the day on which a file would begin."""
    there = whole.found(found.subject, found.effective_from)
    return next((one for one in there if rank(one) is Rank.STATE), None)


def _overlap(found: Regulation, whole: Regulations) -> list[Problem]:
    days = {rules.effective_from for rules in whole.all() if rules.subject == found.subject}
    both = {
        rules.id: rules
        for day in days
        for there in [whole.found(found.subject, day)]
        if any(rules.id == found.id for rules in there)
        for rules in there
        if rules.id != found.id
    }
    return [
        Problem(
            found.file,
            "repeals",
            f"与“{rules.title}”（{rules.id}）同时有效。"
            f'请写 repeals = ["{rules.id}"]，或改正施行日期',
        )
        for _, rules in sorted(both.items())
    ]
