"""Values that tell readers what the program does: it does so whatever a file says.

Whether two people decide is no number that a city sets; it stands in the rules so that everybody
reads it. A city's file repeats such a value and cannot change it. A test compares this list with
what the program reads.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_TWO: Final = "提出、审核、决定由不同的人办理，数据库也不接受同一人"
_LAW: Final = "期间按民法典计算，不由各市另定"
_REPAIR: Final = "修复条件出自信用修复的规定，程序逐项核对"
_FUNDS: Final = "须招标的项目不进入中介超市，由业主判断项目性质，程序只核对金额"

# By subject and key: why no file changes it.
SAID_ONLY: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "clock-times": {"extension.silence_consents": "延期须对方明确同意"},
        "credit": {
            "case.confirmed_by_another_person": _TWO,
            "case.decided_by_two": _TWO,
            "case.decider_is_another_person": _TWO,
            "case.effective_next_midnight": "所有措施同时自次日零时起生效",
            "case.ends_by_itself": "期满不需要任何人办理即终止",
            "case.running_contracts_continue": "措施只限制新的报名和选取，不解除已签合同",
            "listing.direct_breaches": "这些行为不记分，程序据以直接列入名单",
        },
        "credit-terms": {
            "mild.maximum_months": "平台不公示轻微失信信息",
            "mild.published_by_default": "平台不公示轻微失信信息",
            "repair.after_minimum_term": _REPAIR,
            "repair.ends_at_maximum_term": "期满自动终止，不需要申请",
            "repair.requires_correction": _REPAIR,
            "repair.requires_public_promise": _REPAIR,
        },
        "market-process": {
            "approval.approver_is_another_person": _TWO,
            "suspension.silence_consents": "对方不表态的，由运营机构决定",
        },
        "payment": {
            "public_owner.agreed_days_maximum": "付款期限按规定的天数计算，不能另行约定更长的",
        },
        "procurement-threshold": {
            "engineering_services.listed": "哪些事项属于工程服务写在事项目录中",
            "state_funds.budget_from_fen": _FUNDS,
            "state_funds.budget_percent_from": _FUNDS,
            "state_funds.state_enterprise_controlling": _FUNDS,
        },
        "time-counting": {
            "days.first_day_counts": _LAW,
            "days.holiday_moves_last_day": _LAW,
            "days.last_day_ends_at_hour": _LAW,
            "months.missing_day_is_last_of_month": _LAW,
            "months.parties_may_agree_otherwise": _LAW,
        },
    }
)


def why_fixed(subject: str, key: str) -> str:
    """Return why the program goes its way whatever a file says; empty if it reads the value.

    Args:
        subject: What the instrument is about.
        key: ``section.key``.

    Source: docs/regulations.md.
    """
    return SAID_ONLY.get(subject, {}).get(key, "")
