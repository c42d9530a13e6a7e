"""Checkpoints go out to real witnesses, and what comes back is served with the log."""

import logging
import threading
from datetime import timedelta

from sqlalchemy import func, select

from audit import cosignatures, directory, proof, store
from audit.note import open_note, parse
from audit.policy import parse as parse_policy
from market import log, witnessing
from market.db import unit_of_work
from market.web.errors import sentence_of
from market.witnessing import LightState
from market.witnessing_faults import Ahead, Fork, ForkSuspected, Unreachable
from tests.audit.making import a_witness
from tests.audit.witness.serving import a_tree, send, served
from tests.market.factories.accounts import an_organisation
from tests.market.witnessing.witnessed import ACTOR, a_town, grow, reading, size


def count(here) -> int:
    with here.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(cosignatures.cosignatures))


def lights(here):
    with reading(here) as work:
        return witnessing.lights(work, here)


def test_every_witness_gets_the_latest_checkpoint_once(here, tmp_path):
    with a_town(here, tmp_path, 3) as town:
        town.write_policy("group g 2 w1 w2 w3", "quorum g")
        assert witnessing.feed(here) == 0  # nothing was signed yet
        grow(here, 3)
        assert witnessing.feed(here) == 3
        assert witnessing.feed(here) == 0
        grow(here, 300)
        assert witnessing.feed(here) == 3
        assert [light.last_cosigned_size for light in lights(here)] == [size(here)] * 3
        assert {light.state for light in lights(here)} == {LightState.OK}
        asked = town.folders[0].store.all_cosigned(here.config.origin)
        assert [known.size for known in asked] == [3, 303]


def test_the_served_checkpoint_receipts_and_the_export_carry_the_cosignatures(
    fast_here, client, tmp_path
):
    with a_town(fast_here, tmp_path / "w", 2, ml_dsa=True) as town:
        lines = town.witness_lines()
        lines.append(f"witness w1-pq {town.folders[0].vkeys[1]} {town.urls[0]}")
        town.write_policy("group g all w1 w2", "quorum g", lines=lines)
        with unit_of_work(fast_here.sessions, ACTOR, fast_here.clock) as work:
            an_organisation(work)
            first = work.session.scalar(select(func.min(store.submissions.c.id)))
        grow(fast_here)
        assert witnessing.feed(fast_here) == 3

    trust = parse_policy(log.policy_text(fast_here).encode())
    served = client.get("/log/checkpoint").data
    assert trust.check(served).cosigned_at == fast_here.clock()
    assert len(parse(served).signatures) == 4
    with reading(fast_here) as work:
        receipt = log.receipt(work, fast_here, first)
        body = store.body_at(work.session.connection(), 0)
    assert proof.verify(body, receipt, trust).cosigned_at == fast_here.clock()
    log.export(fast_here, tmp_path / "out")
    assert trust.check((tmp_path / "out" / "checkpoint").read_bytes()).cosigned_at
    assert directory.verify_export(tmp_path / "out", log.vkey(fast_here)) == []


def test_a_receipt_prefers_a_checkpoint_that_a_quorum_has_seen(fast_here, tmp_path):
    with a_town(fast_here, tmp_path) as town:
        grow(fast_here)
        witnessing.feed(fast_here)
        grow(fast_here)
        with reading(fast_here) as work:
            older = work.session.scalar(select(func.min(store.submissions.c.id)))
            newer = work.session.scalar(select(func.max(store.submissions.c.id)))
            key = [town.folders[0].signers[0].verifier]
            seen = proof.parse(witnessing.receipt(work, fast_here, older)).checkpoint
            open_note(seen, key)
            unseen = proof.parse(witnessing.receipt(work, fast_here, newer)).checkpoint
            assert len(parse(unseen).signatures) == 1


