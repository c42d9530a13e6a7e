"""What a witness decides, without its store, its clock or its keys."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from audit.checkpoint import Checkpoint, parse_text
from audit.encoding import from_decimal
from audit.errors import MalformedError, ProofError
from audit.note import parse
from audit.proof import MAX_HASHES, parse_hashes
from audit.tree import EMPTY_ROOT, consistency_roots, verify_consistency
from audit.witness.errors import BadRequestError, ConflictError, InconsistentError

MAX_REQUEST_BYTES: Final = 256 * 1024
_OLD: Final = "old "


class EvidenceKind(StrEnum):
    """What a witness keeps for those who will ask.

    ``not_extended`` proves nothing: anybody who holds a signed checkpoint can send it with a
    wrong proof. It is kept for a while, as the log may sign another tree of that size.
    """

    SAME_SIZE = "same_size"
    FORKED = "forked"
    WRONG_EMPTY = "wrong_empty"
    NOT_EXTENDED = "not_extended"
    LATE = "late"
    HISTORY = "history"


PROOFS: Final = frozenset({EvidenceKind.SAME_SIZE, EvidenceKind.FORKED, EvidenceKind.WRONG_EMPTY})
"""Each is a proof against the log by itself: what it signed cannot all be true."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request to add a checkpoint, not yet believed."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Known:
    """The largest tree of a log that the witness has cosigned."""

    size: int
    root: bytes


NOTHING: Final = Known(0, EMPTY_ROOT)


def parse_request(body: bytes) -> Request:
    """Read the body of a request.

    Args:
        body: At most ``MAX_REQUEST_BYTES``.

    Returns:
        Its parts; no signature was looked at.

    Raises:
        BadRequestError: It breaks the format, or the checkpoint does.

    Source: C2SP tlog-witness, "add-checkpoint".
    """
    try:
        return _parse_request(body)
    except MalformedError as error:
        raise BadRequestError(error.why) from error


def _parse_request(body: bytes) -> Request:
    head, blank, note = body.partition(b"\n\n")
    if not blank or not head.isascii():
        raise MalformedError("request", "it has no empty line, or is not ASCII before it")
    first, *lines = head.decode("ascii").split("\n")
    if not first.startswith(_OLD):
        raise MalformedError("request", "it does not begin with the old size")
    if len(lines) > MAX_HASHES:
        raise MalformedError("request", f"it has more than {MAX_HASHES} lines of proof")
    old = from_decimal(first.removeprefix(_OLD), "request")
    return Request(old, parse_hashes(lines), note, parse_text(parse(note).text))


def check(request: Request, known: Known) -> None:
    """Decide whether a checkpoint of a known log, rightly signed, continues what was cosigned.

    Args:
        request: What is asked.
        known: What was cosigned last; ``NOTHING`` if nothing was.

    Raises:
        BadRequestError: The old size is above the new one.
        ConflictError: The old size is not the one that was cosigned last.
        InconsistentError: The new tree is not shown to continue the old one.

    Source: C2SP tlog-witness, "add-checkpoint", in its order.
    """
    new = request.checkpoint
    if request.old > new.size:
        raise BadRequestError("the old size is above the size of the checkpoint")
    if request.old != known.size:
        raise ConflictError(known.size)
    if new.size == 0 and new.root != EMPTY_ROOT:
        raise InconsistentError("the root of an empty tree is another one")
    try:
        verify_consistency(known.size, new.size, known.root, new.root, request.proof)
    except ProofError as error:
        raise InconsistentError(error.why) from error


def other_root(request: Request, known: Known) -> bytes | None:
    """Return the root that the offered tree had at the known size, if it is shown to be another.

    Then no valid proof can exist: the log forked. Nobody but the log can bring this about, as
    every hash of such a proof is fixed by the root that the log signed.

    Args:
        request: Which was refused.
        known: What was cosigned last.

    Returns:
        The other root; None where the proof is merely wrong. Where the known size is a power of
        two it always is, because a consistency proof then holds no earlier root.
    """
    new = request.checkpoint
    if request.old != known.size or not 0 < known.size < new.size:
        return None
    try:
        before, after = consistency_roots(known.size, new.size, known.root, request.proof)
    except ProofError:
        return None
    return before if after == new.root and before != known.root else None
