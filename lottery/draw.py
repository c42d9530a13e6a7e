"""The draw itself: tickets, their order, winners and alternates."""

import hashlib
import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lottery.encoding import HASH_BYTES, ds, sha256, u32
from lottery.entries.before import MAX_WEIGHT, MAX_WEIGHT_TOTAL
from lottery.errors import EmptyPoolError, WeightError
from lottery.seed import check_firm_ids, firm_bytes

FIRST_TICKET: Final = u32(0)

_CODE_LENGTH: Final = 18


@dataclass(frozen=True, slots=True, order=True)
class Ticket:
    """One firm's place in the order. Smaller numbers come first."""

    number: bytes
    firm_id: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The first firms of the order, cut into winners and those who stand by."""

    winners: tuple[Ticket, ...]
    alternates: tuple[Ticket, ...]

    @property
    def order(self) -> tuple[str, ...]:
        """Winners and then alternates, by their codes."""
        return tuple(ticket.firm_id for ticket in self.winners + self.alternates)


def ticket_input(seed: bytes, firm_id: str, number: int = 0) -> bytes:
    """Return the bytes whose SHA-256 is a firm's ticket, for checking by hand.

    Args:
        seed: The 32-byte seed of the draw.
        firm_id: The firm's unified social credit code.
        number: Which of its tickets, from 0 to its weight less one.

    Returns:
        ``echo HEX | xxd -r -p | sha256sum`` of their hexadecimal form prints the ticket.

    Raises:
        MalformedIdError: The firm id is no credit code.

    Source: docs/spec/lottery-v1.md, section 4.
    """
    return _head(seed) + firm_bytes(firm_id) + u32(number)


def ticket(seed: bytes, firm_id: str, weight: int = 1) -> bytes:
    """Return a firm's ticket: the least of as many hashes as it has weight.

    Args:
        seed: The 32-byte seed of the draw.
        firm_id: The firm's unified social credit code.
        weight: From 1 to 1000.

    Returns:
        32 bytes.

    Raises:
        MalformedIdError: The firm id is no credit code.
        WeightError: The weight is out of range.

    Source: docs/spec/lottery-v1.md, section 4.
    """
    _check_weight(firm_id, weight)
    return min(sha256(ticket_input(seed, firm_id, number)) for number in range(weight))


def select(weights: Mapping[str, int], seed: bytes, k: int, a: int) -> Selection:
    """Choose winners and alternates, without sorting the rest.

    A ticket depends on nothing but the seed and the firm's own code and weight, so striking
    out one firm never changes the order of the others, and every firm checks its own with one
    hash.

    Args:
        weights: The weight of each firm by its unified social credit code, in any order.
        seed: The 32-byte seed of the draw.
        k: How many win, at least 1.
        a: How many alternates follow, if there are so many firms.

    Returns:
        ``k`` winners and up to ``a`` alternates, in order of their tickets; equal tickets, which
        nobody will ever see, in order of the codes.

    Raises:
        EmptyPoolError: There are fewer firms than places.
        MalformedIdError: A firm id is no credit code.
        WeightError: A weight, or their sum, is out of range.

    Source: docs/spec/lottery-v1.md, section 4.
    """
    if k < 1 or a < 0:
        raise ValueError("a draw fills at least one place")
    if len(weights) < k:
        raise EmptyPoolError(len(weights), k)
    first = [Ticket(*pair) for pair in heapq.nsmallest(k + a, _tickets(weights, seed))]
    return Selection(tuple(first[:k]), tuple(first[k:]))


def full_order(weights: Mapping[str, int], seed: bytes) -> list[str]:
    """Return every firm in the order of the draw.

    Args:
        weights: The weight of each firm by its unified social credit code, in any order.
        seed: The 32-byte seed of the draw.

    Returns:
        All codes, in ascending order of their tickets.

    Raises:
        MalformedIdError: A firm id is no credit code.
        WeightError: A weight, or their sum, is out of range.

    Source: docs/spec/lottery-v1.md, section 4.
    """
    return [firm_id for _, firm_id in sorted(_tickets(weights, seed))]


def order_file(firm_ids: Iterable[str]) -> bytes:
    """Return the published file of a whole order.

    Args:
        firm_ids: Every firm, in the order of the draw.

    Returns:
        One code a line, each line ended by a line feed; RESULT holds its SHA-256.

    Source: docs/spec/lottery-v1.md, section 4.
    """
    return "".join(f"{firm_id}\n" for firm_id in firm_ids).encode("ascii")


def check_weights(weights: Mapping[str, int]) -> int:
    """Check that all weights are in range and return their sum.

    Args:
        weights: The weight of each firm by its unified social credit code.

    Returns:
        W, the number of tickets in the draw.

    Raises:
        WeightError: A weight is not from 1 to 1000, or the sum is above 2^24.

    Source: docs/spec/lottery-v1.md, section 4.
    """
    total = sum(weights.values())
    if min(weights.values(), default=1) < 1 or max(weights.values(), default=1) > MAX_WEIGHT:
        for firm_id, weight in weights.items():
            _check_weight(firm_id, weight)
    if total > MAX_WEIGHT_TOTAL:
        raise WeightError("the sum of all weights", total, 1, MAX_WEIGHT_TOTAL)
    return total


def _tickets(weights: Mapping[str, int], seed: bytes) -> Iterator[tuple[bytes, str]]:
    """Return number and firm of every ticket that counts, in the order of the list."""
    if check_weights(weights) == len(weights):
        return zip(_single_tickets(list(weights), seed), weights, strict=True)
    return ((ticket(seed, firm, weight), firm) for firm, weight in weights.items())


def _single_tickets(firm_ids: Sequence[str], seed: bytes) -> list[bytes]:
    """Hash the one ticket of each firm; the common start is laid out once, for a million firms."""
    if not firm_ids:
        return []
    check_firm_ids(firm_ids)
    start = ticket_input(seed, firm_ids[0])[: -_CODE_LENGTH - len(FIRST_TICKET)]
    digest = hashlib.sha256
    return [digest(start + firm.encode() + FIRST_TICKET).digest() for firm in firm_ids]


def _head(seed: bytes) -> bytes:
    if len(seed) != HASH_BYTES:
        raise ValueError(f"a seed is {HASH_BYTES} bytes, not {len(seed)}")
    return ds("ticket") + seed


def _check_weight(firm_id: str, weight: int) -> None:
    if not 1 <= weight <= MAX_WEIGHT:
        raise WeightError(f"the weight of {firm_id}", weight, 1, MAX_WEIGHT)
