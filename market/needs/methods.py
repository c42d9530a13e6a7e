"""How a need's firm is selected: the methods, their terms, and the exact rule of each. Pure.

Every method ends in a draw. What differs is who of the eligible firms is in it: a method is a
rule of eligibility that is judged between the close and the freeze.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import msgid
from market.needs.rules import NeedFactsError

METHODS_SUBJECT: Final = "selection-methods"


class Method(StrEnum):
    """How the list of a draw comes about. Source: handbook domain.md 3; platform default."""

    LOTTERY = "lottery"
    QUOTE_LOWEST = "quote_lowest"
    MERIT_LOTTERY = "merit_lottery"


class MethodError(NeedFactsError):
    """No such method, or the rules do not allow it."""

    sentence = msgid("现行规则不允许这种选取方式。请从列表中另选一种。")

    def __init__(self) -> None:
        super().__init__(field="method")


class FloorError(NeedFactsError):
    """The least quote that counts is not below the ceiling."""

    sentence = msgid("报价下限须大于 0 元、低于服务费上限。请修改报价下限，或留空表示不设下限。")

    def __init__(self) -> None:
        super().__init__(field="floor_fen")


class FloorUnusedError(NeedFactsError):
    """A floor was set although firms quote nothing."""

    sentence = msgid("只有“封存报价，最低价”方式才有报价下限。请删去报价下限，或改选方式。")

    def __init__(self) -> None:
        super().__init__(field="floor_fen")


def check_method(
    *, method: str, allowed: Sequence[str], floor_fen: int | None, ceiling_fen: int
) -> None:
    """Refuse a method, or terms of it, that could not be published.

    Args:
        method: How the owner wants the firm selected.
        allowed: The methods the rules allow.
        floor_fen: The least quote that counts, in fen; None for no floor.
        ceiling_fen: The price ceiling in fen.

    Raises:
        NeedFactsError: The first rule that is broken, naming the field.

    Source: the regulation's ``methods.allowed``; platform default.
    """
    if method not in set(Method) or method not in allowed:
        raise MethodError
    if floor_fen is None:
        return
    if method != Method.QUOTE_LOWEST:
        raise FloorUnusedError
    if not 0 < floor_fen < ceiling_fen:
        raise FloorError


def is_quoted(method: str) -> bool:
    """Return whether firms quote a price, which they open between the close and the freeze.

    Args:
        method: The method's code.

    Source: platform default.
    """
    return method == Method.QUOTE_LOWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a notice fixes of its method; zero or None where the method knows no such thing."""

    method: Method
    ceiling_fen: int
    floor_fen: int | None = None
    opening_minutes: int = 0
    abnormal_low_percent: int = 0
    shortlist: int = 0


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d} 元"


_DRAW: Final = "公开摇号协议 ismdraw/v1"
_EVERYBODY: Final = "凡报名并在名单冻结时符合全部资格条件的机构，都列入名单。"


def _lottery(terms: Terms) -> list[str]:
    return [
        _EVERYBODY,
        f"由{_DRAW}从名单中抽取 1 家中选。",
        f"中选价为服务费上限 {_yuan(terms.ceiling_fen)}，合同价不得高于中选价。",
    ]


_SEALING: Final = (
    "报名机构须在报名截止前封存报价。提交的只是承诺值，即下列五行文字（UTF-8，每行以换行符结束）"
    "的 SHA-256：zjcs/quote/v1；公告编号；机构统一社会信用代码；以分为单位的报价；"
    "64 位十六进制盐值。截止前可以重新封存，以最后一次为准。"
)


def _opening(minutes: int) -> str:
    return (
        f"报名截止后 {minutes} 分钟内，机构凭封存时保存的报价文件开启报价。"
        "开启的内容须与承诺值一致，因此不能更改。"
    )


def _lowest() -> str:
    return (
        f"报价最低的机构列入名单；最低报价相同的都列入，由{_DRAW}抽取 1 家中选；"
        "只有一家的，名单只列这一家。中选机构退出的，只在最低报价相同的机构中递补；没有的，本次流标。"
    )


