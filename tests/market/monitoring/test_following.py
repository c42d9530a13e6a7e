"""What a monitor makes of a log that grows, forks, shrinks, lies or lacks its witnesses."""

import secrets
from datetime import timedelta

import pytest

from audit.directory import verify_export
from audit.encoding import from_base64
from audit.tree import leaf_hashes, root_of, verify_consistency
from tests.audit.making import entries
from tests.lengths import length
from tests.lottery.minilog import LOG_SEED, ORIGIN, MiniLog, vkey
from tests.market.monitoring.standin import Platform, Watch

VKEY = vkey(ORIGIN, 1, LOG_SEED)


def a_log(count: int, first: bytes = b"genesis") -> MiniLog:
    return MiniLog([first, *entries(count - 1, 1)])


def test_a_log_is_copied_as_it_grows(platform: Platform, watch: Watch):
    for size in (1, 5, 255, 256, 300, 300, 520):
        platform.publish(a_log(size))
        done = watch.once()
        assert (done.size, done.open, done.unreachable) == (size, (), None)
        kept = {str(p): p.read_bytes() for p in watch.path.rglob("*.checkpoint")}
        assert verify_export(watch.path / "log", VKEY, kept) == []
    assert len(kept) == 6


def test_a_monitor_that_never_stops_sees_the_same(platform: Platform, watch: Watch):
    with watch.running() as monitor:
        for size in (3, 300, 301, 600):
            platform.publish(a_log(size))
            assert monitor.round().open == ()
    assert verify_export(watch.path / "log", VKEY) == []


@pytest.mark.parametrize(("before", "after"), [(5, 5), (5, 9), (300, 300), (256, 700), (300, 8)])
def test_a_fork_is_proven_and_never_forgotten(platform, watch, before, after):
    platform.publish(a_log(before))
    assert watch.codes() == set()
    kept = platform.files["log/checkpoint"]
    platform.publish(a_log(after, b"another genesis"))

    assert watch.codes() == {"FORK"}
    folder = next((watch.path / "evidence").iterdir())
    assert (folder / "kept.checkpoint").read_bytes() == kept
    assert (folder / "served.checkpoint").read_bytes() == platform.files["log/checkpoint"]
    if after > before:
        shown, *proof = (folder / "served.consistency").read_text("utf-8").split()
        assert_proves(shown, proof, before, after)
    assert verify_export(watch.path / "log", VKEY) == []
    platform.publish(a_log(before))
    done = watch.once()
    assert [kept.finding.code for kept in done.open] == ["FORK"]
    assert done.changes.found == []


def assert_proves(shown: str, proof: list[str], before: int, after: int) -> None:
    """The hashes lead from a root that is not the one that was kept to the one that is served."""
    old = from_base64(shown, "root")
    new = root_of(leaf_hashes(a_log(after, b"another genesis").entries))
    hashes = [from_base64(line, "hash") for line in proof]
    verify_consistency(before, after, old, new, hashes)
    assert old != root_of(leaf_hashes(a_log(before).entries))


@pytest.mark.long
def test_every_equivocation_is_caught(platform, tmp_path, clock):
    """R9: whatever was kept and wherever the other story begins to differ."""
    for number in range(length(25, 1000)):
        watch = Watch(platform.url, tmp_path, clock)
        watch.path = tmp_path / str(number)
        before = 1 + secrets.randbelow(40)
        after = before + secrets.randbelow(40)
        at = secrets.randbelow(before)
        platform.publish(a_log(before))
        assert watch.codes() == set()
        other = a_log(after)
        other.entries[at] = b"another entry"
        platform.publish(other)
        assert watch.codes() == {"FORK"}, (before, after, at)


def test_a_log_that_shrinks_is_reported(platform, watch):
    platform.publish(a_log(300))
    watch.once()
    platform.publish(a_log(300), size=280)

    assert watch.codes() == {"SHRUNK"}
    assert watch.evidence() == ["shrunk-300-280"]
    platform.publish(a_log(310))
    done = watch.once()
    assert (done.size, [kept.finding.code for kept in done.open]) == (310, ["SHRUNK"])


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("log/tile/entries/000", "WRONG_TILE"),
        ("log/tile/entries/001.p/44", "WRONG_TILE"),
        ("log/tile/0/000", "WRONG_TILE"),
        ("log/tile/0/001.p/44", "WRONG_TILE"),
        ("log/tile/1/000.p/1", "WRONG_TILE"),
        ("log/checkpoint", "BAD_CHECKPOINT"),
    ],
)
def test_any_wrong_file_is_named(platform, watch, path, code):
    platform.publish(a_log(300))
    good = platform.files[path]
    platform.files[path] = good[:-9] + bytes([good[-9] ^ 1]) + good[-8:]
    done = watch.once()
    assert {kept.finding.code for kept in done.open} == {code}
    del platform.files[path]
    assert watch.codes() >= {"WRONG_TILE"}
    platform.files[path] = good
    left = {"BAD_CHECKPOINT"} if code == "BAD_CHECKPOINT" else set()
    assert watch.codes() == left
    assert verify_export(watch.path / "log", VKEY) == []


def test_a_log_that_cannot_be_followed_closes_no_finding(platform, watch, clock):
    platform.publish(a_log(300))
    good = platform.files["log/tile/0/000"]
    platform.files["log/tile/0/000"] = bytes(8192)
    assert watch.codes() == {"WRONG_TILE"}
    platform.publish(a_log(300), size=280)
    platform.files["log/tile/0/000"] = good
    clock.advance(timedelta(minutes=1))
    assert watch.codes() == {"WRONG_TILE", "SHRUNK"}
    platform.publish(a_log(300))
    assert watch.codes() == {"SHRUNK"}


def test_what_was_served_before_must_stay(platform, watch):
    platform.publish(a_log(300))
    assert watch.codes() == set()
    platform.files["log/tile/entries/000"] = b"\x00\x01x" * 256

    assert watch.codes() == {"WRONG_TILE"}


def test_a_missing_quorum_is_reported_at_once_if_there_never_was_one(platform, watch):
    platform.publish(a_log(5), cosigned={"w1": 1790000000})
    done = watch.once()
    assert [kept.finding.code for kept in done.open] == ["NO_QUORUM"]
    assert "w1" in done.open[0].finding.line
    assert done.size == 5
    platform.publish(a_log(5))
    assert watch.codes() == set()


def test_a_missing_quorum_is_waited_for_a_moment_if_there_was_one(platform, watch, clock):
    platform.publish(a_log(5))
    assert watch.codes() == set()
    platform.publish(a_log(6), cosigned={})
    assert watch.codes() == set()
    clock.advance(timedelta(seconds=121))
    assert watch.codes() == {"NO_QUORUM"}


def test_a_quorum_that_comes_while_one_asks_is_enough(platform, watch, clock):
    log = a_log(5)
    platform.publish(log, cosigned={})
    asked = []

    def at_the_third(handler) -> None:
        asked.append(handler)
        if len(asked) == 3:
            platform.publish(log)
            platform.traps.clear()
        body = platform.files["log/checkpoint"]
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    platform.traps["log/checkpoint"] = at_the_third
    assert watch.codes() == set()
    assert watch.pauses == [2.0, 2.0]


def test_a_checkpoint_of_another_key_is_not_followed(platform, watch):
    other = a_log(5)
    platform.publish(other)
    platform.files["log/checkpoint"] = other.checkpoint(5, {}, seed=b"\x99" * 32)

    assert watch.codes() == {"BAD_CHECKPOINT"}
    assert watch.once().size == 0
