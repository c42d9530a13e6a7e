"""The rules of messages: on which ways one goes out, and what becomes of each delivery. Pure."""

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from market.errors import MarketError, msgid


class Channel(StrEnum):
    """A way on which a message reaches a person."""

    INBOX = "inbox"
    EMAIL = "email"
    SMS = "sms"


class Group(StrEnum):
    """What messages are about, as a person chooses among them."""

    SELECTION = "selection"
    CONTRACT = "contract"
    TIME = "time"
    CREDIT = "credit"
    OBJECTION = "objection"
    OTHER = "other"


# The first word of a kind's code says what it is about.
_GROUPS: Final[Mapping[str, Group]] = MappingProxyType(
    {
        "award": Group.SELECTION,
        "bidding": Group.SELECTION,
        "direct": Group.SELECTION,
        "draw": Group.SELECTION,
        "explanation": Group.SELECTION,
        "need": Group.SELECTION,
        "panel": Group.SELECTION,
        "quote": Group.SELECTION,
        "archive": Group.CONTRACT,
        "contract": Group.CONTRACT,
        "deliverable": Group.CONTRACT,
        "rereview": Group.CONTRACT,
        "payment": Group.CONTRACT,
        "report": Group.CONTRACT,
        "review": Group.CONTRACT,
        "supplement": Group.CONTRACT,
        "calendar": Group.TIME,
        "card": Group.TIME,
        "clock": Group.TIME,
        "supervision": Group.TIME,
        "suspension": Group.TIME,
        "credit": Group.CREDIT,
        "rating": Group.CREDIT,
        "repair": Group.CREDIT,
        "sanction": Group.CREDIT,
        "affiliation": Group.CREDIT,
        "complaint": Group.OBJECTION,
        "objection": Group.OBJECTION,
        "account": Group.OTHER,
    }
)


class DeliveryState(StrEnum):
    """Where one message to one person on one channel stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class DeliveryMove(StrEnum):
    """What can happen to a delivery."""

    CLAIM = "claim"
    RELEASE = "release"
    SUCCEED = "succeed"
    POSTPONE = "postpone"
    GIVE_UP = "give-up"
    DROP = "drop"
    RETRY = "retry"


S, M = DeliveryState, DeliveryMove
DELIVERY_MOVES: Final[Mapping[tuple[DeliveryState, DeliveryMove], DeliveryState]] = (
    MappingProxyType(
        {
            (S.QUEUED, M.CLAIM): S.SENDING,
            # Whoever claimed it died: its lease is over, and somebody else takes it.
            (S.SENDING, M.RELEASE): S.QUEUED,
            (S.SENDING, M.SUCCEED): S.SENT,
            (S.SENDING, M.POSTPONE): S.QUEUED,
            (S.SENDING, M.GIVE_UP): S.FAILED,
            # Its person has left, or has no address any more.
            (S.QUEUED, M.DROP): S.DROPPED,
            (S.SENDING, M.DROP): S.DROPPED,
            # The operator asks for another round.
            (S.FAILED, M.RETRY): S.QUEUED,
            (S.DROPPED, M.RETRY): S.QUEUED,
        }
    )
)

# Platform defaults: docs/adr/0061.
LEASE: Final = timedelta(minutes=2)
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=2)
MOST_ATTEMPTS: Final = 8


class IllegalDeliveryMoveError(MarketError):
    """The delivery's state does not allow the move."""

    sentence = msgid("该消息的当前发送状态不能办理此操作，可能刚刚已经发出。请刷新页面查看。")


def advance(state: DeliveryState, move: DeliveryMove) -> DeliveryState:
    """Return the state a move leads a delivery to.

    Args:
        state: Where the delivery stands.
        move: What happens to it.

    Returns:
        The next state.

    Raises:
        IllegalDeliveryMoveError: The state does not allow the move.

    Source: platform default, docs/adr/0061.
    """
    try:
        return DELIVERY_MOVES[state, move]
    except KeyError:
        raise IllegalDeliveryMoveError from None


def pause_after(attempts: int) -> timedelta | None:
    """Return how long a delivery waits that was tried and did not succeed.

    Args:
        attempts: How often it was tried in this round, at least once.

    Returns:
        A minute after the first try, doubled with each further one up to two hours; None when
        it is given up.

    Source: platform default, docs/adr/0061.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    return min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)


_EMAIL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,62}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")


def is_email(text: str) -> bool:
    """Return whether a text is an e-mail address that the platform writes to.

    Args:
        text: As somebody typed it.

    Returns:
        True for one plain address of ASCII characters: no name, no list, no line end.

    Source: platform default, narrower than RFC 5321.
    """
    return _EMAIL.fullmatch(text) is not None


def is_mobile(text: str) -> bool:
    """Return whether a text is the number of a mobile phone.

    Args:
        text: As somebody typed it.

    Returns:
        True for eleven digits of a number of the mainland.

    Source: platform default.
    """
    return _MOBILE.fullmatch(text) is not None


def group_of(code: str) -> Group:
    """Return what a kind of message is about.

    Args:
        code: The kind's code, such as ``credit.case-notified``.

    Returns:
        The group that its first word names; what an older program declared may be ``OTHER``.

    Source: platform default.
    """
    return _GROUPS.get(code.partition(".")[0], Group.OTHER)


def is_grouped(code: str) -> bool:
    """Return whether somebody has said under which heading a kind of message stands.

    Args:
        code: The kind's code.

    Source: platform default.
    """
    return code.partition(".")[0] in _GROUPS


def channels_for(
    *, must: bool, wanted: Collection[Channel], reachable: Collection[Channel]
) -> tuple[Channel, ...]:
    """Return on which channels a message goes to a person.

    Args:
        must: Whether the message may not be switched off.
        wanted: The channels besides the inbox that the person chose for its group.
        reachable: The channels besides the inbox on which the person has an address.

    Returns:
        The inbox always: nothing is lost by a choice. The chosen ones that reach the person; of
        a message that must arrive at least one more, where there is any: e-mail before SMS.

    Source: platform default, docs/adr/0061.
    """
    chosen = {channel for channel in wanted if channel in reachable}
    if must and not chosen:
        chosen = set([c for c in (Channel.EMAIL, Channel.SMS) if c in reachable][:1])
    return (Channel.INBOX, *(c for c in (Channel.EMAIL, Channel.SMS) if c in chosen))