def test_two_feeders_at_once_keep_each_cosignature_once(here, tmp_path):
    with a_town(here, tmp_path, 2) as town:
        town.write_policy("group g all w1 w2", "quorum g")
        for round_ in range(3):
            grow(here, 2)
            new: list[int] = []
            together = threading.Barrier(3)

            def run(new=new, together=together) -> None:
                together.wait()
                new.append(witnessing.feed(here))

            threads = [threading.Thread(target=run) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sum(new) == 2
            assert count(here) == 2 * (round_ + 1)
            assert [light.fault for light in lights(here)] == [None, None]


def test_a_dead_witness_is_left_in_peace_for_longer_and_longer(fast_here, tmp_path, clock, caplog):
    with a_town(fast_here, tmp_path, 2) as town:
        lines = town.witness_lines()
        lines[1] = f"witness w2 {town.folders[1].vkeys[0]} http://127.0.0.1:1"
        town.write_policy("quorum w1", lines=lines)
        grow(fast_here)
        with caplog.at_level(logging.WARNING):
            assert witnessing.feed(fast_here) == 1
            tried = 1
            for _ in range(300):
                clock.advance(timedelta(seconds=1))
                before = lights(fast_here)[1]
                witnessing.feed(fast_here)
                with fast_here.engine.connect() as connection:
                    failures = cosignatures.feed_of(connection, "http://127.0.0.1:1").failures
                tried = max(tried, failures)
        assert 8 <= tried <= 14  # after 0, 1, 3, 7, 15, 31, 63 s, then once a minute
        assert len([r for r in caplog.records if "127.0.0.1:1" in r.getMessage()]) == 1
        assert (before.state, type(before.fault)) == (LightState.DOWN, Unreachable)
        assert (before.lag_entries, before.lag_seconds) == (1, 300)
        assert not before.is_alarm

        # It comes back at its address.
        lines[1] = f"witness w2 {town.folders[1].vkeys[0]} {town.urls[1]}"
        town.write_policy("quorum w1", lines=lines)
        assert witnessing.feed(fast_here) == 1
        after = lights(fast_here)[1]
        assert (after.state, after.fault, after.lag_seconds) == (LightState.OK, None, 0)
        assert after.last_success_at == clock()


def test_a_witness_that_lags_is_late_before_it_is_down(fast_here, tmp_path, clock):
    with a_town(fast_here, tmp_path):
        grow(fast_here)
        assert lights(fast_here)[0].state is LightState.OK
        clock.advance(timedelta(seconds=61))
        light = lights(fast_here)[0]
        assert (light.state, light.last_cosigned_size) == (LightState.LATE, 0)


def test_a_witness_with_another_clock_shows_the_difference(fast_here, tmp_path):
    slow = lambda: fast_here.clock() - timedelta(seconds=90)  # noqa: E731 - one clock, one line
    with a_town(fast_here, tmp_path, clocks=[slow]):
        grow(fast_here)
        witnessing.feed(fast_here)
        assert lights(fast_here)[0].clock_difference_seconds == -90


def test_a_fork_is_an_alarm(fast_here, tmp_path, app, caplog):
    """The witness saw another story under our key: the platform rewrote its log."""
    with a_town(fast_here, tmp_path) as town:
        grow(fast_here, 2)
        rewritten = town.folders[0]
        signer = log.signer_of(fast_here)
        assert send(town.urls[0], a_tree(2, signer).request(0, 2)).status == 200
        with caplog.at_level(logging.ERROR):
            assert witnessing.feed(fast_here) == 0
        light = lights(fast_here)[0]
        assert (type(light.fault), light.state, light.is_alarm) == (Fork, LightState.DOWN, True)
        assert "警报" in str(light.fault)
        with app.test_request_context("/"):
            assert "警报" in sentence_of(light.fault)
        assert any("警报" in record.getMessage() for record in caplog.records)
        assert len(rewritten.store.all_evidence()) == 1


def test_a_witness_of_an_older_specification_alarms_of_a_fork_too(fast_here, tmp_path):
    def app(environ, start_response):
        environ["wsgi.input"].read()
        start_response("409 Conflict", [("Content-Type", "text/x.tlog.size")])
        return [b"2\n"]

    with a_town(fast_here, tmp_path) as town, served(app) as url:
        grow(fast_here, 2)
        town.write_policy(lines=[f"witness w1 {town.folders[0].vkeys[0]} {url}"])
        assert witnessing.feed(fast_here) == 0
        light = lights(fast_here)[0]
        assert (type(light.fault), light.state) == (ForkSuspected, LightState.DOWN)
        assert light.is_alarm


def test_a_database_that_was_put_back_is_an_alarm(fast_here, tmp_path, clock):
    with a_town(fast_here, tmp_path) as town:
        grow(fast_here, 2)
        assert send(town.urls[0], a_tree(5, log.signer_of(fast_here)).request(0, 5)).status == 200
        assert witnessing.feed(fast_here) == 0
        light = lights(fast_here)[0]
        assert (type(light.fault), light.is_alarm) == (Ahead, True)


def test_a_key_that_stays_silent_is_named(fast_here, tmp_path):
    stranger = a_witness("w1.example", 99).verifier.vkey
    with a_town(fast_here, tmp_path) as town:
        lines = [*town.witness_lines(), f"witness other {stranger} {town.urls[0]}"]
        town.write_policy("quorum w1", lines=lines)
        grow(fast_here)
        assert witnessing.feed(fast_here) == 1
        assert witnessing.feed(fast_here) == 0
        assert "w1.example" in str(lights(fast_here)[0].fault)
        asked = town.folders[0].store.all_cosigned(fast_here.config.origin)
        assert len(asked) == 1
