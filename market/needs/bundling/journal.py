"""What the public log is told of bundles."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedBundled(Entry):
    """Drafts were joined into one need: which ones, and their ceilings in the same order."""

    kind: ClassVar[str] = "need.bundled.v1"
    need: str
    parts: tuple[str, ...]
    ceilings_fen: tuple[int, ...]
