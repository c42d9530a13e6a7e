"""What tests of draws share: running to an instant, and asking the verifier."""

from lottery.policy import parse_policy
from lottery.verify import examine
from market import log, witnessing
from market.draws import jobs
from market.draws.bundles import bundle_of

STEPS = (*jobs.CLOSING, *jobs.FIXING, *jobs.SETTLING)


def run_at(city, at):
    """Move the clock to an instant, if it is not later, and do what is due."""
    city.clock.move_to(max(at, city.clock()))
    jobs.run_due(city.here)


def report(city, draw, numbers=None):
    """Return what a stranger's verifier finds in a draw's bundle."""
    log.sequence(city.here)
    witnessing.feed(city.here)
    with city.reading() as work:
        data = bundle_of(work, city.here, city.draw(draw.id))
    return examine(data, parse_policy(city.policy().encode()), numbers)


def faults(found):
    """Return the checks that do not hold, with what they say."""
    return [(check.name, check.detail.en) for check in found.checks if not check.ok]


def outcomes(found):
    """Return what became of each check."""
    return {check.name: check.outcome.value for check in found.checks}
