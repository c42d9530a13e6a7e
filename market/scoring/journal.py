"""What the public log is told of scored selection: proposals before the close, sealed sheets after.

A firm is named by the number of its enrolment and an expert by the code in the pool; the entries
are written by ``firm`` and ``expert``, for an account's name would tell who it is.
"""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalHandedIn(Entry):
    """An enrolment handed in a proposal. The last one before the close counts."""

    kind: ClassVar[str] = "proposal.handed-in.v1"
    draw: str
    enrolment: int
    number: int
    document_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresSealed(Entry):
    """A member of the panel handed in the score sheet; the commitment opens at publication."""

    kind: ClassVar[str] = "scores.sealed.v1"
    draw: str
    panel: str
    expert: str
    commitment: str
