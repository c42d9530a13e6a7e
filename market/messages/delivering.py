"""Sending what is queued: claimed and settled in a transaction each, and sent in none.

Some hundred are claimed together. A worker that dies between claim and settlement leaves leases
behind. When they are over each delivery is tried again, alone, under the same key: it may arrive
twice, but is never lost, and a gateway that keeps keys makes it once (docs/adr/0061, 0107).
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from market.db import UnitOfWork
from market.errors import msgid
from market.installation import Installation
from market.messages.claims import JOB, Claimed, Result, claim, settle
from market.messages.gateways import DownError, Gateway, GatewayError, Outgoing
from market.messages.model import Delivery
from market.messages.rules import LEASE, Channel
from market.messages.words import Said, in_language, said
from market.sweeping import TOGETHER, Due, batches, due_rows, last_of

logger = logging.getLogger(__name__)

_SIGNED: Final = msgid("中介超市")
_SEE: Final = msgid("请登录平台，在“消息”中查看。")
_AUTOMATIC: Final = msgid("此邮件由系统自动发出，请勿回复。接收方式可以在平台的“接收设置”中更改。")
# Platform default: a gateway, or the disk of a folder, is asked so many things at one moment.
AT_ONCE: Final = 8


def deliver(here: Installation, ways: Mapping[Channel, Gateway]) -> int:
    """Send everything that is due; return how many went out.

    A channel whose gateway does not serve is left for this round after one try.
    """
    sent, down = 0, set[Channel]()

    def find(work: UnitOfWork, after: Due | None, limit: int) -> list[Due]:
        on = [channel for channel in ways if channel not in down]
        condition = Delivery.channel.in_(on)
        at, key = Delivery.next_check_at, Delivery.id
        return due_rows(work, at, key, condition, after=after, limit=limit)

    for batch in batches(here, JOB, find):
        for first in range(0, len(batch), TOGETHER):
            some = [last_of(row) for row in batch[first : first + TOGETHER]]
            claimed, left = claim(here, some, down)
            sent += settle(here, _send_all(here, ways, claimed, down))
            for one in left:
                claimed, _ = claim(here, [one], down)
                sent += settle(here, _send_all(here, ways, claimed, down))
    return sent


def _send_all(
    here: Installation,
    ways: Mapping[Channel, Gateway],
    claimed: Sequence[Claimed],
    down: set[Channel],
) -> list[tuple[Claimed, Result]]:
    """Send what was claimed, as long as nobody may think yet that this process has died.

    The first on each channel is sent alone: of a gateway that does not serve no more is asked.
    """

    def send(one: Claimed) -> tuple[Claimed, Result]:
        if one.channel in down or here.clock() >= one.claimed_at + LEASE / 2:
            return one, None
        result = _sent(here, ways[one.channel], one)
        if isinstance(result, DownError):
            down.add(one.channel)
        return one, result

    first = {one.channel: one for one in reversed(claimed)}
    results = [send(one) for one in first.values()]
    others = [one for one in claimed if first[one.channel] is not one]
    with ThreadPoolExecutor(AT_ONCE) as hands:
        return results + list(hands.map(send, others))


def _sent(here: Installation, way: Gateway, one: Claimed) -> Result:
    try:
        words = _words(here, one)
        return way.send(
            Outgoing(
                key=one.key, to=one.to, subject=words.subject, body=words.body, at=one.claimed_at
            )
        )
    except GatewayError as error:
        return error
    except Exception as error:  # A broken message holds up no other.
        logger.exception("delivery %s could not be sent; it is tried again", one.row.row_id)
        return GatewayError(type(error).__name__)


def _words(here: Installation, one: Claimed) -> Said:
    """Return what is sent: an e-mail says where to look, an SMS is short."""
    words, language = said(one, one.language), one.language
    if one.channel is Channel.SMS:
        return Said(words.subject, f"【{in_language(_SIGNED, language)}】{words.body}")
    site = here.config.site_url
    where = f"{site}{one.path}" if site and one.path else in_language(_SEE, language)
    automatic = in_language(_AUTOMATIC, language)
    return Said(words.subject, f"{words.body}\n\n{where}\n\n{automatic}\n")
