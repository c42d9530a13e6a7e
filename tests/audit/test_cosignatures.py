"""The stored cosignatures of the log's checkpoints, on both databases."""

from datetime import timedelta

import pytest

from audit import cosignatures, store
from audit.checkpoint import parse_text
from audit.cosignatures import Cosignature, Feed
from audit.note import open_note, parse
from audit.proof import parse as parse_receipt
from tests.audit.making import NOW, a_log, a_witness, fill

W1, W2 = a_witness("w1.example", 31), a_witness("w2.example", 32)


@pytest.fixture
def connection(log_engine):
    for count in (3, 4, 5):
        fill(log_engine, count)
    with log_engine.begin() as opened:
        yield opened


def keep(connection, size: int, witness, seconds: int = 0) -> bool:
    checkpoint = parse_text(parse(store.checkpoint_at(connection, size).note).text)
    at = NOW + timedelta(seconds=seconds)
    return cosignatures.record(
        connection, checkpoint, witness.cosign(checkpoint.text, at), at, at + timedelta(seconds=5)
    )


def test_the_first_cosignature_of_a_key_stays(connection):
    assert keep(connection, 3, W1)
    assert not keep(connection, 3, W1, 60)
    assert keep(connection, 3, W2, 1)
    assert keep(connection, 7, W1, 2)
    first, second = cosignatures.at(connection, 3)
    assert (first.witness, second.witness) == ("w1.example", "w2.example")
    assert first == Cosignature(
        3,
        "w1.example",
        W1.verifier.key_id.hex(),
        bytes(first.root),
        int(NOW.timestamp()),
        first.line,
        int(NOW.timestamp()) + 5,
    )
    assert cosignatures.instants([first, second]) == {
        cosignatures.key_of(W1.verifier): NOW,
        cosignatures.key_of(W2.verifier): NOW + timedelta(seconds=1),
    }


def test_they_stand_in_the_order_of_their_arrival(connection):
    for seconds, witness in ((2, W1), (1, W2)):
        keep(connection, 3, witness, seconds)

    assert [one.witness for one in cosignatures.at(connection, 3)] == ["w2.example", "w1.example"]


def test_checkpoints_receipts_and_the_latest_carry_them(connection):
    log = a_log()
    for size in (3, 12):
        keep(connection, size, W1)
        keep(connection, size, W2)
    keys = [log.verifier, W1.verifier, W2.verifier]
    assert len(open_note(log.checkpoint(connection), keys)[1]) == 3
    for receipt in (log.receipt(connection, 1), log.receipt_at(connection, 1, 3)):
        assert len(open_note(parse_receipt(receipt).checkpoint, keys)[1]) == 3
    bare = parse_receipt(log.receipt_at(connection, 1, 7)).checkpoint
    assert bare == store.checkpoint_at(connection, 7).note


def test_they_are_found_by_size_upwards_and_downwards(connection):
    for size, witness in ((3, W1), (3, W2), (12, W1)):
        keep(connection, size, witness)

    def found(*ends):
        return [(size, len(rows)) for size, rows in cosignatures.of_sizes(connection, *ends)]

    assert found(0) == [(3, 2), (12, 1)]
    assert found(3) == [(3, 2), (12, 1)]
    assert found(4) == [(12, 1)]
    assert found(13) == []
    assert found(0, 11) == [(3, 2)]
    assert found(0, 12) == [(3, 2), (12, 1)]
    assert list(cosignatures.sizes_downwards(connection, 0)) == [12, 3]
    assert list(cosignatures.sizes_downwards(connection, 4)) == [12]


def test_how_far_a_witness_is_and_since_when_it_lags(connection):
    keep(connection, 3, W1, -20)
    assert cosignatures.last_size(connection, W1.verifier) == 3
    assert cosignatures.last_size(connection, W2.verifier) == 0
    assert cosignatures.clock_difference(connection, W1.verifier, 3) == -5
    assert cosignatures.clock_difference(connection, W2.verifier, 3) is None
    made_at = {size: store.checkpoint_at(connection, size).made_at for size in (3, 7, 12)}
    assert cosignatures.signed_after(connection, 0) == made_at[3]
    assert cosignatures.signed_after(connection, 3) == made_at[7]
    assert cosignatures.signed_after(connection, 12) is None


def test_how_it_stands_with_an_address_is_kept(connection):
    url = "http://w1.example"
    assert cosignatures.feed_of(connection, url) == Feed(url)
    for feed in (Feed(url, 3, 10), Feed(url, 3, 10, 20, 2, 22, "garbage", "x"), Feed(url, 7, 30)):
        cosignatures.keep_feed(connection, feed)
        assert cosignatures.feed_of(connection, url) == feed
    assert cosignatures.feed_of(connection, "http://w2.example").known_size == 0


def test_the_first_checkpoint_of_at_least_a_size(connection):
    for at_least, size in ((0, 3), (3, 3), (4, 7), (7, 7), (8, 12), (12, 12)):
        assert store.first_checkpoint(connection, at_least).size == size
    assert store.first_checkpoint(connection, 13) is None


def test_each_row_is_checked_against_its_line_and_its_key(connection):
    keep(connection, 3, W1)
    keep(connection, 7, W2)
    keys = [W1.verifier, W2.verifier]
    assert cosignatures.verify(connection, keys) == []
    assert cosignatures.verify(connection, []) == []
    checkpoint = parse_text(parse(store.checkpoint_at(connection, 12).note).text)
    wrong = a_witness("w1.example", 31).cosign(checkpoint.text.replace("12", "13"), NOW)
    cosignatures.record(connection, checkpoint, wrong, NOW, NOW)
    (finding,) = cosignatures.verify(connection, keys)
    assert str(finding).startswith("log_cosignature 12 w1.example: ")
    assert cosignatures.verify(connection, [W2.verifier]) == []
