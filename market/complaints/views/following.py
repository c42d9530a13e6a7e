"""Who looks at a complaint by its code: for half an hour in this browser, and no longer."""

from datetime import UTC, datetime, timedelta
from typing import Final

from flask import session

from market.complaints.model import Complaint
from market.web.work import installation

_KEY: Final = "complaint"
LASTS: Final = timedelta(minutes=30)


def follow(one: Complaint) -> None:
    """Let this browser look at a complaint for a while."""
    until = installation().clock() + LASTS
    session[_KEY] = [one.number, int(until.timestamp())]


def follows(number: str) -> bool:
    """Whether this browser was let look at a complaint, not long ago."""
    match session.get(_KEY):
        case [str() as known, int() as until]:
            return known == number and installation().clock() < datetime.fromtimestamp(until, UTC)
        case _:
            return False


def forget() -> None:
    """Look no longer."""
    session.pop(_KEY, None)
