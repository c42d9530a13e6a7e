"""For what somebody may open what identifies a complainant: a closed list. Pure."""

from enum import StrEnum
from typing import Final

WORDS_SHORTEST: Final = 5


class Purpose(StrEnum):
    """For what an officer opens it."""

    ACCEPT = "accept"
    CONTACT = "contact"
    INVESTIGATE = "investigate"
    DECIDE = "decide"
    MALICIOUS = "malicious"
