"""What time does to accounts: sessions end, tries are forgotten."""

from market.accounts import sessions, throttle
from market.db import Actor, unit_of_work
from market.installation import Installation


def sweep(here: Installation) -> int:
    """Delete ended sessions and tries no rule asks for; return how many.

    Nothing depends on it: an ended session is refused whether or not it is deleted.
    """
    with unit_of_work(here.sessions, Actor("job:accounts"), here.clock) as work:
        return sessions.forget_ended(work) + throttle.forget_old(work)
