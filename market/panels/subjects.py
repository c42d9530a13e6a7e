"""What panels are drawn for: each kind of subject says whom it concerns and where it stands.

A panel knows its draw, its list and its seats, and nothing of what its experts judge. Whoever has
something to judge provides it here; a selection's is in ``market.panels.selection``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from market.db import UnitOfWork
from market.panels.model import Panel
from market.panels.rules import PanelSubject


class Standing(StrEnum):
    """Where the subject of a panel stands."""

    # Who takes part can still change: the list of experts is not fixed.
    OPEN = "open"
    # Nobody comes to it any more; its last entry is still to be written.
    CLOSING = "closing"
    # It waits for its experts.
    WAITING = "waiting"
    # It went on, and needs no experts any more.
    DONE = "done"
    # It was called off.
    OVER = "over"


# While it stands so, seats are taken, given up and passed on.
LIVE: Final = frozenset({Standing.CLOSING, Standing.WAITING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Whom a panel judges, or judges between: who is tied to one of them does not sit.

    ``names`` are those of persons who signed or decided what is judged; accounts have no identity
    number, so an expert of the same name does not sit either.
    """

    item_code: str
    owner_org_id: int
    firm_ids: Sequence[int]
    reviewer_org_ids: Sequence[int] = ()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How pages name what a panel is drawn for; it must tell experts nothing they may not know."""

    title: str
    number: str
    path: str
    # Where a member does the work; None while there is none.
    work_path: str | None = None


class Subject(Protocol):
    """What a kind of subject tells panels."""

    def lock(self, work: UnitOfWork, panel_id: int) -> Panel:
        """Lock what a panel serves and then the panel; return it as it stands."""

    def standing(self, work: UnitOfWork, panel: Panel) -> Standing:
        """Return where it stands."""

    def parties(self, work: UnitOfWork, panel: Panel) -> Parties:
        """Return whom it concerns."""

    def look_again(self, work: UnitOfWork, panel: Panel) -> None:
        """Let it look at its panel at once: something of the panel is over."""

    def begin(self, work: UnitOfWork, panel: Panel) -> None:
        """Fix until when its experts work, as the first of them are called."""

    def shown(self, work: UnitOfWork, panel: Panel) -> Shown:
        """Return how pages name it."""


_SUBJECTS: Final[dict[PanelSubject, Subject]] = {}


def provide(kind: PanelSubject, subject: Subject) -> None:
    """Register who answers for a kind of subject."""
    _SUBJECTS[kind] = subject


def subject_of(panel: Panel) -> Subject:
    """Return who answers for what a panel serves."""
    return _SUBJECTS[panel.subject]


def is_over(work: UnitOfWork, panel: Panel) -> bool:
    """Whether what a panel serves went on, or ended: nobody sits for it any more."""
    return subject_of(panel).standing(work, panel) not in LIVE
