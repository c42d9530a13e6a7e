"""Past projects (业绩): what a firm says it has done, and what the operator has checked. Pure.

Where a project was is not asked: a record of one place must not count for more than another's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid


class ProjectState(StrEnum):
    """How far a past project has been checked."""

    DECLARED = "declared"
    VERIFIED = "verified"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ProjectMove(StrEnum):
    """What can be done to a past project."""

    CORRECT = "correct"
    VERIFY = "verify"
    REFUSE = "refuse"
    # After a doubt that another person upheld (market.firms.doubts).
    REVOKE = "revoke"
    WITHDRAW = "withdraw"


_S, _M = ProjectState, ProjectMove
MOVES: Final[Mapping[tuple[ProjectState, ProjectMove], ProjectState]] = MappingProxyType(
    {
        (_S.DECLARED, _M.CORRECT): _S.DECLARED,
        (_S.DECLARED, _M.VERIFY): _S.VERIFIED,
        (_S.DECLARED, _M.REFUSE): _S.REFUSED,
        (_S.DECLARED, _M.WITHDRAW): _S.WITHDRAWN,
        (_S.VERIFIED, _M.REVOKE): _S.REFUSED,
        (_S.VERIFIED, _M.WITHDRAW): _S.WITHDRAWN,
        (_S.REFUSED, _M.CORRECT): _S.DECLARED,
        (_S.REFUSED, _M.WITHDRAW): _S.WITHDRAWN,
    }
)
# What the public reads; what was refused or taken back is the firm's and the operator's.
SHOWN: Final = frozenset({ProjectState.DECLARED, ProjectState.VERIFIED})
# What a document may still be handed in for.
PROVABLE: Final = (ProjectState.DECLARED, ProjectState.VERIFIED, ProjectState.REFUSED)
REASON_SHORTEST: Final = 5


class ProjectMovedError(MarketError):
    """The past project's state does not allow the move."""

    sentence = msgid(
        "这项业绩的当前状态不能办理此操作：已核实的不能修改，已撤回的不能再办理。请刷新页面。"
    )


class ProjectDaysError(MarketError):
    """The days of a past project are turned round, or lie ahead."""

    sentence = msgid("签约日期不能晚于完成日期，两者都不能晚于今天。请核对日期。")

    def __init__(self) -> None:
        super().__init__(field="signed_on")


class ProjectTwiceError(MarketError):
    """The firm has stated the project before."""

    sentence = msgid("该项目、委托单位和事项的业绩已经填报，不能重复填报。请修改原来的一项。")

    def __init__(self) -> None:
        super().__init__(field="project_name")


class TooManyProjectsError(MarketError):
    """The firm has stated as many as are kept."""

    sentence = msgid("最多填报 %(most)s 项业绩。请先撤回不再需要的。")

    def __init__(self, most: int) -> None:
        super().__init__(field="project_name", most=most)


class ProjectUnprovenError(MarketError):
    """Nothing was handed in that proves the project."""

    sentence = msgid("没有可以核对的业绩证明，不能登记为“已核实”。请退回并说明须补充的材料。")

    def __init__(self) -> None:
        super().__init__(field="outcome")


class ProofHeldError(MarketError):
    """What proves the project is in quarantine: nobody has taken it."""

    sentence = msgid(
        "业绩证明还在隔离存放，没有人核对过，不能据以登记为“已核实”。"
        "请先打开证明，核对后登记“通过”；有问题的退回。"
    )

    def __init__(self) -> None:
        super().__init__(field="outcome")


class ProjectDoubtedError(MarketError):
    """The project is in doubt: it is not taken back before that is decided."""

    sentence = msgid("这项业绩正在复核，决定作出前不能撤回。请在期限内陈述意见。")


class ProjectsRequiredError(MarketError):
    """The rules do not let a notice ask for past projects, or not for so many."""

    sentence = msgid(
        "规则“%(title)s”不允许公告要求这么多业绩（最多 %(most)s 项），以免排斥新机构和外地机构。"
        "请减少或者不作要求。"
    )

    def __init__(self, title: str, most: int) -> None:
        super().__init__(field="projects_required", title=title, most=most)


class ProjectReasonError(MarketError):
    """A refusal needs its reason."""

    sentence = msgid("核对不通过须写明原因（至少 5 个字），机构将看到这段文字。")

    def __init__(self) -> None:
        super().__init__(field="comment")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """What a firm states of a past project.

    Attributes:
        project_name: What the project was.
        client_name: The organisation the firm worked for; no private person is named.
        client_code: Its credit code, where the firm knows it.
        item_code: The service, as the catalogue codes it.
        amount_fen: What the firm was paid by the contract.
        signed_on: The day of the contract.
        completed_on: The day the work was accepted.
    """

    project_name: str
    client_name: str
    client_code: str
    item_code: str
    amount_fen: int
    signed_on: date
    completed_on: date


def advance(state: ProjectState, move: ProjectMove) -> ProjectState:
    """Return the state after a move.

    Args:
        state: How far the past project has been checked.
        move: What is to be done.

    Raises:
        ProjectMovedError: The state does not allow the move.

    Source: handbook domain.md 4.1 (业绩); platform default.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise ProjectMovedError from None


def check_days(facts: ProjectFacts, today: date) -> None:
    """Refuse days that cannot be.

    Args:
        facts: What the firm states.
        today: The Beijing day.

    Raises:
        ProjectDaysError: They are turned round or lie ahead.

    Source: platform default.
    """
    if not facts.signed_on <= facts.completed_on <= today:
        raise ProjectDaysError


@dataclass(frozen=True, slots=True)
class Done:
    """What of a past project counts for a condition."""

    state: ProjectState
    item_code: str
    completed_on: date


def counted(done: Iterable[Done], item_code: str, since: date) -> int:
    """Return how many past projects count for a condition of a notice.

    Args:
        done: The firm's past projects.
        item_code: The notice's service item.
        since: The first day of completion that counts.

    Returns:
        Only what the operator has verified; it fails closed. Where a project was does not count.

    Source: handbook domain.md 2.3 step 1 (no local record); 公平竞争审查条例
    （国务院令第783号）第九条 (confirm); the rule itself is a platform default.
    """
    return sum(
        each.state is ProjectState.VERIFIED
        and each.item_code == item_code
        and each.completed_on >= since
        for each in done
    )
