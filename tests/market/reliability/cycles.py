"""Cycles in a graph whose edges have kinds: Tarjan's components, and a way round in one."""

from collections import deque
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

Graph = Sequence[dict[int, str]]
"""Of each node: where its edges lead, and of which kind each is."""
Edges = tuple[int, int, str]
LARGE: Final = 200  # In a larger knot any cycle will do.


def knots(graph: Graph, kinds: Collection[str]) -> list[set[int]]:
    """Return the sets of nodes that reach each other by edges of these kinds, larger than one."""
    place: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_: list[int] = []
    waiting: set[int] = set()
    found: list[set[int]] = []

    def enter(node: int) -> None:
        place[node] = lowest[node] = len(place)
        open_.append(node)
        waiting.add(node)
        steps.append((node, iter([to for to, kind in graph[node].items() if kind in kinds])))

    for first in range(len(graph)):
        if first in place:
            continue
        steps: list = []
        enter(first)
        while steps:
            node, further = steps[-1]
            after = next(further, None)
            if after is None:
                steps.pop()
                if steps:
                    lowest[steps[-1][0]] = min(lowest[steps[-1][0]], lowest[node])
                if lowest[node] == place[node]:
                    found.append(_closed(open_, waiting, node))
            elif after not in place:
                enter(after)
            elif after in waiting:
                lowest[node] = min(lowest[node], place[after])
    return [knot for knot in found if len(knot) > 1]


def _closed(open_: list[int], waiting: set[int], last: int) -> set[int]:
    knot: set[int] = set()
    while last not in knot:
        node = open_.pop()
        waiting.discard(node)
        knot.add(node)
    return knot


def way_round(
    graph: Graph, knot: AbstractSet[int], kinds: Collection[str], *, needs_rw: bool
) -> list[tuple[int, str]]:
    """Return the nodes of a cycle in a knot, each with the kind of the edge that leaves it.

    With ``needs_rw`` it begins with an edge of kind rw and goes on with edges of ``kinds``.
    """
    best: list[tuple[int, str]] = []
    for node in knot:
        for after, kind in graph[node].items():
            if after not in knot or (kind != "rw" if needs_rw else kind not in kinds):
                continue
            back = _way(graph, knot, kinds, after, node)
            if back is not None and (not best or len(back) + 1 < len(best)):
                best = [(node, kind), *back]
            if best and (len(best) == 2 or len(knot) > LARGE):
                return best
    return best


def _way(
    graph: Graph, knot: AbstractSet[int], kinds: Collection[str], first: int, last: int
) -> list[tuple[int, str]] | None:
    came: dict[int, tuple[int, str]] = {}
    queue = deque([first])
    while queue:
        node = queue.popleft()
        if node == last:
            way: list[tuple[int, str]] = []
            while node != first:
                node, kind = came[node]
                way.append((node, kind))
            return way[::-1]
        for after, kind in graph[node].items():
            if kind in kinds and after in knot and after not in came and after != first:
                came[after] = (node, kind)
                queue.append(after)
    return None
