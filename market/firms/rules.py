"""The rules of a firm's life in the market. Pure functions, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
    LEFT = "left"


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
    SUBMIT = "submit"


class Move(StrEnum):
    """What can be done to a firm's registration."""

    SUBMIT = "submit"
    RETURN = "return"
    PASS = "pass"  # noqa: S105 - a move, not a password
    LIST = "list"
    LEAVE = "leave"
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
        (FirmState.LISTED, Move.LEAVE): FirmState.LEFT,
        (FirmState.LEFT, Move.REAPPLY): FirmState.DRAFT,
    }
)

# The whole registration may be rewritten only while nobody relies on it.
EDITABLE = frozenset({FirmState.DRAFT, FirmState.RETURNED})
# Qualifications, people, services and fees may be added except while the operator checks.
CHANGEABLE = EDITABLE | {FirmState.PUBLICITY, FirmState.LISTED}
UNCHECKED = EDITABLE | {FirmState.SUBMITTED}
PUBLIC = frozenset({FirmState.PUBLICITY, FirmState.LISTED, FirmState.LEFT})


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
        FirmState.LEFT: msgid("已退出"),
    }
)
MOVE_WORDS: Mapping[Move, str] = MappingProxyType(
    {
        Move.SUBMIT: msgid("提交审核"),
        Move.RETURN: msgid("退回"),
        Move.PASS: msgid("审核通过"),
        Move.LIST: msgid("转为已入驻"),
        Move.LEAVE: msgid("退出中介超市"),
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
        Handbook, domain.md section 4.4 (form check, publicity, listing); platform default.
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

    ``staff_count`` counts the people who hold the certificate that the item asks for.
    """

    code: str
    state: FirmState
    standing: Standing
    service_state: ServiceState | None
    promised_working_days: int | None
    qualifications: tuple[Qualification, ...]
    staff_count: int
    fee_published: bool
