"""What a witness keeps, in words: in Chinese for its operator, in English for others.

The store keeps English sentences, as its answers over HTTP are; here they are read again.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from audit.checkpoint import parse_text
from audit.note import parse
from audit.witness.records import Evidence
from audit.witness.rules import EvidenceKind
from market.clock import BEIJING


class Language(StrEnum):
    """In which language evidence is told."""

    CHINESE = "zh"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """One thing in both languages."""

    chinese: str
    english: str

    def in_(self, language: Language) -> str:
        """Return it in one of them."""
        return self.chinese if language is Language.CHINESE else self.english


KINDS: Final = {
    EvidenceKind.SAME_SIZE: Words(
        "可证明日志分叉：同一大小、两份不同内容", "proof of a fork: two trees of one size"
    ),
    EvidenceKind.FORKED: Words(
        "可证明日志分叉：后签的日志改了已见证的内容",
        "proof of a fork: the later tree changes what was cosigned",
    ),
    EvidenceKind.WRONG_EMPTY: Words(
        "可证明日志有假：空日志的根不对", "proof of a false log: a wrong root of the empty tree"
    ),
    EvidenceKind.NOT_EXTENDED: Words(
        "附了错误的证明，谁都能送来，不是分叉的证据",
        "a wrong proof, which anybody can send: no evidence of a fork",
    ),
    EvidenceKind.LATE: Words(
        "名单、随机贡献、放弃或终止写入过晚，已停止见证",
        "a list, a contribution, a departure or a calling-off came too late: held up",
    ),
    EvidenceKind.HISTORY: Words("首次见到，仅记录", "at first sight, noted only"),
}
PROVEN: Final = Words(
    "日志的主人签了互相矛盾的内容，证据本身就是证明。不要询问平台：用 evidence --export 导出，"
    "报告监督部门并公布；办完后用 acknowledge 记下经过。",
    "The log's owner signed what cannot all be true, and the files prove it. Do not ask the "
    "platform: write them out with evidence --export, tell the supervisor and publish them; then "
    "note with acknowledge what was done.",
)
HELD: Final = Words(
    "已停止见证。请平台对所列每一条书面说明，查明后用 acknowledge 恢复。",
    "Nothing is cosigned. Ask the platform about every entry that is named, in writing, and let it "
    "go on with acknowledge.",
)
WAITS: Final = Words("待处理", "waits for you")
DONE: Final = Words("已处理", "done")

_LATE: Final = re.compile(r"(?P<what>\w+) of (?P<key>\S+) at index (?P<index>\d+): (?P<why>.+)")
_MORE: Final = re.compile(r"and (\d+) more")
_WHYS: Final = (
    (re.compile(r"the value that decides is already known"), "决定结果的随机值已经可知"),
    (re.compile(r"a public value proves that (\d+) has passed"), "公开随机数证明 {} 已过"),
    (re.compile(r"by this witness's clock (\d+) has passed"), "按本机的钟，{} 已过"),
)


def moment(seconds: int) -> str:
    """Return Unix seconds as Beijing time."""
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def details(one: Evidence, language: Language) -> list[str]:
    """Return what exactly is wrong: a line, or one for each late entry that holds up."""
    match one.kind:
        case EvidenceKind.LATE:
            return [_late(part, language) for part in one.what.split("; ")]
        case EvidenceKind.HISTORY:
            return [_history(one.what).in_(language)]
        case EvidenceKind.WRONG_EMPTY:
            return []
        case EvidenceKind.SAME_SIZE | EvidenceKind.FORKED | EvidenceKind.NOT_EXTENDED:
            return [_sizes(one).in_(language)]


def _sizes(one: Evidence) -> Words:
    old, new = _size(one.kept), _size(one.offered)
    if one.kind is EvidenceKind.SAME_SIZE:
        return Words(f"大小都是 {new} 条，根不同", f"both have {new} entries, and different roots")
    if one.kind is EvidenceKind.FORKED:
        return Words(
            f"{new} 条的日志，前 {old} 条与已见证的不同",
            f"of the {new} entries the first {old} are not those that were cosigned",
        )
    return Words(
        f"{new} 条的检查点，附来的证明不能从已见证的 {old} 条续到它",
        f"a checkpoint of {new} entries; what came with it does not lead there from {old}",
    )


def _size(note: bytes) -> int:
    return parse_text(parse(note).text).size if note else 0


def _late(text: str, language: Language) -> str:
    found = _LATE.fullmatch(text)
    if found is None or language is Language.ENGLISH:
        return text
    return f"序号 {found['index']}：{found['what']} {found['key']}，{_why(found['why'])}"


def _why(english: str) -> str:
    for pattern, chinese in _WHYS:
        if found := pattern.fullmatch(english):
            return chinese.format(*(moment(int(seconds)) for seconds in found.groups()))
    return english


def _history(what: str) -> Words:
    """Count what was late before the witness came; nobody has to look at each."""
    parts = what.split("; ")
    more = _MORE.fullmatch(parts[-1])
    count = len(parts) if more is None else len(parts) - 1 + int(more[1])
    first = _LATE.fullmatch(parts[0])
    index = first["index"] if first else "0"
    return Words(
        f"加入以前已有 {count} 条写得过晚（序号 {index} 起），不用处理",
        f"{count} entries were late before this witness came (from index {index}): nothing to do",
    )
