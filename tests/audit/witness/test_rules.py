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
from audit.witness.rules import NOTHING, EvidenceKind, Known, Request
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


def test_each_inconsistency_is_named():
    other = forked(TREE, 3)
    known = known_of(TREE, 9)
    same = Request(9, (), b"", other.checkpoint(9))
    longer = Request(9, (), b"", other.checkpoint(12))
    empty = Request(0, (), b"", Checkpoint(TREE.signer.name, 0, bytes(32)))
    assert rules.kind_of(same, known) is EvidenceKind.SAME_SIZE
    assert rules.kind_of(longer, known) is EvidenceKind.NOT_EXTENDED
    assert rules.kind_of(Request(9, (b"x",), b"", TREE.checkpoint(9)), known) is (
        EvidenceKind.NOT_EXTENDED
    )
    assert rules.kind_of(empty, NOTHING) is EvidenceKind.WRONG_EMPTY
    with pytest.raises(InconsistentError, match="empty"):
        rules.check(empty, NOTHING)
    rules.check(Request(0, (), b"", Checkpoint(TREE.signer.name, 0, EMPTY_ROOT)), NOTHING)
