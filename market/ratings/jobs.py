"""What time does to ratings: who was silent has not rated; who did not appeal is heard."""

from typing import Final

from market.db import Actor
from market.installation import Installation
from market.ratings import queries
from market.ratings.actions import lapse_with
from market.ratings.reviews import actions as reviews
from market.ratings.reviews import queries as found
from market.ratings.sealing import sealing_key
from market.sweeping import Due, Task, last_of
from market.sweeping import sweep as do_all

ACTOR: Final = Actor("job:ratings")


def sweep(here: Installation) -> int:
    """Do everything that is due, each in a transaction of its own; return how much was done."""
    lapse = lapse_with(sealing_key(here.keys))
    tasks: list[Task[Due]] = [
        Task(name="rating: time out", find=queries.due, do=lapse, key=last_of),
        Task(name="rating: no appeal", find=found.due, do=reviews.hear_out, key=last_of),
    ]
    return sum(do_all(here, ACTOR, task) for task in tasks)
