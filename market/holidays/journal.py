"""What the public log is told of notices of holidays."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayNoticeMoved(Entry):
    """A notice was imported, confirmed, refused or withdrawn; ``amends``: the one it amends."""

    kind: ClassVar[str] = "holiday.notice.v1"
    notice: str
    year: int
    amends: str
    digest: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesRecounted(Entry):
    """Deadlines that a notice changed, each as its subject, its number, what it was and what it is.

    One entry for each batch of the job: it names them all, and repeats no sentence for each.
    """

    kind: ClassVar[str] = "holiday.recounted.v1"
    notice: str
    moved: tuple[tuple[str, str, int | None, int | None], ...]
