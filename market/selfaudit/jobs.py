"""What time does: the nightly comparison, once each night whoever asks."""

from market.db import Actor, reading_work
from market.installation import Installation
from market.selfaudit import actions, queries
from market.selfaudit.rules import is_due

ACTOR = Actor("job:selfaudit")


def sweep(here: Installation) -> int:
    """Compare everything, if no comparison has begun since last night; return how many began."""
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        last = queries.last_run(work)
        due = is_due(work.now, last.at if last else None)
    if due:
        actions.run(here)
    return int(due)
