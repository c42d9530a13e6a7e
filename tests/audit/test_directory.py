"""An exported log: written so that it never shows a half, and checked to the last byte (R7)."""

import shutil
import tracemalloc

import pytest
from tlog_scales.backend import make_backend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash

from audit.directory import verify_export, write
from audit.errors import (
    AuditError,
    EquivocationError,
    ExportConflictError,
    MalformedError,
    MissingCheckpointError,
)
from audit.tiles import ENTRIES, Tile, encode_bundle, tiles_of
from audit.tiletree import Frontier
from audit.tree import leaf_hashes
from tests.audit.making import INTEROP, a_checkpoint, a_log, a_signer, entries, fill, signed

SIGNER = a_signer()
VKEY = SIGNER.verifier.vkey


def a_reader(bodies: list[bytes]):
    """Answer for the tiles of a log that is only in memory."""
    frontier = Frontier()
    rows = dict(frontier.extend(leaf_hashes(bodies))) | dict(frontier.partials())

    def read(tile: Tile) -> bytes:
        first = tile.number * 256
        return (
            encode_bundle(bodies[first : first + tile.width])
            if tile.level == ENTRIES
            else rows[tile]
        )

    return read


def an_export(folder, bodies: list[bytes], signer=SIGNER):
    write(folder, signed(a_checkpoint(bodies, signer), signer), signer.verifier, a_reader(bodies))
    return folder


def files(folder) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def believed_by_stranger(folder) -> bool:
    """Check a log with another implementation, from PyPI: signature, root, every entry."""
    reader = TilesReader(make_backend(str(folder)))
    try:
        checkpoint = reader.get_checkpoint()
        checkpoint.verify(Vkey.from_string((folder / "log.vkey").read_text("utf-8").strip()))
        if reader.calculate_root_hash() != checkpoint.root_hash:
            return False
        for index in range(checkpoint.size):
            path = reader.get_inclusion_proof(index, checkpoint.size)
            path.check(leaf_hash(reader.get_entry(index)), checkpoint.root_hash)
    except Exception:  # noqa: BLE001  It has no family of errors of its own.
        return False
    return True


def test_a_log_in_a_database_is_exported_as_others_expect_it(log_engine, tmp_path):
    fill(log_engine, 600, batches=4)
    folder = tmp_path / "export"
    with log_engine.begin() as connection:
        a_log().export(connection, folder)

    assert files(folder) == sorted(["checkpoint", "log.vkey", *(t.path for t in tiles_of(600))])
    assert verify_export(folder, VKEY) == []
    assert believed_by_stranger(folder)


