"""Prove that an entry is in the log, now and at earlier sizes, and audit the whole log.

All contenders hold the log in memory. Who keeps an old checkpoint asks for proofs at its size,
so the past sizes are fresh ones in every round.
"""

import secrets
import sys
import warnings
from collections.abc import Callable
from typing import Final

from pymerkle import InmemoryTree

from audit.tiletree import TileTree
from audit.tree import leaf_hashes, root_of, verify_inclusion
from benchmarks.logs import MemoryLog, entries
from benchmarks.rounds import Contender, Job, Race, Verdict, main, steady

SHORT: Final = 100_000
LONG: Final = 1_000_000
PROOFS: Final = 2_000
PAST_PROOFS: Final = 400
BATCH: Final = 1024
WARM_UP: Final = 3

Prove = Callable[[int, int], object]

OURS: Final = "zjcs audit.tiletree"
ROOT: Final = "zjcs audit.tree"
PEER: Final = "pymerkle in memory"


def grown(bodies: list[bytes]) -> MemoryLog:
    """Return our log with these entries."""
    log = MemoryLog()
    for at in range(0, len(bodies), BATCH):
        log.extend(bodies[at : at + BATCH])
    return log


def indexes(size: int) -> list[int]:
    """Choose entries to prove."""
    return [secrets.randbelow(size) for _ in range(PROOFS)]


def places(size: int) -> list[tuple[int, int]]:
    """Choose past sizes, and an entry of each."""
    sizes = [size // 2 + secrets.randbelow(size // 2) for _ in range(PAST_PROOFS)]
    return [(secrets.randbelow(one), one) for one in sizes]


def proofs(bodies: list[bytes]) -> list[Verdict]:
    """Compare proofs under the head and under past sizes."""
    size = len(bodies)
    tree = grown(bodies).tree()
    peer = InmemoryTree.init_from_entries(bodies)
    if peer.get_state() != tree.root():
        raise AssertionError("the two trees differ")
    check_some(tree, bodies)

    def prepare(prove: Prove, *, past: bool) -> Callable[[], Job]:
        def prepared() -> Job:
            wanted = places(size) if past else [(index, size) for index in indexes(size)]
            return lambda: [prove(index, at) for index, at in wanted]

        return prepared

    def of_peer(index: int, at: int) -> object:
        return peer.prove_inclusion(index + 1, at)

    races = {}
    for past, title in (
        (False, f"Inclusion proof at the head of {size:,} entries"),
        (True, f"Inclusion proof at a fresh past size, {size:,} entries"),
    ):
        count = PAST_PROOFS if past else PROOFS
        ours, theirs = prepare(tree.inclusion, past=past), prepare(of_peer, past=past)
        for _ in range(WARM_UP):
            ours()()
            theirs()()
        contenders = [Contender(OURS, count, ours), Contender(PEER, count, theirs)]
        races[past] = Race(title, "proofs", contenders).run()
    return [races[False].times_as_fast(OURS, PEER, 3), races[True].times_as_fast(OURS, PEER, 4)]


def check_some(tree: TileTree, bodies: list[bytes]) -> None:
    """Verify a few proofs, at the head and at a past size."""
    hashes = leaf_hashes(bodies)
    for size in (len(bodies), len(bodies) * 2 // 3):
        root = root_of(hashes[: size * 32])
        for index in (0, size // 3, size - 1):
            leaf = hashes[index * 32 : index * 32 + 32]
            verify_inclusion(leaf, index, size, tree.inclusion(index, size), root)


def audit(bodies: list[bytes]) -> list[Verdict]:
    """Compare the root of all entries, computed from nothing."""
    size = len(bodies)
    wanted = grown(bodies).frontier.root()

    def same(found: object) -> None:
        if found != wanted:
            raise AssertionError("another root")

    race = Race(
        f"Full audit: the root of {size:,} entries",
        "entries",
        [
            Contender(ROOT, size, steady(lambda: root_of(leaf_hashes(bodies))), same),
            Contender(
                PEER,
                size,
                steady(lambda: InmemoryTree.init_from_entries(bodies).get_state()),
                same,
            ),
        ],
    ).run()
    return [race.times_as_fast(ROOT, PEER, 7)]


def run(long: bool) -> list[Verdict]:  # noqa: FBT001 - every script has this one signature
    """Run on 100,000 entries, or on a million."""
    warnings.simplefilter("ignore")  # pymerkle tells about its cache
    bodies = entries(LONG if long else SHORT)
    return [*proofs(bodies), *audit(bodies)]


if __name__ == "__main__":
    sys.exit(main(run))
