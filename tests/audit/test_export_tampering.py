"""R7 on a whole export, through ``python -m audit verify``: no change of it goes unseen.

``test_directory`` changes every byte of a small export. Here the export has several tiles and
bundles, and whole files, entries and hashes are lost, doubled, swapped and cut.
"""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.__main__ import OK, WRONG, main
from audit.tiles import decode_bundle, encode_bundle, parse_path
from tests.audit.making import a_signer, entries
from tests.audit.test_directory import an_export, files
from tests.lengths import length

SIZE = 300
STEP = length(97, 1)  # every so many bytes of each file are changed
SIGNER = a_signer()


@pytest.fixture
def export(tmp_path: Path) -> Path:
    (tmp_path / "key").write_text(SIGNER.verifier.vkey + "\n", "utf-8")
    return an_export(tmp_path / "export", entries(SIZE))


def verdict(export: Path) -> int:
    return main(["verify", str(export), "--vkey", str(export.parent / "key")])


def refused_with(export: Path, changes: dict[str, bytes | None]) -> bool:
    """Change files, ask for the verdict, and put them back."""
    before = {
        name: (export / name).read_bytes() if (export / name).exists() else None for name in changes
    }
    put(export, changes)
    found = verdict(export)
    put(export, before)
    return found == WRONG


def put(export: Path, contents: dict[str, bytes | None]) -> None:
    for name, data in contents.items():
        path = export / name
        if data is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def test_the_export_is_believed(export, capsys):
    assert verdict(export) == OK
    assert "every entry, tile and signature agrees" in capsys.readouterr().out


@pytest.mark.long
def test_two_changes_of_a_byte_are_seen_wherever_it_is(export):
    for name in files(export):
        data = (export / name).read_bytes()
        for at in range(0, len(data), STEP):
            for bits in (1, 0x20):
                changed = data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :]
                assert refused_with(export, {name: changed}), (name, at, bits)


def test_a_file_that_is_lost_empty_or_cut_is_seen(export):
    for name in files(export):
        data = (export / name).read_bytes()
        for changed in (None, b"", data[:-1], data[: len(data) // 2], data + data):
            assert refused_with(export, {name: changed}), (name, changed and len(changed))


def test_two_files_that_change_places_are_seen(export):
    for one, other in itertools.combinations(files(export), 2):
        contents = [(export / name).read_bytes() for name in (one, other)]
        assert contents[0] != contents[1]
        assert refused_with(export, {one: contents[1], other: contents[0]}), (one, other)


def test_a_copy_of_a_file_under_another_name_is_seen(export):
    for name in [name for name in files(export) if name.startswith("tile/")]:
        tile = parse_path(name)
        for other in (f"tile/{tile.level + 2}/000", "tile/0/x001/000", f"{name}.bak"):
            assert refused_with(export, {other: (export / name).read_bytes()}), (name, other)


def mutants(parts: list[bytes]) -> Iterator[list[bytes]]:
    """Yield a list with each part lost, doubled, cut, lengthened, and swapped with the next."""
    for at, part in enumerate(parts):
        before, after = parts[:at], parts[at + 1 :]
        yield before + after
        yield [*before, part, part, *after]
        yield [*before, part[:-1], *after]
        yield [*before, part + b"\n", *after]
        if after:
            yield [*before, after[0], part, *after[1:]]


@pytest.mark.long
def test_an_entry_that_is_lost_doubled_cut_or_swapped_is_seen(export):
    name = "tile/entries/001.p/44"
    parts = decode_bundle((export / name).read_bytes(), 44)
    for changed in itertools.islice(mutants(parts), 0, None, length(5, 1)):
        assert refused_with(export, {name: encode_bundle(changed)}), len(changed)


@pytest.mark.long
def test_a_hash_that_is_lost_doubled_cut_or_swapped_is_seen(export):
    name = "tile/0/001.p/44"
    data = (export / name).read_bytes()
    parts = [data[at : at + 32] for at in range(0, len(data), 32)]
    for changed in itertools.islice(mutants(parts), 0, None, length(5, 1)):
        assert refused_with(export, {name: b"".join(changed)}), len(changed)


def test_entries_and_hashes_that_are_changed_together_are_seen(export):
    """Whoever changes an entry and every tile above it still lacks the log's signature."""
    bodies = entries(SIZE)
    bodies[7] = b"another entry"
    other = an_export(export.parent / "other", bodies)
    note = (export / "checkpoint").read_bytes()
    shutil.copyfile(export / "checkpoint", other / "checkpoint")
    assert verdict(other) == WRONG
    assert (other / "checkpoint").read_bytes() == note
    assert verdict(export) == OK
