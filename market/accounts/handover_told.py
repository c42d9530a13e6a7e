"""Who is told how an account moves.

Accounts lies below messages and cannot write one: messages listens here when the application is
assembled.
"""

from collections.abc import Callable

from market.accounts.model import PasswordHandover
from market.db import UnitOfWork

Listener = Callable[[UnitOfWork, PasswordHandover], None]

_LISTENERS: dict[str, Listener] = {}


def listen(listener: Listener) -> None:
    """Tell somebody of every step from now on; the last listener counts."""
    _LISTENERS["messages"] = listener


def heard(work: UnitOfWork, row: PasswordHandover) -> None:
    """Tell whoever listens of a step."""
    for listener in _LISTENERS.values():
        listener(work, row)
