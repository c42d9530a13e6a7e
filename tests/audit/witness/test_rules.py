"""What a witness decides, for every history that a log could offer."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.checkpoint import Checkpoint
from audit.tree import EMPTY_ROOT
from audit.witness import rules
from audit.witness.errors import (
    BadRequestError,
    ConflictError,
    InconsistentError,
    RefusedError,
)
from audit.witness.rules import NOTHING, Known, Request
from tests.audit.witness.serving import a_tree, forked

TREE = a_tree(24)
FORKS = [TREE, *(forked(TREE, at) for at in (0, 5, 11, 17))]
SIZES = st.integers(0, 24)


def known_of(tree, size: int) -> Known:
    return Known(size, tree.checkpoint(size).root) if size else NOTHING


def accepts(request: Request, known: Known) -> bool:
    try:
        rules.check(request, known)
    except RefusedError:
        return False
    return True


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FORKS), SIZES, st.sampled_from(FORKS), SIZES, SIZES)
def test_it_accepts_what_begins_with_all_that_was_cosigned_and_nothing_else(
    before, known_size, after, old, new
):
    """The law, compared with the entries themselves."""
    proof = tuple(after.proof(old, new)) if old <= new else ()
    request = Request(old, proof, after.note(new), after.checkpoint(new))
    begins_with = after.bodies[:known_size] == before.bodies[:known_size]
    expected = old == known_size <= new and begins_with
    assert accepts(request, known_of(before, known_size)) == expected


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 23), st.integers(1, 24), st.data())
def test_a_proof_that_was_touched_is_refused(old, new, data):
    if old >= new:
        old, new = min(old, new - 1) or 1, max(old, new)
    proof = TREE.proof(old, new)
    if old == new or not proof:
        return
    at = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    touched = bytearray(proof[at])
    touched[bit // 8] ^= 1 << bit % 8
    proof[at] = bytes(touched)
    request = Request(old, tuple(proof), TREE.note(new), TREE.checkpoint(new))
    with pytest.raises(InconsistentError):
        rules.check(request, known_of(TREE, old))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
@example(b"old 0\n\n")
@example(b"old 0\n\n\n\n")
@example(b"\n\n")
def test_any_bytes_are_a_request_or_a_bad_one(body):
    with pytest.raises(BadRequestError):
        rules.parse_request(body)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_request_with_a_changed_byte_is_bad_or_says_something_else(data):
    body = TREE.request(9, 20)
    at = data.draw(st.integers(0, len(body) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda byte: byte != body[at]))
    changed = body[:at] + bytes([value]) + body[at + 1 :]
    try:
        request = rules.parse_request(changed)
    except BadRequestError:
        return
    assert request != rules.parse_request(body)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"9\n\n", "does not begin with the old size"),
        (b"old 9\n", "no empty line"),
        ("old 9\né\n\n".encode(), "not ASCII"),
        (b"old 09\n\n", "not a number"),
    ],
)
def test_a_bad_request_is_told_why(body, why):
    with pytest.raises(BadRequestError, match=why):
        rules.parse_request(body + (TREE.note(9) if body.endswith(b"\n\n") else b""))


def test_what_is_written_is_what_is_read():
    request = rules.parse_request(TREE.request(9, 20))
    assert (request.old, list(request.proof)) == (9, TREE.proof(9, 20))
    assert (request.note, request.checkpoint) == (TREE.note(20), TREE.checkpoint(20))


def test_sixty_three_lines_of_proof_are_read_and_no_more():
    def body(lines: int) -> bytes:
        return b"old 1\n" + (b"A" * 43 + b"=\n") * lines + b"\n" + TREE.note(9)

    assert len(rules.parse_request(body(63)).proof) == 63
    with pytest.raises(BadRequestError, match="63"):
        rules.parse_request(body(64))


def test_the_order_of_the_refusals_is_that_of_the_specification():
    other = forked(TREE, 3)
    with pytest.raises(BadRequestError, match="above"):
        rules.check(Request(10, (), b"", TREE.checkpoint(9)), known_of(TREE, 5))
    with pytest.raises(ConflictError) as conflict:
        rules.check(Request(4, (), b"", other.checkpoint(9)), known_of(TREE, 5))
    assert (conflict.value.size, conflict.value.body) == (5, "5\n")


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FORKS), st.integers(1, 23), st.sampled_from(FORKS), st.integers(2, 24))
def test_a_fork_shows_itself_by_its_own_proof_unless_it_starts_from_a_power_of_two(
    before, old, after, new
):
    if old >= new:
        return
    known = known_of(before, old)
    request = Request(old, tuple(after.proof(old, new)), b"", after.checkpoint(new))
    is_shown = before.bodies[:old] != after.bodies[:old] and old & (old - 1) != 0
    assert rules.other_root(request, known) == (after.checkpoint(old).root if is_shown else None)


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 23), st.integers(2, 24), st.data())
def test_nobody_makes_an_honest_log_look_forked(old, new, data):
    """Whatever hashes are sent with what it signed, none shows another tree."""
    if old >= new:
        return
    right = TREE.proof(old, new)
    hashes = st.sampled_from([*right, TREE.checkpoint(old).root, TREE.checkpoint(new).root])
    wrong = data.draw(
        st.lists(hashes | st.binary(min_size=32, max_size=32), max_size=len(right) + 1)
    )
    size = data.draw(st.integers(0, 24))
    for claimed in {old, size}:
        request = Request(claimed, tuple(wrong), b"", TREE.checkpoint(new))
        assert rules.other_root(request, known_of(TREE, old)) is None


def test_the_root_of_no_entries_is_one():
    empty = Request(0, (), b"", Checkpoint(TREE.signer.name, 0, bytes(32)))
    with pytest.raises(InconsistentError, match="empty"):
        rules.check(empty, NOTHING)
    rules.check(Request(0, (), b"", Checkpoint(TREE.signer.name, 0, EMPTY_ROOT)), NOTHING)
