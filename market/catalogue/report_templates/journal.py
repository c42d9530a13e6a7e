"""What the public log is told of the templates of progress reports."""

from dataclasses import dataclass
from typing import ClassVar

from market.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTemplateMoved(Entry):
    """A template was proposed, published, refused, replaced or ended; its text is public."""

    kind: ClassVar[str] = "catalogue.report-template.v1"
    item: str
    version: int
    state: str
    text_digest: str
