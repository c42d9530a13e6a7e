"""Why a notice is cancelled: a closed list. Pure."""

from enum import StrEnum
from typing import Final

OTHER_SHORTEST: Final = 10
# "其他原因其他原因其他" has ten characters and says nothing.
OTHER_DIFFERENT: Final = 6


class CancelGround(StrEnum):
    """Why an owner calls a notice off. Platform default, a closed list; handbook domain.md 2.4."""

    PROJECT_STOPPED = "project_stopped"
    FUNDING = "funding"
    WRONG_CONTENT = "wrong_content"
    NOT_HERE = "not_here"
    FORCE_MAJEURE = "force_majeure"
    ORDERED = "ordered"
    OTHER = "other"


def says_what(reason: str) -> bool:
    """Return whether a reason that no ground of the list covers is written out.

    Args:
        reason: What was written, for everybody to read.

    Returns:
        False for fewer than ten characters, or the same few over and over.

    Source: platform default.
    """
    words = "".join(reason.split())
    return len(words) >= OTHER_SHORTEST and len(set(words)) >= OTHER_DIFFERENT
