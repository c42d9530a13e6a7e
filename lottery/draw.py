"""The draw itself: tickets, their order, winners and alternates."""

import hashlib
import heapq
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, compress
from typing import Final

from lottery.encoding import HASH_BYTES, ds, sha256, u16, u32
from lottery.entries.before import MAX_WEIGHT, MAX_WEIGHT_TOTAL
from lottery.errors import EmptyPoolError, WeightError
from lottery.seed import check_firm_ids, firm_bytes, is_of_codes

FIRST_TICKET: Final = u32(0)

_CODE_LENGTH: Final = 18
_BLOCK_BYTES: Final = 2048 * (_CODE_LENGTH + 1)


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
    if check_weights(weights) == len(weights):
        pairs = _least_singles(_lines(weights), seed, k + a)
    else:
        pairs = heapq.nsmallest(k + a, _weighted(weights, seed))
    first = [Ticket(*pair) for pair in pairs]
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
    if check_weights(weights) == len(weights):
        return order_lines(_lines(weights), seed).decode("ascii").splitlines()
    return [firm_id for _, firm_id in sorted(_weighted(weights, seed))]


def fresh_order(weights: Mapping[str, int], barred: Container[str], seed2: bytes) -> list[str]:
    """Return who may take the place of a winner that left, where alternates are fresh.

    Args:
        weights: The weight of each firm of the list by its code, in any order.
        barred: The codes of firms that are or were selected.
        seed2: The 32 bytes from ``seed.fresh_seed``.

    Returns:
        All other codes, in ascending order of their tickets under ``seed2``.

    Raises:
        MalformedIdError: A firm id is no credit code.
        WeightError: A weight, or their sum, is out of range.

    Source: docs/spec/lottery-v1.md, section 4.
    """
    open_to = {firm: weight for firm, weight in weights.items() if firm not in barred}
    return full_order(open_to, seed2)


def order_lines(lines: bytes, seed: bytes) -> bytes:
    """Return the order file of a list without weights: the quickest way from list to order.

    Args:
        lines: The codes of the list, each once and ended by a line feed.
        seed: The 32-byte seed of the draw.

    Returns:
        The same lines, in ascending order of their tickets.

    Raises:
        MalformedIdError: A line is no credit code.
        ValueError: The last line has no line feed.

    Source: docs/spec/lottery-v1.md, section 4.
    """
    if lines[-1:] not in {b"", b"\n"}:
        raise ValueError("every line of a list ends with a line feed")
    ends, numbers = _single_tickets(lines, seed)
    # Sorting the tickets alone is faster than sorting them together with the codes.
    owners = dict(zip(numbers, ends, strict=True))
    numbers.sort()
    return b"\n".join([*map(owners.__getitem__, numbers), b""]).replace(FIRST_TICKET, b"")


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
    if len(weights) <= MAX_WEIGHT_TOTAL and set(weights.values()) == {1}:
        return len(weights)  # As in most draws; a million firms are counted in one pass.
    total = sum(weights.values())
    if min(weights.values(), default=1) < 1 or max(weights.values(), default=1) > MAX_WEIGHT:
        for firm_id, weight in weights.items():
            _check_weight(firm_id, weight)
    if total > MAX_WEIGHT_TOTAL:
        raise WeightError("the sum of all weights", total, 1, MAX_WEIGHT_TOTAL)
    return total


def _lines(firm_ids: Collection[str]) -> bytes:
    lines = "\n".join([*firm_ids, ""]).encode("ascii", "replace")
    if lines.count(b"\n") != len(firm_ids):  # No code has a line feed in it.
        check_firm_ids(list(firm_ids))
    return lines


def _single_tickets(lines: bytes, seed: bytes) -> tuple[list[bytes], list[bytes]]:
    """Return the ends of the ticket inputs of a list, code and number, and the tickets."""
    feeds = b"\n" * lines.count(b"\n")
    if lines[_CODE_LENGTH :: _CODE_LENGTH + 1] != feeds or not is_of_codes(lines, feeds):
        check_firm_ids(lines.decode("ascii", "replace").split("\n")[:-1])
    ends = lines.replace(b"\n", FIRST_TICKET + b"\n").split(b"\n")
    ends.pop()  # What follows the last line feed.
    start = _head(seed) + u16(_CODE_LENGTH)
    digest = hashlib.sha256
    return ends, [digest(start + end).digest() for end in ends]


def _least_singles(lines: bytes, seed: bytes, count: int) -> list[tuple[bytes, str]]:
    """Return the least tickets, each with its firm.

    A block of the list at a time stays in the processor's cache, however long the list is.
    """
    best: list[tuple[bytes, bytes]] = []
    for at in range(0, len(lines), _BLOCK_BYTES):
        ends, numbers = _single_tickets(lines[at : at + _BLOCK_BYTES], seed)
        pairs: Iterable[tuple[bytes, bytes]] = zip(numbers, ends, strict=True)
        if len(best) == count:
            pairs = compress(pairs, map(best[-1][0].__ge__, numbers))
        best = heapq.nsmallest(count, chain(best, pairs))
    return [(number, end[:_CODE_LENGTH].decode()) for number, end in best]


def _weighted(weights: Mapping[str, int], seed: bytes) -> Iterator[tuple[bytes, str]]:
    """Return the least of the tickets of each firm, and the firm."""
    check_firm_ids(list(weights))
    # The common start is laid out once.
    start = _head(seed) + u16(_CODE_LENGTH)
    digest = hashlib.sha256
    ends = [u32(number) for number in range(max(weights.values()))]
    for firm, weight in weights.items():
        own = start + firm.encode()
        yield min([digest(own + end).digest() for end in ends[:weight]]), firm


def _head(seed: bytes) -> bytes:
    if len(seed) != HASH_BYTES:
        raise ValueError(f"a seed is {HASH_BYTES} bytes, not {len(seed)}")
    return ds("ticket") + seed


def _check_weight(firm_id: str, weight: int) -> None:
    if not 1 <= weight <= MAX_WEIGHT:
        raise WeightError(f"the weight of {firm_id}", weight, 1, MAX_WEIGHT)
