"""Mode B: two officers type the numbers of a public lottery, and neither sees the other's first.

There is no override: numbers are taken when two people typed the same, and never otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from lottery.errors import LotteryError
from market.db import UnitOfWork
from market.draws import outcome, queries
from market.draws.actions import fresh
from market.draws.actions.phi import conclude_all
from market.draws.errors import (
    NotWaitingError,
    NumberSourceError,
    NumbersRefusedError,
    TypedAlreadyError,
)
from market.draws.journal import NumbersTyped
from market.draws.model import Draw, TypedNumbers
from market.draws.model_later import Replacement

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
    work: UnitOfWork, session_key: str, numbers: Sequence[int], *, source: str
) -> bool:
    """Take what the actor read in the gazette; return whether the value is now known.

    False after the first of two people, and after a second who typed something else: then both
    have to type again, which ``typing_of`` tells (``differed``). ``session_key`` is
    ``GAME/ISSUE``.

    Raises:
        NotWaitingError: No draw waits for this issue.
        NumbersRefusedError: These are no numbers of this game.
        NumberSourceError: It is not said where the numbers were read.
        TypedAlreadyError: The actor has typed; now it is another person's turn.
    """
    game, issue = _parts(session_key)
    draws = queries.draws_waiting(work, Draw.game == game, Draw.issue == issue, lock=True)
    later = fresh.lock_waiting(work, Replacement.issue == issue)
    state = typing_of(work, session_key)
    if state.agreed or not (draws or later):
        raise NotWaitingError
    _check(game, issue, numbers, source)
    if work.user_id in state.by:
        raise TypedAlreadyError
    row = TypedNumbers(
        game=game,
        issue=issue,
        attempt=state.attempt,
        user_id=work.user_id,
        numbers=".".join(f"{number:02d}" for number in sorted(numbers)),
        source=source.strip(),
        at=work.now,
    )
    _keep(work, row)
    if queries.agreed_numbers(work, game, issue) is None:
        return False
    conclude_all(work, draws)
    for replacement in later:
        fresh.conclude(work, queries.locked(work, replacement.draw_id), replacement)
    return True


def _keep(work: UnitOfWork, row: TypedNumbers) -> None:
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:
        raise TypedAlreadyError from None
    work.record(NumbersTyped(game=row.game, issue=row.issue, attempt=row.attempt))


def _check(game: str, issue: str, numbers: Sequence[int], source: str) -> None:
    if not SOURCE_SHORTEST <= len(source.strip()) <= SOURCE_LONGEST:
        raise NumberSourceError
    try:
        outcome.check_numbers(game, issue, numbers)
    except LotteryError as error:
        raise NumbersRefusedError from error


def _parts(session_key: str) -> tuple[str, str]:
    game, _, issue = session_key.partition("/")
    return game, issue
