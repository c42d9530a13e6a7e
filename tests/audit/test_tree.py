"""The tree agrees with the published vectors, good and bad, and with the definition itself."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import tree
from audit.errors import ProofError
from tests.audit.making import entries, inclusion_ranges, vectors

MERKLE = vectors("rfc6962-merkle.json")
LEAVES = [bytes.fromhex(leaf) for leaf in MERKLE["leaf_inputs_hex"]]


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if len(leaves) < 2:
        return tree.leaf_hash(leaves[0]) if leaves else tree.EMPTY_ROOT
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return tree.node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def prove(ranges, leaves: list[bytes]) -> list[bytes]:
    return [by_definition(leaves[start:end]) for start, end in ranges]


def decoded(case) -> list[bytes]:
    return [base64.b64decode(hash_) for hash_ in case["proof"] or []]


@pytest.mark.parametrize("size", range(9))
def test_roots_match_the_vectors(size):
    assert (
        tree.root_of(tree.leaf_hashes(LEAVES[:size])).hex() == MERKLE["root_hashes_by_size"][size]
    )


def test_nodes_match_the_vectors():
    level = tree.leaf_hashes(LEAVES)
    for expected in MERKLE["node_hashes_by_level"]:
        hashes = [level[at : at + 32] for at in range(0, len(level), 32)]
        assert [hash_.hex() for hash_ in hashes] == expected
        pairs = zip(hashes[::2], hashes[1::2], strict=False)
        level = b"".join(tree.node_hash(*pair) for pair in pairs)


@pytest.mark.parametrize("case", MERKLE["inclusion"], ids=lambda case: case["file"])
def test_inclusion_vectors(case):
    leaf, root = base64.b64decode(case["leafHash"]), base64.b64decode(case["root"])

    def check():
        tree.verify_inclusion(leaf, case["leafIdx"], case["treeSize"], decoded(case), root)

    if case["wantErr"]:
        with pytest.raises(ProofError):
            check()
    else:
        assert check() is None


@pytest.mark.parametrize("case", MERKLE["consistency"], ids=lambda case: case["file"])
def test_consistency_vectors(case):
    roots = base64.b64decode(case["root1"]), base64.b64decode(case["root2"])

    def check():
        tree.verify_consistency(case["size1"], case["size2"], *roots, decoded(case))

    if case["wantErr"]:
        with pytest.raises(ProofError):
            check()
    else:
        assert check() is None


@given(st.integers(0, 70))
def test_any_root_is_the_one_of_the_definition(size):
    assert tree.root_of(tree.leaf_hashes(entries(size))) == by_definition(entries(size))


@given(st.integers(1, 70), st.data())
def test_every_leaf_of_any_tree_can_be_proved(size, data):
    leaves = entries(size)
    index = data.draw(st.integers(0, size - 1))
    proof = prove(inclusion_ranges(index, size), leaves)
    leaf, root = tree.leaf_hash(leaves[index]), by_definition(leaves)

    tree.verify_inclusion(leaf, index, size, proof, root)
    for other in {tree.leaf_hash(b"other"), root} - {leaf}:
        with pytest.raises(ProofError):
            tree.verify_inclusion(other, index, size, proof, root)


@pytest.mark.parametrize("index", [-1, 1])
def test_a_tree_of_one_leaf_has_no_other(index):
    leaf = tree.leaf_hash(b"alone")

    tree.verify_inclusion(leaf, 0, 1, [], leaf)
    with pytest.raises(ProofError):
        tree.verify_inclusion(leaf, index, 1, [], leaf)


@given(st.integers(1, 70), st.data())
def test_a_changed_proof_proves_nothing(size, data):
    leaves = entries(size)
    index = data.draw(st.integers(0, size - 1))
    proof = prove(inclusion_ranges(index, size), leaves)
    changed = data.draw(
        st.sampled_from([proof[:-1], [*proof, tree.EMPTY_ROOT], proof[::-1], [b"", *proof]])
    )
    if changed == proof:
        return
    with pytest.raises(ProofError):
        tree.verify_inclusion(
            tree.leaf_hash(leaves[index]), index, size, changed, by_definition(leaves)
        )


@given(st.integers(0, 70), st.integers(0, 70))
def test_every_tree_continues_every_smaller_one(one, other):
    old, new = sorted((one, other))
    leaves = entries(new)
    roots = by_definition(leaves[:old]), by_definition(leaves)
    proof = prove(tree.consistency_ranges(old, new), leaves)

    tree.verify_consistency(old, new, *roots, proof)
    with pytest.raises(ProofError):
        tree.verify_consistency(old, new, bytes(32), roots[1], proof)
    with pytest.raises(ProofError):
        tree.verify_consistency(old, new, *roots, [*proof, bytes(32)])
    if old < new:
        with pytest.raises(ProofError):
            tree.verify_consistency(new, old, *reversed(roots), proof)


@given(st.lists(st.integers(0, 3), max_size=30))
def test_a_compact_range_grows_by_subtrees_of_any_height(heights):
    compact, leaves = tree.CompactRange(), []
    for height in heights:
        if compact.size % (1 << height):
            with pytest.raises(ValueError, match="no subtree"):
                compact.append(bytes(32), height)
            continue
        added = entries(1 << height, len(leaves))
        leaves += added
        compact.append(by_definition(added), height)

    assert (compact.size, compact.root()) == (len(leaves), by_definition(leaves))


@pytest.mark.parametrize("where", range(3))
def test_a_hash_of_another_length_is_refused_before_it_is_hashed(where):
    parts = [tree.leaf_hash(b"a"), tree.leaf_hash(b"b")]
    root = tree.node_hash(*parts)
    # The bytes of both children as one "leaf": hashing alone would not see the difference.
    arguments = [parts[0], root, parts[1]]
    arguments[where] = arguments[where][:31]
    leaf, root, sibling = arguments
    with pytest.raises(ProofError, match="32 bytes"):
        tree.verify_inclusion(leaf, 0, 2, [sibling], root)


def test_a_hundred_thousand_leaves_take_well_under_a_second():
    hashes = tree.leaf_hashes(entries(100_000))
    begin = time.perf_counter()
    tree.root_of(hashes)
    assert time.perf_counter() - begin < 0.8
