"""What time does to messages: they are spread to people, and sent."""

from market.installation import Installation
from market.messages.claims import JOB
from market.messages.delivering import deliver
from market.messages.gateways import gateways
from market.messages.spreading import spread, to_spread
from market.sweeping import Task, last_of
from market.sweeping import sweep as do_all


def sweep(here: Installation) -> int:
    """Spread what was written to the people it concerns; return how many deliveries were made."""
    on = frozenset(gateways(here.config))
    return do_all(
        here,
        JOB,
        Task(
            name="message: spread",
            find=to_spread,
            do=lambda work, row: spread(work, [last_of(row)], on),
            key=last_of,
            together=lambda work, rows: (spread(work, [last_of(row) for row in rows], on), ()),
        ),
    )


def send(here: Installation) -> int:
    """Send what is due on the channels that are on; return how many went out.

    Not part of the tick: a mail server that does not answer holds up no deadline.
    """
    ways = gateways(here.config)
    return deliver(here, ways) if ways else 0