@pytest.mark.parametrize(
    "path",
    ["checkpoint", "tile/0/000", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"],
)
def test_a_stranger_rejects_one_changed_byte(tmp_path, path):
    folder = an_export(tmp_path / "export", entries(300))
    assert believed_by_stranger(folder)
    data = bytearray((folder / path).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / path).write_bytes(data)

    assert not believed_by_stranger(folder)
    assert verify_export(folder, VKEY)


def test_the_interop_log_is_accepted():
    assert verify_export(INTEROP, (INTEROP / "log.vkey").read_text("utf-8").strip()) == []


def test_any_change_of_any_byte_is_found(tmp_path):
    """R7: every byte changed two ways, and every file cut, lengthened, emptied or lost."""
    folder = an_export(tmp_path / "export", entries(7))
    missed = []
    for name in files(folder):
        data = (folder / name).read_bytes()
        mutants = [data[:-1], data + b"\n", data + data[-1:], b""]
        for at in range(len(data)):
            before, byte, after = data[:at], data[at : at + 1], data[at + 1 :]
            changed = [bytes([byte[0] ^ bits]) for bits in (1, 0x20)]
            mutants += [before + other + after for other in (*changed, b"", byte * 2)]
        for mutant in mutants:
            if mutant != data:
                (folder / name).write_bytes(mutant)
                if not verify_export(folder, VKEY):
                    missed.append((name, mutant))
        (folder / name).unlink()
        assert [f.where for f in verify_export(folder, VKEY)] == [name]
        (folder / name).write_bytes(data)

    assert missed == []
    assert verify_export(folder, VKEY) == []


def test_every_line_of_the_checkpoint_counts(tmp_path):
    folder = an_export(tmp_path / "export", entries(3))
    lines = (folder / "checkpoint").read_bytes().splitlines(keepends=True)
    for at, line in enumerate(lines):
        rest = lines[:at] + lines[at + 1 :]
        others = [rest, [*rest[:at], line, *rest[at:], line], [*lines[:at], line, *lines[at:]]]
        others += [[*rest, line]] if at < len(lines) - 1 else []
        for other in others:
            (folder / "checkpoint").write_bytes(b"".join(other))
            assert verify_export(folder, VKEY), other


@pytest.mark.parametrize(
    ("path", "at", "what"),
    [
        ("tile/entries/000", b'"i":9,', "tile/entries/000: entry 9 does not have the hash"),
        ("tile/entries/001.p/44", b'"i":265,', "tile/entries/001.p/44: entry 265 does not"),
        ("tile/0/000", leaf_hashes(entries(1, 9)), "entry 9 does not have the hash that tile/0/0"),
        ("tile/1/000.p/1", b"", "tile/1/000.p/1: it does not follow"),
    ],
)
def test_a_finding_names_the_file_and_the_entry(tmp_path, path, at, what):
    folder = an_export(tmp_path / "export", entries(300))
    data = bytearray((folder / path).read_bytes())
    data[data.index(at) + 1] ^= 1
    (folder / path).write_bytes(data)

    assert what in str(verify_export(folder, VKEY)[0])


def test_a_file_that_is_not_of_the_tree_is_found(tmp_path):
    folder = an_export(tmp_path / "export", entries(3))
    (folder / "tile/0/000.p/2").write_bytes(bytes(64))

    assert [f.where for f in verify_export(folder, VKEY)] == ["tile/0/000.p/2"]


def test_the_key_comes_from_elsewhere(tmp_path):
    other = a_signer(seed=2)
    folder = an_export(tmp_path / "export", entries(3), other)

    assert verify_export(folder, other.verifier.vkey) == []
    assert {f.where for f in verify_export(folder, VKEY)} == {"log.vkey", "checkpoint"}
    with pytest.raises(MalformedError):
        verify_export(folder, VKEY[:-1])


def test_a_log_must_continue_what_was_kept(tmp_path):
    """R9: an old checkpoint on paper is enough to catch a rewritten or shortened log."""
    story = [b"another", *entries(9, 1)]
    true = {f"kept {n}": signed(a_checkpoint(entries(n)), SIGNER) for n in (0, 1, 4, 10)}
    for size, wrong in ((10, []), (300, []), (4, ["kept 10"]), (3, ["kept 4", "kept 10"])):
        folder = an_export(tmp_path / f"true {size}", entries(size))
        assert [f.where for f in verify_export(folder, VKEY, true)] == wrong
    folder = an_export(tmp_path / "false", story)
    assert verify_export(folder, VKEY) == []
    found = verify_export(folder, VKEY, true)
    assert [f.where for f in found] == ["kept 1", "kept 4", "kept 10"]
    with pytest.raises(AuditError):
        verify_export(folder, VKEY, {"x": signed(a_checkpoint(entries(1)), a_signer(seed=2))})


def test_an_export_grows_and_never_goes_back(tmp_path):
    folder = tmp_path / "export"
    for size in (0, 1, 200, 256, 300, 700, 700):
        an_export(folder, entries(size))
        assert files(folder) == sorted(
            ["checkpoint", "log.vkey", *(t.path for t in tiles_of(size))]
        )
        assert verify_export(folder, VKEY) == []
    before = {name: (folder / name).read_bytes() for name in files(folder)}
    with pytest.raises(ExportConflictError, match="700 entries") as refused:
        an_export(folder, entries(699))
    assert refused.value.directory == str(folder)
    with pytest.raises(EquivocationError):
        an_export(folder, [b"another", *entries(699, 1)])
    with pytest.raises(EquivocationError):
        an_export(folder, [b"another", *entries(799, 1)])
    with pytest.raises(ExportConflictError, match="empty directory") as refused:
        an_export(folder, entries(800), a_signer(seed=2))
    assert refused.value.directory == str(folder)
    assert {name: (folder / name).read_bytes() for name in files(folder)} == before


def test_an_export_that_breaks_off_leaves_a_log_that_holds(tmp_path):
    folder = an_export(tmp_path / "export", entries(300))
    bodies = entries(900)
    read = a_reader(bodies)
    checkpoint = signed(a_checkpoint(bodies), SIGNER)
    for reads in range(1, 10):
        left = iter(range(reads))

        def failing(tile, left=left):
            if next(left, None) is None:
                raise OSError(28, "No space left on device")
            return read(tile)

        with pytest.raises(OSError, match="No space"):
            write(folder, checkpoint, SIGNER.verifier, failing)
        assert {f.what for f in verify_export(folder, VKEY)} <= {"a tree of 300 has no such file"}
    write(folder, checkpoint, SIGNER.verifier, read)
    assert verify_export(folder, VKEY) == []


def test_nothing_is_exported_before_something_was_signed(sqlite_log_engine, tmp_path):
    with sqlite_log_engine.begin() as connection, pytest.raises(MissingCheckpointError):
        a_log().export(connection, tmp_path / "export")
    assert not (tmp_path / "export").exists()


def test_a_large_export_is_checked_in_little_memory(tmp_path):
    bodies = [number.to_bytes(8, "big") * 1000 for number in range(2048)]
    folder = an_export(tmp_path / "export", bodies)
    tracemalloc.start()
    assert verify_export(folder, VKEY) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 10_000_000
    shutil.rmtree(folder)
