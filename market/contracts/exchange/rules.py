"""How long each side may take while a contract goes back and forth. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class Deed(StrEnum):
    """What passed the turn to the other side."""

    FILE = "file"
    RETURN = "return"
    REFILE = "refile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """From a day on it is a side's turn."""

    holder: int
    from_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """From one day to another, both included, nobody could act: the award stood still."""

    from_on: date
    until_on: date


Between = Callable[[date, date], int]
ONE_DAY: Final = timedelta(days=1)


def used_days(
    turns: Iterable[Turn], until: date, between: Between, halts: Sequence[Halt] = ()
) -> Mapping[int, int]:
    """Return how many working days each side has used.

    Args:
        turns: Whose turn it was from which day on, the first one first.
        until: The day up to which the last turn is counted.
        between: Counts the working days after one day up to and including another.
        halts: When the award stood still, the first time first.

    Returns:
        Working days by side; a day on which the turn passes is on the account of who had it, and
        one on which the award stood still on nobody's.

    Source: platform default, ``filing.most_returns``; docs/adr/0044.
    """
    listed = list(turns)
    ends = [*(turn.from_on for turn in listed[1:]), until]
    used: dict[int, int] = {}
    for turn, end in zip(listed, ends, strict=False):
        days = _running(turn.from_on, end, between, halts)
        used[turn.holder] = used.get(turn.holder, 0) + days
    return used


def _running(after: date, until: date, between: Between, halts: Iterable[Halt]) -> int:
    """Count the working days after one day up to and including another, without the halts."""
    count = 0
    for halt in halts:
        if halt.until_on <= after or halt.from_on > until:
            continue
        count += between(after, max(after, halt.from_on - ONE_DAY))
        after = min(halt.until_on, until)
    return count + between(after, until)


def days_left(allowed: int, used: int) -> int:
    """Return how many working days a side has for its next turn.

    Args:
        allowed: What the rules give a side for all its turns together.
        used: What it has used of them.

    Returns:
        What is left, at least one: whoever gets the turn back in the last hour can still act.

    Source: platform default, ``contract.file_working_days``; docs/adr/0044.
    """
    return max(1, allowed - used)
