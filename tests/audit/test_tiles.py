"""Tiles have one name each, and bundles one meaning."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import AuditError, EntryLengthError, MalformedError
from audit.tiles import (
    ENTRIES,
    Tile,
    decode_bundle,
    encode_bundle,
    parse_path,
    tile_for,
    tiles_of,
)

any_tile = st.builds(Tile, st.integers(-1, 63), st.integers(0, 2**54), st.integers(1, 256))


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 0, 1), "tile/0/000.p/1"),
        (Tile(63, 999), "tile/63/999"),
        (Tile(0, 1000, 44), "tile/0/x001/000.p/44"),
        (Tile(3, 1234067), "tile/3/x001/x234/067"),
        (Tile(ENTRIES, 1234067, 255), "tile/entries/x001/x234/067.p/255"),
    ],
)
def test_paths_are_those_of_the_specification(tile, path):
    assert tile.path == path
    assert parse_path(path) == tile


@given(any_tile)
def test_a_path_leads_back_to_its_tile(tile):
    assert parse_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/tile/0/000",
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/x/000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/entries/../0/000",
        "tile/0/" + "x001/" * 40 + "000",
    ],
)
def test_any_other_spelling_is_refused(path):
    with pytest.raises(MalformedError):
        parse_path(path)


@given(st.text(alphabet="tile/0123entrisx.p", max_size=30))
def test_a_path_raises_one_family_only(path):
    with suppress(AuditError):
        assert parse_path(path).path == path


def test_the_example_of_the_specification_has_its_tiles():
    tiles = list(tiles_of(70_000))

    assert sum(tile.level == 0 and tile.is_full for tile in tiles) == 273
    assert [tile for tile in tiles if not tile.is_full] == [
        Tile(ENTRIES, 273, 112),
        Tile(0, 273, 112),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert list(tiles_of(256)) == [Tile(ENTRIES, 0), Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


@given(st.integers(0, 140_000))
def test_tiles_are_found_one_by_one_too(size):
    tiles = list(tiles_of(size))

    assert all(tile_for(tile.level, tile.number, size) == tile for tile in tiles)
    assert tile_for(0, size // 256 + 1, size) is None


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=9))
def test_a_bundle_gives_back_its_entries(entries):
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


@given(st.binary(max_size=40), st.integers(1, 9))
def test_a_bundle_is_read_in_one_way_only(data, width):
    with suppress(MalformedError):
        assert encode_bundle(decode_bundle(data, width)) == data


def test_the_longest_entry_fits_and_a_longer_one_does_not():
    assert len(encode_bundle([bytes(65_535)])) == 65_537
    with pytest.raises(EntryLengthError):
        encode_bundle([bytes(65_536)])


@pytest.mark.parametrize(
    ("level", "number", "width"), [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_no_tile_lies_outside(level, number, width):
    with pytest.raises(ValueError, match="no tile"):
        Tile(level, number, width)
