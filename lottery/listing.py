"""The frozen list of candidates and its file, ``list.ndjson``."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, Self

from lottery.draw import check_weights
from lottery.encoding import EMPTY_ROOT, HASH_BYTES, root_of_hashes, sha256
from lottery.errors import ListError, RepeatedCandidateError
from lottery.seed import candidate_bytes, check_firm_ids

# {"enrol":…,"firm":"…","salt":"…","weight":…} with the longest numbers, and a line feed.
MAX_LINE_BYTES: Final = 160
# Of a candidate's bytes, these differ from firm to firm: code, weight and enrolment hash.
_CANDIDATE_TAIL = 18 + 4 + HASH_BYTES
_LINE = re.compile(
    rb'\{"enrol":(0|[1-9][0-9]{0,15}),"firm":"([0-9A-HJ-NPQRTUWXY]{18})",'
    rb'"salt":"([0-9a-f]{64})","weight":([1-9][0-9]{0,3})\}'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One firm of the list.

    ``salt`` (hexadecimal) opens the firm's enrolment; ``enrol_index`` is where that lies in
    the log, and ``enrol_hash`` its leaf hash.
    """

    firm_id: str
    weight: int = 1
    salt: str
    enrol_index: int
    enrol_hash: bytes


@dataclass(frozen=True)
class FrozenList:
    """All candidates of a draw, in ascending order of their codes.

    Args:
        candidates: At least one, sorted; use ``of`` for any order.
    """

    candidates: tuple[Candidate, ...]

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> Self:
        """Return the list of candidates given in any order.

        Raises:
            RepeatedCandidateError: A firm is named twice.
            WeightError: A weight, or their sum, is out of range.
            MalformedIdError: A firm id is no credit code.

        Source: docs/spec/lottery-v1.md, section 4.
        """
        ordered = tuple(sorted(candidates, key=lambda candidate: candidate.firm_id))
        for before, after in pairwise(ordered):
            if before.firm_id == after.firm_id:
                raise RepeatedCandidateError(after.firm_id)
        result = cls(ordered)
        check_weights(result.weights)
        return result

    @property
    def weights(self) -> dict[str, int]:
        """The weight of each firm by its code."""
        return {candidate.firm_id: candidate.weight for candidate in self.candidates}

    @property
    def weight_total(self) -> int:
        """The number of tickets, W."""
        return sum(candidate.weight for candidate in self.candidates)

    @cached_property
    def root(self) -> bytes:
        """The 32-byte list_root, which commits to every candidate."""
        return list_root((c.firm_id, c.weight, c.enrol_hash) for c in self.candidates)

    @cached_property
    def file(self) -> bytes:
        """The bytes of ``list.ndjson``."""
        return b"".join(
            b'{"enrol":%d,"firm":"%b","salt":"%b","weight":%d}\n'
            % (c.enrol_index, c.firm_id.encode(), c.salt.encode(), c.weight)
            for c in self.candidates
        )

    @property
    def digest(self) -> bytes:
        """The 32-byte SHA-256 of the file."""
        return sha256(self.file)


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line of a list file, before its enrolment has been looked up."""

    enrol_index: int
    firm_id: str
    salt: str
    weight: int


def list_root(candidates: Iterable[tuple[str, int, bytes]]) -> bytes:
    """Return the Merkle root over candidates.

    Args:
        candidates: Code, weight and 32-byte hash of the ENROL entry, ascending by code.

    Returns:
        32 bytes.

    Raises:
        MalformedIdError: A firm id is no credit code.

    Source: docs/spec/lottery-v1.md, section 2.
    """
    rows = list(candidates)
    if not rows:
        return EMPTY_ROOT
    check_firm_ids([firm_id for firm_id, _, _ in rows])
    if any(len(enrol_hash) != HASH_BYTES for _, _, enrol_hash in rows):
        raise ValueError(f"the hash of an enrolment is {HASH_BYTES} bytes")
    # The common start of every leaf is laid out once; a list may hold a million firms.
    start = b"\x00" + candidate_bytes(*rows[0])[:-_CANDIDATE_TAIL]
    digest = hashlib.sha256
    return root_of_hashes(
        [
            digest(start + firm_id.encode() + weight.to_bytes(4, "big") + enrol_hash).digest()
            for firm_id, weight, enrol_hash in rows
        ]
    )


def read_list(data: bytes) -> list[ListLine]:
    """Read a list file.

    Args:
        data: The whole file; the caller has limited its length.

    Returns:
        Its lines, in ascending order of the codes.

    Raises:
        ListError: A line is not in its one form, or the codes do not ascend.

    Source: docs/spec/lottery-v1.md, section 5.
    """
    lines = data.split(b"\n")
    if lines.pop():
        raise ListError(len(lines) + 1, "the last line has no line feed")
    result = [_read_line(number, line) for number, line in enumerate(lines, start=1)]
    _check_ascending(result)
    return result


def _read_line(number: int, line: bytes) -> ListLine:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ListError(number, "expected enrol, firm, salt and weight in canonical JSON")
    enrol, firm, salt, weight = match.groups()
    return ListLine(int(enrol), firm.decode(), salt.decode(), int(weight))


def _check_ascending(lines: Sequence[ListLine]) -> None:
    for number, (before, after) in enumerate(pairwise(lines), start=2):
        if before.firm_id >= after.firm_id:
            raise ListError(number, f"{after.firm_id} does not follow {before.firm_id}")
