"""Instruments in words: what one value is and where it comes from; what a new one changes."""

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid
from market.regulations.instruments import Regulations
from market.regulations.profile import shown
from market.regulations.regulation import Clause, Regulation
from market.regulations.said import why_fixed


class UnknownKeyError(MarketError):
    """No instrument in force has such a value."""

    sentence = msgid("%(day)s施行的规则中没有“%(key)s”这一项。%(near)s")

    def __init__(self, key: str, day: date, near: Sequence[str]) -> None:
        words = (
            f"相近的有：{'、'.join(near)}。"
            if near
            else "请核对写法，例如 draw.minimum_applicants。"
        )
        super().__init__(key=key, day=day, near=words)


class SubjectsDifferError(MarketError):
    """Two instruments that are not about the same subject."""

    sentence = msgid("两个文件的主题不同（%(old)s、%(new)s），无法比较。请选择同一主题的文件。")

    def __init__(self, old: str, new: str) -> None:
        super().__init__(old=old, new=new)


def explain(known: Regulations, key: str, day: date) -> list[str]:
    """Say what a value is on a day, in which instrument, by which clause.

    Args:
        known: All instruments.
        key: ``section.key``, or ``subject:section.key``; a section or subject alone lists all.
        day: The day, in Beijing.

    Returns:
        Lines of text.

    Raises:
        UnknownKeyError: Nothing in force on the day is called so.

    Source: docs/regulations.md.
    """
    subject, _, wanted = key.rpartition(":")
    in_force = [
        rules
        for rules in known.all()
        if rules in known.found(rules.subject, day) and subject in {"", rules.subject}
    ]
    found = [
        (rules, name)
        for rules in in_force
        for name in rules.clauses
        if name == wanted or name.startswith(f"{wanted}.") or wanted == rules.subject
    ]
    if not found:
        names = [name for rules in in_force for name in rules.clauses]
        near = get_close_matches(wanted, names, n=5, cutoff=0.5)
        raise UnknownKeyError(key, day, near or [n for n in names if wanted in n][:5])
    lines: list[str] = []
    for rules, name in found:
        lines += [*([""] if lines else []), *_explained(known, rules, name)]
    return lines


def set_aside(known: Regulations) -> list[str]:
    """Say which files never apply because one of higher rank took their place, and what to do.

    Args:
        known: All instruments.

    Returns:
        Lines of text.

    Source: docs/regulations.md.
    """
    lines = []
    for rules, instead in known.aside():
        added = [key for key, clause in instead.clauses.items() if clause.supplied_by == rules.id]
        lines.append(
            f"{rules.id} 不适用：{instead.effective_from} 起以 {instead.id} 为准。"
            + (
                f"其中新增的 {'、'.join(added)} 按平台默认值补足；要改为本市的数值，"
                f'请另立文件，写 repeals = ["{instead.id}"] 并列出各项。'
                if added
                else f'如需另作规定，请另立文件，写 repeals = ["{instead.id}"]。'
            )
        )
    return lines


def _explained(known: Regulations, rules: Regulation, key: str) -> list[str]:
    clause = rules.clauses[key]
    ended = known.ended_on(rules)
    term = f"{rules.effective_from} 起施行" + (f"，{ended} 废止" if ended else "")
    lines = [
        f"{key}（{rules.subject}）",
        f"  数值：{shown(clause.value)}",
        f"  文件：{rules.title}（{rules.id}，{term}）",
        f"  来源：{source_of(rules, clause)}",
    ]
    if rules.document_number:
        lines.append(f"  文号：{rules.document_number}；{rules.issuer}；{rules.source}")
    if clause.note:
        lines.append(f"  说明：{clause.note}")
    if why := why_fixed(rules.subject, key):
        lines.append(f"  本平台固定，不能更改：{why}")
    return lines + [
        f"  沿革：{other.effective_from} 起为 {shown(other.clauses[key].value)}（{other.id}）"
        for other in known.all()
        if other.subject == rules.subject and other.id != rules.id and key in other.clauses
    ]


