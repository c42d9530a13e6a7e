"""What the public log is told of the checks at posting."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedExamined(Entry):
    """What the checks said of a need as its notice went out: counts, and the rules applied."""

    kind: ClassVar[str] = "need.examined.v1"
    need: str
    attempt: int
    explained: int
    offering: int
    able: int
    rules: str
    rules_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingJustified(Entry):
    """An owner's public explanation of what a check found, by the digest of its text."""

    kind: ClassVar[str] = "need.justified.v1"
    need: str
    attempt: int
    ground: str
    finding: str
    text_digest: str
