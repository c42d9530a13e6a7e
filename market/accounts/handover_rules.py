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
    """Why an account is given a password by others."""

    OPEN = "open"
    RESET = "reset"


class HandoverState(StrEnum):
    """How far the two people have come."""

    ASKED = "asked"
    HANDED = "handed"
    REFUSED = "refused"


class HandoverMove(StrEnum):
    """What the second person does."""

    HAND = "hand"
    REFUSE = "refuse"


class Half(StrEnum):
    """Which part of the password: the first is the asker's to tell, the second the other's."""

    FIRST = "first"
    SECOND = "second"


HANDOVER_MOVES: Final[Mapping[tuple[HandoverState, HandoverMove], HandoverState]] = (
    MappingProxyType(
        {
            (HandoverState.ASKED, HandoverMove.HAND): HandoverState.HANDED,
            (HandoverState.ASKED, HandoverMove.REFUSE): HandoverState.REFUSED,
        }
    )
)


class HandoverOverError(MarketError):
    """Somebody decided it before."""

    sentence = msgid("这项密码办理已经办结，可能他人已经办理。请刷新页面查看；需要时重新申请。")


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
        HandoverOverError: It was decided before.

    Source:
        Platform default; docs/adr/0056.
    """
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
