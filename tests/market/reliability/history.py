"""What clients did and saw: operations on append-only lists, each begun and ended at an instant."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

Value = str | int


class Outcome(StrEnum):
    """What became of an operation."""

    DONE = "done"
    REFUSED = "refused"  # it changed nothing; what it saw before it was refused is true
    UNKNOWN = "unknown"  # it failed while it was committed: it may have happened


@dataclass(frozen=True, slots=True)
class Read:
    """The whole list of a key, as it was seen."""

    key: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Append:
    """A value put at the end of a key's list; no other operation puts it there."""

    key: str
    value: Value


Step = Read | Append


@dataclass(frozen=True, slots=True)
class Operation:
    """One transaction of one client; a client begins one when the one before has ended."""

    client: int
    begun: int
    ended: int
    outcome: Outcome
    steps: tuple[Step, ...]
    deed: str = ""
    fault: str = ""

    def appended(self) -> dict[str, list[Value]]:
        """Return what it put into each list, in order."""
        found: dict[str, list[Value]] = {}
        for step in self.steps:
            if isinstance(step, Append):
                found.setdefault(step.key, []).append(step.value)
        return found


@dataclass
class Notes:
    """What a client writes down while it works."""

    steps: list[Step] = field(default_factory=list)

    def read(self, key: str, values: Iterable[Value]) -> tuple[Value, ...]:
        """Note what was seen, and return it."""
        seen = tuple(values)
        self.steps.append(Read(key, seen))
        return seen

    def append(self, key: str, value: Value) -> None:
        """Note what is put at the end of a list."""
        self.steps.append(Append(key, value))


def to_line(operation: Operation) -> str:
    """Return an operation as a line of JSON."""
    steps = [
        ["r", one.key, list(one.values)] if isinstance(one, Read) else ["a", one.key, one.value]
        for one in operation.steps
    ]
    o = operation
    return json.dumps(
        [o.client, o.begun, o.ended, o.outcome, steps, o.deed, o.fault], ensure_ascii=False
    )


def from_lines(path: Path) -> Iterator[Operation]:
    """Return the operations that a client wrote down."""
    same: dict[Value, Value] = {}
    for line in path.read_text("utf-8").splitlines():
        client, begun, ended, outcome, steps, deed, fault = json.loads(line)
        yield Operation(
            client,
            begun,
            ended,
            Outcome(outcome),
            tuple(
                Read(key, tuple(same.setdefault(one, one) for one in what))
                if kind == "r"
                else Append(key, what)
                for kind, key, what in steps
            ),
            deed,
            fault,
        )
