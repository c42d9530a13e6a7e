"""The accused and the award's firm say what they have to say, as often as their term lasts."""

from datetime import datetime

from market.complaints import timing
from market.complaints.actions.record import locked, move, require
from market.complaints.errors import RepliedError, ReplyOverError
from market.complaints.model import Complaint
from market.complaints.rules import ComplaintMove, advance
from market.db import UnitOfWork
from market.files import StoredFile


def reply(
    work: UnitOfWork,
    one: Complaint,
    text: str,
    stored: StoredFile | None = None,
    *,
    is_last: bool = False,
) -> None:
    """Let the other side say what it has to say; ``is_last``: it adds nothing.

    Raises:
        RepliedError: It said that it adds nothing.
        ReplyOverError: The time for it is over.
        TooShortError: It says nothing.
    """
    _, one = locked(work, one)
    advance(one.state, ComplaintMove.REPLY)
    _check_term(work, one.reply_by_at, one.reply_ended_at)
    words = require(text, "text")
    one.replied_at = work.now
    one.reply_ended_at = work.now if is_last else None
    move(work, one, ComplaintMove.REPLY, words, stored=stored)
    timing.end(work, one, "reply")


def state(
    work: UnitOfWork,
    one: Complaint,
    text: str,
    stored: StoredFile | None = None,
    *,
    is_last: bool = False,
) -> None:
    """Let the award's firm say what it has to say; ``is_last``: it adds nothing.

    Raises:
        RepliedError: It said that it adds nothing.
        ReplyOverError: The time for it is over.
        TooShortError: It says nothing.
    """
    _, one = locked(work, one)
    advance(one.state, ComplaintMove.STATE)
    _check_term(work, one.party_by_at, one.party_ended_at)
    words = require(text, "text")
    one.party_said_at = work.now
    one.party_ended_at = work.now if is_last else None
    move(work, one, ComplaintMove.STATE, words, stored=stored)
    timing.end(work, one, "hear")


def _check_term(work: UnitOfWork, by_at: datetime | None, ended_at: datetime | None) -> None:
    """Refuse whoever said that it adds nothing, or whose time is over."""
    if ended_at is not None:
        raise RepliedError
    if by_at is not None and work.now >= by_at:
        raise ReplyOverError(by_at)
