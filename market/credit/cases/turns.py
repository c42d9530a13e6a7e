"""When a step of a case can be taken, and by whom: said in the place of a form that is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from market.credit.cases.model import Case
from market.credit.cases.queries import hearing_of
from market.credit.cases.rules import CaseState, repair_from
from market.credit.repair import queries as repairs
from market.db import UnitOfWork
from market.errors import msgid


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Who takes a step and after what, as a msgid; and the first instant, where it is known."""

    words: str
    from_at: datetime | None = None


WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "confirm": msgid("认定建议提出后，由主管部门提出人以外的人审核；审核过的不再审核。"),
        "recall": msgid("认定建议提出后、另一人审核前，由提出人撤回。"),
        "reply": msgid("告知书发出后、陈述申辩期届满前，由当事机构提出。"),
        "extend": msgid(
            "陈述申辩期届满前由当事机构申请，只能延长一次；已经表示不再补充、"
            "听证笔录已经登记或者期限已满的，不再延长。"
        ),
        "ask_hearing": msgid("告知书载明可以听证的，由当事机构在申请听证的期限内提出。"),
        "summon": msgid("当事机构申请听证后，由主管部门确定时间和主持人；笔录登记后不再改期。"),
        "record": msgid("听证时间到了以后，由主持人本人登记笔录。"),
        "decide": msgid(
            "陈述申辩期届满后，申请听证的在笔录登记后，由主管部门拟定；提出人和听证主持人回避。"
        ),
        "sign": msgid("决定拟定后，由主管部门提出人、拟定人、听证主持人以外的人确认。"),
        "take_back": msgid("决定拟定后、另一人确认前，由拟定人撤回。"),
        "withdraw": msgid("决定作出后，由主管部门提出撤销；已有撤销或者更正待确认的，先确认。"),
        "correct": msgid("决定作出后、措施期满前，由主管部门提出；已有待确认的，先确认。"),
        "review": msgid("撤销或者更正提出后，由主管部门提出人以外的人确认。"),
        "repair": msgid("措施执行满最低期限后、期满前，由当事机构申请；已有申请的，等待答复。"),
        "answer_repair": msgid("当事机构申请信用修复后，由主管部门拟定答复。"),
        "sign_repair": msgid("答复拟定后，由主管部门拟定人以外的人确认。"),
    }
)
_WAITING: Final = frozenset({CaseState.NOTIFIED, CaseState.REPLIED})


def when_of(work: UnitOfWork, case: Case, step: str) -> When:
    """Return when a step can be taken and by whom.

    Args:
        work: The reader's unit of work.
        case: The case.
        step: The step's name, as ``Steps`` has it.
    """
    from_at = _from(work, case, step)
    return When(words=WORDS[step], from_at=from_at if from_at and from_at > work.now else None)


def _from(work: UnitOfWork, case: Case, step: str) -> datetime | None:
    match step:
        case "decide" if case.state in _WAITING:
            return case.reply_by_at
        case "record" if case.state is CaseState.SUMMONED:
            hearing = hearing_of(work, case)
            return hearing.held_at if hearing else None
        case "repair" if case.state is CaseState.DECIDED:
            terms = repairs.terms_of(work, case)
            return repair_from(terms) if terms else None
        case _:
            return None
