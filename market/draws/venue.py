"""What may be said of attending a draw, and who may be named as a witness of it. Pure."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from market.draws.errors_values import NotAnAddressError, NotAWitnessError
from market.draws.rules import DrawState

MOST_WITNESSES: Final = 20
LONGEST_PART: Final = 60
# Until the value is known the place may still be named, and from the result on the minutes kept.
BEFORE: Final = frozenset({DrawState.OPEN, DrawState.CLOSED, DrawState.FROZEN})


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody who was there, by the role and the organisation that sent them."""

    role: str
    organisation: str

    def __str__(self) -> str:
        return f"{self.role}：{self.organisation}"


def witnesses_in(text: str) -> tuple[Witness, ...]:
    """Return the witnesses that were typed, one on each line.

    Args:
        text: Lines such as ``公证员：示范市公证处``.

    Raises:
        NotAWitnessError: A line is not a role, a colon and an organisation, or there are too many.

    Source: platform default.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_WITNESSES:
        raise NotAWitnessError("")
    return tuple(_witness(line) for line in lines)


def _witness(line: str) -> Witness:
    role, _, organisation = (part.strip() for part in line.replace(":", "：").partition("："))
    if not role or not organisation or max(len(role), len(organisation)) > LONGEST_PART:
        raise NotAWitnessError(line)
    return Witness(role, organisation)


def checked_address(text: str) -> str:
    """Return the address of a video, or nothing if none was typed.

    Args:
        text: As it was typed.

    Raises:
        NotAnAddressError: It is not an http or https address.

    Source: platform default.
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        raise NotAnAddressError from None
    if text and (
        parts.scheme not in {"http", "https"} or not parts.netloc or text.split() != [text]
    ):
        raise NotAnAddressError
    return text


def may_name(state: DrawState, *, is_before_value: bool) -> bool:
    """Return whether a place can still be named.

    Args:
        state: Where the draw stands.
        is_before_value: Whether the last value is not known yet.

    Source: platform default.
    """
    return state in BEFORE and is_before_value


def may_keep(state: DrawState) -> bool:
    """Return whether minutes can be kept: there was something to witness.

    Args:
        state: Where the draw stands.

    Source: platform default.
    """
    return state is DrawState.DRAWN
