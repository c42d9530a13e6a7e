"""What a draw-aware witness watches for: that nothing is fixed after the last value is known.

A cosignature on a list says that the list was there at its time. A plain witness believes its
clock; a draw-aware one also looks whether the value that the list waits for could already be
known, which no clock that was set back can hide.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

LOST_SECONDS: Final = 7 * 24 * 3600
"""A value that did not come for so long after its time may be given up as lost."""
CLOCKS_SECONDS: Final = 60
"""How far the log's clock may be before the witness's own."""


@dataclass(frozen=True, slots=True)
class Awaits:
    """An entry names the value that will decide: from which source, and not before when."""

    key: str
    t_phi: int
    source: str


@dataclass(frozen=True, slots=True)
class Fixes:
    """An entry fixes something that must be fixed before the value of ``key`` is known.

    ``awaits`` is what the entry itself says of that value: then nothing else that was said of
    the key counts. ``stated_at`` is the time that the entry states, if it may also come when
    the value was lost.
    """

    key: str
    what: str
    awaits: Awaits | None = None
    stated_at: int | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """An entry shows the value of ``key``; ``proves_time`` if it claims to prove a time."""

    key: str
    evidence: str
    proves_time: bool


Statement: TypeAlias = Awaits | Fixes | Arrived


@dataclass(frozen=True, slots=True)
class Learned:
    """What evidence of a value shows.

    ``is_shared``: whoever awaits the same source can know the value too. ``proven_at``: the
    evidence proves by itself that this time, in Unix seconds, has passed; None where it rests
    on the word of the log that shows it.
    """

    is_shared: bool
    proven_at: int | None


class DrawReader(Protocol):
    """Reads what entries say of draws. The log itself does not know what its entries mean."""

    def read(self, body: bytes) -> Sequence[Statement]:
        """Return what an entry states; nothing if it is not of a draw."""
        ...

    def learn(self, source: str, evidence: str) -> Learned | None:
        """Check evidence of a source; None if it proves nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Late:
    """An entry that came when the value it should have come before could be known."""

    index: int
    leaf: bytes
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what} at index {self.index}: {self.why}"


@dataclass(slots=True)
class Memory:
    """What a witness remembers of draws: asked by the scan, and grown by it.

    ``awaited`` finds what earlier entries of the same log said; ``is_known`` says whether the
    value of a key or a source was seen before, in the same log or proven in any other.
    ``proven_at`` is the latest time that any value has proven, 0 if none has.
    """

    awaited: Callable[[str], Sequence[Awaits]]
    is_known: Callable[[str], bool]
    proven_at: int = 0
    new_awaits: dict[str, list[Awaits]] = field(default_factory=dict)
    new_known: set[str] = field(default_factory=set)
    new_proven: dict[str, int] = field(default_factory=dict)

    def awaits(self, key: str) -> Sequence[Awaits]:
        """Return all that was said of a key: no entry can take the place of another."""
        return [*self.awaited(key), *self.new_awaits.get(key, ())]

    def knows(self, name: str) -> bool:
        """Whether the value of a key or a source could be known."""
        return name in self.new_known or name in self.new_proven or self.is_known(name)

    def take_up(self, awaits: Awaits, learned: Learned) -> None:
        """Remember a value that arrived."""
        self.new_known.add(awaits.key)
        if learned.proven_at is not None:
            self.new_proven[awaits.source] = learned.proven_at
            self.proven_at = max(self.proven_at, learned.proven_at)
        elif learned.is_shared:
            self.new_known.add(awaits.source)


def scan(
    reader: DrawReader,
    memory: Memory,
    entries: Iterable[tuple[int, bytes, bytes]],
    now_seconds: int,
) -> list[Late]:
    """Look through new entries for what came too late.

    All entries are read before any is judged: a value that comes under the same checkpoint as
    the list that waited for it was known when that checkpoint was made.

    Args:
        reader: Knows the entries of draws.
        memory: Takes up what is learned.
        entries: Index, leaf hash and body of each new entry.
        now_seconds: The witness's own clock.

    Returns:
        What came too late, in the order of the log.
    """
    fixes: list[tuple[int, bytes, Fixes]] = []
    arrived: list[Arrived] = []
    for index, leaf, body in entries:
        for statement in reader.read(body):
            match statement:
                case Awaits():
                    memory.new_awaits.setdefault(statement.key, []).append(statement)
                case Fixes():
                    fixes.append((index, leaf, statement))
                case Arrived():
                    arrived.append(statement)
    _take_up(reader, memory, arrived)
    return [
        Late(index, leaf, fixed.what, why)
        for index, leaf, fixed in fixes
        if (why := _why_late(memory, fixed, now_seconds))
    ]


def _take_up(reader: DrawReader, memory: Memory, arrived: Iterable[Arrived]) -> None:
    """Learn from what arrived, the latest first: a time that is proven covers all before it.

    So a log with ten thousand past draws costs one check of a signature, not ten thousand.
    """
    pairs = [(awaits, one) for one in arrived for awaits in memory.awaits(one.key)]
    for awaits, one in sorted(pairs, key=lambda pair: -pair[0].t_phi):
        # Nothing more may be fixed for it once its time is proven, and whoever shows it cannot
        # say that it was lost; or it was checked before, for another draw of the same session.
        is_past = one.proves_time and awaits.t_phi <= memory.proven_at
        if is_past or memory.knows(awaits.source):
            memory.new_known.add(awaits.key)
        elif learned := reader.learn(awaits.source, one.evidence):
            memory.take_up(awaits, learned)


def _why_late(memory: Memory, fixed: Fixes, now_seconds: int) -> str | None:
    said = memory.awaits(fixed.key) if fixed.awaits is None else [fixed.awaits]
    reasons = (_why_late_for(memory, awaits, fixed, now_seconds) for awaits in said)
    return next((why for why in reasons if why), None)


def _why_late_for(memory: Memory, awaits: Awaits, fixed: Fixes, now_seconds: int) -> str | None:
    if memory.knows(awaits.key) or memory.knows(awaits.source):
        return "the value that decides is already known"
    lost_at = awaits.t_phi + LOST_SECONDS
    if fixed.stated_at is not None and fixed.stated_at >= lost_at <= now_seconds + CLOCKS_SECONDS:
        return None
    if memory.proven_at >= awaits.t_phi:
        return f"a public value proves that {awaits.t_phi} has passed"
    if now_seconds >= awaits.t_phi:
        return f"by this witness's clock {awaits.t_phi} has passed"
    return None
