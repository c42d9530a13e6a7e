"""The rules of a firm's life in the market. Pure functions, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from market.catalogue.rules import Qualification
from market.errors import MarketError, msgid


class FirmState(StrEnum):
    """Where a firm stands between its first form and its place in the directory."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLICITY = "publicity"
    LISTED = "listed"
    DORMANT = "dormant"
    PAUSED = "paused"
    LEFT = "left"
    REMOVED = "removed"


class FirmNature(StrEnum):
    """What kind of legal person a firm is."""

    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    SOCIAL = "social"


class Step(StrEnum):
    """The steps of a registration, in their order."""

    FACTS = "facts"
    QUALIFICATIONS = "qualifications"
    STAFF = "staff"
    SERVICES = "services"
    PROMISE = "promise"
    MATERIALS = "materials"
    SUBMIT = "submit"


class Move(StrEnum):
    """What can be done to a firm's registration."""

    SUBMIT = "submit"
    RETURN = "return"
    PASS = "pass"  # noqa: S105 - a move, not a password
    LIST = "list"
    PROMISE = "promise"
    REVOKE = "revoke"
    REST = "rest"
    WAKE = "wake"
    PAUSE = "pause"
    RESUME = "resume"
    LEAVE = "leave"
    REMOVE = "remove"
    REAPPLY = "reapply"


class Standing(StrEnum):
    """Whether a firm may take part; credit cases move it."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    BLACKLISTED = "blacklisted"


class ServiceState(StrEnum):
    """Whether a firm offers a service."""

    OFFERED = "offered"
    FROZEN = "frozen"
    WITHDRAWN = "withdrawn"


MOVES: Mapping[tuple[FirmState, Move], FirmState] = MappingProxyType(
    {
        (FirmState.DRAFT, Move.SUBMIT): FirmState.SUBMITTED,
        (FirmState.RETURNED, Move.SUBMIT): FirmState.SUBMITTED,
        (FirmState.SUBMITTED, Move.RETURN): FirmState.RETURNED,
        (FirmState.SUBMITTED, Move.PASS): FirmState.PUBLICITY,
        # An objection during publicity that is found right sends the registration back.
        (FirmState.PUBLICITY, Move.RETURN): FirmState.RETURNED,
        (FirmState.PUBLICITY, Move.LIST): FirmState.LISTED,
        # Listed at once on the signed promise (告知承诺制); publicity and check run beside it.
        (FirmState.DRAFT, Move.PROMISE): FirmState.LISTED,
        (FirmState.RETURNED, Move.PROMISE): FirmState.LISTED,
        # The promise was false, or an objection against it was found right.
        (FirmState.LISTED, Move.REVOKE): FirmState.RETURNED,
        (FirmState.DORMANT, Move.REVOKE): FirmState.RETURNED,
        (FirmState.PAUSED, Move.REVOKE): FirmState.RETURNED,
        (FirmState.LISTED, Move.REST): FirmState.DORMANT,
        (FirmState.DORMANT, Move.WAKE): FirmState.LISTED,
        (FirmState.LISTED, Move.PAUSE): FirmState.PAUSED,
        (FirmState.DORMANT, Move.PAUSE): FirmState.PAUSED,
        (FirmState.PAUSED, Move.RESUME): FirmState.LISTED,
        (FirmState.LISTED, Move.LEAVE): FirmState.LEFT,
        (FirmState.DORMANT, Move.LEAVE): FirmState.LEFT,
        (FirmState.PAUSED, Move.LEAVE): FirmState.LEFT,
        (FirmState.LISTED, Move.REMOVE): FirmState.REMOVED,
        (FirmState.DORMANT, Move.REMOVE): FirmState.REMOVED,
        (FirmState.PAUSED, Move.REMOVE): FirmState.REMOVED,
        (FirmState.LEFT, Move.REAPPLY): FirmState.DRAFT,
        (FirmState.REMOVED, Move.REAPPLY): FirmState.DRAFT,
    }
)

# The whole registration may be rewritten only while nobody relies on it.
EDITABLE = frozenset({FirmState.DRAFT, FirmState.RETURNED})
# Qualifications, people, services and fees may be added except while the operator checks.
# Listed once and not gone: its facts change only by a checked request.
SETTLED = frozenset({FirmState.LISTED, FirmState.DORMANT, FirmState.PAUSED})
# The public relies on it, so time looks after its certificates and services.
LIVE = SETTLED | {FirmState.PUBLICITY}
CHANGEABLE = EDITABLE | LIVE
UNCHECKED = EDITABLE | {FirmState.SUBMITTED}
GONE = frozenset({FirmState.LEFT, FirmState.REMOVED})
PUBLIC = LIVE | GONE


class IllegalFirmMoveError(MarketError):
    """The registration's state does not allow the move."""

    sentence = msgid("机构当前状态为“%(state)s”，不能%(move)s。请刷新页面，按页面提示办理。")

    def __init__(self, state: FirmState, move: Move) -> None:
        self.state = state
        self.move = move
        super().__init__(state=STATE_WORDS[state], move=MOVE_WORDS[move])


