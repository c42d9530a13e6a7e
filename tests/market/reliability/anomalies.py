"""Finds what cannot have happened if operations had been done one after another (R13).

The way of Elle (Kingsbury and Alvaro, 2020): because every value is put at the end of a list,
once, the longest list that anybody saw is the order of the writes. Who wrote after whom (ww), who
saw whose write (wr), who did not yet see whose (rw) and who began after whose end (time) are the
edges of a graph. Operations that were as if done one after another have no cycle in it.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from tests.market.reliability.cycles import Edges, Graph, knots, way_round
from tests.market.reliability.history import Append, Operation, Outcome, Read, Value

# What a cycle is called by the edges it needs, the gravest first (Adya; Kingsbury).
LEVELS: Final = (
    ("G0: a cycle of writes", frozenset({"ww"}), False),
    ("G1c: a circle of information", frozenset({"ww", "wr"}), False),
    ("G-single: a read skew", frozenset({"ww", "wr"}), True),
    ("G2: a write skew", frozenset({"ww", "wr", "rw"}), True),
    ("G1c against time", frozenset({"ww", "wr", "time"}), False),
    ("G-single against time: a stale read", frozenset({"ww", "wr", "time"}), True),
    ("G2 against time", frozenset({"ww", "wr", "rw", "time"}), True),
)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something that cannot have happened one after another, and where."""

    name: str
    words: str


@dataclass
class Evidence:
    """What the operations say of each list: its order, and who wrote what."""

    history: Sequence[Operation]
    order: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    writer: dict[tuple[str, Value], int] = field(default_factory=dict)
    refused: dict[tuple[str, Value], int] = field(default_factory=dict)
    # Of each operation and list: what others had written when it looked.
    seen: dict[tuple[int, str], tuple[Value, ...]] = field(default_factory=dict)
    found: list[Anomaly] = field(default_factory=list)

    def say(self, name: str, words: str) -> None:
        """Note an anomaly."""
        self.found.append(Anomaly(name, words))


def anomalies(history: Sequence[Operation]) -> list[Anomaly]:
    """Return everything in a history that cannot have been done one after another."""
    evidence = Evidence(history)
    _who_wrote(evidence)
    _what_was_seen(evidence)
    _values(evidence)
    _lost_updates(evidence)
    _backwards(evidence)
    evidence.found.extend(_cycles(history, graph_of(evidence)))
    return evidence.found


def _who_wrote(evidence: Evidence) -> None:
    for number, operation in enumerate(evidence.history):
        kept = evidence.refused if operation.outcome is Outcome.REFUSED else evidence.writer
        for key, values in operation.appended().items():
            for value in values:
                if (key, value) in kept and kept is evidence.writer:
                    evidence.say("two writers", f"{value!r} was put into {key} twice")
                kept[key, value] = number


def _what_was_seen(evidence: Evidence) -> None:
    """Take from each read what the operation itself wrote; the longest list is the order."""
    for number, operation in enumerate(evidence.history):
        own: dict[str, list[Value]] = defaultdict(list)
        for step in operation.steps:
            if isinstance(step, Append):
                own[step.key].append(step.value)
                continue
            others = _of_others(evidence, operation, step, own[step.key])
            before = evidence.seen.setdefault((number, step.key), others)
            if before != others:
                evidence.say(
                    "a read that is not repeated", f"{_name(operation)} saw {step.key} change"
                )
            if len(others) > len(evidence.order.get(step.key, ())):
                evidence.order[step.key] = others


def _of_others(
    evidence: Evidence, operation: Operation, step: Read, own: Sequence[Value]
) -> tuple[Value, ...]:
    if operation.outcome is Outcome.REFUSED:
        return tuple(value for value in step.values if value not in own)
    split = len(step.values) - len(own)
    if step.values[max(split, 0) :] != tuple(own):
        evidence.say(
            "an operation that misses its own write",
            f"{_name(operation)} wrote {own} into {step.key} and saw {step.values}",
        )
        return tuple(value for value in step.values if value not in own)
    return step.values[:split]


def _values(evidence: Evidence) -> None:
    """Compare each list that was seen with the order, and each value with who wrote it."""
    for key, order in evidence.order.items():
        _known(evidence, key, order)
    for (number, key), values in evidence.seen.items():
        operation, order = evidence.history[number], evidence.order.get(key, ())
        if values != order[: len(values)]:
            _known(evidence, key, values)
            words = f"{_name(operation)} saw {key} as {values}, somebody else as {order}"
            evidence.say("lists that do not fit", words)
        elif values:
            _last_write(evidence, number, key, values[-1])


def _known(evidence: Evidence, key: str, values: Sequence[Value]) -> None:
    if twice := [value for value, times in Counter(values).items() if times > 1]:
        evidence.say("a doubled write", f"{key} has {twice} more than once")
    for value in values:
        if (key, value) in evidence.writer:
            continue
        if (key, value) in evidence.refused:
            evidence.say("G1a: an aborted read", f"{value!r} in {key} was refused")
        else:
            evidence.say("a write of nobody", f"nobody put {value!r} into {key}")


