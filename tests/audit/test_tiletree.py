"""A tree kept in tiles is the same tree."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.errors import MalformedError
from audit.tiles import ENTRIES, Tile, tiles_of
from audit.tiletree import Frontier, TileTree
from audit.tree import (
    leaf_hash,
    leaf_hashes,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.audit.making import entries, inclusion_ranges

BIGGEST = 66_500  # more than 256 * 256, so that level 2 exists
HASHES = leaf_hashes(entries(BIGGEST))
sizes = st.one_of(st.integers(1, 600), st.integers(65_000, BIGGEST))


def tiles_in(size: int) -> dict[Tile, bytes]:
    """Every hash tile of a tree, by the definition: rows of subtree roots."""
    rows, row = {}, HASHES[: size * 32]
    for level in range(3):
        for number in range(-(-len(row) // 8192)):
            data = row[number * 8192 : (number + 1) * 8192]
            rows[Tile(level, number, len(data) // 32)] = data
        full = len(row) // 8192 * 8192
        row = b"".join(root_of(row[at : at + 8192]) for at in range(0, full, 8192))
    return rows


@settings(max_examples=15, deadline=None)
@given(sizes, st.data())
def test_proofs_from_tiles_prove(size, data):
    tiles = tiles_in(size)
    tree = TileTree(size, tiles.__getitem__)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, old_root = root_of(HASHES[: size * 32]), root_of(HASHES[: old * 32])

    assert (tree.root(), tree.root_at(old)) == (root, old_root)
    assert {tile for tile in tiles_of(size) if tile.level != ENTRIES} == tiles.keys()
    leaf = leaf_hash(entries(1, index)[0])
    verify_inclusion(leaf, index, size, tree.inclusion(index), root)
    verify_consistency(old, size, old_root, root, tree.consistency(old))


@settings(max_examples=15, deadline=None)
@given(sizes, st.data())
def test_a_tree_proves_what_it_was_when_it_was_smaller(size, data):
    tree = TileTree(size, tiles_in(size).__getitem__)
    past = data.draw(st.integers(1, size))
    index, old = data.draw(st.integers(0, past - 1)), data.draw(st.integers(1, past))
    wanted = TileTree(past, tiles_in(past).__getitem__)

    assert tree.inclusion(index, past) == wanted.inclusion(index)
    assert tree.consistency(old, past) == wanted.consistency(old)
    assert list(tree.inclusion(index, past)) == [
        root_of(HASHES[start * 32 : end * 32]) for start, end in inclusion_ranges(index, past)
    ]


@settings(max_examples=15, deadline=None)
@given(sizes, st.data())
def test_a_tree_that_grows_in_any_steps_fills_the_same_tiles(size, data):
    cut = sorted(data.draw(st.lists(st.integers(0, size), max_size=5)))
    frontier, tiles = Frontier(), {}
    for start, end in zip([0, *cut], [*cut, size], strict=True):
        tiles |= dict(frontier.extend(HASHES[start * 32 : end * 32]))
        tails = dict(frontier.partials())
        assert frontier.root() == root_of(HASHES[: end * 32])

    assert tiles | tails == tiles_in(size)


def test_a_tree_is_taken_up_from_its_partial_tiles():
    whole = Frontier()
    whole.extend(HASHES[: 65_800 * 32])
    tails = {tile.level: data for tile, data in whole.partials()}
    again = Frontier(65_800, [tails.get(level, b"") for level in range(3)])
    again.extend(HASHES[65_800 * 32 :])

    assert again.root() == root_of(HASHES)


def test_a_copy_grows_on_its_own():
    one = Frontier()
    one.extend(HASHES[:320])
    one.copy().extend(HASHES[320:640])

    assert (one.size, one.root()) == (10, root_of(HASHES[:320]))


def test_tails_of_another_tree_are_refused():
    with pytest.raises(ValueError, match="partial tiles"):
        Frontier(3, [bytes(64)])


def test_a_short_tile_is_an_error_and_a_wider_one_is_not():
    tree = TileTree(5, lambda _: HASHES[: 9 * 32])
    assert tree.root() == root_of(HASHES[: 5 * 32])

    with pytest.raises(MalformedError):
        TileTree(5, lambda _: HASHES[: 4 * 32]).root()


def test_a_tile_is_read_once_for_each_tree():
    asked = []
    tree = TileTree(700, lambda tile: asked.append(tile) or tiles_in(700)[tile])
    tree.inclusion(3)
    tree.inclusion(300)

    assert len(asked) == len(set(asked))


def test_a_size_the_tree_has_not_reached_is_not_proved():
    tree = TileTree(5, lambda _: HASHES[:160])
    with pytest.raises(ValueError, match="no leaf"):
        tree.inclusion(2, 6)
    with pytest.raises(ValueError, match="no tile"):
        TileTree(256, lambda _: HASHES[:8192]).consistency(3, 600)


@pytest.mark.parametrize("index", [-1, 5])
def test_no_leaf_outside_the_tree_is_proved(index):
    with pytest.raises(ValueError, match="no leaf"):
        TileTree(5, lambda _: HASHES[:160]).inclusion(index)
