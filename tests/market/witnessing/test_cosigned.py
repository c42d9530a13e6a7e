"""Which checkpoint a quorum saw, and when: what a draw takes its cut from."""

from datetime import timedelta

from audit.policy import parse as parse_policy
from market import log, witnessing
from tests.market.witnessing.witnessed import a_town, grow, reading, size


def found(here, at_least: int, from_at, until=None):
    with reading(here) as work:
        return witnessing.cosigned(work, here, at_least=at_least, from_at=from_at, until=until)


def latest(here, at_least: int = 0):
    with reading(here) as work:
        return witnessing.latest_cosigned(work, here, at_least=at_least)


def test_without_witnesses_it_is_what_the_log_signed(fast_here, clock):
    assert found(fast_here, 1, clock()) is None
    assert latest(fast_here) is None
    began = clock()
    grow(fast_here, 2)
    clock.advance(timedelta(hours=1))
    grow(fast_here, 3)
    first = found(fast_here, 1, clock())
    assert (first.size, first.quorum_at) == (2, began)
    assert found(fast_here, 3, clock()).size == 5
    assert found(fast_here, 6, clock()) is None
    assert latest(fast_here).size == 5


def test_the_smallest_checkpoint_that_the_quorum_saw_in_time(here, tmp_path, clock):
    with a_town(here, tmp_path, 3) as town:
        town.write_policy("group g 2 w1 w2 w3", "quorum g")
        began = clock()
        sizes, times = [], []
        for _ in range(3):
            sizes.append(grow(here, 2))
            witnessing.feed(here)
            times.append(clock())
            clock.advance(timedelta(minutes=10))
        assert found(here, 1, began).size == sizes[0]
        assert found(here, sizes[0] + 1, began).size == sizes[1]
        assert found(here, 1, began, until=began - timedelta(seconds=1)) is None
        # A cosignature from before what it should vouch for does not count, but for a slow clock.
        assert found(here, 1, times[1]).size == sizes[1]
        assert found(here, 1, times[0] + timedelta(seconds=60)).size == sizes[0]
        assert found(here, 1, times[0] + timedelta(seconds=61)).size == sizes[1]
        assert found(here, 1, times[0], until=times[0]).quorum_at == times[0]
        assert found(here, sizes[2] + 1, began) is None
        assert latest(here).size == sizes[2]
        trusted = parse_policy(log.policy_text(here).encode()).check(latest(here).note)
        assert trusted.checkpoint.size == size(here)


def test_the_quorum_is_reached_by_the_clock_of_the_last_that_it_needs(fast_here, tmp_path, clock):
    ahead = [
        (lambda seconds=seconds: clock() + timedelta(seconds=seconds)) for seconds in (5, 40, 300)
    ]
    with a_town(fast_here, tmp_path, 3, clocks=ahead) as town:
        town.write_policy("group g 2 w1 w2 w3", "quorum g")
        grow(fast_here)
        witnessing.feed(fast_here)
        one = found(fast_here, 1, clock())
        assert one.quorum_at == clock() + timedelta(seconds=40)
        assert found(fast_here, 1, clock(), until=clock() + timedelta(seconds=39)) is None
        assert one.note.count("—".encode()) == 4


def test_too_few_are_no_quorum(fast_here, tmp_path, clock):
    with a_town(fast_here, tmp_path, 2) as town:
        lines = town.witness_lines()
        lines[1] = f"witness w2 {town.folders[1].vkeys[0]} http://127.0.0.1:1"
        town.write_policy("group g all w1 w2", "quorum g", lines=lines)
        grow(fast_here)
        witnessing.feed(fast_here)
        assert found(fast_here, 1, clock()) is None
        assert latest(fast_here) is None
        town.write_policy("group g any w1 w2", "quorum g", lines=lines)
        assert found(fast_here, 1, clock()).size == 1


def test_an_ml_dsa_line_counts_for_no_draw(fast_here, tmp_path, clock):
    """The verifiers of draws count Ed25519 alone: a cut they would not believe is none."""
    with a_town(fast_here, tmp_path, 2, ml_dsa=True) as town:
        ed1, pq1 = town.folders[0].vkeys
        lines = [
            f"witness w1 {ed1} http://127.0.0.1:1",
            f"witness pq {pq1} {town.urls[0]}",
            f"witness w2 {town.folders[1].vkeys[0]} {town.urls[1]}",
        ]
        town.write_policy("group g 2 w1 pq w2", "quorum g", lines=lines)
        grow(fast_here)
        assert witnessing.feed(fast_here) == 2
        assert found(fast_here, 1, clock()) is None
