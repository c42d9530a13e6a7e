"""The witness behind its server: what it remembers, and when it makes others wait."""

import gc
import logging
import threading
from datetime import timedelta

import pytest

from audit.errors import MalformedError
from audit.keys import KeyType, Signer
from audit.note import open_note, parse
from audit.tiles import ENTRIES, TILE_WIDTH, Tile, encode_bundle
from audit.witness import service
from audit.witness import store as witness_store
from audit.witness.errors import (
    BusyError,
    ClockError,
    ConflictError,
    FolderError,
    InconsistentError,
    UnreadableLogError,
)
from audit.witness.fetching import Growth, fetcher
from audit.witness.folder import DATABASE, ED25519_KEY, ML_DSA_KEY, Folder
from audit.witness.records import Growing
from audit.witness.rules import NOTHING, EvidenceKind, Known
from audit.witness.service import Witness
from audit.witness.store import WitnessStore
from tests.audit.making import NOW, a_signer
from tests.audit.witness.serving import HandClock, NoReader, a_tree, forked, request_body, served

TREE = a_tree(40)
ORIGIN = TREE.signer.name


@pytest.fixture
def folder(tmp_path) -> Folder:
    made = Folder.create(tmp_path / "w", "notary.example.cn/w1")
    made.add_log(TREE.signer.verifier.vkey, "http://log.example", NOW)
    return made


def a_witness(folder: Folder, clock=None, **more) -> Witness:
    return Witness(folder.store, folder.signers, clock or HandClock(), **more)


def test_what_it_knows_outlives_the_process(folder):
    first = a_witness(folder)
    first.add_checkpoint(TREE.request(0, 30))
    again = a_witness(Folder.open(folder.path))
    with pytest.raises(ConflictError, match="30"):
        again.add_checkpoint(TREE.request(0, 40))
    again.add_checkpoint(TREE.request(30, 40))
    with pytest.raises(ConflictError, match="40"):
        first.add_checkpoint(TREE.request(30, 40))


def test_a_checkpoint_that_another_was_faster_than_is_not_cosigned(folder):
    """The rows changed between the look and the writing: nothing leaves the house."""
    known = Known(30, TREE.checkpoint(30).root)
    a_witness(folder).add_checkpoint(TREE.request(0, 30))
    seconds = int(NOW.timestamp())
    new = TREE.checkpoint(40)
    assert not folder.store.advance(NOTHING, new, b"", seconds, Growing())
    assert not folder.store.advance(known, new, b"", seconds - 1, Growing())
    assert folder.store.latest(ORIGIN).known == known
    assert folder.store.advance(known, new, b"note", seconds, Growing())
    assert [row.size for row in folder.store.all_cosigned(ORIGIN)] == [30, 40]


def test_asking_again_and_again_fills_no_disk(folder):
    clock = HandClock()
    witness = a_witness(folder, clock)
    for _ in range(5):
        clock.advance(1)
        known = folder.store.latest(ORIGIN)
        witness.add_checkpoint(TREE.request(known.known.size if known else 0, 30))
    assert len(folder.store.all_cosigned(ORIGIN)) == 1
    assert folder.store.latest(ORIGIN).cosigned_at == int(clock().timestamp())


def test_the_clock_is_compared_across_all_logs(folder):
    other = a_tree(5, a_signer("another.example/log", 2))
    folder.add_log(other.signer.verifier.vkey, "", NOW)
    clock = HandClock()
    witness = a_witness(folder, clock)
    witness.add_checkpoint(TREE.request(0, 30))
    clock.advance(-1)
    with pytest.raises(ClockError, match=str(int(NOW.timestamp()) - 1)):
        witness.add_checkpoint(other.request(0, 5))
    clock.advance(1)
    witness.add_checkpoint(other.request(0, 5))


@pytest.mark.parametrize(("behind", "trusted"), [(30, True), (31, False)])
def test_a_clock_may_be_half_a_minute_behind_what_is_proven(folder, behind, trusted):
    seconds = int(NOW.timestamp())
    folder.store.learn_proven("round", seconds + behind, seconds)
    witness = a_witness(folder)
    if trusted:
        witness.add_checkpoint(TREE.request(0, 30))
        return
    with pytest.raises(ClockError, match=str(seconds + behind)):
        witness.add_checkpoint(TREE.request(0, 30))


def test_a_time_with_a_fraction_is_not_before_its_own_second(folder):
    clock = HandClock(NOW + timedelta(milliseconds=900))
    witness = a_witness(folder, clock)
    witness.add_checkpoint(TREE.request(0, 30))
    clock.at = NOW + timedelta(milliseconds=100)
    witness.add_checkpoint(TREE.request(30, 40))


