"""Two people of the operator hand a password over: its states and its halves. Pure, no I/O."""

import hmac
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.access import OrgKind
from market.errors import MarketError, msgid

REASON_SHORTEST: Final = 5
# For how long a person is told at the workbench that somebody reset the password.
TOLD_FOR: Final = timedelta(days=30)
# Nothing that looks like something else: no 0 o 1 l i, and no vowels that make words.
READABLE: Final = "23456789bcdfghjkmnpqrstvwxyz"
_HALF: Final = 8
_PURPOSE: Final = b"zjcs/handover/v1\n"


class HandoverPurpose(StrEnum):
    """What the operator does with somebody's account; closing one gives no password."""

    OPEN = "open"
    RESET = "reset"
    CLOSE = "close"


class HandoverState(StrEnum):
    """How far they have come; whoever must agree is asked before the second person."""

    AWAITED = "awaited"
    ASKED = "asked"
    HANDED = "handed"
    REFUSED = "refused"


class HandoverMove(StrEnum):
    """What those do who did not ask."""

    AGREE = "agree"
    HAND = "hand"
    REFUSE = "refuse"


class Agreer(StrEnum):
    """Who can agree to what the operator asks for in an organisation that is not its own."""

    UNIT = "unit"
    SUPERVISOR = "supervisor"
    AUTHORITY = "authority"


class Half(StrEnum):
    """Which part of the password: the first is the asker's to tell, the second the other's."""

    FIRST = "first"
    SECOND = "second"


HANDOVER_MOVES: Final[Mapping[tuple[HandoverState, HandoverMove], HandoverState]] = (
    MappingProxyType(
        {
            (HandoverState.AWAITED, HandoverMove.AGREE): HandoverState.ASKED,
            (HandoverState.AWAITED, HandoverMove.REFUSE): HandoverState.REFUSED,
            (HandoverState.ASKED, HandoverMove.HAND): HandoverState.HANDED,
            (HandoverState.ASKED, HandoverMove.REFUSE): HandoverState.REFUSED,
        }
    )
)


class HandoverOverError(MarketError):
    """Somebody decided it before."""

    sentence = msgid("这项账号办理已经办结，可能他人已经办理。请刷新页面查看；需要时重新申请。")


class HandoverNotAgreedError(MarketError):
    """The organisation concerned has not agreed."""

    sentence = msgid("该单位（单位没有可以同意的人员的，监督机构）还没有同意，暂不能复核。请等待。")


class HandoverReasonError(MarketError):
    """Nothing says why."""

    sentence = msgid("请写明原因和核实本人身份的方式（至少 %(least)s 个字），复核人据此核对。")

    def __init__(self) -> None:
        super().__init__(field="reason", least=REASON_SHORTEST)


def advance_handover(state: HandoverState, move: HandoverMove) -> HandoverState:
    """Return the state after a move.

    Args:
        state: How far it has come.
        move: What the second person does.

    Returns:
        The new state.

    Raises:
        HandoverNotAgreedError: Somebody has to agree first.
        HandoverOverError: It was decided before.

    Source:
        Platform default; docs/adr/0056, 0098.
    """
    if (state, move) == (HandoverState.AWAITED, HandoverMove.HAND):
        raise HandoverNotAgreedError
    try:
        return HANDOVER_MOVES[state, move]
    except KeyError:
        raise HandoverOverError from None


def needs_second(kind: OrgKind | str | None) -> bool:
    """Whether a manager of this kind of organisation needs a second person for a password.

    Args:
        kind: The kind of the manager's organisation; None on the command line.

    Returns:
        True for the operator, who looks after everybody's accounts and its own: whoever could
        become any one person alone would be both of every two.

    Source:
        Platform default; docs/adr/0056.
    """
    return kind == OrgKind.OPERATOR


# Whose accounts decide about others: nothing is done with one unless they know.
_GUARDED: Final = frozenset({OrgKind.REGULATOR, OrgKind.SUPERVISOR})


def needs_agreement(kind: OrgKind, purpose: HandoverPurpose) -> bool:
    """Whether somebody outside the operator has to agree to what two of its people do.

    Args:
        kind: The kind of the organisation whose account it is.
        purpose: What is done.

    Returns:
        True for every account opened outside the operator, and for whatever is done with one of
        an authority or of the supervisor.

    Source:
        Platform default; docs/adr/0098.
    """
    if kind is OrgKind.OPERATOR:
        return False
    return purpose is HandoverPurpose.OPEN or kind in _GUARDED


def agreers(
    kind: OrgKind, purpose: HandoverPurpose, *, unit_is_there: bool, supervisor_is_there: bool
) -> frozenset[Agreer]:
    """Return who can agree to what the operator asks for.

    Args:
        kind: The kind of the organisation whose account it is.
        purpose: What is done.
        unit_is_there: Whether somebody else of the organisation is there who can agree.
        supervisor_is_there: Whether a supervisor's person is there whose account it is not.

    Returns:
        The organisation's own people; the supervisor where they have none, and also for closing
        an account; an authority for a supervisor where no supervisor is left. Empty where
        nobody is there: then the command line opens an account.

    Source:
        Platform default; docs/adr/0098.
    """
    found = {Agreer.UNIT} if unit_is_there else set()
    if supervisor_is_there and (purpose is HandoverPurpose.CLOSE or not unit_is_there):
        found.add(Agreer.SUPERVISOR)
    if kind is OrgKind.SUPERVISOR and not found:
        found.add(Agreer.AUTHORITY)
    return frozenset(found)


def reason_of(typed: str) -> str:
    """Return a reason as it is kept.

    Args:
        typed: What somebody wrote.

    Returns:
        The words without blanks around them.

    Raises:
        HandoverReasonError: They are too few.

    Source:
        Platform default.
    """
    words = typed.strip()
    if len(words) < REASON_SHORTEST:
        raise HandoverReasonError
    return words


def handover_key(log_seed: bytes) -> bytes:
    """Return the key from which halves are made.

    Args:
        log_seed: The installation's secret that never changes, 32 bytes.

    Returns:
        32 bytes.

    Source:
        Platform default: whoever has the database alone makes no half of it.
    """
    return hmac.digest(log_seed, _PURPOSE, "sha256")


def half(key: bytes, salt: str, which: Half) -> str:
    """Return one half of a temporary password, to be read out over the telephone: 38 bits.

    Neither half is stored, and neither follows from the other.

    Args:
        key: What ``handover_key`` returned.
        salt: The handover's random salt, in hex.
        which: Which half.

    Returns:
        Two groups of four readable characters.

    Source:
        Platform default; docs/adr/0056.
    """
    message = which.value.encode() + b"\n" + bytes.fromhex(salt)
    number = int.from_bytes(hmac.digest(key, message, "sha256"))
    letters = []
    for _ in range(_HALF):
        number, rest = divmod(number, len(READABLE))
        letters.append(READABLE[rest])
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def whole(key: bytes, salt: str) -> str:
    """Return the temporary password that the two halves make.

    Args:
        key: What ``handover_key`` returned.
        salt: The handover's random salt, in hex.

    Returns:
        The first half, a hyphen, the second half: 76 bits.

    Source:
        Platform default; docs/adr/0056.
    """
    return f"{half(key, salt, Half.FIRST)}-{half(key, salt, Half.SECOND)}"