STATE_WORDS: Mapping[FirmState, str] = MappingProxyType(
    {
        FirmState.DRAFT: msgid("填报中"),
        FirmState.SUBMITTED: msgid("待运营审核"),
        FirmState.RETURNED: msgid("已退回"),
        FirmState.PUBLICITY: msgid("入驻公示"),
        FirmState.LISTED: msgid("已入驻"),
        FirmState.DORMANT: msgid("休眠"),
        FirmState.PAUSED: msgid("运营机构暂停"),
        FirmState.LEFT: msgid("已退出"),
        FirmState.REMOVED: msgid("已清退"),
    }
)
MOVE_WORDS: Mapping[Move, str] = MappingProxyType(
    {
        Move.SUBMIT: msgid("提交审核"),
        Move.RETURN: msgid("退回"),
        Move.PASS: msgid("审核通过"),
        Move.LIST: msgid("转为已入驻"),
        Move.PROMISE: msgid("凭承诺入驻"),
        Move.REVOKE: msgid("撤销入驻"),
        Move.REST: msgid("转为休眠"),
        Move.WAKE: msgid("恢复"),
        Move.PAUSE: msgid("暂停"),
        Move.RESUME: msgid("解除暂停"),
        Move.LEAVE: msgid("退出中介超市"),
        Move.REMOVE: msgid("清退"),
        Move.REAPPLY: msgid("重新申请入驻"),
    }
)


def advance(state: FirmState, move: Move) -> FirmState:
    """Return the state a move leads to.

    Args:
        state: Where the registration stands.
        move: What is to be done.

    Returns:
        The state after the move.

    Raises:
        IllegalFirmMoveError: ``MOVES`` does not list the pair.

    Source:
        Handbook, domain.md sections 4.4 (form check or promise, publicity, listing) and 4.5
        (dormancy, pause, exit, removal); platform default.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalFirmMoveError(state, move) from None


def standing_in_effect(standing: Standing, until_at: datetime | None, at: datetime) -> Standing:
    """Return the standing that counts at an instant: a term that is over no longer does.

    Args:
        standing: What the last decision says.
        until_at: The first instant after its term; none if it has no end.
        at: The instant asked about.

    Returns:
        ``standing`` within its term, ``ACTIVE`` from ``until_at`` on.

    Source:
        Handbook, domain.md section 7: sanctions end by themselves; platform default.
    """
    return Standing.ACTIVE if until_at is not None and at >= until_at else standing


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmFacts:
    """All that eligibility for one service asks about a firm, as of one instant.

    ``staff_count`` counts the people who hold the certificate that the item asks for;
    ``fee_ended_on`` is the last day of a fee that has ended and that no other follows.
    """

    code: str
    state: FirmState
    standing: Standing
    service_state: ServiceState | None
    promised_working_days: int | None
    qualifications: tuple[Qualification, ...]
    staff_count: int
    fee_published: bool
    fee_ended_on: date | None = None