def bundles(bodies: list[bytes]):
    def fetch(tile: Tile) -> bytes:
        assert tile.level == ENTRIES
        first = tile.number * TILE_WIDTH
        return encode_bundle(bodies[first : first + tile.width])

    return fetch


def test_while_a_log_is_read_others_do_not_wait_for_ever(folder, monkeypatch):
    monkeypatch.setattr(service, "WAIT_SECONDS", 0.05)
    reading, go_on = threading.Event(), threading.Event()

    def slow(url: str):
        def fetch(tile: Tile) -> bytes:
            reading.set()
            assert go_on.wait(20)
            return bundles(TREE.bodies)(tile)

        return fetch

    witness = a_witness(folder, reader=NoReader(), fetch_from=slow)
    first = threading.Thread(target=witness.add_checkpoint, args=(TREE.request(0, 30),))
    first.start()
    assert reading.wait(20)
    with pytest.raises(BusyError):
        witness.add_checkpoint(TREE.request(0, 30))
    go_on.set()
    first.join(20)
    assert folder.store.latest(ORIGIN).known.size == 30
    witness.add_checkpoint(TREE.request(30, 40))


def test_entries_are_compared_with_what_was_signed(folder):
    wrong = a_witness(
        folder, reader=NoReader(), fetch_from=lambda url: bundles(forked(TREE, 2).bodies)
    )
    with pytest.raises(UnreadableLogError, match="signed at 30"):
        wrong.add_checkpoint(TREE.request(0, 30))
    right = a_witness(folder, reader=NoReader(), fetch_from=lambda url: bundles(TREE.bodies))
    for old, new in ((0, 3), (3, 17), (17, 17), (17, 40)):
        right.add_checkpoint(TREE.request(old, new))
        kept = folder.store.latest(ORIGIN)
        assert Growth(kept.known.size, kept.peaks).size == new


def test_the_tree_is_taken_up_where_it_was_left():
    growth = Growth()
    for _ in growth.entries_up_to(TREE.checkpoint(21), bundles(TREE.bodies)):
        pass
    again = Growth(21, growth.peaks)
    new = list(again.entries_up_to(TREE.checkpoint(40), bundles(TREE.bodies)))
    assert [(index, body) for index, _, body in new] == list(enumerate(TREE.bodies))[21:]
    with pytest.raises(ValueError, match="23"):
        Growth(23, growth.peaks)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_log_that_answers_too_much_is_not_read():
    def flood(environ, start_response):
        start_response("200 OK", [])
        for _ in range(300):
            yield b"x" * 65536

    def moved(environ, start_response):
        start_response("302 Found", [("Location", "http://127.0.0.1:1/")])
        return []

    for app in (flood, moved):
        with served(app) as url, pytest.raises(UnreadableLogError):
            fetcher(url)(Tile(ENTRIES, 0))
    gc.collect()  # The test's own server leaves the socket behind that the client cut off.
    with pytest.raises(UnreadableLogError):
        fetcher("nonsense")(Tile(ENTRIES, 0))


def test_a_bundle_is_fetched_in_its_time_or_not_at_all():
    asked = []

    def app(environ, start_response):
        asked.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        yield b"first "
        if environ["PATH_INFO"].startswith("/slow/"):
            go_on.wait(1)
        yield b"second"

    go_on = threading.Event()
    with served(app) as url:
        assert fetcher(f"{url}/log/")(Tile(ENTRIES, 1234, 7)) == b"first second"
        assert fetcher(f"{url}/slow", seconds=3)(Tile(ENTRIES, 0)) == b"first second"
        with pytest.raises(UnreadableLogError):
            fetcher(f"{url}/slow", seconds=0.3)(Tile(ENTRIES, 0))
        go_on.set()
    assert asked[0] == "/log/tile/entries/x001/234.p/7"


def test_evidence_has_an_end(folder, monkeypatch):
    monkeypatch.setattr(witness_store, "MOST_EVIDENCE", 3)
    witness = a_witness(folder)
    witness.add_checkpoint(TREE.request(0, 30))
    for at in range(6):
        fork = forked(TREE, at)
        with pytest.raises(InconsistentError):
            witness.add_checkpoint(request_body(30, [], fork.note(30)))
    assert len(folder.store.all_evidence()) == 3


