"""What time does to explanations: it asks for them, and takes silence as a rejection."""

from collections.abc import Sequence
from typing import Final

from market.db import Actor, UnitOfWork
from market.explanations import actions, queries
from market.explanations.queries import Numbered
from market.installation import Installation
from market.sweeping import Task
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:explanations")


def sweep(here: Installation) -> int:
    """Do everything that is due, each in a transaction of its own; return how much was done."""
    asking = Task(name="explanation: asking", find=_unasked, do=_ask)
    silence = Task(name="explanation: silence", find=_silent, do=_expire, key=_id_of)
    ended = Task(name="explanation: award ended", find=_ended, do=_close, key=_id_of)
    unchecked = Task(name="explanation: escalate", find=_unchecked, do=_escalate, key=_id_of)
    numbered = (silence, unchecked, ended)
    return do_all(here, ACTOR, asking) + sum(do_all(here, ACTOR, task) for task in numbered)


def _unasked(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    return queries.unasked_ids(work, limit, after or 0)


def _silent(work: UnitOfWork, after: Numbered | None, limit: int) -> Sequence[Numbered]:
    return queries.silent(work, limit, after[0] if after else 0)


def _unchecked(work: UnitOfWork, after: Numbered | None, limit: int) -> Sequence[Numbered]:
    return queries.unchecked(work, limit, after[0] if after else 0)


def _ended(work: UnitOfWork, after: Numbered | None, limit: int) -> Sequence[Numbered]:
    return queries.ended(work, limit, after[0] if after else 0)


def _id_of(row: Numbered) -> int:
    return row[0]


def _ask(work: UnitOfWork, award_id: int) -> int:
    return actions.ask(work, award_id) is not None


def _expire(work: UnitOfWork, row: Numbered) -> int:
    return actions.expire(work, *queries.locked(work, row[1]))


def _escalate(work: UnitOfWork, row: Numbered) -> int:
    return actions.escalate(work, *queries.locked(work, row[1]))


def _close(work: UnitOfWork, row: Numbered) -> int:
    return actions.close(work, *queries.locked(work, row[1]))
