"""Choose 5 winners and 10 alternates of n firms, and order all of them by weight-free tickets.

The peer is consistent_sampler (Rivest), which election auditors use for the same purpose. The
floor is what the protocol cannot do without: one SHA-256 for each firm, over the very bytes of
its ticket.
"""

import hashlib
import sys

import consistent_sampler

from benchmarks.rounds import Contender, Job, Race, Verdict, main, steady
from lottery.draw import select, ticket_input

SEED = hashlib.sha256(b"bench_draw").digest()
WINNERS, ALTERNATES = 5, 10
SIZES = (10_000, 1_000_000)


def firm_codes(count: int) -> list[str]:
    """Return as many codes of the right form."""
    return [f"9111{number:014d}" for number in range(count)]


def of_size(firms: int, rounds: int) -> list[Verdict]:
    """Draw from one number of firms."""
    codes = firm_codes(firms)
    weights = dict.fromkeys(codes, 1)
    repeat = max(1, 50_000 // firms)
    ticket = ticket_input(SEED, codes[0])
    start, end = ticket[:-22], ticket[-4:]

    def ours() -> object:
        return [select(weights, SEED, WINNERS, ALTERNATES) for _ in range(repeat)]

    def peer() -> object:
        wanted = WINNERS + ALTERNATES
        return [
            list(
                consistent_sampler.sampler(
                    codes, SEED.hex(), with_replacement=False, take=wanted, output="id"
                )
            )
            for _ in range(repeat)
        ]

    def floor() -> object:
        digest = hashlib.sha256
        for _ in range(repeat):
            tickets = [digest(start + code.encode() + end).digest() for code in codes]
        return tickets

    named: dict[str, Job] = {
        "zjcs lottery.draw.select": ours,
        "consistent_sampler": peer,
        "one SHA-256 per ticket": floor,
    }
    race = Race(
        f"Draw 15 of {firms:,} firms",
        "draws",
        [Contender(name, repeat, steady(job)) for name, job in named.items()],
        rounds=rounds,
    ).run()
    return [
        race.times_as_fast("zjcs lottery.draw.select", "consistent_sampler", 6),
        race.times_as_long("zjcs lottery.draw.select", "one SHA-256 per ticket", 1.6),
    ]


def run(long: bool) -> list[Verdict]:  # noqa: FBT001 - every script has this one signature
    """Run for 10,000 firms and for a million."""
    del long
    return [verdict for size in SIZES for verdict in of_size(size, 9 if size < 10**5 else 5)]


if __name__ == "__main__":
    sys.exit(main(run))