def test_wrong_proofs_fill_no_disk_and_take_no_proofs_place(folder, monkeypatch, caplog):
    """Whoever holds signed checkpoints can send each with hashes that he made up."""
    monkeypatch.setattr(witness_store, "MOST_EVIDENCE", 1)
    monkeypatch.setattr(witness_store, "MOST_UNPROVEN", 3)
    witness = a_witness(folder)
    witness.add_checkpoint(TREE.request(0, 30))
    with caplog.at_level(logging.WARNING):
        for size in (31, 32, 33, 34, 35, 35):
            with pytest.raises(InconsistentError):
                witness.add_checkpoint(request_body(30, [bytes(32)], TREE.note(size)))
    kept = folder.store.all_evidence()
    assert {one.kind for one in kept} == {EvidenceKind.NOT_EXTENDED}
    assert [parse(one.offered).text for one in kept] == [
        TREE.checkpoint(size).text for size in (33, 34, 35)
    ]
    assert caplog.records == []
    with pytest.raises(InconsistentError):
        witness.add_checkpoint(forked(TREE, 3).request(30, 30))
    assert folder.store.all_evidence()[-1].kind is EvidenceKind.SAME_SIZE
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_another_time_is_not_another_tree(folder, monkeypatch):
    """A later time was signed meanwhile: 409 with the size that was sent would mean a fork."""
    witness = a_witness(folder)
    witness.add_checkpoint(TREE.request(0, 30))
    monkeypatch.setattr(WitnessStore, "advance", lambda *_: False)
    with pytest.raises(BusyError):
        witness.add_checkpoint(TREE.request(30, 30))
    with pytest.raises(BusyError):
        witness.add_checkpoint(TREE.request(30, 40))


def test_the_answer_holds_only_lines_of_its_own(folder):
    answer = a_witness(folder).add_checkpoint(TREE.request(0, 30))
    note, _ = open_note(TREE.note(30) + answer.encode(), [folder.signers[0].verifier])
    assert [line.name for line in note.signatures] == [ORIGIN, "notary.example.cn/w1"]


# The folder.


def test_a_half_made_folder_is_not_used(tmp_path):
    made = Folder.create(tmp_path / "w", "notary.example.cn/w1", ml_dsa=True)
    assert [signer.type for signer in Folder.open(made.path).signers] == [
        KeyType.ED25519_COSIGNATURE,
        KeyType.ML_DSA_44_COSIGNATURE,
    ]
    (made.path / ED25519_KEY).unlink()
    with pytest.raises(FolderError, match="interrupted"):
        Folder.open(made.path)


def test_keys_are_of_their_kind_and_their_owners(tmp_path):
    made = Folder.create(tmp_path / "w", "notary.example.cn/w1", ml_dsa=True)
    for file in (ED25519_KEY, ML_DSA_KEY):
        text = (made.path / file).read_text()
        (made.path / file).chmod(0o640)
        with pytest.raises(FolderError, match="0600"):
            Folder.open(made.path)
        (made.path / file).chmod(0o600)
        (made.path / file).write_text(a_signer().skey + "\n")
        with pytest.raises(FolderError, match="another type"):
            Folder.open(made.path)
        (made.path / file).write_text("nonsense\n")
        with pytest.raises(MalformedError):
            Folder.open(made.path)
        (made.path / file).write_text(text)
    assert Folder.open(made.path).vkeys == made.vkeys


def test_whether_it_is_draw_aware_is_settled_with_the_key(tmp_path):
    for draw_aware in (False, True):
        made = Folder.create(tmp_path / str(draw_aware), "w.example", draw_aware=draw_aware)
        assert Folder.open(made.path).is_draw_aware is draw_aware
        reader = NoReader()
        assert (made.witness(HandClock(), reader).reader is reader) == draw_aware
        with pytest.raises(Exception, match="UNIQUE"):
            made.store.set_once("draw_aware", "1")


def test_names_that_a_cosignature_cannot_hold_are_refused(tmp_path):
    Folder.create(tmp_path / "long", "w" * 255)
    with pytest.raises(FolderError, match="255"):
        Folder.create(tmp_path / "longer", "证" * 86)
    assert not (tmp_path / "longer").exists()
    made = Folder.open(tmp_path / "long")
    long = Signer("l" * 256, KeyType.ED25519, bytes(32)).verifier.vkey
    with pytest.raises(FolderError, match="255"):
        made.add_log(long, "", NOW)


def test_a_log_is_added_once_and_its_address_may_change(folder):
    vkey = TREE.signer.verifier.vkey
    folder.add_log(vkey, "https://new.example", NOW + timedelta(days=1))
    (key,) = folder.store.logs()
    assert (key.origin, key.url, key.added_at) == (
        ORIGIN,
        "https://new.example",
        int(NOW.timestamp()),
    )
    assert folder.store.logs("another.example/log") == []
    assert (folder.path / DATABASE).exists()
