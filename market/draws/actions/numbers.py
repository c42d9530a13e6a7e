"""Mode B: two officers type the numbers of a public lottery, and neither sees the other's first.

There is no override: numbers are taken when two people typed the same, and never otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from lottery.phi import GAMES
from market.db import UnitOfWork
from market.draws import queries
from market.draws.actions import fresh
from market.draws.actions.phi import conclude_all
from market.draws.errors import (
    NotWaitingError,
    NumberSourceError,
    TypedAlreadyError,
)
from market.draws.errors_values import NumberRangeError, RepeatedNumberError, WrongCountError
from market.draws.journal import NumbersTyped
from market.draws.model import Draw, TypedNumbers
from market.draws.model_later import Replacement
from market.installation import Installation

SOURCE_SHORTEST = 2
SOURCE_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """How far the typing of an issue has come; it never tells what was typed.

    ``attempt`` counts from 1. ``by`` are the people who have typed in it: none, one, or two who
    agree. ``differed`` says how often two did not agree.
    """

    attempt: int
    by: tuple[int, ...]
    differed: int
    agreed: bool


def typing_of(work: UnitOfWork, session_key: str) -> Typing:
    """Return how far the typing of an issue has come."""
    game, issue = _parts(session_key)
    rows = queries.typed_rows(work, game, issue)
    agreed = queries.agreed_numbers(work, game, issue) is not None
    last = rows[-1].attempt if rows else 1
    people = tuple(row.user_id for row in rows if row.attempt == last)
    over = len(people) > 1 and not agreed
    return Typing(
        attempt=last + over,
        by=() if over else people,
        differed=last - 1 + over,
        agreed=agreed,
    )


def type_numbers(
    work: UnitOfWork,
    here: Installation,
    session_key: str,
    numbers: Sequence[int],
    *,
    source: str,
) -> bool:
    """Take what the actor read in the gazette; return whether the value is now known.

    False after the first of two people, and after a second who typed something else: then both
    have to type again, which ``typing_of`` tells (``differed``). ``session_key`` is
    ``GAME/ISSUE``.

    Raises:
        NotWaitingError: No draw waits for this issue.
        NumberRangeError, RepeatedNumberError, WrongCountError: The game draws no such numbers.
        NumberSourceError: It is not said where the numbers were read.
        TypedAlreadyError: The actor has typed; now it is another person's turn.
    """
    game, issue = _parts(session_key)
    draws = queries.draws_waiting(work, Draw.game == game, Draw.issue == issue, lock=True)
    later = fresh.lock_waiting(work, Replacement.issue == issue)
    state = typing_of(work, session_key)
    if state.agreed or not (draws or later):
        raise NotWaitingError
    _check(game, numbers, source)
    if work.user_id in state.by:
        raise TypedAlreadyError
    _keep(work, game, issue, attempt=state.attempt, numbers=numbers, source=source)
    if queries.agreed_numbers(work, game, issue) is None:
        return False
    conclude_all(work, here, draws, later)
    return True


def _keep(
    work: UnitOfWork, game: str, issue: str, *, attempt: int, numbers: Sequence[int], source: str
) -> None:
    row = TypedNumbers(
        game=game,
        issue=issue,
        attempt=attempt,
        user_id=work.user_id,
        numbers=".".join(f"{number:02d}" for number in sorted(numbers)),
        source=source.strip(),
        at=work.now,
    )
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:
        raise TypedAlreadyError from None
    work.record(NumbersTyped(game=row.game, issue=row.issue, attempt=row.attempt))


def _check(game: str, numbers: Sequence[int], source: str) -> None:
    if not SOURCE_SHORTEST <= len(source.strip()) <= SOURCE_LONGEST:
        raise NumberSourceError
    wanted, greatest, _ = GAMES[game]
    for place, number in enumerate(numbers):
        if not 1 <= number <= greatest:
            raise NumberRangeError(number, greatest)
        if number in numbers[:place]:
            raise RepeatedNumberError(number)
    if len(numbers) != wanted:
        raise WrongCountError(len(numbers), wanted)


def _parts(session_key: str) -> tuple[str, str]:
    game, _, issue = session_key.partition("/")
    return game, issue
