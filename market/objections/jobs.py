"""What time does to objections: silence after an answer accepts it."""

from collections.abc import Sequence
from typing import Final

from market.db import Actor, UnitOfWork
from market.installation import Installation
from market.objections import actions, queries
from market.sweeping import Task
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:objections")


def sweep(here: Installation) -> int:
    """Do everything that is due, each in a transaction of its own; return how much was done."""
    silence = Task(name="objection: silence", find=_answers_over, do=actions.settle)
    ended = Task(name="objection: award ended", find=_overtaken, do=actions.overtake)
    unanswered = Task(name="objection: no answer", find=_unanswered, do=actions.escalate)
    return sum(do_all(here, ACTOR, task) for task in (silence, unanswered, ended))


def _answers_over(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    return queries.answers_over_ids(work, work.now, limit, after or 0)


def _unanswered(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    return queries.unanswered_ids(work, work.now, limit, after or 0)


def _overtaken(work: UnitOfWork, after: int | None, limit: int) -> Sequence[int]:
    return queries.overtaken_ids(work, limit, after or 0)
