"""The market's log: sequencing, receipts, keys and the pages that serve it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from audit.errors import ProofError
from audit.keys import parse_vkey
from audit.policy import parse as parse_policy
from audit.proof import verify
from market import log
from market.db import Actor, reading_work, unit_of_work
from market.log import NotYetLoggedError
from tests.market.factories.accounts import an_organisation

ACTOR = Actor("job:test")
THREADS = 6


def submit(here, body: bytes) -> int:
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        return work.submit(body)


def receipt(here, submission: int) -> str:
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        return log.receipt(work, here, submission)


def index(here, submission: int) -> int | None:
    with reading_work(here.sessions, ACTOR, here.clock) as work:
        return log.index_of(work, submission)


def test_an_entry_waits_gets_its_index_and_its_receipt(here):
    first, second = submit(here, b"one"), submit(here, b"two")
    assert index(here, first) is None
    with pytest.raises(NotYetLoggedError):
        receipt(here, first)
    assert log.sequence(here) == 2
    assert log.sequence(here) == 0
    assert (index(here, first), index(here, second)) == (0, 1)
    policy = parse_policy(log.policy_text(here).encode())
    assert verify(b"two", receipt(here, second), policy).checkpoint.size == 2
    with pytest.raises(ProofError):
        verify(b"one", receipt(here, second), policy)


def test_every_change_of_the_market_is_in_the_log_after_sequencing(here):
    with unit_of_work(here.sessions, ACTOR, here.clock) as work:
        code = an_organisation(work).code
    log.sequence(here)
    with here.engine.connect() as connection:
        assert log.log_of(here).verify(connection) == []
        bundle = log.log_of(here).tile(connection, "tile/entries/000.p/1")
    assert code.encode() in bundle


def test_sequencers_that_run_together_leave_one_whole_log(here):
    wanted = [submit(here, b"entry %d" % n) for n in range(40)]
    together = threading.Barrier(THREADS)

    def sequence() -> int:
        together.wait()
        return log.sequence(here)

    with ThreadPoolExecutor(THREADS) as pool:
        counts = [done.result() for done in [pool.submit(sequence) for _ in range(THREADS)]]
    assert sum(counts) == len(wanted)
    assert sorted(index(here, number) for number in wanted) == list(range(len(wanted)))
    with here.engine.connect() as connection:
        assert log.log_of(here).verify(connection) == []


def test_the_public_key_and_the_policy_name_the_same_log(fast_here):
    key = log.vkey(fast_here)
    assert key.startswith(fast_here.config.origin + "+")
    assert parse_vkey(key).name == fast_here.config.origin
    assert log.policy_text(fast_here).splitlines()[0] == f"log {key}"


def test_anyone_can_fetch_checkpoint_tiles_and_key(client, fast_here):
    assert client.get("/log/checkpoint").status_code == 404  # nothing is signed yet
    submit(fast_here, b"first")
    log.sequence(fast_here)
    checkpoint = client.get("/log/checkpoint")
    assert checkpoint.text.splitlines()[:2] == [fast_here.config.origin, "1"]
    assert checkpoint.headers["Cache-Control"] == "no-cache"
    tile = client.get("/log/tile/entries/000.p/1")
    assert tile.data == b"\x00\x05first"
    assert "immutable" in tile.headers["Cache-Control"]
    assert client.get("/log/log.vkey").text == log.vkey(fast_here) + "\n"


@pytest.mark.parametrize(
    "path", ["entries/000", "0/000.p/2", "0/000.p/300", "x", "9/000", "../../etc/passwd", "0/%00"]
)
def test_a_tile_that_is_not_there_is_missing(client, fast_here, path):
    submit(fast_here, b"first")
    log.sequence(fast_here)
    assert client.get(f"/log/tile/{path}").status_code == 404
