"""Why a need is not sent on: what the checks found."""

from collections.abc import Sequence

from market.errors import MarketError, msgid
from market.needs.checks.rules import Finding

_SHOWN = 3


class FindingsError(MarketError):
    """A check found something; the subclass says what it asks."""

    def __init__(self, found: Sequence[Finding]) -> None:
        super().__init__(count=len(found), quotes=_quotes(found))
        self.found = tuple(found)


class BlockedError(FindingsError):
    """Something must be taken out."""

    sentence = msgid(
        "发布前检查发现 %(count)s 处须删改的内容：%(quotes)s。"
        "请按“发布前检查”中的提示修改后再提交；不能以说明代替。"
    )


class UnexplainedError(FindingsError):
    """Something must be explained in public, or taken out."""

    sentence = msgid(
        "发布前检查发现 %(count)s 处须书面说明的内容：%(quotes)s。"
        "请删改；仍要保留的，在需求页面的“发布前检查”中逐条说明后再提交，说明将随公告公开。"
    )


class NoFindingError(MarketError):
    """The finding is gone, or cannot be explained away."""

    sentence = msgid("没有这一条须说明的发现，需求可能已经修改。请刷新页面后核对。")


class ShortJustificationError(MarketError):
    """An explanation that explains nothing."""

    sentence = msgid("说明至少 %(least)s 个字，写清楚为什么完成本服务必须如此。说明将随公告公开。")

    def __init__(self, least: int) -> None:
        super().__init__(field="text", least=least)


class NotBeingWrittenError(MarketError):
    """The need has been sent on: its text and its explanations stand."""

    sentence = msgid("需求已经提交，不能再补充说明。需要补充的，请审批人或者运营机构退回后办理。")


def _quotes(found: Sequence[Finding]) -> str:
    words = [str(finding.facts.get("quote") or finding.title) for finding in found[:_SHOWN]]
    more = "……" if len(found) > _SHOWN else ""
    return "、".join(f"“{each}”" for each in words) + more
