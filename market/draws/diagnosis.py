"""Why a need failed, in one public paragraph of numbers. Pure: it names nobody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from market.clock import BEIJING
from market.draws.eligibility import Rule
from market.draws.rules import EnrolmentState

_SHORT: Final[Mapping[Rule, str]] = MappingProxyType(
    {
        Rule.LISTED: "入驻状态",
        Rule.STANDING: "信用状态",
        Rule.SERVICE: "服务事项登记",
        Rule.QUALIFICATION: "资质",
        Rule.STAFF: "执业人员",
        Rule.RECORD: "同类业绩",
        Rule.FEE: "收费公开",
        Rule.COMPUTABLE: "收费算不出金额",
        Rule.OWNER: "业主本身",
        Rule.RECUSAL: "回避",
        Rule.CONFLICT: "不相容事项",
        Rule.RECENT: "近期中选次数",
        Rule.EXCLUSION: "排除决定",
        Rule.DECLARATION: "关联关系申报",
        Rule.INTEREST: "与业主的利害关系",
        Rule.TICKET: "同一关联组",
        Rule.QUOTE: "有效报价",
        Rule.PRICE: "最低报价",
        Rule.MERIT: "择优名次",
        Rule.BID: "出价",
        Rule.NEAREST: "均价系数",
        Rule.PROPOSAL: "没有提交方案",
        Rule.LEAST_TOTAL: "总分低于及格分",
        Rule.TOTAL: "最高总分",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketCounts:
    """The firms that offer an item, in numbers.

    Attributes:
        offering: How many offer it.
        able: How many of them meet every rule.
        failed: How many fail which rule.
        computed: Of how many of the able the published fee gives an amount for the need.
        above: Of how many that amount is above the need's ceiling.
    """

    offering: int
    able: int
    failed: Counter[Rule]
    computed: int = 0
    above: int = 0


def enrolled_too_few(counts: Counter[EnrolmentState], needed: int, market: MarketCounts) -> str:
    """Return why a draw ended at the close.

    Args:
        counts: Enrolments by state.
        needed: How many the rules ask for.
        market: The firms that offer the item.

    Returns:
        Chinese sentences with counts only.

    Source: handbook domain.md 2.4, "No applicants" and "Too few".
    """
    enrolled = counts[EnrolmentState.ENROLLED]
    withdrawn = counts[EnrolmentState.WITHDRAWN]
    taken_back = f"（另有 {withdrawn} 家报名后撤回）" if withdrawn else ""
    first = f"报名截止时有效报名 {enrolled} 家{taken_back}，少于要求的 {needed} 家，本次流标。"
    return first + _advice(market)


def too_few_eligible(
    eligible: int, needed: int, removed: Counter[Rule], market: MarketCounts
) -> str:
    """Return why a draw ended at the freeze.

    Args:
        eligible: How many enrolled firms still met every rule.
        needed: How many the rules ask for.
        removed: How many did not, by the rule.
        market: The firms that offer the item.

    Returns:
        Chinese sentences with counts only.

    Source: handbook domain.md 2.4, "Too few".
    """
    why = f"复核不合格 {removed.total()} 家（{_by_rule(removed)}），" if removed else ""
    first = f"名单冻结复核时合格 {eligible} 家，{why}少于要求的 {needed} 家，本次流标。"
    return first + _advice(market)


def lowest_lost(numbers: Sequence[int], removed: Counter[Rule]) -> str:
    """Return why a live session failed: who held the lowest bid is not on the list.

    Args:
        numbers: The numbers of these enrolments, from 1, as the session showed them.
        removed: How many of them failed which rule.

    Returns:
        A Chinese sentence.

    Source: docs/adr/0040-live-bidding.md.
    """
    named = "、".join(str(number) for number in numbers)
    return (
        f"竞价结束时持有最低价的机构（报名序号 {named}）在名单冻结复核时不符合资格"
        f"（{_by_rule(removed)}）。按公告的竞价规则，本次竞价作废并流标，出价较高的机构不替补。"
    )


# Whether a second notice can follow rests with witnesses, who have not seen the VOID yet.
_NEXT: Final = (
    "作废记录在开奖前一分钟以前得到足够见证的，可以再次公告；否则不能再次公告，请另建一条新需求。"
)
_TOO_LATE: Final = (
    "作废时已不足开奖前一分钟，承接这次作废的公告不会被采信：不能再次公告，请另建一条新需求。"
)


def freeze_missed(latest_at: datetime, *, is_late: bool) -> str:
    """Return why a draw ended whose list could not be frozen in time to be witnessed.

    Args:
        latest_at: The latest instant at which witnesses could still have seen it.
        is_late: Whether witnesses cannot see the calling-off in time either.

    Returns:
        A Chinese sentence.

    Source: docs/spec/lottery-v1.md V5 and V12.
    """
    return (
        f"系统未能在 {_clock(latest_at)} 前冻结名单，见证人已来不及在开奖前见证。"
        f"为防止任何人在开奖后影响名单，本次抽取作废。{_TOO_LATE if is_late else _NEXT}"
    )


def no_quorum(phi_at: datetime) -> str:
    """Return why a draw ended whose list too few witnesses saw.

    Args:
        phi_at: When the last value could first be known.

    Returns:
        A Chinese sentence.

    Source: docs/spec/lottery-v1.md V5.
    """
    return (
        f"名单冻结后，到开奖时刻 {_clock(phi_at)} 的三分钟之前，没有足够的见证人签名见证。"
        f"没有见证的名单不能证明冻结在先，本次抽取在开奖前作废。{_NEXT}"
    )


def phi_lost(phi_at: datetime) -> str:
    """Return why a draw ended whose last value never came; the written order follows it.

    Args:
        phi_at: When the last value could first be known.

    Returns:
        A Chinese sentence.

    Source: docs/spec/lottery-v1.md V12.
    """
    return (
        f"公告指定的随机值在 {_clock(phi_at)} 之后七天内未能取得，本次抽取依书面决定终止。"
        "任何人持有该随机值的，均可据以推翻此说明。决定机关及内容——"
    )


def not_replaced() -> str:
    """Return why a need failed whose vacant place could not be filled by a drawing.

    Returns:
        A Chinese sentence.

    Source: docs/spec/lottery-v1.md V11.
    """
    return "中选机构退出后，退出记录未能在抽取递补之前得到足够见证，不能另行抽取，本次流标。"


def _clock(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def exhausted(called: int) -> str:
    """Return why a need failed after its draw.

    Args:
        called: How many firms were called, the winner included.

    Returns:
        A Chinese sentence.

    Source: handbook domain.md 2.4, "Winner declines / does not sign".
    """
    return f"中选机构及候补机构共 {called} 家均未接受或已失去资格，没有可递补的机构，本次流标。"


def _advice(market: MarketCounts) -> str:
    if not market.offering:
        return "目前没有已入驻机构登记该事项，建议联系行业主管部门动员机构入驻。"
    if market.able == market.offering:
        return (
            f"目前登记该事项的 {market.offering} 家机构均符合条件。{_fees(market)}"
            "建议延长报名时间或核对服务费上限。"
        )
    return (
        f"目前登记该事项的机构共 {market.offering} 家，其中 {market.able} 家符合全部条件；"
        f"不符合的原因：{_by_rule(market.failed)}。{_fees(market)}建议核对要求是否过窄。"
    )


def _fees(market: MarketCounts) -> str:
    """Return how what the able firms publish compares with the ceiling, in numbers."""
    if not market.computed:
        return ""
    return (
        f"符合条件的机构中，{market.computed} 家的公开收费按公告的计费参数算得出金额，"
        f"其中 {market.above} 家高于服务费上限。"
    )


def _by_rule(counts: Counter[Rule]) -> str:
    return "、".join(f"{_SHORT[rule]} {counts[rule]} 家" for rule in Rule if counts[rule])
