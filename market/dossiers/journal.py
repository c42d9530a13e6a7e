"""What the log is told of dossiers."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierMade(Entry):
    """A contract's papers were archived: how many, and the hash of their list."""

    kind: ClassVar[str] = "dossier.made.v1"
    contract: str
    version: int
    files: int
    list_digest: str
    why: str