def _last_write(evidence: Evidence, number: int, key: str, last: Value) -> None:
    writer = evidence.writer.get((key, last))
    if writer is None or writer == number:
        return
    if evidence.history[writer].appended()[key][-1] != last:
        words = f"{_name(evidence.history[number])} saw {key} end with {last!r}"
        evidence.say("G1b: an intermediate read", words)


def _lost_updates(evidence: Evidence) -> None:
    """Find operations that saw one and the same list and both put something at its end."""
    met: dict[tuple[str, int], int] = {}
    for (number, key), values in evidence.seen.items():
        operation = evidence.history[number]
        if operation.outcome is Outcome.REFUSED or key not in operation.appended():
            continue
        other = met.setdefault((key, len(values)), number)
        if other != number:
            words = f"{_name(evidence.history[other])} and {_name(operation)} both after {values}"
            evidence.say("a lost update", f"{key}: {words}")


def _backwards(evidence: Evidence) -> None:
    """Find clients for whom a list became shorter."""
    longest: dict[tuple[int, str], int] = defaultdict(int)
    for number, operation in enumerate(evidence.history):
        for step in operation.steps:
            if not isinstance(step, Read):
                continue
            where, length = (operation.client, step.key), len(step.values)
            if operation.outcome is Outcome.REFUSED:
                length = len(evidence.seen[number, step.key])
            if length < longest[where]:
                evidence.say("a read that goes back", f"{_name(operation)} on {step.key}")
            longest[where] = max(longest[where], length)


def graph_of(evidence: Evidence) -> Graph:
    """Return who must have come before whom, and why."""
    graph: Graph = [{} for _ in evidence.history]
    for before, after, why in (*_writes(evidence), *_reads(evidence), *_times(evidence.history)):
        if before != after:
            # Of two reasons the one that says more is kept.
            graph[before].setdefault(after, why)
    return graph


def _unseen(evidence: Evidence) -> dict[str, list[int]]:
    """Return who wrote what nobody ever saw, though it was done."""
    found: dict[str, list[int]] = defaultdict(list)
    known = {(key, value) for key, values in evidence.order.items() for value in values}
    for (key, value), number in evidence.writer.items():
        if (key, value) not in known and evidence.history[number].outcome is Outcome.DONE:
            found[key].append(number)
    return found


def _writers(evidence: Evidence, key: str) -> list[int | None]:
    return [evidence.writer.get((key, value)) for value in evidence.order.get(key, ())]


def _writes(evidence: Evidence) -> Iterator[Edges]:
    unseen = _unseen(evidence)
    for key in evidence.order.keys() | unseen.keys():
        chain = [one for one in _writers(evidence, key) if one is not None]
        for before, after in pairwise(chain):
            yield before, after, "ww"
        if chain:
            yield from ((chain[-1], after, "ww") for after in unseen.get(key, ()))


def _reads(evidence: Evidence) -> Iterator[Edges]:
    unseen = _unseen(evidence)
    chains = {key: _writers(evidence, key) for key in evidence.order}
    for (number, key), values in evidence.seen.items():
        chain, length = chains.get(key, []), len(values)
        if length and length <= len(chain) and (writer := chain[length - 1]) is not None:
            yield writer, number, "wr"
    for (number, key), values in evidence.seen.items():
        chain, length = chains.get(key, []), len(values)
        later = [chain[length]] if length < len(chain) else unseen.get(key, ())
        yield from ((number, after, "rw") for after in later if after is not None)


def _times(history: Sequence[Operation]) -> Iterator[Edges]:
    """Say of each operation which one of each client had ended last when it began."""
    ended: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, operation in enumerate(history):
        ended[operation.client].append((operation.ended, number))
    for of_client in ended.values():
        of_client.sort()
    for number, operation in enumerate(history):
        for of_client in ended.values():
            place = bisect_left(of_client, (operation.begun, -1))
            if place:
                yield of_client[place - 1][1], number, "time"


def _cycles(history: Sequence[Operation], graph: Graph) -> Iterator[Anomaly]:
    """Name each knot of the graph once, by the gravest cycle in it."""
    named: set[int] = set()
    for name, kinds, one_more in LEVELS:
        used = kinds | {"rw"} if one_more else kinds
        for knot in knots(graph, used):
            if named & knot:
                continue
            if cycle := way_round(graph, knot, kinds, needs_rw=one_more):
                named |= knot
                words = " → ".join(f"{_name(history[number])} {why}" for number, why in cycle)
                yield Anomaly(name, f"{words} → {_name(history[cycle[0][0]])}")


def _name(operation: Operation) -> str:
    return f"client {operation.client}'s {operation.deed or 'operation'} at {operation.begun}"