def _shown(percent: int) -> str:
    return (
        "符合资格的机构开启的全部报价在名单冻结时一并公布，此前不在任何页面显示；"
        "未封存和未开启的公布报名序号，封存而不开启的记入信用记录。"
        f"有效报价低于其平均数 {percent}% 的，标注“异常低价”公示。"
    )


_BY_MERIT: Final = (
    "报名并在名单冻结时符合全部资格条件的机构，按冻结时的信用分从高到低排列；"
    "信用分相同的，在本平台完成本事项合同多的在前。"
)


def _quote_lowest(terms: Terms) -> list[str]:
    ceiling = _yuan(terms.ceiling_fen)
    floor = f"、不低于报价下限 {_yuan(terms.floor_fen)}" if terms.floor_fen else ""
    return [
        _SEALING,
        _opening(terms.opening_minutes),
        f"按时开启且不高于服务费上限 {ceiling}{floor}的为有效报价；没有有效报价的机构不列入名单。",
        "有效报价少于规定家数的，本次流标，不公布报价。",
        _lowest(),
        _shown(terms.abnormal_low_percent),
        "中选价为中选机构的报价，合同价不得高于中选价。",
    ]


def _merit_lottery(terms: Terms) -> list[str]:
    return [
        _BY_MERIT,
        f"排在前 {terms.shortlist} 位的列入名单；与第 {terms.shortlist} 位两项都相同的一并列入。",
        f"由{_DRAW}从名单中抽取 1 家中选。",
        "各家的信用分和完成合同数在名单冻结时一并公布。",
        f"中选价为服务费上限 {_yuan(terms.ceiling_fen)}，合同价不得高于中选价。",
    ]


_LINES: Final = MappingProxyType(
    {
        Method.LOTTERY: _lottery,
        Method.QUOTE_LOWEST: _quote_lowest,
        Method.MERIT_LOTTERY: _merit_lottery,
    }
)


def rule_lines(terms: Terms) -> list[str]:
    """Return the exact rule of a method, sentence by sentence, as its notice prints it.

    Args:
        terms: What the notice fixes.

    Returns:
        Chinese sentences. They are part of the notice's bytes and are not translated.

    Source: docs/adr/0037-sealed-quotes.md; platform default.
    """
    return _LINES[terms.method](terms)


def body_of(terms: Terms) -> dict[str, object]:
    """Return a notice's member about its method.

    Args:
        terms: What the notice fixes.

    Source: docs/adr/0037-sealed-quotes.md.
    """
    body: dict[str, object] = {"selection": terms.method.value, "rules": rule_lines(terms)}
    match terms.method:
        case Method.LOTTERY:
            return body
        case Method.QUOTE_LOWEST:
            return body | {
                "floor_fen": terms.floor_fen,
                "opening_minutes": terms.opening_minutes,
                "abnormal_low_percent": terms.abnormal_low_percent,
            }
        case Method.MERIT_LOTTERY:
            return body | {"shortlist": terms.shortlist}


def terms_in(method: Mapping[str, object], ceiling_fen: int) -> Terms:
    """Return the terms that a notice's member about its method fixed.

    Args:
        method: The member; notices from before there were methods say nothing of one.
        ceiling_fen: The notice's price ceiling in fen.

    Raises:
        ValueError: It names a method that is not known here.

    Source: docs/adr/0037-sealed-quotes.md.
    """
    floor = method.get("floor_fen")
    return Terms(
        method=Method(str(method.get("selection", Method.LOTTERY))),
        ceiling_fen=ceiling_fen,
        floor_fen=floor if isinstance(floor, int) else None,
        opening_minutes=_whole(method, "opening_minutes"),
        abnormal_low_percent=_whole(method, "abnormal_low_percent"),
        shortlist=_whole(method, "shortlist"),
    )


def _whole(method: Mapping[str, object], name: str) -> int:
    found = method.get(name, 0)
    if not isinstance(found, int):
        raise TypeError(f"{name} of a notice is no whole number")
    return found
