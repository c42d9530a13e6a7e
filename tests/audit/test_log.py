"""What readers of the log get: checkpoints, tiles, receipts and proofs."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import proof, store
from audit.errors import (
    MissingCheckpointError,
    MissingEntryError,
    MissingTileError,
    OriginError,
)
from audit.log import Log
from audit.policy import Policy
from audit.tiles import tiles_of
from audit.tree import leaf_hashes, root_of, verify_consistency
from tests.audit.making import ORIGIN, a_log, a_signer, entries, fill

LOG = a_log()
TRUST = Policy(logs=(LOG.verifier,))


def test_an_empty_log_has_nothing(log_engine):
    with log_engine.begin() as connection:
        assert LOG.checkpoint(connection) is None
        with pytest.raises(MissingEntryError):
            LOG.receipt(connection, 0)
        with pytest.raises(MissingTileError):
            LOG.tile(connection, "tile/0/000.p/1")
        assert LOG.verify(connection) == []


def test_every_entry_has_a_receipt_under_the_latest_checkpoint(log_engine):
    fill(log_engine, 600, batches=3)
    with log_engine.begin() as connection:
        for index, body in list(enumerate(entries(600)))[::37]:
            trusted = proof.verify(body, LOG.receipt(connection, index), TRUST)
            assert trusted.checkpoint.size == 600


def test_a_receipt_under_an_earlier_checkpoint_stays_the_same(log_engine):
    fill(log_engine, 300, batches=3)
    with log_engine.begin() as connection:
        early = LOG.receipt(connection, 7)
    fill(log_engine, 400, batches=4)
    with log_engine.begin() as connection:
        assert LOG.receipt_at(connection, 7, 300) == early
        for size in (100, 200, 300, 400, 500, 600, 700):
            text = LOG.receipt_at(connection, 99, size)
            assert proof.verify(entries(1, 99)[0], text, TRUST).checkpoint.size == size


def test_no_receipt_is_given_for_what_was_not_signed(sqlite_log_engine):
    fill(sqlite_log_engine, 10)
    fill(sqlite_log_engine, 10)
    with sqlite_log_engine.begin() as connection:
        for index in (-1, 20):
            with pytest.raises(MissingEntryError, match="ask again"):
                LOG.receipt(connection, index)
        with pytest.raises(MissingEntryError):
            LOG.receipt_at(connection, 10, 10)
        with pytest.raises(MissingCheckpointError):
            LOG.receipt_at(connection, 3, 11)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sizes=st.tuples(st.integers(0, 600), st.integers(1, 600)))
def test_any_two_sizes_are_proved_consistent(sizes, sqlite_log_engine):
    with sqlite_log_engine.begin() as connection:
        present = LOG.checkpoint(connection)
    if present is None:
        fill(sqlite_log_engine, 600, batches=2)
    old, new = sorted(sizes)
    hashes = leaf_hashes(entries(600))
    roots = root_of(hashes[: old * 32]), root_of(hashes[: new * 32])
    with sqlite_log_engine.begin() as connection:
        verify_consistency(old, new, *roots, LOG.consistency(connection, old, new))


def test_a_size_that_was_never_signed_is_proved_from_later_tiles(sqlite_log_engine):
    """At level 1 only the tile of 800 entries is stored, which is wider than that of 520."""
    fill(sqlite_log_engine, 800)
    hashes = leaf_hashes(entries(520))
    with sqlite_log_engine.begin() as connection:
        hashes_between = LOG.consistency(connection, 1, 520)
    verify_consistency(1, 520, root_of(hashes[:32]), root_of(hashes), hashes_between)


def test_no_consistency_with_what_is_not_there(sqlite_log_engine):
    fill(sqlite_log_engine, 10)
    with sqlite_log_engine.begin() as connection:
        with pytest.raises(MissingTileError):
            LOG.consistency(connection, 3, 11)
        with pytest.raises(ValueError, match="does not continue"):
            LOG.consistency(connection, 7, 3)


def test_tiles_are_served_for_every_size_that_was_signed(log_engine):
    fill(log_engine, 900, batches=9)
    with log_engine.begin() as connection:
        for size in range(100, 901, 100):
            for tile in tiles_of(size):
                data = LOG.tile(connection, tile.path)
                full = LOG.tile(connection, next(iter_path(tile, 900)))
                assert full.startswith(data)


def iter_path(tile, size):
    """The path of the same tile in a larger tree."""
    return (t.path for t in tiles_of(size) if (t.level, t.number) == (tile.level, tile.number))


@pytest.mark.parametrize(
    "path",
    [
        "checkpoint",
        "tile/0/001.p/200",
        "tile/0/002",
        "tile/entries/001.p/200",
        "tile/1/000",
        "tile/1/000.p/2",
        "tile/2/000.p/1",
        "tile/0/0",
        "tile/0/../0/000",
        "",
    ],
)
def test_other_tiles_are_missing(sqlite_log_engine, path):
    fill(sqlite_log_engine, 300)
    with sqlite_log_engine.begin() as connection, pytest.raises(MissingTileError):
        LOG.tile(connection, path)


def test_the_origin_is_the_name_of_the_key():
    with pytest.raises(OriginError) as refused:
        Log("elsewhere.example/log", a_signer(ORIGIN).verifier)
    assert (refused.value.expected, refused.value.found) == ("elsewhere.example/log", ORIGIN)


def test_many_receipts_are_under_one_checkpoint(sqlite_log_engine):
    fill(sqlite_log_engine, 300)
    with sqlite_log_engine.begin() as connection:
        texts = LOG.receipts(connection, range(300))
        assert texts[7] == LOG.receipt(connection, 7)
        assert LOG.receipts(connection, [], 300) == []
        with pytest.raises(MissingEntryError):
            LOG.receipts(connection, [0, 300])
    for body, receipt in zip(entries(300), texts, strict=True):
        proof.verify(body, receipt, TRUST)


def test_daily_statements_walk_through_no_table(sqlite_log_engine):
    fill(sqlite_log_engine, 10)
    with sqlite_log_engine.begin() as connection:
        for statement in (store.TILE, store.WIDER_TILE, store.LEAF_HASHES, store.BODIES):
            compiled = statement.compile(sqlite_log_engine)
            values = (0,) * len(compiled.positiontup)
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
            assert all("SCAN" not in row.detail for row in plan)
