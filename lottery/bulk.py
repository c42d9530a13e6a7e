"""Many draws at once: from the published values of each, its order again.

``python -m lottery.bulk DRAWS.ndjson`` reads one draw a line and names each line whose order
does not follow from its values. It believes those values; that they were logged in time and
that the list is the frozen one is what ``python -m lottery verify`` shows, draw by draw.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice, pairwise
from multiprocessing import get_context
from operator import lt
from pathlib import Path
from typing import Any, Final

from lottery.draw import full_order, order_file, order_lines
from lottery.encoding import dumps_canonical, sha256
from lottery.errors import LotteryError
from lottery.seed import seed

_ALL_RIGHT: Final = 0
_DIFFERS: Final = 1
_DECODE: Final = json.JSONDecoder().decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One draw as a line: four values of 32 bytes, the list, and what was said to follow.

    ``firms`` is in ascending order; ``weights`` in that of ``firms``, and empty if all are 1;
    ``order`` holds winners and then alternates, ``order_digest`` is that of RESULT.
    """

    draw: bytes
    freeze: bytes
    reveals: bytes
    phi: bytes
    firms: Sequence[str]
    weights: Sequence[int] = ()
    order: Sequence[str]
    order_digest: bytes

    @property
    def line(self) -> bytes:
        """The canonical JSON of the draw and a line feed."""
        return (
            dumps_canonical(
                {
                    "draw": self.draw.hex(),
                    "firms": list(self.firms),
                    "freeze": self.freeze.hex(),
                    "order": list(self.order),
                    "order_digest": self.order_digest.hex(),
                    "phi": self.phi.hex(),
                    "reveals": self.reveals.hex(),
                    "weights": list(self.weights),
                }
            )
            + b"\n"
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many draws were recomputed, and why which of them were not as they were published.

    A fault is the number of a line, from 1, and a sentence.
    """

    draws: int = 0
    faults: tuple[tuple[int, str], ...] = field(default=())


def recompute(lines: Iterable[bytes]) -> Tally:
    """Recompute the seed, the tickets and the whole order of many draws.

    Args:
        lines: One draw each, as ``Drawn.line`` writes it; the spelling of the JSON is free.

    Returns:
        How many there were, with every line that is not the order of its own values.

    Source: docs/spec/lottery-v1.md, sections 2 and 4.
    """
    count, faults = 0, []
    for count, line in enumerate(lines, start=1):
        if fault := _fault(line):
            faults.append((count, fault))
    return Tally(count, tuple(faults))


def recompute_file(path: Path, processes: int | None = None) -> Tally:
    """Recompute the draws of a file, on all processors.

    Args:
        path: One draw a line.
        processes: How many processes share the work; as many as there are processors if None.

    Returns:
        As ``recompute``, with the line numbers of the file.

    Raises:
        OSError: The file cannot be read.

    Source: docs/spec/lottery-v1.md, sections 2 and 4.
    """
    workers = processes or os.cpu_count() or 1
    parts = _parts(path, workers)
    if workers == 1 or len(parts) == 1:
        tallies = [_recompute_part(path, *part) for part in parts]
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            running = [pool.submit(_recompute_part, path, *part) for part in parts]
            tallies = [task.result() for task in running]
    first, faults = 0, []
    for tally in tallies:
        faults += [(first + number, why) for number, why in tally.faults]
        first += tally.draws
    return Tally(first, tuple(faults))


def _parts(path: Path, count: int) -> list[tuple[int, int]]:
    """Cut a file into about equal ranges of bytes, each of whole lines."""
    size = path.stat().st_size
    ends = [0]
    with path.open("rb") as file:
        for number in range(1, count):
            file.seek(max(size * number // count, ends[-1]))
            file.readline()
            ends.append(min(file.tell(), size))
    ends.append(size)
    return list(pairwise(ends))


def _recompute_part(path: Path, start: int, end: int) -> Tally:
    with path.open("rb") as file:
        file.seek(start)
        return recompute(_until(file, end - start))


def _until(lines: Iterable[bytes], size: int) -> Iterable[bytes]:
    for line in lines:
        if size <= 0:
            return
        size -= len(line)
        yield line


def _fault(line: bytes) -> str | None:
    """Return what is wrong with a draw, or None."""
    try:
        draw: dict[str, Any] = _DECODE(line.decode())
        return _difference(draw)
    except LotteryError as error:
        return str(error)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        return f"it is not a draw as it should be written: {error!r:.80}"


def _difference(draw: dict[str, Any]) -> str | None:
    firms: list[str] = draw["firms"]
    if not all(map(lt, firms, islice(firms, 1, None))):
        return "the firms do not ascend, or one stands twice"
    unhex = bytes.fromhex
    number = seed(
        unhex(draw["draw"]), unhex(draw["freeze"]), unhex(draw["reveals"]), unhex(draw["phi"])
    )
    if weights := draw["weights"]:
        order = order_file(full_order(dict(zip(firms, weights, strict=True)), number))
    else:
        order = order_lines(_lines(firms), number)
    places = _lines(draw["order"])
    if places == b"\n" or not order.startswith(places):
        return "the order is not that of the tickets"
    if sha256(order).hex() != draw["order_digest"]:
        return "order_digest is not that of the whole order"
    return None


def _lines(codes: list[str]) -> bytes:
    return ("\n".join(codes) + "\n").encode("ascii")


def main(arguments: Sequence[str] | None = None) -> int:
    """Recompute the files named on the command line.

    Args:
        arguments: The words of the command line; those of this process if None.

    Returns:
        0 if every order follows from its values, 1 if one does not.

    Source: docs/spec/lottery-v1.md, section 4.
    """
    parser = argparse.ArgumentParser(prog="python -m lottery.bulk", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--processes", type=int, default=None, metavar="N")
    options = parser.parse_args(arguments)
    wrong = 0
    for path in options.files:
        tally = recompute_file(path, options.processes)
        wrong += len(tally.faults)
        for number, why in tally.faults:
            sys.stdout.write(f"{path}:{number}: {why}\n")
        sys.stdout.write(f"{path}: {tally.draws} draws, {len(tally.faults)} differ\n")
    return _DIFFERS if wrong else _ALL_RIGHT


if __name__ == "__main__":
    sys.exit(main())