def source_of(rules: Regulation, clause: Clause) -> str:
    """Say where a value comes from, and whether anybody has checked it there."""
    if clause.supplied_by:
        words = f"本市文件没有此项，按随程序发布的 {clause.supplied_by} 的平台默认值"
    elif clause.is_platform_default:
        words = "平台默认值，没有法律依据"
    else:
        words = f"《{rules.title}》{clause.clause}"
    return f"{words}（待核：尚未与原文核对）" if clause.confirm else words


def compare(old: Regulation, new: Regulation) -> list[str]:
    """Say in words which values a new instrument changes, from when, and by which clause.

    Args:
        old: The instrument that applies before.
        new: The one that takes its place.

    Returns:
        Lines of text.

    Raises:
        SubjectsDifferError: They are not about the same subject.

    Source: docs/regulations.md.
    """
    if old.subject != new.subject:
        raise SubjectsDifferError(old.subject, new.subject)
    changed, sourced, same = [], [], 0
    for key in old.clauses.keys() & new.clauses.keys():
        before, after = old.clauses[key], new.clauses[key]
        if before.value != after.value:
            line = f"  {key}：{shown(before.value)} → {shown(after.value)}，"
            changed.append(line + source_of(new, after) + _note(after))
        elif source_of(old, before) != source_of(new, after):
            sourced.append(
                f"  {key}：仍为 {shown(after.value)}；{source_of(old, before)} → "
                f"{source_of(new, after)}{_note(after)}"
            )
        else:
            same += 1
    added = [
        f"  {key}：{shown(clause.value)}，{source_of(new, clause)}{_note(clause)}"
        for key, clause in new.clauses.items()
        if key not in old.clauses
    ]
    gone = [
        f"  {key}：原为 {shown(old.clauses[key].value)}"
        for key in old.clauses
        if key not in new.clauses
    ]
    return [
        f"{old.title}（{old.id}）→ {new.title}（{new.id}）",
        f"自 {new.effective_from} 起{_replacing(old, new)}；{kept(new.subject)}。",
        *_part("数值改变", changed),
        *_part("新增", added),
        *_part("不再规定", gone),
        *_part("数值不变、来源改变", sourced),
        f"完全不变：{same} 项",
    ]


# What remembers the instrument it began under, and keeps it. A test names every subject.
KEPT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "market-process": "此前发布的公告、签订的合同仍按原规则",
        "draw-process": "此前发布的公告仍按原规则",
        "selection-methods": "此前发布的公告仍按原规则",
        "affiliations": "此前发布的公告、已经立案的关联关系核查仍按原规则",
        "past-projects": "此前发布的公告仍按原规则认定业绩年限",
        "posting-flow": "此前发布的公告仍按原规则答疑",
        "credit": "此前立案的失信案件仍按原规则",
        "credit-terms": "此前立案的失信案件仍按原规则",
        "objections": "此前提出的异议仍按原规则",
        "complaints": "此前收到的投诉仍按原规则",
        "firm-entry": "此前提交的入驻申请仍按原规则审核",
        "signing": "此前开始的签约争议仍按原规则",
        "contract-ending": "此前提出的合同终止、争议仍按原规则",
        "clock-times": "此前开始的计时仍按原规则",
        "ratings": "此前办结的合同仍按原规则评价",
        "service": "此前提交的成果仍按原规则审验",
        "supervision": "此前亮的牌仍按原规则答复和处理",
        "payment": "此前签订的合同仍按原规则计算付款期限",
    }
)


def kept(subject: str) -> str:
    """Say what still stands under the instrument before, where a subject has such things.

    Args:
        subject: What the instruments are about.

    Source: architecture.md, "Regulations as data": each need or case remembers its instrument.
    """
    return KEPT.get(subject, "自该日起办理的事项都按新规则，此前已经办结的不变")


def _replacing(old: Regulation, new: Regulation) -> str:
    return "取代前者" if old.id in new.repeals else "施行（没有写明废止前者）"


def _note(clause: Clause) -> str:
    return f"（{clause.note}）" if clause.note else ""


def _part(title: str, lines: Sequence[str]) -> list[str]:
    return [f"{title}：{len(lines)} 项", *sorted(lines)] if lines else []
