"""What the public log is told of the texts of model contracts."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTextMoved(Entry):
    """A text was proposed, published, refused, replaced or ended. ``model`` is its id, if any."""

    kind: ClassVar[str] = "catalogue.model-text.v1"
    item: str
    model: str
    version: int
    state: str
    file_digest: str
