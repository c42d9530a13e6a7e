"""Every finished draw through the published verifier, from what is stored now.

That nothing of a draw was left out of its bundle is shown by the comparison of ``draw_entry``
with the log, in both directions: the log is not walked through again for each draw.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from lottery import LotteryError, Outcome, Said, examine, parse_policy
from market.db import Actor, reading_work
from market.draws import bundles, policy, queries
from market.draws.model import Draw
from market.installation import Installation
from market.log import NotYetLoggedError

ACTOR = Actor("job:selfaudit")


@dataclass(frozen=True, slots=True)
class Verified:
    """A finished draw by its notice's number, and the checks that failed."""

    number: str
    failed: tuple[tuple[str, Said], ...]


def verified_draws(here: Installation) -> Iterator[Verified]:
    """Yield every finished draw, verified anew from what is stored now."""
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        trusted = parse_policy(policy.current_policy(work, here).encode())
        for draw in work.session.scalars(select(Draw).order_by(Draw.id)):
            if bundles.is_ready(draw):
                number = queries.number_of(work, draw)
                try:
                    parts = bundles.parts_of(work, here, draw)
                    checks = examine(parts, trusted).checks
                except (LotteryError, NotYetLoggedError) as error:
                    yield Verified(number, (("V14", Said(str(error), str(error))),))
                    continue
                failed = [c for c in checks if c.outcome is Outcome.FAILED]
                failed = failed or [c for c in checks if not c.ok]
                yield Verified(number, tuple((c.name, c.detail) for c in failed))
